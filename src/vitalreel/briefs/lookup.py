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
peers.spread(now)                                         the same figure of every similar account, unnamed, ten at least
similar(now, before, feature)                             what changed where it came into use, and where it did not
features by month over last 6 months, top 6               uses in whole calendar months, for a grid
features by place over last 13 weeks, top 6               weeks in use at each of the customer's sites, for a grid
tickets by month over last 10 months, answered within 24 hours        squares; or: closed within 5 days
part(family, median)                                      one figure of a fact of these five kinds
feature.shift_swaps                                       the name of a feature of the product
list of milestones, at most 8                             rows of a list of the dossier, for a table
dots(seats)                                               how many seats one dot stands for in a picture of them
largest_fall(rows).name | .now | .before | .change        the row of a rows fact that fell most
steady(rows).count | all(rows).count                      rows within 10% of before; all rows
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from vitalreel.briefs.dossier import LISTS, field_type

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


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of the module over similar accounts."""

    of: str


@dataclass(frozen=True, slots=True)
class Similar:
    """A figure before and after, over similar accounts that took a feature up and over those that did not."""

    now: str
    before: str
    feature: str  # a name fact of the module


@dataclass(frozen=True, slots=True)
class Grid:
    """Features down, months or the customer's own sites across."""

    across: Literal["month", "place"]
    over: int  # months, or weeks
    top: int


@dataclass(frozen=True, slots=True)
class TicketMonths:
    """Tickets by month opened, the last one running; in time or not."""

    months: int
    until: Literal["answered", "closed"]
    within_minutes: float


@dataclass(frozen=True, slots=True)
class OfPart:
    """One figure of a family of facts."""

    family: str
    part: str


@dataclass(frozen=True, slots=True)
class Feature:
    """The name of a feature of the product."""

    feature: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a list of the dossier."""

    name: str
    most: int


@dataclass(frozen=True, slots=True)
class Dots:
    of: str


Lookup = (
    Field | Measured | ByWeek | ByFeature | OfTwo | OfRows
    | Spread | Similar | Grid | TicketMonths | OfPart | Feature | Dots | Listed
)  # fmt: skip
Drawn = ByWeek | ByFeature | Spread | Similar | Grid | TicketMonths
"""Facts that are drawn as shapes, and never asked or said as a figure."""
PARTS: Mapping[type, tuple[str, ...]] = {
    Spread: ("count", "low", "median", "high"),
    Similar: ("did_count", "did_before", "did_now", "others_count", "others_before", "others_now"),
    Grid: ("rows", "columns", "unused", "gap", "gap_columns"),
    TicketMonths: ("opened", "late", "unknown", "hardest", "hardest_opened", "hardest_late"),
}
"""What `part(family, ...)` can take of each family; families.py says what it is."""

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


def _of_peers(text: str) -> Lookup | None:
    if found := re.fullmatch(r"peers\.spread\((\w+)\)", text):
        return Spread(found[1])
    found = re.fullmatch(r"similar\((\w+), (\w+), (\w+)\)", text)
    return Similar(found[1], found[2], found[3]) if found else None


def _grid(text: str) -> Lookup | None:
    found = re.fullmatch(r"features by (month|place) over last (\d+) (?:months|weeks), top (\d)", text)
    if not found or ("months" in text) is not (found[1] == "month"):
        return None
    over, top, most = int(found[2]), int(found[3]), 12 if found[1] == "month" else YEAR_WEEKS
    return Grid(found[1], over, top) if 1 <= over <= most and 1 <= top <= 7 else None  # type: ignore[arg-type]


def _ticket_months(text: str) -> Lookup | None:
    found = re.fullmatch(r"tickets by month over last (\d+) months, (answered|closed) within (\d+) (hour|day)s?", text)
    if not found or not 1 <= int(found[1]) <= 12:
        return None
    minutes = int(found[3]) * (60.0 if found[4] == "hour" else 1440.0)
    return TicketMonths(int(found[1]), found[2], minutes) if minutes else None  # type: ignore[arg-type]


def _single(text: str) -> Lookup | None:
    if found := re.fullmatch(r"part\((\w+), (\w+)\)", text):
        return OfPart(found[1], found[2])
    if found := re.fullmatch(r"dots\((\w+)\)", text):
        return Dots(found[1])
    found = re.fullmatch(r"feature\.(\w+)", text)
    return Feature(found[1]) if found else None


def _listed(text: str) -> Lookup | None:
    found = re.fullmatch(r"list of ([a-z.]+), at most (\d+)", text)
    return Listed(found[1], int(found[2])) if found and found[1] in LISTS and 1 <= int(found[2]) <= 20 else None


def _field(text: str) -> Lookup | None:
    return Field(text) if field_type(text) else None


def read_lookup(text: str, earlier: Collection[str]) -> Lookup:
    """The lookup a `from:` asks for.

    earlier: names of the module's facts defined above this one; only those may be built upon.
    Raises ValueError with a sentence for the author.
    """
    for read in (_field, _measured, _by_feature, _of_two, _of_rows, _of_peers, _grid, _ticket_months, _single, _listed):
        if (found := read(text)) is not None:
            _check_names(found, earlier)
            return found
    raise ValueError(f"cannot look up {text!r}; the forms are listed in docs/concepts/tracing.md")


def builds_on(lookup: Lookup) -> tuple[str, ...]:
    """The other facts of the module a lookup takes."""
    match lookup:
        case OfTwo(_, first, second):
            return (first, second)
        case Similar(now, before, feature):
            return (now, before, feature)
        case OfRows(_, name, _) | OfPart(name, _) | Spread(name) | Dots(name):
            return (name,)
        case _:
            return ()


def _check_names(lookup: Lookup, earlier: Collection[str]) -> None:
    for name in builds_on(lookup):
        if name not in earlier:
            raise ValueError(f"{name!r} is not a fact defined above this one")
