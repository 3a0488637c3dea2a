"""What players send becomes rows: batches of many links at once are read, judged and stored in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.dialects import postgresql, sqlite

from vitalreel.errors import BadInput
from vitalreel.store.tables import consent, event, link
from vitalreel.tracking.event import Event, read_event, write_event
from vitalreel.tracking.intake import Admitted, Apart, Dropped, Sender, admit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request of a player held, as it came."""

    events: Sequence[object]
    sent_at: datetime | None  # the viewer's clock when the batch left


@dataclass(frozen=True, slots=True)
class Letter:
    """A batch that was read, and all that judging it needs beside the link's row."""

    link: str
    events: tuple[Event, ...]
    unread: int  # events that were none
    sender: Sender
    skew_ms: int  # how far the viewer's clock is behind ours
    at: datetime  # when it came


@dataclass(frozen=True, slots=True)
class Taken:
    accepted: int  # new in this call
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> how many


def read(link_id: str, batch: Batch, sender: Sender, now: datetime) -> Letter:
    """A batch as the writer takes it; what cannot be read is counted and left out."""
    events = []
    for data in batch.events:
        try:
            events.append(read_event(data))
        except BadInput:
            continue  # counted below, and told to the player as "malformed"
    skew_ms = round((now - batch.sent_at).total_seconds() * 1000) if batch.sent_at else 0
    return Letter(link_id, tuple(events), len(batch.events) - len(events), sender, skew_ms, now)


def keep(connection: Connection, letters: Sequence[Letter]) -> list[Taken | None]:
    """Judge and insert the events of many letters; None for a letter whose link is gone. The caller commits.

    Three statements, however many letters there are: the commit and the trips to the database are what costs.
    """
    owners = _owners(connection, {letter.link for letter in letters})
    held = _held(connection, {e.view for letter in letters for e in letter.events})
    judged = [_judged(letter, owners[letter.link], held) if letter.link in owners else None for letter in letters]
    new = _insert(connection, [row for one in judged if one for row in one[0]])
    answers: list[Taken | None] = []
    for one in judged:
        if one is None:
            answers.append(None)
            continue
        rows, dropped = one
        first = {row["id"] for row in rows} & new
        new -= first  # an id that two letters carry was new once
        answers.append(Taken(len(first), dict(dropped)))
    return answers


def _owners(connection: Connection, links: Collection[str]) -> dict[str, Any]:
    """Per link that is there: until when it is good, whether it was withdrawn, and what its contact said to tracking."""
    said = and_(consent.c.contact == link.c.contact, consent.c.channel == "tracking")
    sent = link.alias("sent")
    revoked = func.coalesce(link.c.revoked, sent.c.revoked).label("revoked")
    query = select(link.c.id, link.c.expires, revoked, consent.c.allowed).outerjoin(consent, said)
    query = query.outerjoin(sent, sent.c.id == link.c.passed_on_from)
    return {row.id: row for row in connection.execute(query.where(link.c.id.in_(links)))}


def _held(connection: Connection, views: Collection[str]) -> dict[str, tuple[str, int]]:
    """Per view that has events: the link it began on and how many it has."""
    count = (
        select(event.c.view, func.min(event.c.link), func.count()).where(event.c.view.in_(views)).group_by(event.c.view)
    )
    return {name: (owner, number) for name, owner, number in connection.execute(count)}


def _judged(letter: Letter, owner: Any, held: dict[str, tuple[str, int]]) -> tuple[list[Row], Counter[str]]:
    """The rows of what is let in, and how much is not, by reason. `held` grows by what is let in."""
    dropped: Counter[str] = Counter({"malformed": letter.unread} if letter.unread else {})
    sender = replace(letter.sender, declined=letter.sender.declined or owner.allowed is False)
    rows = []
    for one in letter.events:
        began, number = held.get(one.view, (letter.link, 0))
        answer: Admitted | Dropped = admit(
            one, sender, now=letter.at, expires=owner.expires, revoked=owner.revoked,
            same_link=began == letter.link, held=number,
        )  # fmt: skip
        if isinstance(answer, Dropped):
            dropped[answer.reason] += 1
        else:
            held[one.view] = (began, number + 1)
            rows.append(_row(one, letter, answer.apart))
    return rows, dropped


def _row(one: Event, letter: Letter, apart: Apart) -> Row:
    body = {**write_event(one), "apart": apart, "skew_ms": letter.skew_ms}
    return {"id": one.id, "view": one.view, "link": letter.link, "type": one.type, "at": one.at, "received": letter.at,
            "seq": one.seq, "body": body}  # fmt: skip


def _insert(connection: Connection, rows: Iterable[Row]) -> set[str]:
    """The ids of the rows that were new; those whose id is there already change nothing."""
    once = {row["id"]: row for row in reversed(list(rows))}  # the first of an id stands
    if not once:
        return set()
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(event)
    new = insert.on_conflict_do_nothing(index_elements=["id"]).returning(event.c.id)  # psycopg counts no rows of many
    return set(connection.execute(new, list(once.values())).scalars())
