"""What players send becomes rows: batches of many links at once are read, judged and stored in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from vitalreel.errors import BadInput
from vitalreel.store import events as store
from vitalreel.store.database import insert_new
from vitalreel.store.events import Owner
from vitalreel.store.tables import anonymous_view
from vitalreel.tracking.event import Event, read_event, write_event
from vitalreel.tracking.intake import Admitted, Apart, Dropped, Sender, admit

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request of a player held, as it came."""

    events: Sequence[object]
    sent_at: datetime | None  # the viewer's clock when the batch left
    user: str = ""  # a token of the application that shows the video: who is signed in there


@dataclass(frozen=True, slots=True)
class Letter:
    """A batch that was read, and all that judging it needs beside the link's row."""

    link: str
    events: tuple[Event, ...]
    unread: int  # events that were none
    sender: Sender
    skew_ms: int  # how far the viewer's clock is behind ours
    at: datetime  # when it came
    subject: str = ""  # who is signed in where it was played, as the application names them; "" where it says nothing


@dataclass(frozen=True, slots=True)
class Taken:
    accepted: int  # new in this call
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> how many


def read(link_id: str, batch: Batch, sender: Sender, now: datetime, subject: str = "") -> Letter:
    """A batch as the writer takes it; what cannot be read is counted and left out. subject: whom its `user` proved to be signed in."""
    events = []
    for data in batch.events:
        try:
            events.append(read_event(data))
        except BadInput:
            continue  # counted below, and told to the player as "malformed"
    skew_ms = round((now - batch.sent_at).total_seconds() * 1000) if batch.sent_at else 0
    return Letter(link_id, tuple(events), len(batch.events) - len(events), sender, skew_ms, now, subject)


def keep(connection: Connection, letters: Sequence[Letter]) -> list[Taken | None]:
    """Judge and insert the events of many letters; None for a letter whose link is gone. The caller commits.

    A handful of statements, however many letters there are: the commit and the trips to the database are what costs.
    """
    owners = store.owners(connection, {letter.link for letter in letters})
    held = store.held(connection, {e.view for letter in letters for e in letter.events})
    judged = [_judged(letter, owners[letter.link], held) if letter.link in owners else None for letter in letters]
    rows = [row for one in judged if one for row in one[0]]
    once = {row["id"]: row for row in reversed(rows)}  # the first of an id stands
    new = store.insert(connection, list(once.values()))
    _set_apart(connection, letters, judged, owners)
    answers: list[Taken | None] = []
    for one in judged:
        if one is None:
            answers.append(None)
            continue
        first = {row["id"] for row in one[0]} & new
        new -= first  # an id that two letters carry was new once
        answers.append(Taken(len(first), dict(one[1])))
    return answers


def _set_apart(
    connection: Connection, letters: Sequence[Letter], judged: Sequence[tuple[list[Row], Counter[str]] | None],
    owners: Mapping[str, Owner],
) -> None:  # fmt: skip
    """Keep in which browsers public links were played, so that it can be found when a viewer becomes known."""
    rows = {
        row["view"]: {"view": row["view"], "device": row["body"]["device"], "link": letter.link, "at": letter.at}
        for letter, one in zip(letters, judged, strict=True)
        if one and owners[letter.link].public
        for row in one[0]
        if row["body"].get("device")
    }
    insert_new(connection, anonymous_view, list(rows.values()))


def _judged(letter: Letter, owner: Owner, held: dict[str, tuple[str, int]]) -> tuple[list[Row], Counter[str]]:
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
