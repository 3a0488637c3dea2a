"""A value that a person of ours corrected: it stands in the dossier in the place of the source's, and says whose word it is (R2).

A correction answers one reading of the source. While the source still says what was corrected, the correction holds. Once the source
says the same, it is confirmed. Where the source says a third thing it is overtaken: the source's newer word counts, and a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, cast

from vitalreel.briefs.dossier import WEEK, Dossier, Known, Series, Week
from vitalreel.briefs.fact import Fact, Origin, Value
from vitalreel.briefs.lookup import Field, Lookup, Measured
from vitalreel.briefs.windows import TABLE
from vitalreel.errors import BadInput
from vitalreel.identity import Plain, fingerprint, plain

STANDING = frozenset(
    ["account.name", "account.industry", "account.plan", "account.use_case", "account.outcome", "account.since", "contact.first_name",
     "contact.full_name", "contact.title", "csm.first_name", "csm.full_name", "csm.title", "contract.arr", "contract.seats",
     "contract.renewal", "contract.notice_date", "contract.auto_renew", "milestones.late", "milestones.late_due", "qbr.next",
     "quote.valid_until", *(f"{g}.{f}" for g in ("goal", "goal_2") for f in ("phrase", "short", "owner", "by"))]
)  # fmt: skip
"""Fields that stay as they are until somebody changes them: a correction holds for films of any day."""
BY_DAY = frozenset(
    ["contract.subscriptions", "features.used", "milestones.planned", "milestones.done", "tickets.opened", "tickets.opened_before",
     "tickets.open", "tickets.urgent_open"]
)  # fmt: skip
"""Fields that are counted anew for each day: a correction is of that day's count."""
LONGEST = 200
"""Characters of a corrected name."""
Standing = Literal["holds", "confirmed", "overtaken"]


