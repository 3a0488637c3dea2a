"""Intervals agree with published figures; a Refusal says why and when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Estimate, Refusal, newcombe, sample_ratio, wilson

TODAY = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [((56, 48), (70, 80), 0.0524, 0.3339), ((9, 3), (10, 10), 0.1705, 0.8090), ((5, 0), (56, 29), -0.0381, 0.1926)],
)
def test_newcombe_agrees_with_the_paper(events: tuple[int, int], n: tuple[int, int], low: float, high: float):
    """M3: cases (a), (b) and (g) of table II, method 10, in Newcombe 1998 (to its four decimals)."""
    _, got_low, got_high = newcombe(events, n)

    assert (low, high) == (pytest.approx(got_low, abs=5e-5), pytest.approx(got_high, abs=5e-5))


@given(st.integers(1, 200), st.data())
def test_wilson_holds_its_share_inside_0_and_1(n: int, data: st.DataObject):
    """M16: an interval never leaves what is possible and always holds the share seen."""
    events = data.draw(st.integers(0, n))
    low, high = wilson(events, n)

    assert 0 <= low <= events / n + 1e-12
    assert events / n - 1e-12 <= high <= 1


def accounts(served: int, held: int, outcomes: tuple[int, int], since: date) -> list[Followed]:
    arms = [("served", i, i < outcomes[0]) for i in range(served)] + [
        ("held_out", i, i < outcomes[1]) for i in range(held)
    ]
    return [
        Followed(AccountId(f"{arm}{i}"), arm, since, since + timedelta(days=9) if hit else None) for arm, i, hit in arms
    ]  # type: ignore[arg-type]


def test_too_few_outcomes_are_refused_with_a_day():
    """M16: not enough evidence is said as such, with what would help and the earliest date."""
    got = compare("recovered", accounts(14, 6, (3, 1), date(2026, 9, 1)), 45, 0.3, TODAY, Floors())

    assert isinstance(got, Refusal)
    assert (0, 0) == got.n
    assert got.earliest is not None
    assert got.earliest > TODAY


def test_enough_randomised_outcomes_make_a_grade_a_estimate():
    """M16: value, interval, method, accounts, events and checks travel together."""
    got = compare("recovered", accounts(140, 60, (70, 15), date(2026, 1, 1)), 45, 0.3, TODAY, Floors())

    assert isinstance(got, Estimate)
    assert ("A", (140, 60), (70, 15)) == (got.grade, got.n, got.events)
    assert pytest.approx(0.25) == got.value
    assert got.low < got.value < got.high


def test_arms_that_cannot_come_from_the_assignment_are_refused():
    """M17: a broken split is a fault to find, never a figure to show."""
    got = compare("recovered", accounts(190, 25, (90, 12), date(2026, 1, 1)), 45, 0.3, TODAY, Floors())

    assert isinstance(got, Refusal)
    assert "cannot explain" in got.reason
    assert sample_ratio((190, 25), 0.3) < 0.001


def test_outcomes_after_the_window_do_not_count():
    """M2: the window is half-open and the same for both arms."""
    late = [Followed(AccountId("a"), "served", date(2026, 1, 1), date(2026, 2, 15))]
    got = compare("recovered", late, 45, 0.3, TODAY, Floors())

    assert (0, 0) == got.events


def test_a_stretch_of_time_too_short_for_a_figure_names_no_day_of_its_own():
    """M16: a quarter that will not have enough accounts is not promised one by waiting."""
    few = accounts(14, 6, (3, 1), date(2026, 9, 1))
    running = compare("recovered", few, 45, 0.3, date(2026, 9, 20), Floors(), date(2026, 10, 1))
    over = compare("recovered", few, 45, 0.3, date(2026, 12, 1), Floors(), date(2026, 10, 1))

    assert isinstance(running, Refusal)
    assert isinstance(over, Refusal)
    assert (None, None) == (running.earliest, over.earliest)
    assert "more than will have joined by 2026-10-01" in running.would_help
    assert "more than joined by 2026-10-01" in over.would_help


def test_a_window_may_reach_past_the_time_in_which_accounts_joined():
    """M6 M12: the quarter's accounts are followed for their whole window, into the next one."""
    many = accounts(140, 60, (70, 15), date(2026, 9, 25))
    waiting = compare("recovered", many, 45, 0.3, TODAY, Floors(), TODAY)
    done = compare("recovered", many, 45, 0.3, date(2026, 11, 9), Floors(), TODAY)

    assert isinstance(waiting, Refusal)
    assert date(2026, 11, 9) == waiting.earliest
    assert isinstance(done, Estimate)
