"""Films in words only: what a mail says of each planned touch is written as for its film, the picture is the made film's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from vitalreel.briefs.module import content_of
from vitalreel.briefs.script import Script
from vitalreel.errors import Refused
from vitalreel.steps.doors import Doors
from vitalreel.steps.make import due_orders
from vitalreel.steps.orders import write
from vitalreel.steps.shelf import Shelf
from vitalreel.store import tables as t


def worded(doors: Doors, day: date, now: datetime) -> dict[str, str]:
    """Approve every planned touch whose film can be written, with a film of its words; answers touch -> module."""
    with doors.engine.connect() as c:
        made = dict(c.execute(select(t.video)).mappings().first() or {})
    found = {}
    with Shelf(doors) as shelf, shelf.known(day) as known:
        for order in due_orders(doors, now):
            try:
                written = write(doors, known.tables, order, day)
            except Refused:
                continue  # these are no mails
            with doors.engine.begin() as c:
                film = {
                    **made,
                    **_of(written.script),
                    "config": {"module": content_of(written.module), "of": written.module.name},
                    "id": f"worded{order.touch}"[:40],
                }
                c.execute(insert(t.video).values(film))
                c.execute(update(t.touch).where(t.touch.c.id == order.touch).values(state="approved", video=film["id"]))
            found[order.touch] = order.module
    return found


def _of(script: Script) -> dict[str, Any]:
    scenes = [{"kind": s.kind, "headline": s.headline.shown, "shared": s.shared} for s in script.scenes]
    brief = script.brief
    return {
        "account": brief.account, "contact": brief.contact, "module": brief.module, "as_of": brief.as_of,
        "title": script.title.shown, "tier": brief.tier, "length_s": brief.length_s[1], "scenes": scenes,
    }  # fmt: skip
