"""From a module's fact definitions and a dossier to the ledger: every value computed once, aged, rounded and given its rows.

Nothing is guessed. A fact that cannot be had, is too old, or is below its floor is missing, with the reason in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from vitalreel.briefs.dossier import LISTS, Dossier, Known
from vitalreel.briefs.fact import Fact, Ledger, Origin, Value
from vitalreel.briefs.families import Family, grid, ticket_months
from vitalreel.briefs.figures import say, show
from vitalreel.briefs.lookup import (
    ByFeature,
    ByWeek,
    Dots,
    Feature,
    Field,
    Grid,
    Listed,
    Measured,
    OfPart,
    OfRows,
    OfTwo,
    Similar,
    Spread,
    TicketMonths,
)
from vitalreel.briefs.module import FactSpec, Module
from vitalreel.briefs.peers import SMALL_BASE, similar, spread
from vitalreel.briefs.reading import BUILT_IN
from vitalreel.briefs.windows import measure, measured_series, merged, row_values
from vitalreel.identity import fingerprint

SERIES, ROWS, FLAG = "series", "rows", "flag"
RECORDED = "recorded"
"""Units of facts that are drawn or asked, never spoken as a figure."""
CLIP_PARTS = {
    "speaker": "who speaks", "role": "what they do", "words": "what is said in it", "focus": "where the face is",
    "disclosure": "that a computer made it", "looked_at": "who says that its faces are meant as they are",
}  # fmt: skip
"""What is known of a recorded clip, beside the clip."""
CLIP_MAY = ("disclosure", "looked_at")
"""What most clips do not have."""
STEADY = 0.10
"""A row within this share of before has hardly moved."""
DOTS_MOST = 400
"""So many dots can still be told apart on a phone."""


@dataclass(frozen=True, slots=True)
class Resolved:
    ledger: Ledger
    missing: Mapping[str, str]  # fact -> why it cannot be quoted, one clause


class Absent(Exception):
    """A fact cannot be had; the text is the reason."""


def resolve(module: Module, dossier: Dossier) -> Resolved:
    """All facts of `module` for the account of `dossier`, and the names anything may use."""
    book = _Book(dossier)
    for name in sorted(BUILT_IN):
        book.try_to_add(name, partial(_built_in, name, module, dossier))
    for spec in module.facts.values():
        book.try_to_add(spec.name, partial(book.make_checked, spec))
    return Resolved(book.ledger, book.missing)


class _Book:
    """The ledger while it is written: later facts may build on earlier ones."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.ledger: dict[str, Fact] = {}
        self.missing: dict[str, str] = {}
        self.specs: dict[str, FactSpec] = {}

    def try_to_add(self, name: str, make: Callable[[], Fact]) -> None:
        try:
            self.ledger[name] = make()
        except Absent as reason:
            self.missing[name] = str(reason)

    def make_checked(self, spec: FactSpec) -> Fact:
        """The fact, unless it is too old or below its floor."""
        return _checked(spec, self.make(spec), self.dossier)

    def make(self, spec: FactSpec) -> Fact:
        self.specs[spec.name] = spec
        match spec.lookup:
            case Field(name) if name.startswith("clips."):
                return self._clip(spec, name)
            case Field(name):
                return _from_known(spec, _known(self.dossier, name))
            case Measured():
                return self._measured(spec, spec.lookup)
            case ByWeek():
                return self._by_week(spec, spec.lookup)
            case ByFeature():
                return self._by_feature(spec, spec.lookup)
            case Listed():
                return self._listed(spec, spec.lookup)
            case OfTwo():
                return self._of_two(spec, spec.lookup)
            case OfRows():
                return self._of_rows(spec, spec.lookup)
            case Feature(name):
                return _from_known(spec, _product(self.dossier, name))
            case Dots(name):
                seats = self._earlier(name)
                return _fact(spec, seats_a_dot(_number(seats)), seats.as_of, seats.origin)
            case OfPart(family, part):
                found = self._earlier(f"{family}.{part}", family)
                return _fact(spec, found.value, found.as_of, found.origin)
            case _:
                return self._family(spec)

    def _family(self, spec: FactSpec) -> Fact:
        """The fact that is drawn, and beside it one fact for each figure in it."""
        lookups = {name: known.lookup for name, known in self.specs.items()}
        made: Family | str
        unit = spec.unit
        match spec.lookup:
            case Grid():
                made = grid(self.dossier, spec.lookup)
            case TicketMonths():
                made = ticket_months(self.dossier, spec.lookup)
            case Spread(name):
                own = self._earlier(name)
                made, unit = spread(name, lookups, self.dossier, own.as_of), own.unit
            case Similar(now, before, feature):
                own = self._earlier(now)
                named = str(self._earlier(feature).value)
                made, unit = similar(now, before, named, lookups, self.dossier, own.as_of), own.unit
            case _:
                raise TypeError(f"{spec.name}: no way to make {spec.lookup}")
        if isinstance(made, str):
            raise Absent(made)
        for part in made.parts:
            means = f"{part.name} of: {spec.means}"
            of_part = replace(spec, name=f"{spec.name}.{part.name}", means=means, unit=part.unit or unit, said="")
            self.ledger[of_part.name] = _fact(of_part, part.value, made.as_of, part.origin)
        fact = _fact(replace(spec, unit=SERIES), made.value, made.as_of, made.origin)
        said = say(made.count, f"count:{made.noun}", "exact", fact.as_of)
        return replace(fact, shown=str(made.count), said=said)

    def _clip(self, spec: FactSpec, name: str) -> Fact:
        """The clip, and beside it who speaks, what is said in it and where the speaker's face is."""
        fact = _from_known(spec, _known(self.dossier, name))
        for part, means in CLIP_PARTS.items():
            if part in CLIP_MAY and f"{name}.{part}" not in self.dossier.fields:
                continue
            of_clip = replace(spec, name=f"{spec.name}.{part}", means=f"{means}: {spec.means}")
            self.ledger[of_clip.name] = _from_known(of_clip, _known(self.dossier, f"{name}.{part}"))
        return fact

    def _measured(self, spec: FactSpec, lookup: Measured) -> Fact:
        series = self.dossier.series.get(lookup.metric)
        if series is None:
            raise Absent(f"no {lookup.metric} recorded")
        found = measure(series, lookup, self.dossier.fed.get(series.table))
        if isinstance(found, str):
            raise Absent(found)
        return _fact(spec, found.value, found.as_of, found.origin)

    def _by_week(self, spec: FactSpec, lookup: ByWeek) -> Fact:
        series = self.dossier.series.get(lookup.metric)
        found = measured_series(series, lookup, self.dossier.fed.get(series.table)) if series else "nothing recorded"
        if isinstance(found, str):
            raise Absent(found)
        fact = _fact(replace(spec, unit=SERIES), found.value, found.as_of, found.origin)
        return replace(
            fact, shown=f"{lookup.weeks} weeks", said=say(lookup.weeks, "count:week|weeks", "exact", fact.as_of)
        )

    def _by_feature(self, spec: FactSpec, lookup: ByFeature) -> Fact:
        """The rows fact, and beside it one fact for each name and number in the rows."""
        rows = row_values(self.dossier.features, lookup, self.dossier.fed.get("feature_usage"))
        if isinstance(rows, str):
            raise Absent(rows)
        for number, row in enumerate(rows, 1):
            stem = f"{spec.name}.{number}"
            parts: list[tuple[str, str, Value]] = [
                ("name", "name", row.name),
                ("now", spec.unit, row.now),
                ("before", spec.unit, row.before),
            ]
            if row.before >= SMALL_BASE:
                parts.append(("change", "percent", (row.now - row.before) / row.before))
            for part, unit, value in parts:
                of_row = replace(
                    spec, name=f"{stem}.{part}", means=f"{part} of row {number}: {spec.means}", unit=unit, said=""
                )
                self.ledger[of_row.name] = _fact(of_row, value, row.as_of, row.origin)
        whole = merged([r.origin for r in rows], f"{len(rows)} features with the most use")
        fact = _fact(replace(spec, unit=ROWS), len(rows), min(r.as_of for r in rows), whole)
        return replace(fact, shown=str(len(rows)), said=say(len(rows), "count", "exact", fact.as_of))

    def _listed(self, spec: FactSpec, lookup: Listed) -> Fact:
        """The rows fact, and beside it one fact for each cell that is known: `<fact>.<n>.<column>`."""
        entries = self.dossier.lists.get(lookup.name, ())[: lookup.most]
        if not entries:
            raise Absent(f"no {lookup.name} in the data")
        cells = [(n, column, known) for n, entry in enumerate(entries, 1) for column, known in entry.items()]
        for number, column, known in cells:
            name, means = f"{spec.name}.{number}.{column}", f"{column} of row {number}: {spec.means}"
            of_cell = replace(spec, name=name, means=means, unit=LISTS[lookup.name][column], said="exact")
            self.ledger[name] = _from_known(of_cell, known)
        sources = [next(iter(entry.values())).origin for entry in entries]
        whole = merged(sources, f"the first {len(entries)} of {lookup.name}")
        fact = _fact(replace(spec, unit=ROWS), len(entries), self.dossier.as_of, whole)
        return replace(fact, shown=str(len(entries)), said=say(len(entries), "count", "exact", fact.as_of))

    def _of_two(self, spec: FactSpec, lookup: OfTwo) -> Fact:
        first, second = self._earlier(lookup.first), self._earlier(lookup.second)
        if lookup.how.startswith("peers."):
            return self._of_peers(spec, lookup, first)
        a, b = _number(first), _number(second)
        if lookup.how != "difference" and (b == 0 or abs(b) < SMALL_BASE):
            raise Absent(f"{lookup.second} is {second.shown}, too few for a percentage")
        value = {"change": lambda: (a - b) / b, "share": lambda: a / b, "difference": lambda: a - b}[lookup.how]()
        origin = merged(
            [first.origin, second.origin], f"{lookup.how} of {first.name} ({a:g}) and {second.name} ({b:g})"
        )
        return _fact(spec, value, min(first.as_of, second.as_of) if lookup.how == "share" else first.as_of, origin)

    def _of_peers(self, spec: FactSpec, lookup: OfTwo, own: Fact) -> Fact:
        """The same two windows over each similar account; only those with both readings count."""
        now, before = self.specs[lookup.first].lookup, self.specs[lookup.second].lookup
        if not isinstance(now, Measured) or not isinstance(before, Measured):
            raise Absent(f"{lookup.first} and {lookup.second} are not both windows of a metric")
        changes, origins = [], []
        for series in (p.series[now.metric] for p in self.dossier.peers if now.metric in p.series):
            fed = self.dossier.fed.get(series.table)
            a, b = measure(series, now, fed), measure(series, before, fed)
            if not isinstance(a, str) and not isinstance(b, str) and b.value >= SMALL_BASE:
                changes.append((a.value - b.value) / b.value)
                origins += [a.origin, b.origin]
        if not changes:
            raise Absent("no similar account has both readings")
        origin = merged(origins, f"{lookup.how} over {len(changes)} similar accounts, unnamed")
        return _fact(spec, len(changes) if lookup.how == "peers.count" else _median(changes), own.as_of, origin)

    def _of_rows(self, spec: FactSpec, lookup: OfRows) -> Fact:
        rows = self._earlier(lookup.rows)
        stems = [f"{lookup.rows}.{n}" for n in range(1, int(_number(rows)) + 1)]
        if lookup.how == "all":
            return _fact(spec, len(stems), rows.as_of, rows.origin)
        pairs = {s: (_number(self.ledger[f"{s}.now"]), _number(self.ledger[f"{s}.before"])) for s in stems}
        if lookup.how == "steady":
            steady = [s for s, (now, before) in pairs.items() if before and abs(now - before) <= STEADY * before]
            return _fact(spec, len(steady), rows.as_of, rows.origin)
        stem = min(pairs, key=lambda s: pairs[s][0] - pairs[s][1])
        if pairs[stem][0] >= pairs[stem][1]:
            raise Absent("no row fell")
        part = self._earlier(f"{stem}.{lookup.part}")
        return _fact(spec, part.value, part.as_of, part.origin)

    def _earlier(self, name: str, family: str = "") -> Fact:
        """A fact above this one. family: the fact it is a part of."""
        if name not in self.ledger:
            why = self.missing.get(family or name, "there is none" if family else "too few cases for a percentage")
            raise Absent(f"{name} is missing: {why}")
        return self.ledger[name]


