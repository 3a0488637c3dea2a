"""The simulator's own truth about who leaves: sure where it is decided, zero where no decision comes, right on average."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np

from vitalreel.simulator.fate import fates
from vitalreel.simulator.founding import found
from vitalreel.simulator.life import Life
from vitalreel.simulator.plan import Plan
from vitalreel.simulator.trail import Trail

PLAN = Plan(300, 180, 4, dt.date(2026, 3, 31))
DAY, HORIZON = 100, 60


@cache
def told() -> np.ndarray:
    return fates(PLAN, [DAY], HORIZON, lives=2)[DAY]


def test_a_fate_is_a_chance_of_who_is_a_customer_and_the_same_each_time() -> None:
    """D9: drawn by name."""
    known = told()[~np.isnan(told())]

    assert 0 <= known.min() <= known.max() <= 1
    assert np.array_equal(told(), fates(PLAN, [DAY], HORIZON, lives=2)[DAY], equal_nan=True)


def test_what_happened_is_what_fates_said_on_average_and_of_each_kind() -> None:
    """D9, H7: all whose chance is one left within the horizon, nobody whose chance is nil, and of all as many as they sum to."""
    trail = Trail(PLAN.end - dt.timedelta(days=PLAN.days - 1))
    life = Life(PLAN, found(PLAN), trail)
    for t in range(DAY + HORIZON + 1):
        life.step(t)
    ended = trail.columns("ended")
    gone = np.isin(np.arange(PLAN.accounts), ended["account"][ended["t"] > DAY])
    chance = told()
    here = ~np.isnan(chance)

    assert gone[chance == 1].all()
    assert not gone[chance == 0].any()
    spread = np.sqrt((chance[here] * (1 - chance[here])).sum())
    assert abs(gone[here].sum() - chance[here].sum()) <= 3 * spread + 1e-9
