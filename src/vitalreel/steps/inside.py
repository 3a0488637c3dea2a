"""What only our own people may read of an account, as fields and lists of its dossier: score, chance, people, risks, next steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ibis import _, literal
from sqlalchemy import Connection, select

from vitalreel.briefs.dossier import Dossier, Entry, Known
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.windows import ROWS_KEPT
from vitalreel.identity import fingerprint
from vitalreel.steps.assess import read_model
from vitalreel.steps.chances import Told, chance_of
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.lake import LakeSession

Row = Mapping[str, Any]
LOOK_BACK = timedelta(days=180)
"""Risks that were noticed longer ago are history."""
SILENT = timedelta(days=45)
"""Whoever was not seen for longer is said to be silent."""
RANK = ("sponsor", "champion", "admin", "user")
DRIVERS_MOST = 5


def with_inside(doors: Doors, connection: Connection, session: LakeSession, dossier: Dossier) -> Dossier:
    """The dossier with `inside.*` filled in, as known at the end of its day."""
    account, day = str(dossier.account), dossier.as_of
    read = _Reading(session.as_of(day), account)
    scores = read.rows("score", "day")
    newest = max((r["day"] for r in scores if r["day"] <= day), default=None)
    scored = [r for r in scores if r["day"] == newest]
    told = chance_of(session, lambda: read_model(doors).scorecards, account, newest or day)
    fields = {**dict(_score(scored)), **dict(_chance(read, told, newest or day))}
    people = _people(read, _watched(connection, account, day), day)
    lists = {
        "inside.people": people,
        "inside.drivers": _drivers([r for r in read.rows("score_part", "day") if r["day"] == newest]),
        "inside.risks": _risks(read, day),
        "inside.steps": _steps(connection, account),
    }
    changes = [r for r in read.rows("sponsor_change", "day") if day - LOOK_BACK < r["day"] <= day]
    if changes:
        last = changes[-1]
        source = _origin("sponsor_change", "last sponsor change noticed", [last])
        fields["inside.sponsor_left_on"] = Known(last["day"], last["day"], source)
    late = _late(read, day)
    if "invoice" in read.tables:
        fields["inside.invoices_late"] = Known(
            len(late), day, _origin("invoice", f"past their day on {day}, not paid", late)
        )
    if people:
        rows = read.rows("contact", "contact_id")
        fields["inside.people"] = Known(len(people), day, _origin("contact", "contacts known", rows))
    kept = {name: rows for name, rows in lists.items() if rows}
    return replace(dossier, fields={**dossier.fields, **fields}, lists={**dossier.lists, **kept})


class _Reading:
    """One account's rows of the lake, as known at the end of a day."""

    def __init__(self, tables: Mapping[str, Any], account: str) -> None:
        self.tables, self._account = tables, account

    def rows(self, table: str, order: str) -> list[Row]:
        """Rows of the account in order of a column; none where the table is not there."""
        if table not in self.tables:
            return []
        mine = self.tables[table].filter(_.account_id == literal(self._account))
        rows: list[Row] = mine.order_by(order, "location", "line").to_pyarrow().to_pylist()
        return rows


def _origin(table: str, query: str, rows: Iterable[Row]) -> Origin:
    listed = list(rows)
    refs = tuple(f"{r['location']}:{r['line']}" for r in listed[:ROWS_KEPT])
    return Origin(table, query, refs, len(listed), fingerprint(sorted(str(r["row_digest"]) for r in listed)))


def _kept(table: str, query: str, row: Row) -> Origin:
    """Of a row of the app database."""
    return Origin(table, query, (f"{table}/{row['id']}",), 1, fingerprint(table, {k: str(v) for k, v in row.items()}))


# -- score and chance ---------------------------------------------------------------------------------------------------


def _score(scored: Sequence[Row]) -> Iterator[tuple[str, Known]]:
    for row in scored:
        source = _origin("score", f"the score of {row['day']}", [row])
        yield "inside.coverage", Known(row["coverage"], row["day"], source)
        yield "inside.scored_on", Known(row["day"], row["day"], source)
        if row["points"] is not None and row["state"] == "scored":
            yield "inside.score", Known(round(row["points"], 1), row["day"], source)
            yield "inside.band", Known(row["band"], row["day"], source)


def _chance(read: _Reading, told: Told, day: date) -> Iterator[tuple[str, Known]]:
    if told.chance is None or told.kept is None:
        source = Origin("churn_probability", "no chance stands", (), 0, fingerprint(told.off))
        yield "inside.no_churn", Known(told.off.partition("; run ")[0].replace("`", ""), day, source)
        return
    rows = [r for r in read.rows("churn_probability", "day") if r["day"] == told.chance.day]
    source = _origin("churn_probability", f"by model {told.kept.model.version}", rows)
    yield "inside.churn", Known(told.chance.probability, told.chance.day, source)
    yield "inside.churn_days", Known(told.kept.model.horizon_days, told.chance.day, source)


