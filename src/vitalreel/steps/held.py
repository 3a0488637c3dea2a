"""Rows in quarantine, for people: where each stood and why it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from vitalreel.steps.doors import Doors
from vitalreel.store.database import reading
from vitalreel.store.tables import quarantine


@dataclass(frozen=True, slots=True)
class Held:
    id: str
    source: str
    table: str  # canonical
    location: str  # file
    line: int
    code: str
    reason: str
    row: Mapping[str, str | None]  # as it arrived


def held_rows(doors: Doors) -> tuple[Held, ...]:
    """Every row held, by source, table, file and line."""
    q = quarantine.c
    query = select(q.id, q.source, q.table, q.location, q.line, q.code, q.reason, q.row).where(q.state == "held")
    with reading(doors.engine).connect() as connection:
        rows = connection.execute(query.order_by(q.source, q.table, q.location, q.line)).all()
    return tuple(Held(*row) for row in rows)
