"""Facts that come as families: a shape to be drawn, and every figure in it as a fact of its own with the rows behind it.

What peers have, what similar customers did, which features are in use where, and how tickets were answered month by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.briefs.dossier import Dossier, Month, Series, Ticket
from vitalreel.briefs.fact import Origin, Value
from vitalreel.briefs.lookup import Grid, TicketMonths, Window
from vitalreel.briefs.windows import NO_READING, ROWS_KEPT, weeks_of
from vitalreel.identity import fingerprint

PLACES_MOST = 6
"""Columns of a grid of sites: those with the most use."""


@dataclass(frozen=True, slots=True)
class Part:
    """One fact of a family; its name is the family's, a full stop, and its own."""

    name: str
    unit: str  # "" for the family's own
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Family:
    value: str  # numbers joined by spaces, as `windows.read_values` reads them
    count: int  # what the family says of itself when it is asked for a figure
    noun: str  # "customer|customers"
    as_of: date
    origin: Origin
    parts: tuple[Part, ...]


def written(values: Iterable[float | None]) -> str:
    return " ".join(NO_READING if v is None else f"{v:.12g}" for v in values)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie, straight between neighbours (Hyndman and Fan's type 7)."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


# Features down, months or sites across


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    cells: tuple[float | None, ...]  # 0: known, and not used; None: not known
    total: float
    origin: Origin


def grid(dossier: Dossier, lookup: Grid) -> Family | str:
    """The features used most, most first, over months or sites; or why there is no grid.

    Its parts: rows and columns; `<row>.name` and `<row>.<column>`; of sites `column.<column>`, of months `column.<column>`
    as the first of the month; `unused`, how many cells are known to be without use; `gap`, the feature with the most of them,
    and `gap_columns`, how many. The last two are there only where something is unused.
    """
    made = _by_month(dossier, lookup) if lookup.across == "month" else _by_place(dossier, lookup)
    if isinstance(made, str):
        return made
    heads, rows, as_of = made
    table = "feature_usage"
    whole = _merged(table, [r.origin for r in rows], f"{len(rows)} features by {len(heads)} {lookup.across}s")
    parts = [Part("rows", "count", len(rows), whole), Part("columns", "count", len(heads), whole)]
    unit = "month" if lookup.across == "month" else "name"
    parts += [Part(f"column.{n}", unit, head, whole) for n, head in enumerate(heads, 1)]
    for number, row in enumerate(rows, 1):
        parts.append(Part(f"{number}.name", "name", row.name, row.origin))
        known = [(n, v) for n, v in enumerate(row.cells, 1) if v is not None]
        parts += [Part(f"{number}.{n}", "", v, row.origin) for n, v in known]
    blank = {r.name: sum(v == 0 for v in r.cells) for r in rows}
    parts.append(Part("unused", "count", sum(blank.values()), whole))
    if any(blank.values()):
        gap = max(rows, key=lambda r: (blank[r.name], -r.total))
        parts += [Part("gap", "name", gap.name, gap.origin), Part("gap_columns", "count", blank[gap.name], gap.origin)]
    values = written(v for row in rows for v in row.cells)
    return Family(values, len(rows), "feature|features", as_of, whole, tuple(parts))


_Made = tuple[Sequence[Value], list[_Row], date]


def _by_month(dossier: Dossier, lookup: Grid) -> _Made | str:
    """Sums over whole calendar months. Before the account's first row, nothing is known."""
    months = _whole_months(dossier.as_of, lookup.over)
    began = min((m.first for found in dossier.months.values() for m in found), default=None)
    if began is None or began > months[-1]:
        return f"no feature use logged in the {lookup.over} whole months before {dossier.as_of}"
    rows = []
    for name, found in dossier.months.items():
        by_first = {m.first: m for m in found}
        inside = [by_first[m] for m in months if m in by_first]
        if inside:
            cells = tuple(by_first[m].total if m in by_first else None if m < began else 0.0 for m in months)
            query = f"sum of {name} by month, {months[0]:%B %Y} to {months[-1]:%B %Y}"
            rows.append(_Row(name, cells, sum(m.total for m in inside), _of_months(inside, query)))
    end = _month_after(months[-1]) - timedelta(days=1)
    if not rows:
        return f"no feature use logged in the {lookup.over} whole months before {dossier.as_of}"
    return months, _top(rows, lookup.top), end


def _by_place(dossier: Dossier, lookup: Grid) -> _Made | str:
    """Weeks with use at each of the customer's sites. A site that logged nothing at all is not known."""
    window = Window(lookup.over, 0)
    weeks = {
        (place, name): weeks_of(series, window)
        for place, found in dossier.places.items()
        for name, series in found.items()
    }
    used = {key: sum(1 for w in found if w.total) for key, found in weeks.items()}
    totals = {place: sum(n for (p, _), n in used.items() if p == place) for place in dossier.places}
    places = sorted(sorted(totals, key=lambda p: (-totals[p], p))[:PLACES_MOST])
    if len(places) < 2 or not any(totals.values()):
        return "the customer's sites are not known as accounts of their own, or logged no use"
    silent = {p for p in places if not any(w.rows for (q, _), found in weeks.items() if q == p for w in found)}
    rows = []
    for name in sorted({name for _, name in weeks}):
        cells = tuple(None if p in silent else float(used.get((p, name), 0)) for p in places)
        mine = [w for (p, n), found in weeks.items() if n == name and p in places for w in found]
        digest = fingerprint(sorted(d for w in mine for d in w.digests))
        refs = [r for w in mine for r in w.rows]
        query = f"weeks with use of {name} at each site, {lookup.over} weeks to {dossier.as_of}"
        origin = Origin("feature_usage", query, tuple(refs[:ROWS_KEPT]), len(refs), digest)
        rows.append(_Row(name, cells, sum(c or 0 for c in cells), origin))
    fed = dossier.fed.get("feature_usage", dossier.as_of)
    return places, _top(rows, lookup.top), min(fed, dossier.as_of)


def _top(rows: list[_Row], most: int) -> list[_Row]:
    return sorted(rows, key=lambda r: (-r.total, r.name))[:most]


def _whole_months(as_of: date, count: int) -> list[date]:
    """First days of the last `count` calendar months that have ended by the end of `as_of`, oldest first."""
    first = (as_of + timedelta(days=1)).replace(day=1)
    months = []
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(first)
    return months[::-1]


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _of_months(months: Sequence[Month], query: str) -> Origin:
    rows = [r for m in months for r in m.rows]
    digest = fingerprint(sorted(d for m in months for d in m.digests))
    return Origin("feature_usage", query, tuple(rows[:ROWS_KEPT]), len(rows), digest)


# Tickets


def ticket_months(dossier: Dossier, lookup: TicketMonths) -> Family | str:
    """Tickets opened in each of the last months, the last one up to the as-of day; or why there are none to draw.

    The value has three numbers a month: in time, late, not known. Late is what took longer, or is still waiting and has waited
    longer. Its parts: `opened`, `late` and `unknown` over all months; `<n>.month`, `<n>.opened`, `<n>.late`; of the month with
    the most late ones `hardest`, `hardest_opened` and `hardest_late`, where any was late.
    """
    if not dossier.tickets:
        return "no tickets recorded"
    first = dossier.as_of.replace(day=1)
    months = [*_whole_months(first - timedelta(days=1), lookup.months - 1), first]
    inside: dict[date, list[Ticket]] = {m: [] for m in months}
    for ticket in dossier.tickets:
        month = ticket.opened.replace(day=1)
        if month in inside and ticket.opened <= dossier.as_of:
            inside[month].append(ticket)
    state = {m: [_state(t, lookup, dossier.as_of) for t in inside[m]] for m in months}
    counts = {m: tuple(state[m].count(s) for s in ("in time", "late", "unknown")) for m in months}
    every = [t for m in months for t in inside[m]]
    whole = _of_tickets(every, f"tickets by month, {months[0]:%B %Y} to {dossier.as_of}")
    parts = [
        Part("opened", "", len(every), whole),
        Part("late", "", sum(c[1] for c in counts.values()), whole),
        Part("unknown", "", sum(c[2] for c in counts.values()), whole),
    ]
    for number, month in enumerate(months, 1):
        origin = _of_tickets(inside[month], f"tickets opened in {month:%B %Y}")
        parts.append(Part(f"{number}.month", "month", month, origin))
        parts.append(Part(f"{number}.opened", "", len(inside[month]), origin))
        parts.append(Part(f"{number}.late", "", counts[month][1], origin))
    hardest = max(months, key=lambda m: (counts[m][1], m))
    if counts[hardest][1]:
        origin = _of_tickets(inside[hardest], f"tickets opened in {hardest:%B %Y}")
        parts += [
            Part("hardest", "month", hardest, origin),
            Part("hardest_opened", "", len(inside[hardest]), origin),
            Part("hardest_late", "", counts[hardest][1], origin),
        ]
    values = written(float(n) for m in months for n in counts[m])
    return Family(values, len(every), "ticket|tickets", dossier.as_of, whole, tuple(parts))


def _state(ticket: Ticket, lookup: TicketMonths, as_of: date) -> str:
    took = ticket.answered_minutes
    if lookup.until == "closed":
        took = None if ticket.closed_days is None else ticket.closed_days * 1440
    if took is not None:
        return "in time" if took <= lookup.within_minutes else "late"
    waited = ((as_of - ticket.opened).days + 1) * 1440.0
    closed = lookup.until == "answered" and ticket.closed_days is not None
    return "unknown" if closed or waited <= lookup.within_minutes else "late"


def _of_tickets(tickets: Sequence[Ticket], query: str) -> Origin:
    refs = tuple(t.row for t in tickets[:ROWS_KEPT])
    return Origin("ticket", query, refs, len(tickets), fingerprint(sorted(t.digest for t in tickets)))


def _merged(table: str, origins: Sequence[Origin], query: str) -> Origin:
    rows = tuple(dict.fromkeys(r for o in origins for r in o.rows))[:ROWS_KEPT]
    return Origin(table, query, rows, sum(o.count for o in origins), fingerprint([o.digest for o in origins]))


def series_of(features: Mapping[str, Series], name: str, window: Window) -> float | None:
    """How much of a feature was used in a window: 0 where it was not, None where nothing at all was logged in it."""
    if not any(w.rows for series in features.values() for w in weeks_of(series, window)):
        return None
    found = features.get(name)
    return sum(w.total or 0.0 for w in weeks_of(found, window)) if found is not None else 0.0
