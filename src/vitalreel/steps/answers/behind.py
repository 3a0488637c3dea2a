"""The rows a signal's value stands on: of which table, which of them, and where they lie."""

# ruff: noqa: S608 (table and column names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vitalreel.briefs.fact import Origin
from vitalreel.briefs.windows import ROWS_KEPT
from vitalreel.identity import fingerprint
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.master import OURS
from vitalreel.steps.screens.published import known, rows
from vitalreel.store.lake import LakeSession

LEVEL = timedelta(days=28)
"""How far back the rows of a value reach that is recorded day by day."""
OPEN = "(closed IS NULL OR CAST(closed AS DATE) > $until)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signal's rows lie."""

    table: str
    dated: str | None = None  # the column of the day; None: what is known stands
    also: str = "true"


_BY_BEGINNING: tuple[tuple[str, Place], ...] = (
    ("feature.", Place("feature_usage", "day")), ("usage.", Place("usage", "day", "metric = $arg")),
    ("contract.", Place("contract")), ("renewal", Place("contract")), ("invoices.", Place("invoice")),
    ("tickets.", Place("ticket", None, OPEN)), ("ticket.", Place("ticket", "opened")), ("support.", Place("ticket", "opened")),
    ("conversation.", Place("conversation", "at")), ("tone", Place("ticket", "opened")), ("text.", Place("ticket", "opened")),
    ("survey.", Place("survey", "day")), ("nps", Place("survey", "day")), ("sponsor", Place("sponsor_change", "day")),
    ("video.offered", Place("content_offer", "at")), ("video.", Place("content_view", "at")), ("viewer.", Place("content_view", "at")),
    ("call.", Place("remark", "at")), ("engagement", Place("engagement", "at")), ("onboarding.", Place("milestone")),
    ("qbr.", Place("calendar_item")), ("value.", Place("goal_reading", "day")), ("outcome", Place("outcome", "day")),
    ("health.", Place("score", "day")), ("band", Place("score", "day")), ("churn.", Place("churn_probability", "day")),
    ("product.", Place("product_feature")),
)  # fmt: skip
_OF_ACCOUNT = frozenset({"segment", "tier", "plan", "industry", "planning.window"})


def place_of(catalogue: Catalogue, signal: str) -> tuple[Place, timedelta, str]:
    """(where its rows lie, how far back they count, the part of its name after the first point)."""
    spec = catalogue.find(signal)
    window = spec.window if spec else None
    base = window.of if window else signal
    back = timedelta(days=window.days) if window else LEVEL
    if base.startswith(f"{OURS}."):
        return Place("score", "day"), back, ""
    if catalogue.master is not None and base in ("health.score", "band"):
        return Place("outside_score", "day", "platform = $arg"), back, catalogue.master.platform
    found = next((p for beginning, p in _BY_BEGINNING if base.startswith(beginning)), None)
    if found is None:
        found = Place("account") if base in _OF_ACCOUNT else Place("outside_score", "day", "platform = $arg")
    of_platform = found.table == "outside_score"
    return found, back, base.partition(".")[0] if of_platform else base.partition(".")[2]


def behind(
    session: LakeSession, catalogue: Catalogue, signal: str, account: str, day: date, until: date | None = None
) -> Origin:
    """The rows of one account that a signal's value at the end of `until` (`day` where None) stands on, as known at the end of `day`."""
    place, back, arg = place_of(catalogue, signal)
    last = until or day
    found = rows_of(session, place, account, day, last - back, last, arg)
    span = f", {last - back + timedelta(days=1)} to {last}" if place.dated else f", as known on {day}"
    return origin(place.table, f"{signal}{span}", found)


def rows_of(
    session: LakeSession, place: Place, account: str, day: date, since: date, until: date, arg: str = ""
) -> list[dict[str, Any]]:
    """Rows with (ref, digest), newest first, after `since` up to the end of `until`; none where the lake has no such table."""
    if place.table not in session.names:
        return []
    mine = "account_id = $account" if place.table != "product_feature" else "$account <> ''"
    dated = f"CAST({place.dated} AS DATE) > $since AND CAST({place.dated} AS DATE) <= $until" if place.dated else "true"
    order = f"{place.dated} DESC, " if place.dated else ""
    ref = "CASE WHEN line > 0 THEN concat(location, ':', line) ELSE concat($table, '/', row_key) END"
    sql = (
        f"SELECT {ref} AS ref, row_digest AS digest FROM {known(session, place.table, mine)} "
        f"WHERE {place.also} AND {dated} ORDER BY {order}row_key"
    )
    values = {"today": day, "account": account, "since": since, "until": until, "arg": arg, "table": place.table}
    asked = {name: value for name, value in values.items() if f"${name}" in sql}
    return rows(session, sql, asked)


def of_part(session: LakeSession, account: str, day: date, part: str, days: Sequence[date]) -> Origin:
    """The rows of one part of an account's score on these days; none where they were scored when asked."""
    found: list[dict[str, Any]] = []
    if "score_part" in session.names:
        mine = known(session, "score_part", "account_id = $account")
        sql = (
            f"SELECT concat('score_part/', row_key) AS ref, row_digest AS digest FROM {mine} "
            "WHERE part = $part AND list_contains($days, day) ORDER BY day DESC"
        )
        found = rows(session, sql, {"today": day, "account": account, "part": part, "days": list(days)})
    return origin("score_part", f"the part {part} on {' and '.join(map(str, days))}", found)


def decisions(session: LakeSession, day: date, since: date) -> list[dict[str, Any]]:
    """Outcomes of all accounts after `since` up to `day`, as known then, newest first: rows with (ref, digest)."""
    if "outcome" not in session.names:
        return []
    sql = (
        f"SELECT concat(location, ':', line) AS ref, row_digest AS digest FROM {known(session, 'outcome')} "
        "WHERE day > $since AND day <= $today ORDER BY day DESC, row_key"
    )
    return rows(session, sql, {"today": day, "since": since})


def origin(table: str, query: str, found: Sequence[dict[str, Any]]) -> Origin:
    """An origin of rows with (ref, digest)."""
    refs = tuple(str(r["ref"]) for r in found[:ROWS_KEPT])
    return Origin(table, query, refs, len(found), fingerprint(sorted(str(r["digest"]) for r in found)))


def together(origins: Sequence[Origin], query: str) -> Origin:
    """What a value stands on that is computed from several."""
    refs = tuple(dict.fromkeys(ref for o in origins for ref in o.rows))[:ROWS_KEPT]
    tables = "+".join(dict.fromkeys(o.table for o in origins))
    return Origin(tables, query, refs, sum(o.count for o in origins), fingerprint(sorted(o.digest for o in origins)))


def set_down(where: str, what: str) -> Origin:
    """Of a value that is configured, or the question's own."""
    return Origin("configuration", f"{what} of {where}", (), 0, fingerprint(where, what))
