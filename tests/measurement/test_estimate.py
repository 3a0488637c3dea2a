"""A play's accounts become an Estimate or a Refusal that says why and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from math import prod

import pytest

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors, Followed, compare
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.shares import ratio_of_shares, sample_ratio

TODAY = date(2026, 10, 1)


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
    assert ("R", (0, 0)) == (got.grade, got.n)
    assert got.earliest is not None
    assert got.earliest > TODAY


def test_enough_randomised_outcomes_make_a_grade_a_estimate():
    """M16: value, interval, method, accounts, events and checks travel together."""
    got = compare("recovered", accounts(140, 60, (70, 15), date(2026, 1, 1)), 45, 0.3, TODAY, Floors())

    assert isinstance(got, Estimate)
    assert ("A", (140, 60), (70, 15)) == (got.grade, got.n, got.events)
    assert pytest.approx(0.25) == got.value
    assert got.low < got.value < got.high
    assert "up" == got.direction


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


def test_equals_are_compared_and_the_log_says_who_is_equal():
    """M17: of two groups drawn with different shares, each without an effect, a plain comparison makes one of 25 points."""
    mixed = [
        replace(a, account=AccountId(f"{name}-{a.account}"), stratum=name, planned=planned)
        for name, n, events, planned in (("small", (160, 40), (16, 4), 0.2), ("large", (40, 160), (24, 96), 0.8))
        for a in accounts(*n, events, date(2026, 1, 1))
    ]
    got = compare("churned", mixed, 45, 0.3, TODAY, Floors())

    assert isinstance(got, Estimate)
    assert ((40, 100), pytest.approx(0)) == (got.events, got.value)
    assert "from the assignment log for 400 of 400 accounts" == got.checks["planned shares"]
    assert "2, of them 0 with one arm only, which say nothing" == got.checks["strata"]


def test_the_split_is_tested_against_each_account_s_own_share():
    """M17: exact over all ways to hold out so many where shares differ; what one share would pass, two do not."""
    shares = [0.1] * 4 + [0.5] * 3
    chances: dict[int, float] = {}
    for held in product((0, 1), repeat=7):
        chance = prod(s if h else 1 - s for s, h in zip(shares, held, strict=True))
        chances[sum(held)] = chances.get(sum(held), 0.0) + chance
    expected = sum(c for c in chances.values() if c <= chances[5] * (1 + 1e-9))
    broken = [replace(a, planned=0.1) for a in accounts(140, 60, (70, 15), date(2026, 1, 1))]
    refused = compare("recovered", broken, 45, 0.3, TODAY, Floors())

    assert pytest.approx(expected) == ratio_of_shares(5, {0.1: 4, 0.5: 3})
    assert isinstance(
        compare("recovered", accounts(140, 60, (70, 15), date(2026, 1, 1)), 45, 0.3, TODAY, Floors()), Estimate
    )
    assert isinstance(refused, Refusal)
    assert "140 to 60 where 20 were planned to be held out" in refused.reason


def test_a_play_that_holds_nobody_out_is_refused_as_such():
    """M16 T8: a critical play has no holdout; waiting will not make one, and nothing is broken."""
    got = compare("recovered", accounts(90, 0, (40, 0), date(2026, 1, 1)), 45, 0.0, TODAY, Floors())

    assert isinstance(got, Refusal)
    assert "holds nobody out" in got.reason
    assert got.earliest is None


def test_a_look_before_the_end_has_a_wider_interval():
    """M17: the same accounts, read as the first of two looks, at half of what was planned."""
    many = accounts(140, 60, (70, 15), date(2026, 1, 1))
    once, early = (compare("recovered", many, 45, 0.3, TODAY, Floors(), looks=looks) for looks in ((), (0.5,)))

    assert isinstance(once, Estimate)
    assert isinstance(early, Estimate)
    assert early.value == once.value
    assert early.low < once.low < once.high < early.high
    assert "look 1, at 50% of what was planned" in early.checks["looks"]