def seats_a_dot(seats: float) -> int:
    """1, 2, 5, 10, 20, 50 and so on: the least that keeps a picture of so many seats under DOTS_MOST dots."""
    size = 1
    while seats / size > DOTS_MOST:
        size = size * 5 // 2 if str(size)[0] == "2" else size * 2
    return size


def _built_in(name: str, module: Module, dossier: Dossier) -> Fact:
    if name == "as_of":
        origin = Origin("configuration", "the day asked for", (), 0, fingerprint(dossier.as_of))
        known, unit = Known(dossier.as_of, dossier.as_of, origin), "date"
    elif name == "asks.minutes":
        if module.asks.minutes is None:
            raise Absent("the module asks for no time")
        origin = Origin("configuration", f"asks.minutes of {module.where}", (), 0, fingerprint(module.asks.minutes))
        known, unit = Known(module.asks.minutes, dossier.as_of, origin), "count:minute|minutes"
    else:
        known = _known(dossier, module.asks.url if name == "asks.url" else name)
        unit = "date" if isinstance(known.value, date) else "name"
    said = say(known.value, unit, "exact" if unit != "name" else "", dossier.as_of)
    return Fact(name, name, known.value, unit, show(known.value, unit), said, known.as_of, None, known.origin)


def _known(dossier: Dossier, name: str) -> Known:
    if name not in dossier.fields:
        raise Absent(f"{name} is not in the data")
    return dossier.fields[name]


