"""by_hand: a film handed to the person who looks after the account: a mail that is theirs to send, a link for a meeting (R4 R5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from vitalreel.delivery.mime import mime
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.steps.clearance import CLOCK, cleared, hold_stops, queue_up, touches
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import link_of
from vitalreel.steps.mailed import compose, watch_url
from vitalreel.steps.unopened import beside
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.window import NotNow
from vitalreel.video.kit import Kit

BY_HAND = "by_hand"
"""The channel of an outbox row whose film a person of ours sends."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InHand:
    """A film in somebody's hands."""

    touch: str
    account: str
    to: str  # address
    subject: str
    mail: bytes  # RFC 5322, marked as a draft: a mail program opens it ready to be sent
    text: str  # the same in plain words, for a message
    watch: str  # the person's own link, as in the mail
    present: str  # the same film shown in a meeting: not counted
    not_before: datetime | None  # when the person may be written to; None: now
    until: datetime  # the end of the film's window


def hand_over(doors: Doors, kit: Kit, base_url: str, touch: str, who: str, now: datetime) -> InHand:
    """The film of an approved touch as a draft in `who`'s hands: nothing else sends it from now on. Asked again it is the same draft.

    All that speaks against sending it speaks against this too, but for the hour. Raises NotFound, BadInput where it is not approved
    or is sent already, Refused with the reason of a guard.
    """
    name = " ".join(who.split())[:120]
    if not name:
        raise BadInput(f"touch {touch}", "nobody takes it", "give --by NAME")
    key = f"{touch}:{BY_HAND}"
    with doors.engine.begin() as c:
        row = _touch(c, touch)
        queue_up(c, row["account"], row["contact"])
        row, there = (
            _touch(c, touch),
            c.execute(select(t.outbox.c.key).where(t.outbox.c.touch == touch)).scalars().first(),
        )
        not_before = None
        if there != key:
            not_before = _take(c, doors, row, there, key, name, now)
    message = compose(doors, kit, base_url, key, now)
    mail = mime(message, now)
    for header in ("Date", "Message-ID"):  # whoever sends it gives it these
        del mail[header]
    mail["X-Unsent"] = "1"
    watch = watch_url(doors, base_url, touch, now)
    return InHand(
        touch, row["account"], message.to, message.subject, mail.as_bytes(), message.text, watch, f"{watch}?untracked&play",
        not_before, row["window_to"],
    )  # fmt: skip


def _touch(c: Connection, touch: str) -> Row:
    row = c.execute(touches().where(t.touch.c.id == touch)).mappings().one_or_none()
    if row is None:
        raise NotFound("touch", touch, "`vitalreel why ACCOUNT` names them")
    return dict(row)


def _take(
    c: Connection, doors: Doors, row: Row, there: str | None, key: str, who: str, now: datetime
) -> datetime | None:
    """The touch in `who`'s hands; answers when its person may be written to."""
    hold_stops(c)
    if there is not None or row["state"] != "approved":
        what = f"it is {row['state']}" if there is None else f"it is in the outbox as {there.rpartition(':')[2]}"
        raise BadInput(f"touch {row['id']}", what, "only films that were approved and have not left can be handed over")
    no = cleared(c, doors, row, "send", now, "email")
    if no is not None and no.reason not in CLOCK:
        raise Refused(f"touch {row['id']}", f"{no.reason}: {no.detail or no.reason}", "see `vitalreel why`")
    link = {"id": link_of(row["id"]), "video": row["video"], "account": row["account"], "contact": row["contact"], "touch": row["id"],
            "expires": now + timedelta(days=doors.programme.sending.link_days), "revoked": None, "created": now}  # fmt: skip
    insert_new(c, t.link, [link])
    sent = beside(row, now) | {"key": key, "touch": row["id"], "beside": None, "channel": BY_HAND, "to": row["email"], "state": "sent",
                               "attempts": 1, "receipt": f"a draft, in the hands of {who}"}  # fmt: skip
    insert_new(c, t.outbox, [sent])
    c.execute(update(t.touch).where(t.touch.c.id == row["id"]).values(state="sent"))
    return _from(no)


def _from(no: NotNow | None) -> datetime | None:
    return None if no is None else no.until
