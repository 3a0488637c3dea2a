"""What came back of our mails is read, believed as far as it may be, and acted on once: no mail goes to a dead address again (R6).

The database decides what a report is about: the mail it has seen names the delivery, and that the account, the person and the
address. Where a report is of no mail of ours, or is none at all, it is set aside for a person; the mailbox stays as it was.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from vitalreel.delivery import dispatch
from vitalreel.delivery.returned import NoReport, Report, read_report, status_of
from vitalreel.errors import VitalreelError
from vitalreel.identity import fingerprint
from vitalreel.ports import Box, Found
from vitalreel.steps.clearance import queue_up
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.people import folded
from vitalreel.steps.suppressed import suppress
from vitalreel.steps.unopened import came_back
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading, upsert

log = logging.getLogger(__name__)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a reading of the mailboxes brought."""

    counted: int = 0  # bounces and complaints of our mails
    noted: int = 0  # delays, and news of deliveries: nothing follows
    set_aside: int = 0  # for a person: `vitalreel bounces list --aside`
    known: int = 0  # read before
    suppressed: tuple[str, ...] = ()  # addresses that get no mail from now on


def name_of(doors: Doors, key: str, now: datetime) -> str:
    """The name of a delivery's mail: 96 bits of HMAC-SHA256 over its row's key, which nobody can guess."""
    return hmac.digest(secret_key(doors.engine, "returns", now), key.encode(), "sha256").hex()[:24]


def read_boxes(doors: Doors, boxes: Sequence[Box], now: datetime) -> Returned:
    """Read what is new in the mailboxes. Cut off or run again it counts nothing twice and loses nothing.

    Raises Unavailable, Refused or BadInput where a mailbox cannot be read; what was read before that stands.
    """
    done = Returned()
    for box in boxes:
        with reading(doors.engine).connect() as c:
            mark = c.execute(select(t.mailbox.c.mark).where(t.mailbox.c.name == box.name)).scalar_one_or_none() or ""
        for found in box.read(mark, lambda place: _placed(doors, place)):
            done = _plus(done, _take(doors, box, found, now))
    return done


def try_boxes(doors: Doors, boxes: Sequence[Box], now: datetime) -> Returned:
    """The same, a mailbox that does not answer being left for the next turn: its log says so."""
    done = Returned()
    for box in boxes:
        try:
            done = _plus(done, read_boxes(doors, [box], now))
        except VitalreelError as e:
            log.warning("bounces and complaints were not read: %s", e)
    return done


def refused(c: Connection, doors: Doors, key: str, reason: str, now: datetime) -> None:
    """A mail server would not have the address of a delivery, for good. In the transaction that writes the delivery's end."""
    row = _delivery(c, t.outbox.c.key == key)[0]
    status = status_of(reason)
    report = Report("bounce", frozenset(), status, reason[:300])
    weight = doors.programme.returning.weigh(status, to_address=True)
    _count(c, doors, fingerprint("refused", key, row["attempts"]), row, report, weight, "the mail server's reply", now)


def set_aside(doors: Doors) -> list[dict[str, Any]]:
    """Messages of the mailboxes that a person may want to look at, the newest first: id, why, and where each lies."""
    query = (
        select(t.mail_report)
        .where(t.mail_report.c.state == "set_aside")
        .order_by(t.mail_report.c.at.desc(), t.mail_report.c.id)
    )
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


# -- one message --------------------------------------------------------------------------------------------------------


def _placed(doors: Doors, place: str) -> bool:
    with reading(doors.engine).connect() as c:
        return c.execute(select(t.mail_report.c.id).where(t.mail_report.c.place == place[:300])).first() is not None


def _take(doors: Doors, box: Box, found: Found, now: datetime) -> Returned:
    """One message, in one transaction with the mark behind it."""
    name = hashlib.sha256(found.data).hexdigest()[:32] if found.data else fingerprint("place", found.place)
    try:
        report, why = (None, found.problem) if found.problem else (read_report(found.data), "")
    except NoReport as e:
        report, why = None, e.reason
    with doors.engine.begin() as c:
        if c.execute(select(t.mail_report.c.id).where(t.mail_report.c.id == name)).first() is not None:
            done = Returned(known=1)
        elif report is None:
            done = _aside(c, doors, name, found, why, now)
        else:
            done = _weighed(c, doors, name, found, report, now)
        if found.mark:
            upsert(c, t.mailbox, [{"name": box.name, "mark": found.mark, "at": now}])
    return done


