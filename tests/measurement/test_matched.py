"""Cohorts that nobody drew: weights and estimators against what can be worked out by hand, and every gate shut once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.matched.cohort import compare_cohort, e_value
from vitalreel.measurement.matched.design import Design, fitted, made_alike, propensity
from vitalreel.measurement.matched.effects import augmented, balanced, matched
from vitalreel.measurement.matched.weights import differences, effective, entropy_weights, variance_ratios
from vitalreel.measurement.sample import Covariates, Earlier, Sample

Array = np.ndarray


def known(**columns: Array) -> Covariates:
    return Covariates(np.column_stack(list(columns.values())).astype(float), tuple(columns), tuple(columns))


def test_balancing_a_yes_or_no_weighs_each_kind_alike():
    """M3: with one binary covariate entropy balancing is post-stratification: 2 yes and 3 no to a share of 0.7."""
    others = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]])

    assert pytest.approx([0.35, 0.35, 0.1, 0.1, 0.1]) == entropy_weights(others, np.array([0.7]))


def test_weights_are_the_exponential_of_a_line():
    """M3: what makes them the nearest to equal ones (Hainmueller 2012, equation 5): their logarithm is linear in the columns."""
    others = np.random.default_rng(1).normal(size=(200, 3))
    weights = entropy_weights(others, np.array([0.3, -0.2, 0.4]))
    line = np.column_stack([np.ones(200), others])
    left = np.log(weights) - line @ np.linalg.lstsq(line, np.log(weights), rcond=None)[0]

    assert pytest.approx([0.3, -0.2, 0.4], abs=1e-6) == weights @ others
    assert 0 == pytest.approx(np.abs(left).max(), abs=1e-9)


def test_means_that_nobody_has_are_refused():
    """M3: overlap is no matter of arithmetic."""
    others = np.random.default_rng(2).uniform(size=(50, 2))

    with pytest.raises(ValueError, match="no weights"):
        entropy_weights(others, np.array([1.5, 0.5]))
    with pytest.raises(ValueError, match="does not vary"):
        entropy_weights(np.column_stack([others, np.ones(50)]), np.array([0.5, 0.5, 0.0]))


def test_likeness_is_measured_in_spreads_of_the_treated():
    """M3: one standard deviation apart is 1; a variance four times theirs is 4; equal weights of n accounts count n."""
    treated, others = np.array([[0.0], [2.0], [4.0]]), np.array([[1.0], [2.0], [3.0]])

    assert 4 == pytest.approx(variance_ratios(treated, others, np.ones(3))[0])
    assert -0.5 == pytest.approx(differences(treated, others + 1, np.ones(3))[0])
    assert (3.0, 1.8) == (effective(np.ones(3)), pytest.approx(effective(np.array([2.0, 1.0, 0.0]))))


def cells() -> tuple[Array, Array, Array]:
    """Treated, kind, outcome: 12 treated (8 of the kind), 30 others (6 of it); effects 3 in the kind and 1 outside."""
    treated = np.repeat([True, False], [12, 30])
    kind = np.concatenate([np.arange(12) < 8, np.arange(30) < 6]).astype(float)
    noise = np.tile([0.5, -0.5], 21)
    return treated, kind, 10 * kind + np.where(treated, 1 + 2 * kind, 0) + noise


def test_three_estimators_agree_where_the_answer_can_be_worked_out():
    """M3: with one kind, all of them are the treated's shares of two differences: 8/12 of 3 and 4/12 of 1."""
    treated, kind, outcome = cells()
    design = made_alike(treated, known(kind=kind))
    chances = propensity(design.columns, treated)
    pairs = matched(design, outcome, chances)

    assert 7 / 3 == pytest.approx(balanced(design, outcome).value)
    assert 7 / 3 == pytest.approx(augmented(design, outcome, chances).value, abs=1e-3)
    assert pairs is not None
    assert 7 / 3 == pytest.approx(pairs.effect.value, abs=0.35)  # three of the equally near ones each
    assert (1.0, 0.0) == (pairs.matched, pytest.approx(pairs.alike.difference, abs=1e-9))
    assert pytest.approx([8 / 14, 4 / 28], abs=1e-3) == [chances[0], chances[-1]]


def small() -> tuple[Design, Array, Array]:
    """Forty treated and ninety others with two covariates, their outcome and propensity."""
    rng = np.random.default_rng(12)
    treated = np.arange(130) < 40
    size, busy = rng.normal(size=(2, 130)) + 1.1 * treated
    outcome = size + busy**2 + treated + rng.normal(size=130)
    design = made_alike(treated, known(size=size, busy=busy))
    return design, outcome, propensity(design.columns, treated)


