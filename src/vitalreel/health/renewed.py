"""What became of renewals so far: decided ones by kind of contract and segment, and the share that renewed with its exact interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import scipy

FLOOR = 30
"""Decided renewals below which no rate is claimed: rules only."""
SHORT_DAYS = 100
"""A contract that runs no longer renews so often that its rate says nothing of yearly ones, nor theirs of it."""
NEAR = timedelta(days=31)
"""An amount that changed so near to the end of a term, or to a year of it, changed with its renewal."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Decided:
    """A renewal whose outcome is known."""

    account: str
    segment: str
    day: date
    renewed: bool
    short: bool = False  # of a contract of SHORT_DAYS at most


@dataclass(frozen=True, slots=True)
class Rate:
    """Decided renewals of a segment (or of all, "") and the share that renewed, of long contracts or of short ones."""

    segment: str
    renewed: int
    decided: int
    short: bool = False

    @property
    def share(self) -> float:
        """The mean of what may be true of it, half a renewal and half a loss added (Jeffreys' prior)."""
        return (self.renewed + 0.5) / (self.decided + 1)

    @property
    def limits(self) -> tuple[float, float]:
        """Exact 95% interval of the share (Clopper and Pearson 1934)."""
        return clopper_pearson(self.renewed, self.decided)


@dataclass(frozen=True, slots=True)
class Term:
    """One contract as history has it."""

    start: date
    end: date | None  # None: it names no end

    @property
    def short(self) -> bool:
        return self.end is not None and (self.end - self.start).days <= SHORT_DAYS


def at_renewal(day: date, terms: Iterable[Term]) -> bool:
    """Whether a day is within NEAR of the end of one of the terms, or of a whole number of years after its start."""
    for term in terms:
        if term.end is not None and abs(day - term.end) <= NEAR:
            return True
        for year in (day.year - 1, day.year, day.year + 1):
            turn = term.start.replace(
                year=year, day=28 if (term.start.month, term.start.day) == (2, 29) else term.start.day
            )
            if turn > term.start and abs(day - turn) <= NEAR:
                return True
    return False


def was_short(day: date, terms: Iterable[Term]) -> bool:
    """Whether the contract that ran up to a day was a short one: the one that began last before it."""
    before = [t for t in terms if t.start < day]
    return bool(before) and max(before, key=lambda t: t.start).short


def clopper_pearson(events: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934, Biometrika 26:404), by quantiles of the beta distribution; n > 0."""
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(scipy.special.betaincinv(events, n - events + 1, tail))
    high = 1.0 if events == n else float(scipy.special.betaincinv(events + 1, n - events, 1 - tail))
    return low, high


def rates(decided: Iterable[Decided]) -> tuple[Rate, ...]:
    """Of long contracts and of short ones, where FLOOR of them are decided: of all first, then of each segment with so many."""
    every = list(decided)
    found: list[Rate] = []
    for short in (False, True):
        of_kind = [d for d in every if d.short is short]
        if len(of_kind) < FLOOR:
            continue
        segments = sorted({d.segment for d in of_kind} - {""})
        for segment in ("", *segments):
            mine = [d for d in of_kind if not segment or d.segment == segment]
            if len(mine) >= FLOOR:
                found.append(Rate(segment, sum(d.renewed for d in mine), len(mine), short))
    return tuple(found)


def refusal(decided: int) -> str:
    """Why no rate is claimed."""
    return f"rules only: {decided} renewals with a known outcome are too few to forecast from, {FLOOR} are needed"
