"""A company that answers what is done to it: each day films may be sent, the next day its systems tell what came of them.

Truth is the same seed lived again with other films: `lived(plan, planted, sent)` with the log emptied or filtered. Because draws go by
name, an account that was sent nothing lives the same life in every such world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalreel.simulator.company import written
from vitalreel.simulator.draws import Floats, Ints
from vitalreel.simulator.films import Films, Planted, Sent, Watched
from vitalreel.simulator.founding import Founding, found
from vitalreel.simulator.life import Life
from vitalreel.simulator.plan import Plan
from vitalreel.simulator.trail import Trail


@dataclass(frozen=True, slots=True)
class Book:
    """Every account's contract as the company's own systems have it at the end of a day."""

    live: NDArray[np.bool_]
    arr: Floats  # whole currency units a year
    seats: Floats
    renewal: Ints  # day number of the next one


class Loop:
    """One company, lived a day at a time up to the plan's end."""

    def __init__(self, plan: Plan, planted: Planted) -> None:
        self.plan, self.who = plan, found(plan)
        self.start = plan.end - timedelta(days=plan.days - 1)
        self.trail = Trail(self.start)
        self.today = -1  # the last day lived; 0 is the first
        self._films = Films(plan, planted)
        self._life = Life(plan, self.who, self.trail)

    def step(self, sent: Sequence[Sent] = ()) -> tuple[Watched, ...]:
        """Live through the next day, on which these films leave; answers what was watched on it, of films sent before too.

        Raises ValueError where a film is of another day, or the plan's last day has been lived.
        """
        t = self.today + 1
        if t >= self.plan.days:
            raise ValueError(f"the plan ends on {self.plan.end}")
        if wrong := [s for s in sent if s.day != t]:
            raise ValueError(f"a film of day {wrong[0].day} cannot leave on day {t}")
        self._films.send(sent, self._life.health)
        watched = self._films.day(t)
        self._life.lift = self._films.lift()
        self._life.step(t)
        self.today = t
        return watched

    def tables(self, since: int = 0) -> Mapping[str, pa.Table]:
        """What the company's systems hold at the end of the last day lived; of daily usage only the days from `since` on."""
        upto = replace(self.plan, days=self.today + 1, end=self.start + timedelta(days=self.today))
        return written(upto, self.who, self.trail, since)

    def book(self) -> Book:
        """The contracts at the end of the last day lived."""
        life = self._life
        live = life.alive & (self.today >= self.who.start)
        return Book(live, life.arr.copy(), life.seats.copy(), life.renewal.copy())

    def weekly_users(self) -> Floats:
        """(days lived, accounts): people in the seven days up to each, NaN where an account was no customer."""
        use, found = self.trail.columns("usage"), np.full((self.today + 1, self.plan.accounts), np.nan)
        if use:
            found[use["t"], use["account"]] = use["weekly_users"]
        return found

    def branch(self, planted: Planted | None = None) -> Loop:
        """The same life up to today, to be lived on apart from this one.

        planted: the truth about films from here on. Raises ValueError where a film was sent already under another.
        """
        other = deepcopy(self)
        if planted is not None:
            if self._films.sent:
                raise ValueError("films were sent already: what they do cannot become another")
            other._films = Films(self.plan, planted)
        return other

    def day(self, when: date) -> int:
        """The number of a date."""
        return (when - self.start).days


def lived(plan: Plan, planted: Planted, sent: Sequence[Sent]) -> tuple[Founding, Trail]:
    """The whole plan lived with these films and no others: who there was, and what happened to them."""
    loop = Loop(plan, planted)
    by_day: dict[int, list[Sent]] = {}
    for film in sent:
        by_day.setdefault(film.day, []).append(film)
    for t in range(plan.days):
        loop.step(by_day.get(t, ()))
    return loop.who, loop.trail
