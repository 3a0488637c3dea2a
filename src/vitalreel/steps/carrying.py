"""Keeps letters and rows together: what waits has a letter on its way, and what a dead worker held waits again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from vitalreel.ports import Carrier, Letter
from vitalreel.steps.queue import take_from_the_dead
from vitalreel.store import jobs
from vitalreel.store.jobs import Waits

MOST = 500
"""Letters on their way at once; the others follow as these are taken."""
PATIENCE = timedelta(seconds=20)
"""A row still waiting so long after its letter was sent has it looked for."""


def reconcile(engine: Engine, carrier: Carrier, clock: datetime) -> int:
    """One look over the rows; answers how many letters were sent. Any number of workers may look at once."""
    take_from_the_dead(engine, clock)
    rows = [row for row in jobs.waiting(engine, MOST) if row.next_at <= clock]
    late = {_letter(row).name for row in rows if row.carried == row.turn and _sent_before(row, clock - PATIENCE)}
    lost = carrier.lost(late)
    for row in rows:
        if _letter(row).name in lost:
            with engine.begin() as c:
                jobs.lose_message(c, row)
    sent = 0
    for row in rows:
        if row.carried != row.turn:
            with engine.begin() as c:
                sent += send(c, carrier, row, clock)
    return sent


def send(c: Connection, carrier: Carrier, row: Waits, clock: datetime) -> bool:
    """Send a row's letter in the transaction that notes it; False where the row has moved on."""
    if not jobs.note_carried(c, row, clock):
        return False
    carrier.send(c, _letter(row))
    return True


def _letter(row: Waits) -> Letter:
    return Letter(row.id, row.turn, "asked" if row.kind == "asked" else "films", row.priority)


def _sent_before(row: Waits, then: datetime) -> bool:
    return row.carried_at is not None and row.carried_at < then
