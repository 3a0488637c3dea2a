"""refresh: figures are taken anew just before a film's window opens; where the film would say otherwise by now, it is made again (T14).

What was approved is what is sent: a film that is made again is reviewed again, by the same rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.briefs.script import Script
from vitalreel.errors import VitalreelError
from vitalreel.identity import AccountId, ContactId, fingerprint, plain
from vitalreel.steps.clearance import older_than_its_window, queue_up
from vitalreel.steps.doors import Doors
from vitalreel.steps.edits import as_edited
from vitalreel.steps.orders import Order, write
from vitalreel.steps.produce import heard_before
from vitalreel.steps.review import lapse
from vitalreel.steps.shelf import Shelf
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.jobs import again

WAITING = ("made", "in_review", "approved")
"""States of a touch whose film is made and has not left."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Touches whose figures were taken anew."""

    same: int  # the film says what it would say by now
    changed: int  # it is to be made again


def refresh_due(doors: Doors, as_of: date, now: datetime) -> Refreshed:
    """Write again, from what was known at the end of `as_of`, the films whose window opens soon; each once.

    Nothing is rendered here: a touch whose film would be another one is planned again, and says so in its review.
    """
    due = [row for row in _made(doors) if older_than_its_window(doors.programme, row, row["film_at"], now)]
    if not due:
        return Refreshed(0, 0)
    changed = 0
    with Shelf(doors) as shelf:
        for row in due:
            with shelf.known(as_of) as known:
                same = _same(doors, known.tables, row, as_of)
            changed += _settle(doors, row, same, as_of, now) and not same
    return Refreshed(len(due) - changed, changed)


def _made(doors: Doors) -> Sequence[Row]:
    query = (
        select(t.touch, t.play_run.c.play, t.account.c.zone, t.account.c.row.label("account_row"), t.video.c.files,
               t.video.c.at.label("film_at"))
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .join(t.video, t.video.c.id == t.touch.c.video)
        .outerjoin(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .where(t.touch.c.state.in_(WAITING), t.touch.c.refreshed.is_(None), t.outbox.c.key.is_(None),
               t.video.c.state != "on_request")
        .order_by(t.touch.c.window_to, t.touch.c.id)
    )  # fmt: skip
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _same(doors: Doors, tables: Mapping[str, Any], row: Row, as_of: date) -> bool:
    """Whether the film would say and show the same by now. One that cannot be written any more would not: production tells why."""
    order = Order(
        AccountId(row["account"]), ContactId(row["contact"]), row["module"], row["play"], row["step"], row["id"], row["intro"]
    )  # fmt: skip
    try:
        written, _ = as_edited(doors, write(doors, tables, order, as_of, heard_before(doors, order)))
    except VitalreelError:
        return False
    kept = (doors.workspace.media / row["files"]["ledger"]).with_name("script.json")
    return _told(written.script) == _told(json.loads(kept.read_text(encoding="utf-8")))


def _told(script: Script | Mapping[str, Any]) -> str:
    """All that is shown and said."""
    told = plain(script)
    assert isinstance(told, Mapping)
    return fingerprint(told["title"], told["scenes"])


def _settle(doors: Doors, row: Row, same: bool, as_of: date, now: datetime) -> bool:
    """Keep that it was looked at; answers False where the touch has left, or ended, meanwhile."""
    mine = (t.touch.c.id == row["id"]) & t.touch.c.state.in_(WAITING) & (t.touch.c.video == row["video"])
    values: dict[str, Any] = {"refreshed": as_of} if same else {"refreshed": as_of, "state": "planned"}
    with doors.engine.begin() as c:
        queue_up(c, row["account"], row["contact"])
        if c.execute(select(t.outbox.c.key).where(t.outbox.c.touch == row["id"])).first() is not None:
            return False
        moved = c.execute(update(t.touch).where(mine).values(**values).returning(t.touch.c.id)).first() is not None
        if moved and not same:
            plan_again(c, row["id"], as_of, f"the figures of {as_of} are others: the film is made again", now)
    return moved


def plan_again(c: Connection, touch: str, as_of: date, why: str, now: datetime) -> None:
    """The film of a touch that has not left is made again; its review, if it has one, waits for the one that takes its place."""
    c.execute(update(t.touch).where(t.touch.c.id == touch).values(state="planned"))
    again(c, [touch], as_of, now)
    lapse(c, touch, "refreshed", why, now)
