"""Rows that other systems push: taken once each by their idempotency key, on disk before they are acknowledged (D2)."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update

from vitalreel.edges.connectors.records import read_json, table_of
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.ports import Ask, Landed, Piece
from vitalreel.sources.mapping import Mapping
from vitalreel.store.database import insert_new, reading
from vitalreel.store.tables import push

MOST_ROWS = 10_000
"""Of one push; more come in several."""
MOST_BYTES = 8 << 20
"""Of one push."""
KEPT_DAYS = 30
"""How long the key of a push is remembered after its rows have landed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is acknowledged."""

    rows: int
    again: bool  # this key was taken before, with the same rows


def take(engine: Engine, mapping: Mapping, table: str, key: str, body: bytes, now: datetime) -> Taken:
    """Keep one push: `{"rows": [...]}`. Committed once the answer is there; the same key again changes nothing.

    Raises NotFound for a table the mapping does not have, BadInput for a body or a key that cannot be used, Refused where
    the key was used for other rows.
    """
    if table not in {a.table for a in mapping.asks}:
        raise NotFound("table", table, f"{mapping.source} has {', '.join(a.table for a in mapping.asks)}")
    if not (1 <= len(key) <= 200 and key.isprintable()):
        raise BadInput("Idempotency-Key", "is missing or longer than 200 characters", "send one for each push")
    rows = _rows(body, f"{mapping.source}/{table}")
    table_of(rows, f"{mapping.source}/{table}")  # what cannot be read is refused now, not at the next load
    digest = hashlib.sha256(b"\0".join((table.encode(), body))).hexdigest()
    row = {
        "source": mapping.source, "key": key, "table": table, "digest": digest, "rows": len(rows), "at": now, "landed": None,
        "body": zlib.compress(body, 1),
    }  # fmt: skip
    with engine.begin() as connection:
        if insert_new(connection, push, [row]):
            return Taken(len(rows), False)
        known = connection.execute(
            select(push.c.digest).where(push.c.source == mapping.source, push.c.key == key)
        ).scalar_one()
    if known != digest:
        raise Refused("the push", f"the key {key!r} was used for other rows", "give every push a key of its own")
    return Taken(len(rows), True)


def _rows(body: bytes, where: str) -> Sequence[object]:
    document = read_json(body, where)
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list) or len(document) != 1:  # type: ignore[arg-type]
        raise BadInput(
            where, "the body is no object with a list `rows` and nothing else", 'send {"rows": [{...}, ...]}'
        )
    if len(rows) > MOST_ROWS:
        raise BadInput(where, f"{len(rows):,} rows in one push", f"send {MOST_ROWS:,} at most")
    odd = next((n for n, row in enumerate(rows, 1) if not isinstance(row, dict)), None)
    if odd:
        raise BadInput(where, f"row {odd} is no object", "send one object a row")
    return rows


def waiting(connection: Connection, source: str | None = None) -> bool:
    """Whether a push has not landed, of one source or of any."""
    mine = () if source is None else (push.c.source == source,)
    return connection.execute(select(push.c.id).where(push.c.landed.is_(None), *mine).limit(1)).first() is not None


class Pushed:
    """What was pushed and has not landed, as a Feed."""

    def __init__(self, engine: Engine, source: str) -> None:
        self._engine, self._source = engine, source
        self._given: list[int] = []

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """One piece a push, in the order they came."""
        mine = (push.c.source == self._source, push.c.table == ask.table, push.c.landed.is_(None))
        with reading(self._engine).connect() as connection:
            waiting = list(connection.execute(select(push.c.id).where(*mine).order_by(push.c.id)).scalars())
        for one in waiting:
            with reading(self._engine).connect() as connection:
                body = connection.execute(select(push.c.body).where(push.c.id == one)).scalar_one()
            rows = _rows(zlib.decompress(body), f"push {ask.table}")
            yield Piece(f"push {one}", table_of(rows, f"push {ask.table}"))
            self._given.append(one)

    def settle(self, now: datetime) -> None:
        """Note that what was given has landed, and forget keys that are old."""
        with self._engine.begin() as connection:
            for one in self._given:
                connection.execute(update(push).where(push.c.id == one).values(landed=now, body=b""))
            old = now - timedelta(days=KEPT_DAYS)
            connection.execute(delete(push).where(push.c.source == self._source, push.c.landed < old))
        self._given.clear()