def test_what_remains_and_leverage_are_those_of_weighted_least_squares():
    """M3: against the whole hat matrix, with weights of zero and a column that is always the same among them."""
    design, outcome, _ = small()
    own, weights = design.treated, np.where(np.arange(90) % 7 == 0, 0.0, 1.0 + np.arange(90) % 5)
    columns = np.column_stack([design.columns, 3.0 + design.treated])
    left, leverage = fitted(columns, outcome, weights, ~own)
    x = np.column_stack([np.ones(130), design.columns])
    root = np.sqrt(weights)[:, None]
    a = x[~own] * root
    line = np.linalg.pinv(a) @ (outcome[~own] * root[:, 0])

    assert pytest.approx(outcome - x @ line) == left
    assert pytest.approx(np.diag(a @ np.linalg.pinv(a))) == leverage


def test_propensities_solve_the_likelihood_s_equations():
    """M3: as many treated are expected as there are, and with the means they have, but for a trace of ridge."""
    design, _, chances = small()
    z = (design.columns - design.columns.mean(0)) / design.columns.std(0)

    assert pytest.approx(40, abs=1e-6) == chances.sum()
    assert pytest.approx(z[design.treated].sum(0), abs=0.01) == z.T @ chances


def test_errors_of_weights_and_of_propensities_are_their_formulas_written_out():
    """M3: the spread of the treated around the line, and of the weighted others around it."""
    design, outcome, chances = small()
    own, w = design.treated, design.weights
    left, leverage = fitted(design.columns, outcome, w, ~own)
    ours, theirs = left[own].var(ddof=1) / 40, sum(w**2 * left[~own] ** 2 / (1 - leverage))
    free = 1 / sum(w**2) - design.columns.shape[1] - 1
    got = balanced(design, outcome)

    assert pytest.approx(np.sqrt(ours + theirs)) == got.se
    assert pytest.approx((ours + theirs) ** 2 / (ours**2 / 39 + theirs**2 / free)) == got.df
    odds = chances[~own] / (1 - chances[~own])
    plain, _ = fitted(design.columns, outcome, np.ones(90), ~own)
    v = odds / odds.sum()
    value = plain[own].mean() - v @ plain[~own]
    spread = plain[own].var() / 40 + sum(v**2 * (plain[~own] - v @ plain[~own]) ** 2)
    robust = augmented(design, outcome, chances)
    assert pytest.approx((value, np.sqrt(spread))) == (robust.value, robust.se)


def test_matching_is_its_formulas_written_out():
    """M3: three nearest by Mahalanobis distance inside the caliper, bias-corrected, with Abadie and Imbens' error; by loops."""
    design, outcome, chances = small()
    own, x, logit = design.treated, design.plain, np.log(chances / (1 - chances))
    arms = [x[own] - x[own].mean(0), x[~own] - x[~own].mean(0)]
    inverse = np.linalg.inv(sum(a.T @ a for a in arms) / 128)

    def apart(i: int, j: int) -> float:
        return float((x[i] - x[j]) @ inverse @ (x[i] - x[j]))

    rest, caliper = list(range(40, 130)), 0.2 * logit.std()
    near = {
        i: sorted((j for j in rest if abs(logit[i] - logit[j]) <= caliper), key=lambda j, i=i: apart(i, j))[:3]
        for i in range(40)
    }
    near = {i: js for i, js in near.items() if js}
    times = np.array([sum(1 / len(js) for js in near.values() if j in js) for j in rest])
    squared = np.array([sum(1 / len(js) ** 2 for js in near.values() if j in js) for j in rest])
    left, _ = fitted(x, outcome, times, ~own)
    each = np.array([left[i] - np.mean(left[js]) for i, js in near.items()])
    alike = [sorted((k for k in rest if k != j), key=lambda k, j=j: apart(j, k))[:3] for j in rest]
    varies = np.array([0.75 * (outcome[j] - outcome[js].mean()) ** 2 for j, js in zip(rest, alike, strict=True)])
    spread = sum((each - each.mean()) ** 2) + sum((times**2 - squared) * varies)
    got = matched(design, outcome, chances)

    assert got is not None
    assert len(near) < 40
    assert pytest.approx((each.mean(), np.sqrt(spread) / len(near), len(near) / 40)) == (
        got.effect.value,
        got.effect.se,
        got.matched,
    )


def cohort(n: int, effect: float, hidden: float = 0.0, seed: int = 5, treated: int = 600) -> Sample:
    """Accounts that are treated the likelier the larger and busier they are; `hidden` moves treatment, past and outcome alike."""
    rng = np.random.default_rng(seed)
    size, busy, unseen = rng.normal(size=(3, n))
    order = np.argsort(-(0.5 * size + 0.4 * busy + hidden * unseen + rng.logistic(size=n)))
    arm = np.zeros(n, bool)
    arm[order[:treated]] = True
    before = busy + hidden * unseen + rng.normal(size=n) / 2
    after = size + busy + hidden * unseen + effect * arm + rng.normal(size=n)
    covariates = known(size=size, busy=busy, before=before)
    return Sample("q", arm, after, False, covariates, None, Earlier("before", before), assigned=(treated, n - treated))


