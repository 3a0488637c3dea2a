"""Which plays a pilot begins with, and what its report says of each at the end (T11)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.identity import AccountId
from vitalreel.measurement.estimate import Estimate, Refusal, direction_of
from vitalreel.measurement.pilot import carried, churn_rate, modules_for, verdict

A, B, C = map(AccountId, "abc")


def test_the_second_play_is_the_one_that_adds_most_to_the_first():
    """T11: renewal carries most; usage carries more than tickets, yet only at accounts that renewal speaks to already."""
    found = {"renewal": {A, B}, "usage": {A, B}, "tickets": {C}}
    arr = {"a": 100_000, "b": 50_000, "c": 30_000}
    chance = {(p, x): 0.5 if p == "usage" else 0.6 for p, xs in found.items() for x in xs}
    order = carried(found, arr, chance)

    assert [("renewal", 90_000, 90_000), ("tickets", 18_000, 18_000), ("usage", 75_000, 0)] == [
        (c.play, c.at_risk, c.adds) for c in order
    ]
    assert (2, 150_000) == (order[0].accounts, order[0].arr)


@given(
    st.dictionaries(st.sampled_from("pqrs"), st.sets(st.sampled_from([A, B, C]), min_size=1), min_size=1),
    st.floats(0, 1),
)
def test_what_the_plays_add_is_what_their_accounts_carry_together(found: dict[str, set[AccountId]], p: float):
    """T11: where each account has one probability, no revenue is counted twice and none is lost."""
    arr = {"a": 700, "b": 50, "c": 3}
    order = carried(found, arr, {(play, x): p for play, xs in found.items() for x in xs})

    assert sum(round(arr[x] * p) for x in set().union(*found.values())) == sum(c.adds for c in order)
    assert sorted(found) == sorted(c.play for c in order)
    assert all(a.adds >= b.adds for a, b in pairwise(order))


def test_few_accounts_say_little_about_churn():
    """T11: one of two that left is no half; of two hundred it nearly is."""
    assert pytest.approx((1 + 20 * 0.1) / 22) == churn_rate(1, 2, 0.1)
    assert churn_rate(0, 0, 0.1) == pytest.approx(0.1)
    assert 0.45 < churn_rate(100, 200, 0.1) < 0.5


def test_five_to_ten_modules_are_made_ready_those_of_the_pilot_first():
    """T11: the two plays' own, then those of the next plays until there are five; never more than ten."""
    films = {"p": ["p1"], "q": ["q1", "p1"], "r": ["r1", "r2"], "s": ["s1"], "t": ["t1"]}

    assert [("p1", "p"), ("q1", "q"), ("r1", "r"), ("r2", "r"), ("s1", "s")] == list(modules_for("pqrst", films, 2))
    many = {"p": [f"p{n}" for n in range(7)], "q": [f"q{n}" for n in range(7)]}
    assert 10 == len(modules_for("pq", many, 2))


def estimate(low: float, high: float) -> Estimate:
    return Estimate("", (low + high) / 2, low, high, "A", "", (40, 20), (10, 5), {}, direction_of(low, high))


REFUSED = Refusal("", "11 accounts have their window behind them", "more openings", date(2027, 3, 4), (8, 3), (1, 0))


@pytest.mark.parametrize(
    ("answer", "weak", "over", "said"),
    [
        (estimate(0.02, 0.30), "", False, "scale"),
        (estimate(-0.30, -0.02), "", False, "stop"),
        (estimate(-0.10, 0.12), "", True, "stop"),  # the 15 points it was laid out to show are ruled out
        (estimate(-0.10, 0.12), "the weakest link is the film", True, "fix"),
        (estimate(-0.10, 0.25), "", True, "fix"),
        (estimate(-0.10, 0.25), "", False, "not yet"),
        (REFUSED, "", True, "not yet"),
        (REFUSED, "the weakest link is the delivery", False, "fix"),
    ],
)
def test_the_report_says_scale_fix_or_stop_and_not_yet_while_it_cannot(
    answer: Estimate | Refusal, weak: str, over: bool, said: str
):
    """T11 M16: scale and stop rest on whole intervals of what was drawn by lot; a weak link is named with its figures."""
    got, why = verdict(answer, 0.15, weak, over)

    assert said == got
    assert weak in why
    assert ("grade A" in why) == isinstance(answer, Estimate) or weak
