"""The in-app channel: films for one person laid into the inbox of the company's own product, and the person's way in (R4 C2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, select, union

from vitalreel.delivery.link import sign, verify
from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.errors import NotFound
from vitalreel.identity import ContactId, fingerprint
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading, upsert
from vitalreel.triggers.channels import IN_APP

WATCHING = ("play", "progress", "pause", "end")
"""Events of somebody who has begun to watch."""
_WAY_IN = "in_"
"""What an entrance's id begins with: no link has such a one, so neither opens what the other does."""


class Inbox:
    """Takes messages into the inbox of the person they are for. It remembers keys: the same one is never laid in twice."""

    name = IN_APP

    def __init__(self, engine: Engine, now: Now) -> None:
        self._engine, self._now = engine, now

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        with self._engine.begin() as c:
            row = c.execute(select(t.outbox).where(t.outbox.c.key == message.key)).mappings().one()
            item = {
                "key": message.key, "link": link_of(row["touch"] or row["beside"]), "account": row["account"],
                "contact": row["contact"], "title": message.subject, "at": self._now(), "shown": None,
            }  # fmt: skip
            new = insert_new(c, t.inbox, [item])
        return Sent("laid into the inbox" if new else "lay in the inbox already")

    def has(self, message: Message) -> bool:
        """Whether a message with this key lies there: the answer a started-again sender needs."""
        with reading(self._engine).connect() as c:
            return c.execute(select(t.inbox.c.key).where(t.inbox.c.key == message.key)).first() is not None


@dataclass(frozen=True, slots=True)
class Item:
    """A film in somebody's inbox or portal."""

    video: str
    token: str  # of the person's own link to it; empty: they have none yet, a colleague was sent it
    title: str
    length_s: float
    as_of: date
    at: datetime
    shown: bool  # put in front of them, its mail having stayed unopened
    seen: bool  # they have begun to watch it
    poster: str  # its file under /media/TOKEN/; empty: there is none
    promised: bool  # made when its viewer asks


@dataclass(frozen=True, slots=True)
class Entered:
    """Whoever came in by an entrance."""

    account: str
    account_name: str
    contact: str
    contact_name: str


def link_of(touch: str) -> str:
    """The id of a touch's link, whatever channel carries it."""
    return fingerprint("link", touch)[:24]


def way_in(doors: Doors, contact: ContactId, now: datetime) -> str:
    """The token by which the company's product lets its signed-in user into their inbox: the same at every call. Raises NotFound."""
    name = _WAY_IN + fingerprint("entrance", contact)[:24]
    with doors.engine.begin() as c:
        account = c.execute(select(t.contact.c.account).where(t.contact.c.id == contact)).scalar_one_or_none()
        if account is None:
            raise NotFound("contact", contact, "load the CRM's contacts first")
        insert_new(
            c, t.entrance, [{"id": name, "account": account, "contact": contact, "revoked": None, "created": now}]
        )
    return sign(name, secret_key(doors.engine, "links", now))


def come_in(doors: Doors, token: str, now: datetime) -> Entered | None:
    """Who comes in by a token; None where it is not one of ours, was taken back, or its person has left."""
    name = verify(token, (secret_key(doors.engine, "links", now),))
    if name is None or not name.startswith(_WAY_IN):
        return None
    query = (
        select(t.entrance, t.account.c.name.label("account_name"), t.contact.c.name.label("contact_name"))
        .join(t.account, t.account.c.id == t.entrance.c.account)
        .join(t.contact, t.contact.c.id == t.entrance.c.contact)
        .where(t.entrance.c.id == name, t.entrance.c.revoked.is_(None), t.contact.c.active)
    )
    with reading(doors.engine).connect() as c:
        row = c.execute(query).mappings().one_or_none()
    return None if row is None else Entered(row["account"], row["account_name"], row["contact"], row["contact_name"])


def items(doors: Doors, who: Entered, now: datetime, whole: bool = False) -> Sequence[Item]:
    """The films in a person's inbox, those put in front of them first, then the newest.

    whole: the portal: every film that was sent to the account, to anybody and by whatever channel. What was taken back, and
    links of this person's that were withdrawn or have expired, are in neither.
    """
    mine = (t.link.c.contact == who.contact) & t.link.c.revoked.is_(None) & (t.link.c.expires > now)
    query = _films(mine).where(t.inbox.c.key.is_not(None))
    if whole:
        query = _films(mine).where(t.video.c.id.in_(_sent_to(who.account)))
    with reading(doors.engine).connect() as c:
        rows = {r["video"]: dict(r) for r in c.execute(query.order_by(t.link.c.created)).mappings()}
    key = secret_key(doors.engine, "links", now)
    found = [_item(r, sign(r["link"], key) if r["link"] else "") for r in rows.values()]
    return sorted(found, key=lambda i: (not i.shown, -i.at.timestamp(), i.video))


def enter_film(doors: Doors, who: Entered, video: str, now: datetime) -> str:
    """The token of a link of this person's own to a film that was sent to their account. Raises NotFound for any other film."""
    name = fingerprint("portal", who.contact, video)[:24]
    expires = now + timedelta(days=doors.programme.sending.link_days)
    with doors.engine.begin() as c:
        if (
            c.execute(
                select(t.video.c.id).where(t.video.c.id == video, t.video.c.id.in_(_sent_to(who.account)))
            ).first()
            is None
        ):
            raise NotFound("film", video, "open one that the portal lists")
        row = {"id": name, "video": video, "account": who.account, "contact": who.contact, "touch": None, "expires": expires,
               "revoked": None, "created": now}  # fmt: skip
        upsert(c, t.link, [row])
    return sign(name, secret_key(doors.engine, "links", now))


def _films(mine: ColumnElement[bool]) -> Select[Any]:
    """Films that can be watched, each with the person's own link to it where they have one."""
    watched = select(t.event.c.id).where(t.event.c.link == t.link.c.id, t.event.c.type.in_(WATCHING)).exists()
    return (
        select(t.video.c.id.label("video"), t.video.c.title, t.video.c.length_s, t.video.c.as_of, t.video.c.files, t.video.c.state,
               t.video.c.at.label("made"), t.link.c.id.label("link"), t.inbox.c.at, t.inbox.c.shown, watched.label("seen"))
        .outerjoin(t.link, (t.link.c.video == t.video.c.id) & mine)
        .outerjoin(t.inbox, t.inbox.c.link == t.link.c.id)
        .where(t.video.c.state.in_(("made", "on_request")))
    )  # fmt: skip


def _sent_to(account: str) -> Select[Any]:
    """Films that were sent to the account, and what took the place of those that were taken back."""
    sent = select(t.outbox.c.video).where(t.outbox.c.account == account, t.outbox.c.state == "sent")
    shown = select(t.link.c.video).join(t.outbox, t.outbox.c.touch == t.link.c.touch)
    linked = shown.where(t.outbox.c.account == account, t.outbox.c.state == "sent")
    return select(union(sent, linked).subquery().c[0])


def _item(row: Mapping[str, Any], token: str) -> Item:
    return Item(
        row["video"], token, row["title"], row["length_s"], row["as_of"], row["at"] or row["made"],
        row["shown"] is not None and not row["seen"], bool(row["seen"]), Path(row["files"].get("poster", "")).name,
        row["state"] == "on_request",
    )  # fmt: skip
