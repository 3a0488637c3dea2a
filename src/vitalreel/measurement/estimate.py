"""An answer that may be shown: an Estimate with its interval and grade, or a Refusal with its reason (M16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Literal

from scipy import stats

Grade = Literal["A", "B", "C"]
"""A randomised and checks passed; B matched and all gates passed; C descriptive. R is a Refusal."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference (served minus held out) with a 95% interval."""

    question: str
    value: float
    low: float
    high: float
    grade: Grade
    method: str
    n: tuple[int, int]  # served, held out
    events: tuple[int, int]
    checks: Mapping[str, str]
    kind: Literal["estimate"] = "estimate"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no figure is given, what would help, and when at the earliest one could be."""

    question: str
    reason: str
    would_help: str
    earliest: date | None
    n: tuple[int, int]
    events: tuple[int, int]
    kind: Literal["refusal"] = "refusal"


def wilson(events: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for a share (Wilson 1927, JASA 22:209). n > 0."""
    z = float(stats.norm.ppf(0.5 + level / 2))
    p = events / n
    middle = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def newcombe(events: tuple[int, int], n: tuple[int, int], level: float = 0.95) -> tuple[float, float, float]:
    """Difference of two independent shares with its interval: (value, low, high).

    Newcombe 1998, Statistics in Medicine 17:873, method 10 (hybrid score). First minus second.
    """
    (p1, p2) = (events[0] / n[0], events[1] / n[1])
    (l1, u1), (l2, u2) = wilson(events[0], n[0], level), wilson(events[1], n[1], level)
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return p1 - p2, low, high


def sample_ratio(n: tuple[int, int], share_held_out: float) -> float:
    """Exact two-sided binomial p-value that the arms came out as assigned (M17)."""
    return float(stats.binomtest(n[1], sum(n), share_held_out).pvalue)
