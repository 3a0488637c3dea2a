"""Arms drawn by lot become a grade A estimate where the data can carry it, else a refusal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.sample import Covariates, Earlier, Sample, by_unit
from vitalreel.measurement.shares import miettinen_nurminen, score_interval
from vitalreel.measurement.trial import compare_arms

RNG = np.random.default_rng(11)


def covariates(**columns: np.ndarray) -> Covariates:
    names = tuple(columns)
    return Covariates(
        np.column_stack([np.empty((len(next(iter(columns.values()))), 0)), *columns.values()]), names, names
    )


def nothing(n: int) -> Covariates:
    return Covariates(np.empty((n, 0)), (), ())


def table(events: tuple[int, int], n: tuple[int, int]) -> Sample:
    """A binary outcome, counted."""
    treated = np.arange(sum(n)) < n[0]
    outcome = np.concatenate([np.arange(size) < hit for hit, size in zip(events, n, strict=True)]).astype(float)
    return Sample("q", treated, outcome, True, nothing(sum(n)), assigned=n)


def test_rare_outcomes_get_the_score_interval_and_grade_a():
    """M3 M16: value, interval, method, accounts, events and checks travel together."""
    got = compare_arms(table((56, 48), (70, 80)), 0.5, True)

    assert isinstance(got, Estimate)
    assert miettinen_nurminen((56, 48), (70, 80)) == (got.value, got.low, got.high)
    assert ("A", "up", (70, 80), (56, 48)) == (got.grade, got.direction, got.n, got.events)
    assert {"sample ratio", "Newcombe's interval"} == set(got.checks)


def test_groups_that_nobody_drew_are_described_and_no_more():
    """M16 M18: without a design the same figures are grade C."""
    got = compare_arms(table((56, 48), (70, 80)), None, False)

    assert isinstance(got, Estimate)
    assert "C" == got.grade
    assert "not an effect" in got.checks["design"]


@pytest.mark.parametrize("arms", [(480, 120), (120, 480)])
def test_a_broken_split_is_refused_whichever_arm_the_share_was_planned_for(arms: tuple[int, int]):
    """M17: 120 of 600 at a planned 30%."""
    got = compare_arms(table((60, 15), arms), 0.3, True)

    assert isinstance(got, Refusal)
    assert "exact p = 3.7e-08" in got.reason


@pytest.mark.parametrize(
    ("events", "n"), [((3, 4), (200, 200)), ((0, 0), (200, 200)), ((200, 197), (200, 200)), ((9, 3), (300, 30))]
)
def test_too_few_outcomes_are_refused_with_what_would_help(events: tuple[int, int], n: tuple[int, int]):
    """M16: what hardly ever happens, or hardly ever does not, carries no figure yet."""
    got = compare_arms(table(events, n), None, True)

    assert isinstance(got, Refusal)
    assert got.would_help.startswith("about ")
    assert int(got.would_help.split()[1]) > sum(n)


def test_a_strong_effect_is_not_refused_for_its_empty_cell():
    """M16: nobody left among the treated is the best news there is."""
    got = compare_arms(table((0, 30), (140, 60)), 0.3, True)

    assert isinstance(got, Estimate)
    assert "down" == got.direction


def test_values_missing_in_one_arm_more_than_in_the_other_are_refused():
    """M16: who is gone may be who was changed."""
    sample = replace(table((56, 48), (70, 80)), assigned=(90, 80), missing={"outcome": 20})
    got = compare_arms(sample, None, True)

    assert isinstance(got, Refusal)
    assert "22.2% of the treated and 0.0% of the others" in got.reason


def test_blocks_are_compared_within():
    """M17: strata of the assignment are strata of the estimate."""
    sample = table((30, 25), (120, 80))
    blocks = RNG.integers(0, 3, 200)
    got = compare_arms(replace(sample, blocks=blocks), None, True)
    arms = (sample.treated, ~sample.treated)
    inside = [[(blocks == b) & arm for arm in arms] for b in range(3)]
    events = [[sample.outcome[rows].sum() for rows in both] for both in inside]

    assert isinstance(got, Estimate)
    assert (got.value, got.low, got.high) == score_interval(events, [[rows.sum() for rows in both] for both in inside])


def test_what_was_known_before_sharpens_an_amount():
    """M3: ANCOVA's interval is narrower where the past says something, and the plain difference is told beside it."""
    before = RNG.normal(size=200)
    treated = np.arange(200) % 2 == 0
    sample = Sample(
        "q", treated, before + RNG.normal(size=200) / 3, False, covariates(before=before), assigned=(100, 100)
    )
    got = compare_arms(sample, 0.5, True)
    plain = compare_arms(replace(sample, covariates=nothing(200)), 0.5, True)

    assert isinstance(got, Estimate)
    assert isinstance(plain, Estimate)
    assert got.high - got.low < (plain.high - plain.low) / 2
    assert f"{plain.value:,.4g}" in got.checks["unadjusted"]


def test_rare_outcomes_are_not_adjusted():
    """M3: with few outcomes an arm, adjusting does more harm than good; it is said that it was not done."""
    few, many = table((12, 9), (140, 60)), table((50, 30), (140, 60))
    known = covariates(size=RNG.normal(size=200))
    rare, common = (compare_arms(replace(s, covariates=known), None, True) for s in (few, many))

    assert isinstance(rare, Estimate)
    assert isinstance(common, Estimate)
    assert (True, False) == tuple("adjustment" in answer.checks for answer in (rare, common))
    assert ("score", "ANCOVA") == tuple(w for w, a in (("score", rare), ("ANCOVA", common)) if w in a.method)


def test_an_outcome_that_differed_before_the_draw_is_refused():
    """M17: a draw explains no difference that was there beforehand; that it points down is still told."""
    sample = table((20, 40), (100, 100))
    broken = replace(sample, placebo=Earlier("before", RNG.normal(size=200) + sample.treated))
    sound = replace(sample, placebo=Earlier("before", RNG.normal(size=200)))
    got = compare_arms(broken, None, True)

    assert isinstance(got, Refusal)
    assert "down" == got.direction
    assert isinstance(compare_arms(sound, None, True), Estimate)


def test_accounts_count_once_however_many_rows_they_have():
    """M17: the account is the unit; rows of one account are no evidence of each other."""
    sample = table((56, 48), (70, 80))
    twice = Sample(
        "q", np.repeat(sample.treated, 2), np.repeat(sample.outcome, 2), True, nothing(300), assigned=(70, 80)
    )
    units = [f"a{i // 2}" for i in range(300)]

    one, other = compare_arms(by_unit(twice, units, "id"), 0.5, True), compare_arms(sample, 0.5, True)

    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert (other.value, other.low, other.n, other.events) == (one.value, one.low, one.n, one.events)
    with pytest.raises(BadInput, match="a is in two arms"):
        by_unit(twice, ["a"] * 300, "id")


def test_the_past_is_compared_without_itself_among_the_covariates():
    """M3: nor what was made from it, nor what only says whether it was nothing."""
    before = np.maximum(RNG.normal(size=100), 0)
    known = covariates(before=before, none_before=(before == 0).astype(float), age=RNG.normal(size=100)).with_zeros()
    sample = replace(table((30, 20), (50, 50)), covariates=known, placebo=Earlier("before", before))

    assert ("before", "none_before", "age", "before is 0") == known.names
    assert (("age",), False) == (sample.before().covariates.names, sample.before().binary)