def _product(dossier: Dossier, feature: str) -> Known:
    if feature not in dossier.product:
        raise Absent(f"the product has no feature {feature}")
    return dossier.product[feature]


def _from_known(spec: FactSpec, known: Known) -> Fact:
    unit = known.unit or spec.unit if spec.unit == RECORDED else spec.unit
    unit = f"{unit}:{known.currency}" if unit in ("money", "price") else unit
    return _fact(replace(spec, unit=unit), known.value, known.as_of, known.origin, known.limit)


def _fact(spec: FactSpec, value: Value, as_of: date, origin: Origin, limit: float | None = None) -> Fact:
    shown, said = _figure(spec, value, as_of, limit)
    return Fact(spec.name, spec.means, value, spec.unit, shown, said, as_of, spec.fresh_days, origin)


def _figure(spec: FactSpec, value: Value, as_of: date, limit: float | None) -> tuple[str, str]:
    """Shown and said form. A change is shown as its size: the words around it give the direction, and are checked.

    limit: a goal the value is held against; rounding stays on the value's side of it.
    """
    if spec.unit in (SERIES, ROWS):
        return "", ""
    if spec.unit == FLAG:
        return ("yes", "yes") if value else ("no", "no")
    if spec.unit.startswith("percent") and isinstance(value, int | float):
        value = abs(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return show(value, spec.unit, limit), say(value, spec.unit, spec.said, as_of, limit)


def _checked(spec: FactSpec, fact: Fact, dossier: Dossier) -> Fact:
    """The fact with its dates spoken as of the dossier's day, unless it is too old or below its floor."""
    age = (dossier.as_of - fact.as_of).days
    if spec.fresh_days is not None and age > spec.fresh_days:
        raise Absent(f"last known on {fact.as_of}, {age} days ago; quoted for {spec.fresh_days} at most")
    if spec.floor is not None and _size(fact) < spec.floor:
        raise Absent(f"{fact.shown} is below the floor of {spec.floor}")
    if fact.unit == "date":
        return replace(fact, said=say(fact.value, "date", spec.said, dossier.as_of))
    return fact


def _size(fact: Fact) -> float:
    """What a floor is held against: the value, of a family how many it is of."""
    return float(fact.shown) if fact.unit == SERIES and fact.shown.isdigit() else _number(fact)


def _number(fact: Fact) -> float:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float):
        raise Absent(f"{fact.name} is not a number")
    return fact.value


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
