"""Weekly series over windows: one number, a chart's values, or rows for bars, each with the rows it was computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.briefs.dossier import Series, Week
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.lookup import QUARTER_WEEKS, ByFeature, ByWeek, Measured, Window
from vitalreel.identity import fingerprint

ROWS_KEPT = 50
"""So many row references an Origin names; its count and digest cover all of them."""
TABLE = "correction"
"""What the ledger names as the table of a value that a person of ours corrected (`correct.py`)."""
NO_READING = "-"
"""Stands for a week without a reading in a series fact's value."""


@dataclass(frozen=True, slots=True)
class Found:
    value: float
    as_of: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class FoundSeries:
    value: str  # values by week, oldest first, joined by spaces; NO_READING where there is none
    as_of: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    now: float
    before: float
    as_of: date
    origin: Origin


def weeks_of(series: Series, window: Window) -> tuple[Week, ...]:
    """The weeks of a window, oldest first; weeks before the series begins are empty."""
    stop = len(series.weeks) - window.back
    start = stop - window.weeks
    inside = series.weeks[max(0, start) : max(0, stop)]
    return (Week(),) * (window.weeks - len(inside)) + tuple(inside)


def measure(series: Series, lookup: Measured, fed: date | None) -> Found | str:
    """The number a lookup asks for, or why there is none.

    fed: newest day delivered for any account: a sum is complete up to there. A sum needs one row at least, a mean a
    reading in half of its weeks: silence is unknown, not zero.
    """
    window = lookup.window
    weeks = weeks_of(series, window)
    ends = series.ends - timedelta(weeks=window.back)
    starts = ends - timedelta(days=7 * window.weeks - 1)
    readings = [w.last for w in weeks if w.last is not None]
    days = [w.last_day for w in weeks if w.last_day is not None]
    if len(readings) < max(1, window.weeks / 2 if lookup.how == "mean" else 1):
        return f"no {lookup.metric} between {starts} and {ends}"
    if lookup.how == "total":
        value, as_of = sum(w.total for w in weeks if w.total is not None), min(fed or days[-1], ends)
    elif lookup.how == "mean":
        value, as_of = sum(readings) / len(readings), days[-1]
    elif lookup.how == "peak":
        value, as_of = max(w.peak for w in weeks if w.peak is not None), days[-1]
    else:
        value, as_of = readings[-1], days[-1]
    # A window in the past does not age: it is as old as the present it is set beside.
    as_of = as_of + timedelta(weeks=window.back) if window.back else as_of
    words = {
        "last": "latest reading",
        "peak": "highest reading",
        "total": "sum",
        "mean": "mean of the weeks' readings",
    }[lookup.how]
    return Found(value, as_of, _origin(series, weeks, f"{words} of {lookup.metric} from {starts} to {ends}"))


def measured_series(series: Series, lookup: ByWeek, fed: date | None) -> FoundSeries | str:
    """A chart's values, or why there is no chart: two readings at least make a line.

    fed: as in `measure`; a chart of sums is complete up to there.
    """
    weeks = weeks_of(series, Window(lookup.weeks, 0))
    values = [_of_week(series, lookup, weeks, n) for n in range(len(weeks))]
    days = [w.last_day for w in weeks if w.last_day is not None]
    if not days or sum(v is not None for v in values) < 2:
        return f"fewer than two weeks of {lookup.metric}"
    as_of = min(fed or days[-1], series.ends) if lookup.how in ("total", "quarter") else days[-1]
    words = " ".join(NO_READING if v is None else f"{v:.12g}" for v in values)
    return FoundSeries(
        words, as_of, _origin(series, weeks, f"{lookup.metric} by week, {lookup.weeks} weeks to {series.ends}")
    )


def _of_week(series: Series, lookup: ByWeek, weeks: Sequence[Week], at: int) -> float | None:
    """The chart's value for one week; for quarters the sum of the 13 weeks that end with it."""
    week = weeks[at]
    if lookup.how != "quarter":
        return {"last": week.last, "peak": week.peak, "total": week.total}[lookup.how]
    totals = [w.total for w in weeks_of(series, Window(QUARTER_WEEKS, lookup.weeks - 1 - at)) if w.total is not None]
    return sum(totals) if totals else None


def read_values(words: str) -> tuple[float | None, ...]:
    """A series fact's value as numbers; None is a week without a reading."""
    return tuple(None if w == NO_READING else float(w) for w in words.split())


def row_values(features: Mapping[str, Series], lookup: ByFeature, fed: date | None) -> tuple[Row, ...] | str:
    """The features used most over both windows, most first, or why there are none.

    A feature without a row in a window was not used in it: that is zero, as long as anything at all was logged in it.
    """
    rows, logged = [], [False, False]
    for name, series in features.items():
        now, before = weeks_of(series, lookup.now), weeks_of(series, lookup.before)
        sums = [sum(w.total or 0 for w in weeks) for weeks in (now, before)]
        logged = [seen or any(w.rows for w in weeks) for seen, weeks in zip(logged, (now, before), strict=True)]
        if any(sums):
            ends = series.ends - timedelta(weeks=lookup.now.back)
            origin = _origin(
                series, (*before, *now), f"sums of {name} over {lookup.now.weeks} weeks and the weeks before"
            )
            rows.append(Row(name, sums[0], sums[1], min(fed or ends, ends), origin))
    if not all(logged):
        return "no feature use logged in one of the two windows"
    return tuple(sorted(rows, key=lambda r: (-(r.now + r.before), r.name))[: lookup.top])


def _origin(series: Series, weeks: Sequence[Week], query: str) -> Origin:
    rows = [r for w in weeks for r in w.rows]
    digests = [d for w in weeks for d in w.digests]
    said = [w.corrected for w in weeks if w.corrected]
    table, query = (f"{TABLE}, {series.table}", "; ".join((query, *said))) if said else (series.table, query)
    rows = [r for r in rows if r.startswith(f"{TABLE}/")] + [r for r in rows if not r.startswith(f"{TABLE}/")]
    return Origin(table, query, tuple(rows[:ROWS_KEPT]), len(rows), fingerprint(sorted(digests)))


def merged(origins: Sequence[Origin], query: str) -> Origin:
    """One origin for what was computed from several."""
    rows = tuple(dict.fromkeys(r for o in origins for r in o.rows))
    table = ", ".join(dict.fromkeys(o.table for o in origins))
    return Origin(
        table, query, rows[:ROWS_KEPT], sum(o.count for o in origins), fingerprint([o.digest for o in origins])
    )
