"""unopened: a film nobody opened is shown in the product, and after that given to a person, all at once (R4 T6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.owners import Owners, task_row
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.channels import IN_APP
from vitalreel.triggers.tasking import CSM

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unopened:
    """What was done about films that lie unopened."""

    shown: int = 0  # put in front of their person in the product
    to_people: int = 0  # tasks


def follow_up(doors: Doors, now: datetime) -> Unopened:
    """Show what was sent and not opened, then ask a person, in the days of `channels.unopened`; running it again changes nothing.

    Opened is a film whose page told anything at all: a mail that is opened tells nobody. A run that has ended (its goal met,
    a person asked for) is followed up no more.
    """
    rules = doors.programme.channels
    with doors.engine.begin() as c:
        shown = _show(c, [dict(r) for r in c.execute(_lying(now, rules.shown_after_days)).mappings()], now)
        asked = [dict(r) for r in c.execute(_lying(now, rules.person_after_days)).mappings()]
        owners = Owners(c, doors)
        tasks = insert_new(c, t.task, [_task(doors, owners, row, now) for row in asked])
    return Unopened(shown, tasks)


def _lying(now: datetime, days: int) -> Select[Any]:
    """Films sent so long ago, not opened by anybody, of ladders that still run or have run out."""
    opened = select(t.event.c.id).where(t.event.c.link == t.link.c.id).exists()
    return (
        select(
            t.touch.c.id, t.touch.c.run, t.touch.c.step, t.touch.c.channels, t.touch.c.account, t.touch.c.contact, t.touch.c.video,
            t.outbox.c.channel, t.outbox.c.to, t.outbox.c.changed, t.account.c.name.label("account_name"),
            t.account.c.csm, t.account.c.row.label("account_row"), t.contact.c.name.label("contact_name"), t.inbox.c.key.label("item"),
            t.inbox.c.shown,
        )
        .join(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .join(t.contact, t.contact.c.id == t.touch.c.contact)
        .join(t.link, t.link.c.touch == t.touch.c.id)
        .outerjoin(t.inbox, t.inbox.c.link == t.link.c.id)
        .where(t.touch.c.state == "sent", t.outbox.c.state == "sent", t.outbox.c.changed <= now - timedelta(days=days), ~opened,
               t.link.c.revoked.is_(None), t.link.c.expires > now, t.play_run.c.state != "stopped")
        .order_by(t.touch.c.id)
    )  # fmt: skip


def _show(c: Connection, rows: Sequence[Row], now: datetime) -> int:
    """Put films in front of their people: those in the inbox at once, the others by a row of the outbox."""
    lying = [r for r in rows if r["item"] is not None and r["shown"] is None]
    if lying:
        c.execute(
            update(t.inbox).where(t.inbox.c.key == bindparam("k")).values(shown=now), [{"k": r["item"]} for r in lying]
        )
    wanted = [r for r in rows if r["item"] is None and r["channel"] != IN_APP and IN_APP in r["channels"]]
    return len(lying) + insert_new(c, t.outbox, [beside(r, now) for r in wanted])


def beside(touch: Row, now: datetime) -> dict[str, Any]:
    """The outbox row that lays a touch's film into the product's inbox, beside its own sending."""
    return {
        "key": f"{touch['id']}:{IN_APP}", "touch": None, "beside": touch["id"], "channel": IN_APP, "account": touch["account"],
        "contact": touch["contact"], "video": touch["video"], "to": touch["contact"], "state": "ready", "attempts": 0, "next_at": now,
        "receipt": "", "created": now, "changed": now,
    }  # fmt: skip


def _task(doors: Doors, owners: Owners, row: Row, now: datetime) -> dict[str, Any]:
    country = row["account_row"].get("country") or doors.programme.country
    title = f"{row['contact_name']} at {row['account_name']} has not opened the film sent on {row['changed']:%-d %B}: call them"
    return task_row(
        fingerprint(row["run"], row["step"], "unopened"), row["run"], f"{row['step']}: unopened", row["account"],
        owners.of(CSM, row["csm"]), title, add_business_days(now.date(), 1, country), now,
    )  # fmt: skip
