"""Films to be made, without the company around them: just enough rows for the queue's foreign keys."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, insert

from vitalreel.store import tables as t
from vitalreel.store.jobs import Entry, enter

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def entry(name: str, priority: int = 100) -> Entry:
    return Entry(name, "touch", "acme", "ana", "usage_drop_recovery", "usage_drop", "show", name, "", date(2026, 3, 1), NOW, True,
                 priority)  # fmt: skip


def queued(engine: Engine, *entries: Entry) -> None:
    """Enter films with the touches they are for."""
    with engine.begin() as c:
        for e in entries:
            c.execute(insert(t.play_run).values(id=e.id, account=e.account, play=e.play, occurrence=e.id, arm="served", state="running",
                                                step=0, opened_on=e.as_of, config="", at=NOW))  # fmt: skip
            c.execute(insert(t.touch).values(id=e.touch, run=e.id, step=e.step, account=e.account, contact=e.contact, module=e.module,
                                             channels=["email"], window_from=NOW, window_to=NOW + timedelta(days=2), as_of=e.as_of,
                                             state="planned", why={}, at=NOW))  # fmt: skip
        enter(c, entries, NOW)
