"""Axes derived from a series: round numbers up the side, months along the foot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from vitalreel.storyboard.text import Text

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_INTERVALS = 4
MOST_MONTHS = 7


def ticks(values: Sequence[float | None], fact: str) -> tuple[tuple[float, Text], ...]:
    """Round numbers from 0 to the first that covers every value, at most MOST_INTERVALS apart; whole where values are."""
    highest = max((v for v in values if v is not None), default=0.0)
    step = _step(max(highest, 1.0), all(v is None or v == int(v) for v in values))
    count = max(1, math.ceil(highest / step - 1e-9))
    return tuple((n * step, Text(f"{n * step:,.10g}", (fact,))) for n in range(count + 1))


def _step(highest: float, whole: bool) -> float:
    size = 10.0 ** math.floor(math.log10(highest / MOST_INTERVALS))
    for candidate in (size * s for s in STEPS):
        if candidate * MOST_INTERVALS >= highest and (not whole or candidate == int(candidate)):
            return candidate
    return size * 10 if not whole else max(1.0, size * 10)


def months(ends: Sequence[date], fact: str) -> tuple[tuple[int, Text], ...]:
    """Labels at the first week that ends in each month, thinned evenly to at most MOST_MONTHS; Januaries show the year."""
    firsts = [n for n in range(1, len(ends)) if (ends[n].year, ends[n].month) != (ends[n - 1].year, ends[n - 1].month)]
    every = max(1, math.ceil(len(firsts) / MOST_MONTHS))
    return tuple((n, Text(_month(ends[n]), (fact,))) for n in firsts[::every])


def _month(day: date) -> str:
    return f"{day:%b} {day.year}" if day.month == 1 else f"{day:%b}"
