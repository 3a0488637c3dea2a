"""Preview: drafts of one module for one or more accounts, side by side; only what changed since the last one is made (V13)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from sqlalchemy import func, select

from vitalreel.briefs.differ import Difference, differ
from vitalreel.briefs.script import Script
from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Order, write
from vitalreel.steps.produce import Made, film
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.viewers import viewer_for
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import reading

PRIORITY = 2
"""After a film a viewer waits for, before those made ahead."""
MOST = 6
"""Columns that stand side by side."""


@dataclass(frozen=True, slots=True)
class Column:
    """One account's draft, or why there is none."""

    account: AccountId
    name: str
    segment: str
    script: Script | None
    made: Made | None
    reason: str
    differs: Difference | None  # from the first column's film
    wall_s: float


@dataclass(frozen=True, slots=True)
class Offered:
    """An account to try a module on."""

    account: AccountId
    name: str
    segment: str


def one_of_each(doors: Doors) -> tuple[Offered, ...]:
    """One account of every segment, MOST at most: the first by its id, so that the same ones are offered every time."""
    first = select(func.min(t.account.c.id)).group_by(t.account.c.segment)
    query = select(t.account.c.id, t.account.c.name, t.account.c.segment).where(t.account.c.id.in_(first))
    with reading(doors.engine).connect() as c:
        rows = c.execute(query.order_by(t.account.c.segment, t.account.c.id).limit(MOST)).all()
    return tuple(Offered(AccountId(row.id), row.name, row.segment or "") for row in rows)


class Previewer:
    """Drafts from one shelf and one workshop that stay warm. Thread-safe: one preview at a time."""

    def __init__(self, doors: Doors, workshop: Workshop, shelf: Shelf) -> None:
        """workshop: of drafts."""
        self._doors, self._shelf = doors, shelf
        self._workshop = workshop.for_film(PRIORITY, workshop.progress)
        self._turn = Lock()

    def preview(
        self, module: str, accounts: Sequence[str], day: date, now: datetime, contact: str | None = None
    ) -> tuple[Column, ...]:
        """A draft for each account, from what was known at the end of `day` and the module's file as it is now.

        contact: of the only account; None: the module's first choice of role. What cannot be made says why in its column.
        """
        columns: list[Column] = []
        with self._turn:
            for account in accounts[:MOST]:
                columns.append(self._column(module, AccountId(account), day, now, contact, columns))
        return tuple(columns)

    def _column(
        self, module: str, account: AccountId, day: date, now: datetime, contact: str | None, before: Sequence[Column]
    ) -> Column:
        began = time.perf_counter()
        name, segment = self._who(account)
        try:
            order = Order(account, viewer_for(self._doors, account, module, contact), module)
            with self._shelf.known(day) as known:
                written = write(self._doors, known.tables, order, day)
            made = film(self._doors, self._workshop, written, known.feeds, day, now)
        except VitalreelError as e:
            return Column(account, name, segment, None, None, str(e), None, time.perf_counter() - began)
        script = written.script
        first = next((c.script for c in before if c.script is not None), None)
        differs = differ(first, script) if first is not None else None
        return Column(account, name, segment, script, made, "", differs, time.perf_counter() - began)

    def _who(self, account: AccountId) -> tuple[str, str]:
        with reading(self._doors.engine).connect() as c:
            row = c.execute(
                select(t.account.c.name, t.account.c.segment).where(t.account.c.id == account)
            ).one_or_none()
        return (row.name, row.segment or "") if row is not None else (account, "")
