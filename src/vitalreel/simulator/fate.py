"""The true chance of churn, given all that is hidden: the days that follow are lived again and again with other draws."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from vitalreel.simulator.draws import Floats, Ints
from vitalreel.simulator.founding import found
from vitalreel.simulator.life import Life
from vitalreel.simulator.plan import Plan
from vitalreel.simulator.trail import Trail

LIVES = 24
"""Futures an account is given. A decision within them counts by its chance, not by a draw, so few are enough."""


def fates(plan: Plan, days: Collection[int], horizon_days: int, lives: int = LIVES) -> dict[int, Floats]:
    """Day -> each account's chance to churn in (day, day + horizon], known all that is so at the end of `day`.

    Days are numbered from the plan's first, 0. NaN: not a customer at the end of that day. No predictor can be better, however it
    learnt: what a fate does not know has not been drawn yet.
    """
    life = Life(plan, found(plan), _Silent(plan.end - timedelta(days=plan.days - 1)))
    told = {}
    for t in range(max(days) + 1):
        life.step(t)
        if t in days:
            told[t] = _told(life, t, horizon_days, lives)
    return told


def _told(life: Life, t: int, horizon_days: int, lives: int) -> Floats:
    here = life.alive & (life.who.start <= t)
    stays = np.mean([_Future(life, t, horizon_days, k).lived() for k in range(lives)], axis=0)
    return np.where(here, 1 - stays, np.nan)


class _Silent(Trail):
    """Nobody writes down what might have been."""

    def _add(self, table: str, i: Ints, t: int, **columns: Any) -> None:
        return


class _Future(Life):
    """What may follow the end of a day. Only what decides renewals is lived: nothing seen of an account moves its health."""

    def __init__(self, life: Life, t: int, horizon_days: int, number: int) -> None:
        self.__dict__.update({k: v.copy() if isinstance(v, np.ndarray) else v for k, v in vars(life).items()})
        self.who = life.who
        self.plan = replace(life.plan, seed=1_000_003 * (life.plan.seed + 1) + number)
        self.first, self.last = t + 1, t + horizon_days
        self.stays = np.ones(life.plan.accounts)

    def lived(self) -> Floats:
        """Each account's chance to stay in this future."""
        for t in range(self.first, self.last + 1):
            self.step(t)
        return self.stays

    def _use(self, t: int) -> None:
        return

    def _tickets(self, t: int) -> None:
        return

    def _voices(self, t: int) -> None:
        return

    def _contracts(self, t: int) -> None:
        i = self._deciding(t)
        soon = i[self.renewal[i] <= self.last]
        self.stays[soon] *= 1 - self.leave_chance(soon, t)
        due = np.flatnonzero((self.renewal == t) & self._live(t))
        self.stays[due[self.leaving[due]]] = 0
        self.renewal[due] += self.who.term[due]
