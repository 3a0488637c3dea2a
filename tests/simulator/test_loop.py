"""The company that answers: films that were watched work, and nothing else does; the same seed without them is the truth."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from vitalreel.simulator.company import simulate
from vitalreel.simulator.films import MOST_DAYS, Planted, Sent, Watched
from vitalreel.simulator.loop import Loop, lived
from vitalreel.simulator.plan import Plan
from vitalreel.simulator.trail import Trail

PLAN = Plan(60, 150, 7, date(2026, 8, 2))
DAY = 60
SENT = tuple(Sent(DAY, i, "usage_drop", "champion", 90.0, f"t{i}") for i in range(0, 60, 2))
STRONG = Planted(scale=20.0, spread=0.0)


@cache
def life(planted: Planted, *sent: Sent) -> Trail:
    return lived(PLAN, planted, sent)[1]


def use(trail: Trail) -> np.ndarray:
    """(days, accounts) weekly users, NaN where there is no customer."""
    c = trail.columns("usage")
    found = np.full((PLAN.days, PLAN.accounts), np.nan)
    found[c["t"], c["account"]] = c["weekly_users"]
    return found


def watched(planted: Planted) -> list[Watched]:
    loop = Loop(PLAN, planted)
    return [w for t in range(PLAN.days) for w in loop.step(SENT if t == DAY else ())]


def test_a_company_that_is_sent_nothing_is_the_company_that_was_always_simulated():
    """D9: the closed loop is the same life, down to every row of every table."""
    loop = Loop(PLAN, STRONG)
    for _ in range(PLAN.days):
        assert () == loop.step()

    whole = simulate(PLAN).tables
    assert {n: t.to_pylist() for n, t in whole.items()} == {n: t.to_pylist() for n, t in loop.tables().items()}


def test_its_systems_hand_over_week_by_week_what_they_hold_in_the_end():
    """D9: usage of each week once, and of all else what is known by then."""
    loop, parts, since = Loop(PLAN, STRONG), [], 0
    for t in range(PLAN.days):
        loop.step()
        if (t > 29 and t % 7 == 6) or t == PLAN.days - 1:
            parts.append(loop.tables(since)["usage"])
            since = t + 1
    whole = loop.tables()["usage"]

    assert pa.concat_tables(parts).to_pylist() == whole.to_pylist()


def test_who_was_sent_nothing_lives_the_same_life_whatever_others_were_sent():
    """D9: the truth of an account held out is its own life."""
    others = np.arange(1, 60, 2)

    assert np.array_equal(use(life(STRONG))[:, others], use(life(STRONG, *SENT))[:, others], equal_nan=True)


def test_a_film_works_by_being_watched_and_from_then_on():
    """D9: before the film, and for those who did not open it, nothing differs; who watched uses more."""
    opened = {w.sent.account for w in watched(STRONG)}
    quiet = [s.account for s in SENT if s.account not in opened]
    before, after = use(life(STRONG)), use(life(STRONG, *SENT))

    assert opened and quiet
    assert np.array_equal(before[:DAY], after[:DAY], equal_nan=True)
    assert np.array_equal(before[:, quiet], after[:, quiet], equal_nan=True)
    lifted = np.nanmean((after - before)[DAY + 14 :, sorted(opened)], axis=0)
    assert lifted.mean() > 0
    assert (lifted >= 0).all()


def test_a_placebo_is_watched_and_does_nothing():
    """D9, M19: what people see of it is the same, what they do is what they would have done."""
    placebo = Planted(scale=0.0)

    assert watched(placebo)
    assert np.array_equal(use(life(placebo)), use(life(placebo, *SENT)), equal_nan=True)


def test_viewings_have_their_day_and_share():
    """D9: within the week, from the beginning, each film by its viewer once."""
    found = watched(Planted())

    assert all(DAY <= w.day <= DAY + MOST_DAYS and 0 < w.share <= 1 for w in found)
    assert len({w.sent for w in found}) == len(found) < len(SENT)


def test_films_leave_on_their_own_day_and_the_plan_ends():
    """P5: both are named."""
    loop = Loop(Plan(5, 30, 7, date(2026, 8, 2)), Planted())
    with pytest.raises(ValueError, match="a film of day 60 cannot leave on day 0"):
        loop.step(SENT[:1])
    for _ in range(30):
        loop.step()
    with pytest.raises(ValueError, match="the plan ends on 2026-08-02"):
        loop.step()
