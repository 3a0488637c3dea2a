"""Competing ends in time: by hand, against counting where nothing is censored, against a naive computation, and by simulation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.fates import Drawn, compare_fates
from vitalreel.measurement.incidence import Courses, Measure, apart, arm, balanced, incidence, permuted
from vitalreel.measurement.shares import newcombe
from vitalreel.measurement.trial import LEAST

Ends = list[tuple[int, int]]  # (day, cause), 0 where the account is followed only up to that day


def arrays(ends: Ends) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    days, cause = (np.array(column) for column in zip(*ends, strict=True))
    return days.astype(float), cause, np.ones(len(ends))


def naive(ends: Ends, which: int, horizon: int) -> tuple[Fraction, Fraction]:
    """Share and days by the definition, day after day, in fractions: of those still there, the share that ends so."""
    left, share, days = Fraction(1), Fraction(0), Fraction(0)
    for day in range(1, horizon + 1):
        days += share
        at_risk = sum(d >= day for d, _ in ends)
        if at_risk:
            share += left * Fraction(sum(d == day and c == which for d, c in ends), at_risk)
            left *= 1 - Fraction(sum(d == day and c > 0 for d, c in ends), at_risk)
    return share, days


def test_eight_accounts_by_hand():
    """Issue 6: lost on day 2, renewed on 3, followed up to 4, lost on 5 (two), smaller on 6, followed up to 7 and 9.

    Lost: 1/8 on day 2. Left 7/8; day 3 renews 1 of 7: left 6/8. Day 5: 5 at risk, 2 lost: 6/8 x 2/5 = 3/10. Together 17/40; the days
    lost up to day 10: (10 - 2)/8 + (10 - 5) x 3/10 = 5/2. One less Kaplan and Meier would say 19/40.
    """
    ends = [(2, 1), (3, 2), (4, 0), (5, 1), (5, 1), (6, 3), (7, 0), (9, 0)]
    days, cause, w = arrays(ends)

    assert [2, 0.125, 5, 0.425] == pytest.approx(incidence(days, cause, 1, w, 10).ravel().tolist())
    assert (17 / 40, 5 / 2) == pytest.approx(tuple(arm(days, cause, 1, w, 10, m).value for m in ("share", "days")))
    assert (Fraction(17, 40), Fraction(5, 2)) == naive(ends, 1, 10)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=20), st.integers(1, 15))
def test_it_is_what_the_definition_says(ends: Ends, horizon: int):
    """Issue 6: any ties, any censoring; the causes and those left add up to all."""
    days, cause, w = arrays(ends)
    shares = [arm(days, cause, c, w, horizon).value for c in (1, 2, 3)]

    assert [float(naive(ends, c, horizon)[0]) for c in (1, 2, 3)] == pytest.approx(shares)
    assert float(naive(ends, 1, horizon)[1]) == pytest.approx(arm(days, cause, 1, w, horizon, "days").value)
    assert sum(shares) <= 1 + 1e-9


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 3)), min_size=2, max_size=40))
def test_without_censoring_it_is_counting(ends: Ends):
    """Issue 6: the share is a proportion with the binomial's variance and Wilson's interval, the days a mean with its variance."""
    days, cause, w = arrays(ends)
    hit = (cause == 1) & (days <= 15)
    lost = np.where(hit, 15 - days, 0.0)
    share, mean = arm(days, cause, 1, w, 15), arm(days, cause, 1, w, 15, "days")

    assert (hit.mean(), hit.var() / len(hit)) == pytest.approx((share.value, share.variance), abs=1e-9)
    assert (lost.mean(), lost.var() / len(lost)) == pytest.approx((mean.value, mean.variance), abs=1e-9)
    assert len(hit) == pytest.approx(share.worth)


def test_two_arms_without_censoring_are_newcombe_s():
    """M3: the same interval as of shares that were only counted."""
    one, other = ([(9, 1)] * k + [(9, 2)] * (n - k) for k, n in ((56, 70), (48, 80)))
    arms = [arm(*(a := arrays(ends))[:2], 1, a[2], 10) for ends in (one, other)]

    assert newcombe((56, 48), (70, 80)) == pytest.approx(apart(*arms))


def courses(rng: np.random.Generator, n: int, base: float, cut: float, censored: bool = True) -> Courses:
    """Accounts of which a share `base` would leave in 180 days and half renew, whichever comes first; 30% held out."""
    own = rng.permutation(n) >= round(0.3 * n)
    u, day = rng.random(n), np.ceil(rng.random(n) * 180)
    would = np.where(u < base * np.where(own, 1 - cut, 1), 1, np.where(u < base + 0.5, 2, 0))
    until = np.ceil(60 + rng.random(n) * 240) if censored else np.full(n, 181.0)
    ended = (would > 0) & (day <= until)
    return Courses(
        np.where(ended, day, until), np.where(ended, would, 0), ("churned", "renewed"), own, np.zeros(n, int)
    )


def split(c: Courses, measure: Measure) -> tuple[float, float, float]:
    arms = [arm(c.days[r], c.cause[r], 1, np.ones(int(r.sum())), 180, measure) for r in (c.treated, ~c.treated)]
    return apart(*arms)


@pytest.mark.parametrize("measure", ["share", "days"])
def test_intervals_hold_the_truth_and_variances_are_those_seen(measure: Measure):
    """Issue 6 line 5: 400 simulated trials of 200 accounts, a third of them followed to the end; 3.5 Monte-Carlo errors."""
    rng = np.random.default_rng(9)
    truth = -0.05 if measure == "share" else -0.05 * (180 - 90.5)
    found = np.array([split(courses(rng, 200, 0.1, 0.5), measure) for _ in range(400)])
    held = np.mean((found[:, 1] <= truth) & (truth <= found[:, 2]))
    one = courses(rng, 5000, 0.2, 0)
    alone = arm(one.days, one.cause, 1, np.ones(5000), 180, measure)
    few = [courses(rng, 250, 0.2, 0) for _ in range(300)]
    seen = np.var([arm(c.days, c.cause, 1, np.ones(250), 180, measure).value for c in few])

    assert abs(held - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / 400)
    assert alone.variance * 20 == pytest.approx(seen, rel=0.3)


def test_strata_drawn_with_other_shares_do_not_deceive():
    """M17: half of the small are held out, a tenth of the large, who never leave: without strata the served would seem to do better."""
    rng = np.random.default_rng(4)
    size, hold, base = (np.repeat(v, 400) for v in ((0, 1), (0.5, 0.1), (0.4, 0.0)))
    own, left = rng.random(800) >= hold, rng.random(800) < base
    c = Courses(np.where(left, 50.0, 180.0), left.astype(int), ("churned",), own, size)
    w = balanced(c)
    arms = [arm(c.days[r], c.cause[r], 1, w[r], 180) for r in (own, ~own)]

    assert own[left].mean() < own.mean() - 0.1
    assert abs(apart(*arms)[0]) < 0.05
    assert permuted(c, 1, 180, "share", 500) > 0.05


def test_an_answer_is_an_estimate_or_a_refusal_with_its_reason():
    """M16 M17: a cut is found; nothing is claimed of a broken draw, too few ends, or accounts nobody followed so far."""
    c = courses(np.random.default_rng(3), 800, 0.3, 0.7)
    drawn = Drawn(True, 0.4)
    got = compare_fates("q", c, "churned", 180, "days", drawn, LEAST)
    share = compare_fates("q", c, "churned", 180, "share", drawn, LEAST)

    assert isinstance(got, Estimate) and isinstance(share, Estimate)
    assert ("A", "down", "down", (560, 240)) == (got.grade, got.direction, share.direction, got.n)
    assert "renewed" in got.checks["ruled out by"] and "points" in got.checks["cumulative incidence"]
    assert "C" == compare_fates("q", c, "churned", 180, "days", Drawn(False, None), LEAST).grade
    for why, told in (
        ("which a plan cannot explain", compare_fates("q", c, "churned", 180, "days", Drawn(True, 1e-9, "a plan"), LEAST)),
        ("accounts ended so in time", compare_fates("q", c, "churned", 1, "days", drawn, LEAST)),
        ("were followed for 400 days", compare_fates("q", c, "churned", 400, "days", drawn, LEAST)),
    ):  # fmt: skip
        assert isinstance(told, Refusal)
        assert why in told.reason
    with pytest.raises(BadInput, match="there are churned, renewed"):
        compare_fates("q", c, "left", 180, "days", drawn, LEAST)
