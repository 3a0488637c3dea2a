"""Looking before the end without being fooled: how wide an interval must be at each look so that all together err in 5 of 100 (M17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal

import numpy as np
import scipy

from vitalreel.errors import BadConfiguration
from vitalreel.measurement.shares import Floats

ALPHA = 0.05
_STEP = 0.04  # of the grid, in standard deviations of the increment to come
_FAR = 9.0  # standard deviations beyond which nothing happens

Every = Literal["once", "month", "quarter"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`looks:` of vitalreel.yaml: when a play is looked at, and how many accounts were planned for it."""

    every: Every = "quarter"  # a look at each end of such a time, and one on the day of the report; once: only that one
    planned: int = 400  # accounts of a play with their window over, at which it is judged for good; > 0


def read_looks(raw: object, where: str) -> Schedule:
    """The Schedule of parsed YAML; None is the shipped one. Raises BadConfiguration naming what to write."""
    if raw is None:
        return Schedule()
    if not isinstance(raw, Mapping) or set(raw) - {"every", "planned"}:
        raise BadConfiguration(where, "is not `every` and `planned`", "write `{every: quarter, planned: 400}`")
    every, planned = raw.get("every", "quarter"), raw.get("planned", 400)
    if every not in ("once", "month", "quarter"):
        raise BadConfiguration(f"{where}.every", f"{every!r} is not known", "write once, month or quarter")
    if isinstance(planned, bool) or not isinstance(planned, int) or planned < 1:
        raise BadConfiguration(
            f"{where}.planned", f"{planned!r} is no number of accounts", "write a whole number above 0"
        )
    return Schedule(every, planned)


def look_days(schedule: Schedule, first: date, today: date) -> tuple[date, ...]:
    """The days on which data that began on `first` were due to be looked at, rising; `today` is the last."""
    months = {"once": (), "month": range(1, 13), "quarter": (1, 4, 7, 10)}[schedule.every]
    ends = (
        date.fromordinal(date(year, month, 1).toordinal() - 1)
        for year in range(first.year, today.year + 2)
        for month in months
    )
    return (*(day for day in ends if first <= day < today), today)


def fractions(days: Sequence[date], there: Callable[[date], int], planned: int) -> tuple[float, ...]:
    """The share of what was planned that was there on each day that brought more than the one before.

    there: accounts that could be read on a day; 0: no figure could be shown then, so it was no look. Where more came than was
    planned, the shares are of what came: the last is 1 and the looks before it spent a little more than they would have.
    """
    counts = sorted({n for day in days if (n := there(day))})
    most = max([planned, *counts])
    return tuple(n / most for n in counts)


def bounds(fractions: Sequence[float], alpha: float = ALPHA) -> tuple[float, ...]:
    """By look, the |z| above which a difference may be claimed; two-sided, and all looks together err with probability `alpha`.

    fractions: of the planned information (accounts, or events where they are rare) there was at each look so far, rising, in 0..1. The
    later ones need not be planned: the error is spent as information comes, by Lan and DeMets 1983 (Biometrika 70:659) after O'Brien
    and Fleming, 2 - 2 Phi(z / sqrt(t)) on each side, and the bounds follow by recursive integration (Armitage, McPherson and Rowe 1969).
    Raises ValueError where the fractions do not rise inside (0, 1].
    """
    if not fractions or list(fractions) != sorted(set(fractions)) or not 0 < fractions[0] <= fractions[-1] <= 1:
        raise ValueError("looks are rising shares of what is planned, above 0 and at most 1")
    found: list[float] = []
    spent, before = 0.0, 0.0
    grid, density = np.zeros(1), np.ones(1)  # of the score not yet stopped; density times width, sums to what is left
    for t in fractions:
        move = sqrt(t - before)
        spend = _spent(t, alpha) - spent
        bound = _crossed(grid, density, move, spend)
        found.append(float(bound / sqrt(t)))
        inside = np.linspace(-bound, bound, int(2 * bound / (_STEP * move)) + 3)
        kernel = np.exp(-0.5 * ((inside[:, None] - grid[None, :]) / move) ** 2) / (move * sqrt(2 * np.pi))
        width = np.full(len(inside), inside[1] - inside[0])
        width[[0, -1]] /= 2
        grid, density = inside, (kernel @ density) * width
        spent, before = spent + spend, t
    return tuple(found)


def level_at(fractions: Sequence[float], alpha: float = ALPHA) -> float:
    """The confidence level of the interval at the last of these looks: of all looks' intervals together, 1 - alpha hold the truth.

    Repeated confidence intervals, Jennison and Turnbull 1989 (JRSS B 51:305).
    """
    return float(1 - 2 * scipy.special.ndtr(-bounds(fractions, alpha)[-1]))


def _spent(t: float, alpha: float) -> float:
    """The one-sided error spent by information t."""
    return float(2 * scipy.special.ndtr(scipy.special.ndtri(alpha / 4) / sqrt(t)))


def _crossed(grid: Floats, density: Floats, move: float, spend: float) -> float:
    """The score above which, after the next increment, as much is found as may be spent on one side."""
    low, high = 0.0, float(grid[-1]) + _FAR * move
    for _ in range(60):
        middle = (low + high) / 2
        above = float(density @ scipy.special.ndtr((grid - middle) / move))
        low, high = (low, middle) if above < spend else (middle, high)
    return high
