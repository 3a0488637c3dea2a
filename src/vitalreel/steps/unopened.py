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
from vitalreel.triggers.channels import CSM_CHANNEL, IN_APP
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
        given = [r for r in asked if CSM_CHANNEL in r["channels"] and r["channel"] != CSM_CHANNEL]
        tasks = insert_new(c, t.outbox, [beside(r, now, CSM_CHANNEL) for r in given])
        tasks += insert_new(c, t.task, [_task(doors, owners, row, now) for row in asked if row not in given])
    return Unopened(shown, tasks)


def _lying(now: datetime, days: int) -> Select[Any]:
    """Films sent so long ago, not opened by anybody, of ladders that still run or have run out."""
    opened = select(t.event.c.id).where(t.event.c.link == t.link.c.id).exists()
    return (
        _touched()
        .where(t.touch.c.state == "sent", t.outbox.c.state == "sent", t.outbox.c.changed <= now - timedelta(days=days), ~opened,
               t.link.c.revoked.is_(None), t.link.c.expires > now, t.play_run.c.state != "stopped")
        .order_by(t.touch.c.id)
    )  # fmt: skip


def _touched() -> Select[Any]:
    """Touches with their own sending, their link and where they lie in the product."""
    return (
        select(
            t.touch.c.id, t.touch.c.run, t.touch.c.step, t.touch.c.channels, t.touch.c.account, t.touch.c.contact, t.touch.c.video,
            t.outbox.c.channel, t.outbox.c.to, t.outbox.c.changed, t.account.c.name.label("account_name"),
            t.account.c.csm, t.account.c.row.label("account_row"), t.contact.c.name.label("contact_name"), t.inbox.c.key.label("item"),
            t.inbox.c.shown, t.link.c.id.label("link"), t.play_run.c.state.label("run_state"),
        )
        .join(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .join(t.contact, t.contact.c.id == t.touch.c.contact)
        .outerjoin(t.link, t.link.c.touch == t.touch.c.id)
        .outerjoin(t.inbox, t.inbox.c.link == t.link.c.id)
    )  # fmt: skip


def came_back(c: Connection, doors: Doors, touch: str | None, address: str, reason: str, now: datetime) -> None:
    """A film whose mail came back: it is shown in the product at once, where that may be, and a person is asked for the address."""
    if touch is None:
        return  # laid beside another channel's sending, which has its own end
    rows = [dict(r) for r in c.execute(_touched().where(t.touch.c.id == touch)).mappings()]
    running = [r for r in rows if r["run_state"] != "stopped"]
    _show(c, [r for r in running if r["link"] is not None], now)
    owners = Owners(c, doors)
    insert_new(c, t.task, [_returned(doors, owners, r, address, reason, now) for r in running])


def _returned(doors: Doors, owners: Owners, row: Row, address: str, reason: str, now: datetime) -> dict[str, Any]:
    told = f"The mail to {row['contact_name']} at {row['account_name']} ({address}) came back, {reason[:120]}: find out where to write"
    country = row["account_row"].get("country") or doors.programme.country
    return _asked(owners, row, "came back", told, country, now)


def _show(c: Connection, rows: Sequence[Row], now: datetime) -> int:
    """Put films in front of their people: those in the inbox at once, the others by a row of the outbox."""
    lying = [r for r in rows if r["item"] is not None and r["shown"] is None]
    if lying:
        c.execute(
            update(t.inbox).where(t.inbox.c.key == bindparam("k")).values(shown=now), [{"k": r["item"]} for r in lying]
        )
    wanted = [r for r in rows if r["item"] is None and r["channel"] != IN_APP and IN_APP in r["channels"]]
    return len(lying) + insert_new(c, t.outbox, [beside(r, now) for r in wanted])


def beside(touch: Row, now: datetime, channel: str = IN_APP) -> dict[str, Any]:
    """The outbox row that carries a touch's film by a second channel, beside its own sending: lays it into the product's inbox."""
    return {
        "key": f"{touch['id']}:{channel}", "touch": None, "beside": touch["id"], "channel": channel, "account": touch["account"],
        "contact": touch["contact"], "video": touch["video"], "to": touch["contact"], "state": "ready", "attempts": 0, "next_at": now,
        "receipt": "", "mail": None, "created": now, "changed": now,
    }  # fmt: skip


def _task(doors: Doors, owners: Owners, row: Row, now: datetime) -> dict[str, Any]:
    country = row["account_row"].get("country") or doors.programme.country
    title = f"{row['contact_name']} at {row['account_name']} has not opened the film sent on {row['changed']:%-d %B}: call them"
    return _asked(owners, row, "unopened", title, country, now)


def _asked(owners: Owners, row: Row, what: str, title: str, country: str, now: datetime) -> dict[str, Any]:
    return task_row(
        fingerprint(row["run"], row["step"], what), row["run"], f"{row['step']}: {what}", row["account"],
        owners.of(CSM, row["csm"]), title, add_business_days(now.date(), 1, country), now,
    )  # fmt: skip
