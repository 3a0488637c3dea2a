"""The closed little language of a module's `from:`: what to look up in a dossier, checked when the module is read.

contract.renewal                                          a field of the dossier
usage.active_users last full week                         the latest reading in a week ...
usage.active_users same week last quarter                 ... 13 weeks earlier, `last year` 52 weeks earlier
usage.active_users busiest day of last full week          the highest reading in a week, for daily readings
usage.actions total over last 13 weeks                    a sum over whole weeks ending on the as-of day
usage.actions total over the 13 weeks before              the window just before that
usage.actions total over the same 13 weeks last year      the window 52 weeks earlier
usage.active_users mean over last 4 weeks                 a mean over the weeks that have a reading
usage.active_users by week over 26 weeks                  a series, for a chart: the latest reading of each week
usage.actions total by week over 26 weeks                 ... its sum; `busiest day by week over` its highest reading
usage.actions quarter total by week over 26 weeks         ... the sum of the 13 weeks up to each week, for sparse use
features over last 13 weeks against the 13 weeks before, top 4        rows, for bars
change(now, before) | difference(now, before) | share(part, whole)    of two facts of the module
peers.count(now, before) | peers.median_change(now, before)           the same two windows over similar accounts
largest_fall(rows).name | .now | .before | .change        the row of a rows fact that fell most
steady(rows).count | all(rows).count                      rows within 10% of before; all rows
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from vitalreel.briefs.dossier import field_type

QUARTER_WEEKS, YEAR_WEEKS = 13, 52
ByWeekHow = Literal["last", "peak", "total", "quarter"]


@dataclass(frozen=True, slots=True)
class Window:
    """`weeks` whole weeks that end `back` weeks before the as-of day."""

    weeks: int
    back: int


@dataclass(frozen=True, slots=True)
class Field:
    name: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One number out of a weekly series."""

    metric: str
    how: Literal["last", "peak", "total", "mean"]
    window: Window


@dataclass(frozen=True, slots=True)
class ByWeek:
    metric: str
    weeks: int
    how: ByWeekHow


@dataclass(frozen=True, slots=True)
class ByFeature:
    now: Window
    before: Window
    top: int


@dataclass(frozen=True, slots=True)
class OfTwo:
    """A number out of two other facts of the module, in the order given."""

    how: Literal["change", "difference", "share", "peers.count", "peers.median_change"]
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class OfRows:
    """A part of a rows fact of the module."""

    how: Literal["largest_fall", "steady", "all"]
    rows: str
    part: Literal["name", "now", "before", "change", "count"]


Lookup = Field | Measured | ByWeek | ByFeature | OfTwo | OfRows

_WINDOWS: tuple[tuple[str, Callable[[int], Window]], ...] = (
    (r"last (\d+) weeks", lambda n: Window(n, 0)),
    (r"the (\d+) weeks before", lambda n: Window(n, n)),
    (r"the same (\d+) weeks last quarter", lambda n: Window(n, QUARTER_WEEKS)),
    (r"the same (\d+) weeks last year", lambda n: Window(n, YEAR_WEEKS)),
)
_READINGS = {
    "last full week": Window(1, 0),
    "same week last quarter": Window(1, QUARTER_WEEKS),
    "same week last year": Window(1, YEAR_WEEKS),
}
_BY_WEEK: Mapping[str | None, ByWeekHow] = {
    "quarter total": "quarter",
    None: "last",
    "busiest day": "peak",
    "total": "total",
}
_METRIC = r"usage\.([a-z][a-z0-9_]*)"


def _window(text: str) -> Window | None:
    for pattern, make in _WINDOWS:
        if found := re.fullmatch(pattern, text):
            weeks = int(found[1])
            return make(weeks) if 1 <= weeks <= YEAR_WEEKS else None
    return None


def _measured(text: str) -> Lookup | None:
    if found := re.fullmatch(_METRIC + r" (.+)", text):
        metric, rest = found[1], found[2]
        if rest in _READINGS:
            return Measured(metric, "last", _READINGS[rest])
        if rest.removeprefix("busiest day of ") in _READINGS:
            return Measured(metric, "peak", _READINGS[rest.removeprefix("busiest day of ")])
        if over := re.fullmatch(r"(total|mean) over (.+)", rest):
            window = _window(over[2])
            return Measured(metric, "total" if over[1] == "total" else "mean", window) if window else None
        if weekly := re.fullmatch(r"(?:(total|busiest day|quarter total) )?by week over (\d+) weeks", rest):
            weeks = int(weekly[2])
            how = _BY_WEEK[weekly[1]]
            return ByWeek(metric, weeks, how) if 2 <= weeks <= YEAR_WEEKS else None
    return None


def _by_feature(text: str) -> Lookup | None:
    found = re.fullmatch(r"features over (.+) against (.+), top (\d)", text)
    if not found:
        return None
    now, before, top = _window(found[1]), _window(found[2]), int(found[3])
    return ByFeature(now, before, top) if now and before and 1 <= top <= 5 else None


def _of_two(text: str) -> Lookup | None:
    found = re.fullmatch(r"(change|difference|share|peers\.count|peers\.median_change)\((\w+), (\w+)\)", text)
    return OfTwo(found[1], found[2], found[3]) if found else None  # type: ignore[arg-type]  # the pattern is the type


def _of_rows(text: str) -> Lookup | None:
    if found := re.fullmatch(r"largest_fall\((\w+)\)\.(name|now|before|change)", text):
        return OfRows("largest_fall", found[1], found[2])  # type: ignore[arg-type]  # the pattern is the type
    if found := re.fullmatch(r"(steady|all)\((\w+)\)\.count", text):
        return OfRows(found[1], found[2], "count")  # type: ignore[arg-type]  # the pattern is the type
    return None


def _field(text: str) -> Lookup | None:
    return Field(text) if field_type(text) else None


def read_lookup(text: str, earlier: Collection[str]) -> Lookup:
    """The lookup a `from:` asks for.

    earlier: names of the module's facts defined above this one; only those may be built upon.
    Raises ValueError with a sentence for the author.
    """
    for read in (_field, _measured, _by_feature, _of_two, _of_rows):
        if (found := read(text)) is not None:
            _check_names(found, earlier)
            return found
    raise ValueError(f"cannot look up {text!r}; the forms are listed in docs/concepts/tracing.md")


def _check_names(lookup: Lookup, earlier: Collection[str]) -> None:
    wanted: tuple[str, ...] = ()
    if isinstance(lookup, OfTwo):
        wanted = (lookup.first, lookup.second)
    elif isinstance(lookup, OfRows):
        wanted = (lookup.rows,)
    for name in wanted:
        if name not in earlier:
            raise ValueError(f"{name!r} is not a fact defined above this one")