@dataclass(frozen=True, slots=True)
class Target:
    """One value of a dossier. All else of it is computed from such values, and follows."""

    kind: Literal["field", "week"]
    name: str  # a field's, or a metric's
    how: str = ""  # of a week: last | peak | total
    day: date | None = None  # a week's last day, or the day a count is of; None: it stands

    @property
    def key(self) -> str:
        return " ".join(str(x) for x in (self.kind, self.name, self.how, self.day) if x)


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said instead of the source. was, now: plain values; dates in ISO form, money in integer cents."""

    id: str
    target: Target
    was: Plain
    now: Plain
    who: str
    why: str
    on: date


@dataclass(frozen=True, slots=True)
class Corrected:
    """A dossier with corrections in it, and how each of them stands."""

    dossier: Dossier
    standings: Mapping[
        str, Standing
    ]  # correction's id -> how it stands; one whose value the dossier has no place for is left out


def target_of(name: str, lookup: Lookup | None, as_of: date) -> Target | None:
    """What a fact is read from, where that is one value a person can correct. lookup: None for a name any text may use.

    Sums and means of several weeks, shapes, and what is computed from other facts are corrected by correcting those.
    """
    if isinstance(lookup, Measured):
        if lookup.window.weeks != 1 or lookup.how == "mean":
            return None
        return Target("week", lookup.metric, lookup.how, as_of - timedelta(weeks=lookup.window.back))
    field = lookup.name if isinstance(lookup, Field) else name if lookup is None else ""
    if field in STANDING or field.startswith("statement."):
        return Target("field", field)
    return Target("field", field, day=as_of) if field in BY_DAY else None


def read_target(key: str) -> Target:
    """The Target of a key."""
    kind, name, *rest = key.split(" ")
    day = date.fromisoformat(rest[-1]) if rest else None
    return Target(cast(Literal["field", "week"], kind), name, rest[0] if kind == "week" else "", day)


def read_value(text: str, fact: Fact) -> Plain:
    """What a person wrote for a fact, in its kind: a whole number, money in its currency, an ISO date, yes or no, or words.

    Raises BadInput naming the fact and what to write.
    """
    words, what = " ".join(text.split()), f"the correction of {fact.name}"
    if isinstance(fact.value, bool):
        if words.lower() not in ("yes", "no"):
            raise BadInput(what, f"{words[:20]!r} is not yes or no", "write yes or no")
        return words.lower() == "yes"
    if isinstance(fact.value, date):
        try:
            return date.fromisoformat(words).isoformat()
        except ValueError as e:
            raise BadInput(what, f"{words[:20]!r} is no date", "write it as 2026-03-31") from e
    if isinstance(fact.value, int | float):
        return _number(words, fact, what)
    if not words or len(words) > LONGEST:
        raise BadInput(what, f"has {len(words)} characters", f"write 1 to {LONGEST}")
    return words


def _number(words: str, fact: Fact, what: str) -> Plain:
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d{1,6})?", words):
        raise BadInput(what, f"{words[:20]!r} is no number", "write it as 1204 or 48,500.00")
    number = float(words.replace(",", ""))
    if fact.unit.startswith(("money", "price")):
        return round(number * 100)
    whole = isinstance(fact.value, int) or fact.unit.startswith("count")
    if whole and (not number.is_integer() or number < 0):
        raise BadInput(what, f"{words[:20]!r} is no count", "write a whole number, 0 or more")
    return int(number) if isinstance(fact.value, int) else number


def corrected(dossier: Dossier, corrections: Sequence[Correction]) -> Corrected:
    """The dossier with each correction that holds, in order."""
    standings: dict[str, Standing] = {}
    for one in corrections:
        found = _value(dossier, one.target)
        if found is None:
            continue
        said = plain(found)
        standings[one.id] = "holds" if said == one.was else "confirmed" if said == one.now else "overtaken"
        if standings[one.id] == "holds":
            dossier = _with(dossier, one)
    return Corrected(dossier, standings)


def value_of(dossier: Dossier, target: Target) -> Plain:
    """What the dossier has there. Raises BadInput where it has nothing."""
    found = _value(dossier, target)
    if found is None:
        raise BadInput(target.name, "is not known of this account", "correct it at its source")
    return plain(found)


def _value(dossier: Dossier, target: Target) -> Value | None:
    if target.kind == "field":
        known = dossier.fields.get(target.name)
        return known.value if known is not None and target.day in (None, dossier.as_of) else None
    week = _week(dossier, target)
    return None if week is None else getattr(week, target.how)


def _week(dossier: Dossier, target: Target) -> Week | None:
    series = dossier.series.get(target.name)
    at = None if series is None else _place(series, target)
    return series.weeks[at] if series is not None and at is not None else None


def _place(series: Series, target: Target) -> int | None:
    """Where in the series the week stands; None where no week of it ends on that day."""
    assert target.day is not None
    back, rest = divmod((series.ends - target.day).days, WEEK.days)
    return len(series.weeks) - 1 - back if not rest and 0 <= back < len(series.weeks) else None


def _with(dossier: Dossier, one: Correction) -> Dossier:
    if one.target.kind == "week":
        return _with_week(dossier, one)
    known = dossier.fields[one.target.name]
    value = date.fromisoformat(str(one.now)) if isinstance(known.value, date) else cast(Value, one.now)
    fields = {**dossier.fields, one.target.name: replace(known, value=value, origin=_origin(known.origin, one))}
    return replace(dossier, fields=fields | _following(fields, known, one, dossier.as_of))


def _origin(before: Origin, one: Correction) -> Origin:
    query = f"{_said(one)}; {before.table}: {before.query}"
    rows = (f"{TABLE}/{one.id}", *before.rows)
    return Origin(TABLE, query, rows, before.count + 1, fingerprint(one.id, before.digest))


def _said(one: Correction) -> str:
    return f"said by {one.who} on {one.on}: {one.why}"


def _following(fields: Mapping[str, Known], before: Known, one: Correction, as_of: date) -> dict[str, Known]:
    """Fields that are computed from the corrected one."""
    now = fields[one.target.name]
    found: dict[str, Value] = {}
    match one.target.name:
        case "contract.renewal" if isinstance(now.value, date) and isinstance(before.value, date):
            found["contract.days_left"] = (now.value - as_of).days
            notice = fields.get("contract.notice_date")
            if notice is not None and notice.origin.table != TABLE and isinstance(notice.value, date):
                found["contract.notice_date"] = notice.value + (now.value - before.value)
        case "contract.seats" if "quote.seats" in fields:
            found["quote.seats_more"] = int(str(fields["quote.seats"].value)) - int(str(now.value))
        case "quote.valid_until" if isinstance(now.value, date):
            found["quote.days_valid"] = (now.value - as_of).days
    return {name: replace(fields[name], value=v, origin=now.origin) for name, v in found.items() if name in fields}


def _with_week(dossier: Dossier, one: Correction) -> Dossier:
    series = dossier.series[one.target.name]
    at = _place(series, one.target)
    assert at is not None
    week, now = series.weeks[at], float(str(one.now))
    how = one.target.how
    last, total = now if how == "last" else week.last, now if how == "total" else week.total
    peak = now if how == "peak" else max(week.peak, now) if how == "last" and week.peak is not None else week.peak
    rows, digests = (f"{TABLE}/{one.id}", *week.rows), (one.id, *week.digests)
    marked = Week(last, peak, week.last_day, total, rows, digests, _said(one))
    weeks = (*series.weeks[:at], marked, *series.weeks[at + 1 :])
    return replace(dossier, series={**dossier.series, one.target.name: replace(series, weeks=weeks)})