def _drivers(parts: Sequence[Row]) -> tuple[Entry, ...]:
    """The measures that cost the score most, most first."""
    weighed = [p for p in parts if p["weight"] and p["weight"] - p["points"] >= 0.05]
    ordered = sorted(weighed, key=lambda p: (p["points"] - p["weight"], p["part"]))[:DRIVERS_MOST]
    return tuple(
        {
            "name": Known(p["label"], p["day"], source),
            "points": Known(round(p["points"], 1), p["day"], source),
            "most": Known(round(p["weight"], 1), p["day"], source),
        }
        for p in ordered
        for source in (_origin("score_part", f"the part {p['part']} of the score of {p['day']}", [p]),)
    )


# -- people -------------------------------------------------------------------------------------------------------------


def _watched(connection: Connection, account: str, day: date) -> dict[str, Row]:
    """Contact -> the best of their views that count."""
    columns = (t.view.c.id, t.view.c.contact, t.view.c.completion, t.view.c.started)
    query = (
        select(*columns).where(t.view.c.account == account, t.view.c.counts).order_by(t.view.c.completion, t.view.c.id)
    )
    rows = connection.execute(query).mappings().all()
    return {r["contact"]: dict(r) for r in rows if r["started"].date() <= day}


def _people(read: _Reading, watched: Mapping[str, Row], day: date) -> tuple[Entry, ...]:
    """Contacts: who is still there first, then by role."""

    def rank(row: Row) -> tuple[bool, int, str]:
        return row["active"] is False, RANK.index(row["role"]) if row["role"] in RANK else len(RANK), row["name"]

    return tuple(
        _person(row, watched.get(row["contact_id"]), day)
        for row in sorted(read.rows("contact", "contact_id"), key=rank)
    )


def _person(row: Row, view: Row | None, day: date) -> Entry:
    source = _origin("contact", "the contact as recorded", [row])
    entry = {"status": Known(_status(row, day), day, source)}
    entry |= {c: Known(row[c], day, source) for c in ("name", "role", "title") if row[c]}
    if row["last_seen"] is not None and row["last_seen"] <= day:
        entry["seen"] = Known(row["last_seen"], row["last_seen"], source)
    if view is not None:
        entry["watched"] = Known(view["completion"], view["started"].date(), _kept("view", "their best view", view))
    return entry


def _status(row: Row, day: date) -> str:
    if row["active"] is False:
        return "left"
    if row["last_seen"] is None:
        return "there"
    return "silent" if day - row["last_seen"] > SILENT else "there, and seen lately"


# -- risks and steps ----------------------------------------------------------------------------------------------------


def _risks(read: _Reading, day: date) -> tuple[Entry, ...]:
    """What speaks against a renewal, newest first: of sponsors, calls, tickets and invoices."""
    found: list[tuple[str, date, Origin]] = []
    for row in read.rows("sponsor_change", "day"):
        found.append(("The sponsor changed", row["day"], _origin("sponsor_change", "noticed", [row])))
    for row in read.rows("remark", "at"):
        if row["kind"] == "risk":
            found.append((row["sentence"], _day(row["at"]), _origin("remark", "said in a call or a mail", [row])))
    for row in read.rows("ticket", "opened"):
        if row["severity"] == "urgent" and (row["closed"] is None or _day(row["closed"]) > day):
            what = f"An urgent ticket is open: {row['subject']}" if row["subject"] else "An urgent ticket is open"
            found.append((what, _day(row["opened"]), _origin("ticket", "urgent and open", [row])))
    for row in _late(read, day):
        found.append(("An invoice is past its day and not paid", row["due"], _origin("invoice", "late", [row])))
    recent = [f for f in found if day - LOOK_BACK < f[1] <= day]
    return tuple(
        {"what": Known(what, on, source), "day": Known(on, on, source)}
        for what, on, source in sorted(recent, key=lambda f: (f[1], f[0]), reverse=True)
    )


def _late(read: _Reading, day: date) -> list[Row]:
    return [r for r in read.rows("invoice", "due") if r["due"] < day and (r["paid"] is None or r["paid"] > day)]


def _day(moment: datetime) -> date:
    return moment.date()


def _steps(connection: Connection, account: str) -> tuple[Entry, ...]:
    """Open tasks of ours, soonest due first."""
    columns = (t.task.c.id, t.task.c.title, t.task.c.owner, t.task.c.due, t.task.c.state)
    query = (
        select(*columns)
        .where(t.task.c.account == account, t.task.c.state == "open")
        .order_by(t.task.c.due, t.task.c.id)
    )
    rows = [dict(r) for r in connection.execute(query).mappings()]
    return tuple(
        {
            column: Known(row[key], row["due"], source)
            for column, key in (("what", "title"), ("who", "owner"), ("due", "due"))
        }
        for row in rows
        for source in (_kept("task", "an open task", row),)
    )
