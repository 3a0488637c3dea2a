"""How people sound over time: readings in, weekly means, the places where another course begins, and where it is heading out (H16).

A reading is one text's sentiment, -1 to 1. One alone says little: nothing here is ever told of fewer than `ENOUGH` of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Literal

import numpy as np
import scipy

from vitalreel.errors import BadConfiguration
from vitalreel.signals.shifts import shifts

Mood = Literal["positive", "neutral", "negative"]
Heading = Literal["rising", "falling", "steady", "not known"]
WEEKS = 52
"""How far back is looked."""
ENOUGH = 8
"""Readings below which neither a course nor a heading is told."""
BEFORE, AFTER = timedelta(days=14), timedelta(days=7)
"""An event belongs to a turn whose week begins so long after it at most, or so long before it."""
AHEAD_WEEKS = 4
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Reading:
    """One text."""

    day: date
    channel: str  # support | call | meeting | email
    value: float  # -1 (bad) .. 1 (good)
    people: tuple[str, ...] = ()  # contacts who took part, as they are known


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at the account."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class Week:
    first: date  # a Monday
    mean: float | None  # None: nothing was said
    readings: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Another course begins."""

    week: date  # the Monday of its first week
    before: float  # mean of the readings between the turn before and this one
    after: float  # of those up to the next one
    events: tuple[Event, ...]  # near it, the nearest first: together in time, which is no cause


@dataclass(frozen=True, slots=True)
class Course:
    """How one channel, one person, or all of them together have sounded."""

    of: str
    readings: int
    weeks: tuple[Week, ...]  # oldest first
    level: float | None  # mean of the readings since the last turn; None: too few
    turns: tuple[Turn, ...]
    heading: Heading
    ahead: float | None  # where it would be in AHEAD_WEEKS weeks, -1..1; None: not known


@dataclass(frozen=True, slots=True)
class Limits:
    """`tone:` of vitalreel.yaml: levels from which on an account sounds positive, or negative."""

    positive: float = 0.2
    negative: float = -0.2


def read_limits(raw: object, where: str) -> Limits:
    """From `{positive: 0.2, negative: -0.2}`; None gives the defaults. Raises BadConfiguration."""
    if raw is None:
        return Limits()
    good = isinstance(raw, Mapping) and set(raw) == {"positive", "negative"}
    values = [raw[k] for k in ("negative", "positive")] if isinstance(raw, Mapping) and good else []
    if not all(isinstance(v, int | float) and -1 <= v <= 1 for v in values) or values != sorted(values) or not values:
        raise BadConfiguration(
            where, f"cannot read {raw!r}", "write `{positive: 0.2, negative: -0.2}`, between -1 and 1"
        )
    return Limits(float(values[1]), float(values[0]))


def mood(level: float | None, positive: float, negative: float) -> Mood | None:
    """The mood of a level, by the programme's limits; None where there is no level."""
    if level is None:
        return None
    return "positive" if level >= positive else "negative" if level <= negative else "neutral"


def course(of: str, readings: Iterable[Reading], events: Sequence[Event], day: date, weeks: int = WEEKS) -> Course:
    """The course of these readings up to the end of `day`. Later ones, and those older than `weeks`, are not seen."""
    monday = day - timedelta(days=day.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    seen = sorted((r for r in readings if first <= r.day <= day), key=lambda r: r.day)
    by_week = [[r.value for r in seen if (r.day - first).days // 7 == n] for n in range(weeks)]
    shown = tuple(
        Week(first + timedelta(weeks=n), sum(v) / len(v) if v else None, len(v)) for n, v in enumerate(by_week)
    )
    if len(seen) < ENOUGH:
        return Course(of, len(seen), shown, None, (), "not known", None)
    means = np.array([np.nan if w.mean is None else w.mean for w in shown])
    begins = [0, *shifts(means), weeks]
    parts = [
        [r for r in seen if begins[i] <= (r.day - first).days // 7 < begins[i + 1]] for i in range(len(begins) - 1)
    ]
    turns = tuple(
        Turn(shown[begins[i]].first, _mean(parts[i - 1]), _mean(parts[i]), _near(shown[begins[i]].first, events))
        for i in range(1, len(parts))
        if parts[i - 1] and parts[i]
    )
    heading, ahead = _heading(parts[-1] or seen, day)
    return Course(of, len(seen), shown, _mean(parts[-1] or seen), turns, heading, ahead)


def _mean(readings: Sequence[Reading]) -> float:
    return sum(r.value for r in readings) / len(readings)


def _near(week: date, events: Sequence[Event]) -> tuple[Event, ...]:
    near = [e for e in events if week - BEFORE <= e.day < week + AFTER]
    return tuple(sorted(near, key=lambda e: (abs((e.day - week).days), e.what)))


def _heading(readings: Sequence[Reading], day: date) -> tuple[Heading, float | None]:
    """Whether the readings of the last course rise or fall, by the slope's t-test at 5%, and where that leads.

    Least squares over the readings themselves, so that a week of many says more than a week of one.
    """
    n = len(readings)
    if n < ENOUGH:
        return "not known", None
    x = np.array([(r.day - day).days / 7 for r in readings])
    y = np.array([r.value for r in readings])
    along = float(((x - x.mean()) ** 2).sum())
    if along == 0:
        return "steady", float(y.mean())
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / along
    left = y - y.mean() - slope * (x - x.mean())
    error = sqrt(float((left**2).sum()) / (n - 2) / along)
    if error == 0:
        p = 0.0 if slope else 1.0
    else:
        p = 2 * float(scipy.special.stdtr(n - 2, -abs(slope) / error))
    if p >= ALPHA:
        return "steady", float(y.mean())
    ahead = float(np.clip(y.mean() + slope * (AHEAD_WEEKS - x.mean()), -1, 1))
    return ("rising" if slope > 0 else "falling"), ahead
