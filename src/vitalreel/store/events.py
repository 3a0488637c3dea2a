"""The event table as its writer asks and fills it: what many letters need at once, in as few calls as the database allows.

SQLite hands out row by row and lets another thread in at each: under load the writer then waits for its turn as often as there are
rows. So there every question is one constant statement that takes a list and answers one row, both as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects import postgresql

from vitalreel.store.tables import consent, event, link

Row = Mapping[str, Any]

_OWNERS = """
SELECT json_group_array(json_array(l.id, l.expires, coalesce(l.revoked, s.revoked), c.allowed, l.contact = ''))
FROM link l
LEFT JOIN consent c ON c.contact = l.contact AND c.channel = 'tracking'
LEFT JOIN link s ON s.id = l.passed_on_from
WHERE l.id IN (SELECT value FROM json_each(?))"""
_HELD = """
SELECT json_group_array(json_array(view, link, n))
FROM (SELECT view, min(link) AS link, count(*) AS n FROM event WHERE view IN (SELECT value FROM json_each(?)) GROUP BY view)"""
_THERE = "SELECT json_group_array(id) FROM event WHERE id IN (SELECT value FROM json_each(?))"
_INSERT = """
INSERT INTO event (id, view, link, type, at, received, seq, body)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
FROM json_each(?) WHERE true ON CONFLICT (id) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Owner:
    """A link that is there."""

    expires: datetime
    revoked: datetime | None  # of the link, or of the one it was passed on from
    allowed: bool | None  # what its contact said to tracking; None: nothing
    public: bool = False  # nobody's own: who plays by it is not known


def owners(connection: Connection, links: Collection[str]) -> dict[str, Owner]:
    """Those of these links that are there, by id."""
    if connection.dialect.name == "sqlite":
        found = _asked(connection, _OWNERS, list(links))
        return {
            i: Owner(_time(e), _time(r) if r else None, None if a is None else bool(a), bool(p))
            for i, e, r, a, p in found
        }
    said = and_(consent.c.contact == link.c.contact, consent.c.channel == "tracking")
    sent = link.alias("sent")
    revoked = func.coalesce(link.c.revoked, sent.c.revoked).label("revoked")
    query = select(link.c.id, link.c.contact, link.c.expires, revoked, consent.c.allowed).outerjoin(consent, said)
    query = query.outerjoin(sent, sent.c.id == link.c.passed_on_from)
    rows = connection.execute(query.where(link.c.id.in_(links)))
    return {row.id: Owner(row.expires, row.revoked, row.allowed, row.contact == "") for row in rows}


def held(connection: Connection, views: Collection[str]) -> dict[str, tuple[str, int]]:
    """Per view that has events: the link it began on and how many it has."""
    if connection.dialect.name == "sqlite":
        return {view: (began, count) for view, began, count in _asked(connection, _HELD, list(views))}
    count = (
        select(event.c.view, func.min(event.c.link), func.count()).where(event.c.view.in_(views)).group_by(event.c.view)
    )
    return {name: (began, number) for name, began, number in connection.execute(count)}


def insert(connection: Connection, rows: Sequence[Row]) -> set[str]:
    """The ids of the rows that were new; those whose id is there already change nothing. No id may be among them twice."""
    if not rows:
        return set()
    if connection.dialect.name != "sqlite":
        made = postgresql.insert(event).on_conflict_do_nothing(index_elements=["id"]).returning(event.c.id)
        return set(connection.execute(made, list(rows)).scalars())  # psycopg counts no rows of many
    ids = {row["id"] for row in rows}
    there = set(
        _asked(connection, _THERE, list(ids))
    )  # nobody else writes: the lock was taken when the transaction began
    connection.exec_driver_sql(_INSERT, (json.dumps([_listed(row) for row in rows], ensure_ascii=False),))
    return ids - there


def _asked(connection: Connection, statement: str, names: list[str]) -> Any:
    return json.loads(connection.exec_driver_sql(statement, (json.dumps(names, ensure_ascii=False),)).scalar_one())


def _listed(row: Row) -> list[Any]:
    """A row as `_INSERT` reads it, its times and its body as SQLAlchemy keeps them."""
    at, received = (row[name].astimezone(UTC).replace(tzinfo=None) for name in ("at", "received"))
    return [
        row["id"], row["view"], row["link"], row["type"], at.isoformat(" ", "microseconds"), received.isoformat(" ", "microseconds"),
        row["seq"], json.dumps(row["body"]),
    ]  # fmt: skip


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
