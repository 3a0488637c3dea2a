"""More mails from one film: the approved touch again, for accounts and people of their own; and films as before their review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t


def copies(doors: Doors, count: int, differ: Sequence[Mapping[str, Mapping[str, Any]]] = ()) -> None:
    """So many accounts with one person and the approved touch each. differ: per copy, table -> columns that are its own."""
    with doors.engine.begin() as c:
        touch = dict(c.execute(select(t.touch).where(t.touch.c.state == "approved")).mappings().first() or {})
        old = {
            name: dict(
                c.execute(select(t.meta.tables[table]).where(t.meta.tables[table].c.id == touch[name])).mappings().one()
            )
            for name, table in (("account", "account"), ("contact", "contact"), ("run", "play_run"), ("video", "video"))
        }
        for n in range(count):
            own = differ[n] if n < len(differ) else {}
            of = {name: f"{row['id']}{n}"[-40:] for name, row in old.items()}
            within = {"account": of["account"], "contact": of["contact"]}
            new = {
                "account": {},
                "contact": {"account": of["account"], "email": f"p{n}@copy.example"},
                "play_run": {"account": of["account"]},
                "video": within,
            }
            for (name, row), (table, changed) in zip(old.items(), new.items(), strict=True):
                c.execute(insert(t.meta.tables[table]).values({**row, "id": of[name], **changed, **own.get(table, {})}))
            c.execute(insert(t.touch).values({**touch, **of, "id": f"{touch['id']}{n}"[-40:]}))


def unreviewed(doors: Doors) -> None:
    """Approved touches as they were when their films had been made, and nobody had been asked yet."""
    with doors.engine.begin() as c:
        c.execute(delete(t.review_event))
        c.execute(delete(t.review))
        c.execute(update(t.touch).where(t.touch.c.state == "approved").values(state="made"))
