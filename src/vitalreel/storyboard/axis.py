"""Axes derived from a series: round numbers up the side, months along the foot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from vitalreel.storyboard.text import Text

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_INTERVALS = 4
MOST_SPAN = 6
MOST_MONTHS = 7


def ticks(values: Sequence[float | None], fact: str) -> tuple[tuple[float, Text], ...]:
    """Round numbers from 0 to the first that covers every value, at most MOST_INTERVALS apart; whole where values are."""
    highest = max((v for v in values if v is not None), default=0.0)
    step = _step(max(highest, 1.0), all(v is None or v == int(v) for v in values))
    count = max(1, math.ceil(highest / step - 1e-9))
    return tuple((n * step, Text(_label(n * step), (fact,))) for n in range(count + 1))


def _step(highest: float, whole: bool, most: int = MOST_INTERVALS) -> float:
    size = 10.0 ** math.floor(math.log10(highest / most))
    for candidate in (size * s for s in STEPS):
        if candidate * most >= highest and (not whole or candidate == int(candidate)):
            return candidate
    return size * 10 if not whole else max(1.0, size * 10)


def span(values: Sequence[float], fact: str, percent: bool = False) -> tuple[tuple[float, Text], ...]:
    """Round numbers around every value, MOST_SPAN + 1 intervals at most: for dots, which may stand on a scale without 0.

    percent: values are ratios and are labelled in per cent. Values that are all alike get room on both sides, none below 0.
    """
    times = 100 if percent else 1
    low, high = min(values) * times, max(values) * times
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = max(abs(high) / 2, 10.0 if percent else 1.0)
        low, high = (max(0.0, low - room) if low >= 0 else low - room), high + room
    step = _step(high - low, False, MOST_SPAN)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    sign = "%" if percent else ""
    return tuple((n * step / times, Text(_label(n * step) + sign, (fact,))) for n in range(first, last + 1))


def _label(value: float) -> str:
    """Without an exponent, however large, and without the noise of a sum of steps."""
    digits = f"{abs(value):,.10f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{abs(value):,.0f}"
    return f"{'−' if value < 0 and digits != '0' else ''}{digits}"


def months(ends: Sequence[date], fact: str) -> tuple[tuple[int, Text], ...]:
    """Labels at the first week that ends in each month, thinned evenly to at most MOST_MONTHS; Januaries show the year."""
    firsts = [n for n in range(1, len(ends)) if (ends[n].year, ends[n].month) != (ends[n - 1].year, ends[n - 1].month)]
    every = max(1, math.ceil(len(firsts) / MOST_MONTHS))
    return tuple((n, Text(_month(ends[n]), (fact,))) for n in firsts[::every])


def _month(day: date) -> str:
    return f"{day:%b} {day.year}" if day.month == 1 else f"{day:%b}"
