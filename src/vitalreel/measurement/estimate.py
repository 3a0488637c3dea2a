"""An answer that may be shown: an Estimate with its interval and grade, or a Refusal with its reason (M16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Grade = Literal["A", "B", "C", "R"]
"""A randomised and checks passed; B matched and all gates passed; C descriptive; R refused."""

Direction = Literal["up", "down"]
"""Which way the outcome differs in the first arm, served or treated."""


Unit = Literal["points", "basis points", "days", "amount"]
"""How a difference is told: points and basis points are of a share, which stays a share in `value`."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference (served minus held out, treated minus not) with a 95% interval."""

    question: str
    value: float
    low: float
    high: float
    grade: Literal["A", "B", "C"]
    method: str
    n: tuple[int, int]  # served, held out
    events: tuple[int, int] | None  # None: the outcome is an amount, not something that happens
    checks: Mapping[str, str]
    direction: Direction | None = None  # None: none can be told
    kind: Literal["estimate"] = "estimate"
    unit: Unit = "points"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no figure is given, what would help, and when at the earliest one could be."""

    question: str
    reason: str
    would_help: str
    earliest: date | None
    n: tuple[int, int]
    events: tuple[int, int] | None
    direction: Direction | None = None  # where the data carry that much and no more
    checks: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["refusal"] = "refusal"

    @property
    def grade(self) -> Grade:
        return "R"


def direction_of(low: float, high: float) -> Direction | None:
    """The side of zero on which a whole interval lies."""
    return "up" if low > 0 else "down" if high < 0 else None
