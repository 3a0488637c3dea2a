"""A part of the report: figures, each counted from rows that stand behind it, and a sentence that says what they come to (M15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.plan import Standing
from vitalreel.measurement.shares import wilson

Answer = Estimate | Refusal
Unit = Literal["share", "count", "days", "hours", "cents", "points"]
NOT_ENOUGH = "Not enough evidence"
LEAST = 5
"""Rows that a share or a median must rest on before it is shown."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, by which a figure is what it is: a row of the app database, or of the lake."""

    kind: str  # opening, film sent, view, answer, task, end, contract, score ...
    id: str  # its own, in the table of its kind
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One account, module, person or event."""

    name: str
    cells: tuple[str, ...]  # under the part's `head`, the name's column aside
    counts: tuple[str, ...] = ()  # keys of the figures that it counts in
    value: float = 0.0  # what it adds to a figure that is a sum or a median
    events: tuple[Event, ...] = ()  # behind it, in order of days


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a part, or why there is none."""

    key: str
    name: str
    value: float | None
    unit: Unit
    rests_on: str = ""  # "12 of 40 accounts"
    low: float | None = None  # of a 95% interval, for shares
    high: float | None = None
    why_none: str = ""
    most: float | None = None  # where `value` is the lowest of a range, its highest


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of an arm's accounts that had come to an end by each day."""

    panel: str  # the end
    name: str  # the arm
    days: int  # of the horizon
    steps: tuple[tuple[float, float], ...]  # (day, share 0..1), both rising


@dataclass(frozen=True, slots=True)
class Part:
    """What one question came to."""

    key: str  # names its place in the document
    title: str
    says: str  # the result in a sentence; begins with NOT_ENOUGH where that is the truth
    figures: tuple[Figure, ...]
    method: str  # how it is counted, and what it does not say
    head: tuple[str, ...]  # of the rows, beginning with the column of their names
    rows: tuple[Row, ...]
    answers: tuple[tuple[str, Answer], ...] = ()  # what is compared, by title
    curves: tuple[Curve, ...] = ()
    plan: Standing | None = None  # by which what it compares by lot is computed, where that was fixed beforehand

    @property
    def enough(self) -> bool:
        return not self.says.startswith(NOT_ENOUGH)

    def behind(self, key: str) -> tuple[Row, ...]:
        """The rows that a figure is counted from."""
        return tuple(row for row in self.rows if key in row.counts)

    def figure(self, key: str) -> Figure:
        """Raises KeyError."""
        found = next((f for f in self.figures if f.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


def refused(reason: str, would_help: str = "") -> str:
    """The sentence of a part that cannot say anything."""
    return f"{NOT_ENOUGH}: {reason}." + (f" What would help: {would_help}." if would_help else "")


def counted(key: str, name: str, rows: Sequence[Row]) -> Figure:
    """How many rows count in it."""
    return Figure(key, name, sum(key in r.counts for r in rows), "count")


def share(key: str, name: str, rows: Sequence[Row], of: str, least: int = LEAST) -> Figure:
    """The share of the rows that count in `of` that count in `key`, with Wilson's interval; none below `least`."""
    among = [r for r in rows if of in r.counts]
    yes = sum(key in r.counts for r in among)
    if len(among) < least:
        why = f"{len(among)} of {least} that a share must rest on"
        return Figure(key, name, None, "share", f"{yes} of {len(among)}", why_none=why)
    return Figure(key, name, yes / len(among), "share", f"{yes} of {len(among)}", *wilson(yes, len(among)))


def middle(key: str, name: str, rows: Sequence[Row], unit: Unit = "days", least: int = LEAST) -> Figure:
    """The median of the values of the rows that count in it; none below `least`."""
    values = [r.value for r in rows if key in r.counts]
    if len(values) < least:
        why = f"{len(values)} of {least} that a median must rest on"
        return Figure(key, name, None, unit, f"{len(values)}", why_none=why)
    return Figure(key, name, median(values), unit, f"median of {len(values)}")


def both(*keys: Collection[str] | str) -> tuple[str, ...]:
    """Keys of figures, single ones and lists of them, as `Row.counts`."""
    found: list[str] = []
    for key in keys:
        found += [key] if isinstance(key, str) else list(key)
    return tuple(k for k in found if k)
