"""How features are taken up: times with those still waiting counted, order, depth, and what goes with staying."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.health.opportunity.adoption import (
    DECIDED_LEAST,
    LEAST,
    Depth,
    Pace,
    Refusal,
    Staying,
    Step,
    depths,
    median_time,
    order,
    paces,
    staying,
)
from vitalreel.measurement.shares import newcombe


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=2, max_size=60).filter(
        lambda x: any(h for _d, h in x)
    )
)
def test_the_median_time_is_kaplan_and_meiers(watched: list[tuple[int, bool]]) -> None:
    """H9: against scipy's estimator and its log-log limits, whatever the days and who is still waiting."""
    days, happened = np.array([d for d, _h in watched]), np.array([h for _d, h in watched])
    sample = scipy.stats.CensoredData(uncensored=days[happened], right=days[~happened])
    survival = scipy.stats.ecdf(sample).sf
    with np.errstate(all="ignore"):
        limits = survival.confidence_interval(0.95, method="log-log")

    def first(values: np.ndarray, known: np.ndarray) -> int | None:
        there = np.flatnonzero((values <= 0.5 + 1e-9) & known)
        return int(survival.quantiles[there[0]]) if len(there) else None

    event = np.isin(survival.quantiles, days[happened])
    median, low, high = median_time(days, happened)
    assert first(survival.probabilities, event) == median
    inner = (survival.probabilities > 0) & (survival.probabilities < 1)
    mine = (low, high)
    theirs = [np.where(inner, limit.probabilities, survival.probabilities) for limit in (limits.low, limits.high)]

    assert tuple(first(values, event) for values in theirs) == mine


def test_those_who_have_not_got_there_count_for_as_long_as_they_were_watched() -> None:
    """H9: twelve of thirty took it up, so the median is not reached; customers from before the data are left out."""
    since = np.array([100] * 30 + [10] * 40)
    first = np.array([[100 + 3 * i] for i in range(12)] + [[0]] * 18 + [[60]] * 40)
    found = paces(["f"], since, first, np.full(70, 400), 50)

    assert [Pace("f", 12, 30, None, 27, None)] == found


def test_below_ten_adopters_nothing_is_said() -> None:
    """H9: data floors, in words."""
    found = paces(["f"], np.full(30, 100), np.array([[120]] * (LEAST - 1) + [[0]] * 21), np.full(30, 400), 50)

    assert [Refusal("f", "9 accounts watched from the first day took it up, 10 are the least")] == found
    assert isinstance(paces(["f"], np.full(30, 100), np.zeros((30, 1), int), np.full(30, 400), None)[0], Refusal)


def test_the_usual_order_and_what_follows() -> None:
    """H9: c then a for eleven accounts, one the other way round; b in no order that could be told."""
    first = np.array([[120, 0, 110]] * 11 + [[110, 0, 120]] + [[0, 130, 0]] * 5)

    assert (["c", "a"], [Step("c", "a", 11, 11)]) == order(["a", "b", "c"], first, np.full(17, 100), 50)


def test_depth_is_use_a_day_of_use_per_person() -> None:
    """H9: forty uses on four days by people of ten: one each; accounts whose people are unknown are left out."""
    people = np.array([10.0] * 12 + [np.nan] * 5)
    recent, days = np.full((17, 1), 40.0), np.full((17, 1), 4)

    assert [Depth("f", 12, 1.0, 1.0, 1.0)] == depths(["f"], recent, days, people)
    assert isinstance(depths(["f"], recent, days, people * np.nan)[0], Refusal)


def test_what_goes_with_staying_has_counts_and_an_interval() -> None:
    """H9: 58 of 60 with the feature stayed, 25 of 40 without; Newcombe's interval, wider for two features than for one."""
    used = np.array([[True, i % 2 == 0] for i in range(60)] + [[False, i % 2 == 0] for i in range(40)])
    stayed = np.array([True] * 58 + [False] * 2 + [True] * 25 + [False] * 15)
    f, g = staying(["f", "g"], used, stayed, newcombe)
    assert isinstance(f, Staying)
    assert isinstance(g, Staying)

    assert (60, 58, 40, 25, "staying") == (f.using, f.using_stayed, f.without, f.without_stayed, f.goes_with)
    assert (f.difference, f.low, f.high) == newcombe((58, 25), (60, 40), 0.975)
    assert "neither" == g.goes_with


def test_few_decisions_and_few_leavers_are_refused() -> None:
    """H9: refusals below data floors."""
    used = np.ones((DECIDED_LEAST, 1), bool)
    nobody_left = staying(["f"], used, np.ones(DECIDED_LEAST, bool), newcombe)
    too_few = staying(["f"], used[:5], np.ones(5, bool), newcombe)
    one_sided = staying(["f"], used, np.arange(DECIDED_LEAST) % 2 == 0, newcombe)

    assert ["staying", "staying", "f"] == [x.of for x in (*nobody_left, *too_few, *one_sided) if isinstance(x, Refusal)]