def _weighed(c: Connection, doors: Doors, name: str, found: Found, report: Report, now: datetime) -> Returned:
    rows = _delivery(c, t.outbox.c.mail.in_(report.names))
    if len(rows) != 1:
        why = "it names several mails of ours" if rows else "it names no mail of ours"
        return _aside(c, doors, name, found, why, now)
    weight = doors.programme.returning.weigh(report.status) if report.kind == "bounce" else ""
    return _count(c, doors, name, rows[0], report, weight, found.place, now)


def _aside(c: Connection, doors: Doors, name: str, found: Found, why: str, now: datetime) -> Returned:
    """Kept for a person, with a copy: whoever clears the mailbox takes nothing from them."""
    folder = doors.workspace.returned
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.eml").write_bytes(found.data)
    insert_new(c, t.mail_report, [
        {"id": name, "kind": "other", "state": "set_aside", "weight": "", "outbox": None, "account": "", "contact": "",
         "address": "", "status": "", "detail": why, "place": found.place[:300], "sent": None, "at": now}
    ])  # fmt: skip
    return Returned(set_aside=1)


def _delivery(c: Connection, which: Any) -> list[Row]:
    return [dict(r) for r in c.execute(select(t.outbox).where(which).order_by(t.outbox.c.key)).mappings()]


def _count(
    c: Connection, doors: Doors, name: str, row: Row, report: Report, weight: str, place: str, now: datetime
) -> Returned:  # fmt: skip
    """Write a report of our mail down, and what follows from it. Others that speak to its person wait until that is done."""
    queue_up(c, row["account"], row["contact"])
    address = folded(row["to"])
    new = insert_new(c, t.mail_report, [
        {"id": name, "kind": report.kind, "state": "noted" if report.kind == "news" else "counted", "weight": weight,
         "outbox": row["key"], "account": row["account"], "contact": row["contact"], "address": address,
         "status": report.status[:20], "detail": report.detail, "place": place[:300], "sent": row["changed"], "at": now}
    ])  # fmt: skip
    if not new or report.kind == "news":
        return Returned(known=1 - new, noted=new)
    if report.kind == "complaint":
        refusal = {"contact": row["contact"], "channel": "email", "allowed": False, "source": "complaint", "at": now}
        upsert(c, t.consent, [refusal])
        reason = "complaint"
    else:
        _ended(c, row, report, now)
        came_back(c, doors, row["touch"], row["to"], report.detail, now)
        reason = _reason(c, doors, address, weight, row["changed"])
    if reason and suppress(c, row, address, reason, report.detail, name, now):
        return Returned(counted=1, suppressed=(address,))
    return Returned(counted=1)


def _ended(c: Connection, row: Row, report: Report, now: datetime) -> None:
    """The delivery is a dead letter. One whose attempt still runs is left to it: the address will not be written to again."""
    columns = (
        t.outbox.c.state,
        t.outbox.c.attempts,
        t.outbox.c.next_at,
        t.outbox.c.receipt,
        t.outbox.c.holder,
        t.outbox.c.held_until,
    )
    before = dispatch.Row(
        **c.execute(select(*columns).where(t.outbox.c.key == row["key"]).with_for_update()).mappings().one()
    )
    after = dispatch.bounce(before, f"came back: {report.detail}")
    if after != before:
        values = {"state": after.state, "receipt": after.receipt, "changed": now}
        c.execute(update(t.outbox).where(t.outbox.c.key == row["key"]).values(values))


def _reason(c: Connection, doors: Doors, address: str, weight: str, sent: datetime) -> str:
    """Why an address gets no mail any more after this bounce; "": it does. Soft ones count by mail, since it was last let off."""
    if weight == "hard":
        return "hard bounce"
    rules = doors.programme.returning
    if weight != "soft":
        return ""
    lifted = c.execute(select(func.max(t.suppression.c.lifted)).where(t.suppression.c.address == address)).scalar_one()
    row = t.mail_report.c
    near = (row.sent >= sent - timedelta(days=rules.soft_days), row.sent <= sent + timedelta(days=rules.soft_days))
    mails = select(row.outbox, row.sent).where(row.address == address, row.weight == "soft", *near)
    mails = mails if lifted is None else mails.where(row.at > lifted)
    times = sorted({r.outbox: r.sent for r in c.execute(mails)}.values())
    spans = zip(times, times[rules.soft - 1 :], strict=False)
    return "soft bounces" if any(b - a <= timedelta(days=rules.soft_days) for a, b in spans) else ""


def _plus(a: Returned, b: Returned) -> Returned:
    return replace(
        a, counted=a.counted + b.counted, noted=a.noted + b.noted, set_aside=a.set_aside + b.set_aside, known=a.known + b.known,
        suppressed=(*a.suppressed, *b.suppressed),
    )  # fmt: skip