def test_all_gates_passed_make_grade_b():
    """M16: nothing hidden, a strong effect: found, with its interval, and no more than grade B."""
    got = compare_cohort(cohort(3000, 1.5))

    assert isinstance(got, Estimate)
    assert ("B", "up", (600, 2400)) == (got.grade, got.direction, got.n)
    assert got.low < 1.5 < got.high
    assert {"overlap", "balance", "agreement", "placebo", "sensitivity"} == {
        k for k, v in got.checks.items() if v.startswith("passed")
    }


def test_without_an_outcome_from_before_it_is_a_direction():
    """M3: no placebo, no grade B."""
    got = compare_cohort(replace(cohort(3000, 1.5), placebo=None))

    assert isinstance(got, Estimate)
    assert ("C", "up") == (got.grade, got.direction)
    assert "no outcome from before" in got.checks["placebo"]


def test_a_difference_that_was_there_before_is_refused():
    """M2 M3: no effect, a hidden cause of both: the past gives it away, and no direction is told."""
    got = compare_cohort(cohort(3000, 0.0, hidden=0.8))

    assert isinstance(got, Refusal)
    assert ("there before" in got.reason, None) == (True, got.direction)


def test_a_past_that_points_the_other_way_leaves_the_direction():
    """M3: the treated stood worse before, and stand better: up, but by how much is not told."""
    sample = cohort(3000, 1.5)
    worse = Earlier("before", sample.placebo.values - 0.8 * sample.treated if sample.placebo else sample.outcome)
    got = compare_cohort(replace(sample, placebo=worse, covariates=sample.covariates.without("before")))

    assert isinstance(got, Estimate)
    assert ("C", "up") == (got.grade, got.direction)
    assert "not alike" in got.checks["placebo"]


def test_the_treated_must_have_their_like_among_the_others():
    """M3: few others who resemble them weigh too little, none cannot be weighted."""
    sample = cohort(640, 1.5)
    none = replace(sample, covariates=known(size=sample.covariates.values[:, 0] + 9 * sample.treated))

    for cut, reason in ((sample, "a figure needs 50"), (none, "no weights")):
        got = compare_cohort(cut)
        assert isinstance(got, Refusal)
        assert reason in got.reason
        assert got.checks["overlap"].startswith("failed")


def test_an_effect_that_an_unseen_cause_could_make_is_a_direction():
    """M3: the past shows nothing, but leaving out the strongest covariate would move it by more than it is."""
    got = compare_cohort(cohort(3000, 0.3))

    assert isinstance(got, Estimate)
    assert ("C", "up") == (got.grade, got.direction)
    assert (True, True) == (got.checks["placebo"].startswith("passed"), got.checks["sensitivity"].startswith("failed"))


def test_estimators_that_disagree_are_refused():
    """M3: an outcome that neither line nor weights follow: what resembles the treated closely says something else."""
    sample = cohort(3000, 0.0)
    bent = sample.covariates.values[:, 0] ** 3 + np.random.default_rng(1).normal(size=3000) / 5
    got = compare_cohort(replace(sample, outcome=bent))

    assert isinstance(got, Refusal)
    assert "estimators disagree" in got.reason


def test_rare_outcomes_need_some_in_each_weighted_arm():
    """M3 M16: six of 600 treated with the outcome are too few to compare."""
    sample = cohort(3000, 0.0)
    rare = replace(sample, outcome=(np.arange(3000) % 100 == 0).astype(float), binary=True)
    common = replace(sample, outcome=(sample.outcome > 0.5).astype(float), binary=True, placebo=None)
    refused, told = compare_cohort(rare), compare_cohort(common)

    assert isinstance(refused, Refusal)
    assert "outcomes, or accounts without" in refused.reason
    assert isinstance(told, Estimate)
    assert told.low < 0 < told.high


def test_what_an_unseen_cause_would_need():
    """M3: VanderWeele and Ding 2017: a risk ratio of 0.7 or 1/0.7 has an E-value of 2.21, one of 0.95 has 1.29."""
    got = [round(e_value(d, b, 1.0, True), 2) for d, b in ((-0.3, 1.0), (0.3, 0.7), (-0.05, 1.0), (0.0, 0.4))]

    assert [2.21, 2.21, 1.29, 1.0] == got
    assert e_value(0.5, 3.0, 1.0, False) == pytest.approx(e_value(np.exp(0.455) - 1, 1.0, 1.0, True))
