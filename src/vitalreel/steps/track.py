"""From events to views to signals: what players send is stored, measured, and handed to the lake like any other fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, func, select

from vitalreel.delivery.link import verify
from vitalreel.delivery.window import zone_of
from vitalreel.errors import BadInput
from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.journal import Journal
from vitalreel.store.database import reading, upsert
from vitalreel.store.tables import account, consent, event, link, play_run, touch, video, view
from vitalreel.tracking.event import Event, read_event, write_event
from vitalreel.tracking.intake import Apart, Dropped, Sender, admit
from vitalreel.tracking.judge import judge
from vitalreel.tracking.watch import watched

Row = dict[str, Any]

SKEW_THAT_MATTERS = timedelta(minutes=2)
"""A viewer's clock further off than this is corrected; less is the way of the message, not the clock."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request of a player held, as it came."""

    events: Sequence[object]
    sent_at: datetime | None  # the viewer's clock when the batch left


@dataclass(frozen=True, slots=True)
class Taken:
    accepted: int  # new in this call
    dropped: Mapping[str, int] = field(default_factory=dict)  # reason -> how many


# --- events in --------------------------------------------------------------------------------------------------------


def record(
    engine: Engine, append: Callable[[Sequence[Row]], int], link_id: str, batch: Batch, sender: Sender, now: datetime
) -> Taken:
    """Take a batch in for one link; what is accepted is committed when this returns.

    append: `Journal.append`. Raises Unavailable when the store cannot take it; nothing is acknowledged then.
    """
    dropped: Counter[str] = Counter()
    read = _read_all(batch.events, dropped)
    with reading(engine).connect() as connection:
        owner = connection.execute(select(link).where(link.c.id == link_id)).mappings().one()
        held = _held(connection, {e.view for e in read})
    skew_ms = round((now - batch.sent_at).total_seconds() * 1000) if batch.sent_at else 0
    rows = []
    for one in read:
        began, count = held.get(one.view, (link_id, 0))
        answer = admit(
            one, sender, now=now, expires=owner["expires"], revoked=owner["revoked"],
            same_link=began == link_id, held=count,
        )  # fmt: skip
        if isinstance(answer, Dropped):
            dropped[answer.reason] += 1
        else:
            rows.append(_row(one, link_id, answer.apart, skew_ms, now))
    return Taken(append(rows), dict(dropped))


def _read_all(sent: Iterable[object], dropped: Counter[str]) -> list[Event]:
    read = []
    for data in sent:
        try:
            read.append(read_event(data))
        except BadInput:
            dropped["malformed"] += 1
    return read


def _held(connection: Connection, views: set[str]) -> dict[str, tuple[str, int]]:
    """Per view that has events: the link it began on and how many it has."""
    count = (
        select(event.c.view, func.min(event.c.link), func.count()).where(event.c.view.in_(views)).group_by(event.c.view)
    )
    return {name: (owner, held) for name, owner, held in connection.execute(count)}


def _row(one: Event, link_id: str, apart: Apart, skew_ms: int, now: datetime) -> Row:
    body = {**write_event(one), "apart": apart, "skew_ms": skew_ms}
    return {"id": one.id, "view": one.view, "link": link_id, "type": one.type, "at": one.at, "received": now,
            "seq": one.seq, "body": body}  # fmt: skip


def import_events(engine: Engine, lines: Sequence[object], now: datetime) -> Taken:
    """Events of another player, each with the `token` of the personal link it was played by; the rest is dropped by name."""
    keys = (secret_key(engine, "links", now),)
    by_link: dict[str, list[object]] = {}
    dropped: Counter[str] = Counter()
    for line in lines:
        token = line.get("token") if isinstance(line, Mapping) else None
        link_id = verify(token, keys) if isinstance(token, str) else None
        if link_id is None:
            dropped["no link" if isinstance(line, Mapping) else "malformed"] += 1
        else:
            by_link.setdefault(link_id, []).append(line)
    accepted = 0
    with Journal(engine) as journal:
        for link_id, events in sorted(by_link.items()):
            sender = Sender(agent="import", declined=tracking_declined(engine, link_id))
            taken = record(engine, journal.append, link_id, Batch(events, None), sender, now)
            accepted += taken.accepted
            dropped.update(taken.dropped)
    return Taken(accepted, dict(dropped))


def tracking_declined(engine: Engine, link_id: str) -> bool:
    """Whether the contact of a link asked not to be measured."""
    query = (
        select(consent.c.allowed)
        .join(link, link.c.contact == consent.c.contact)
        .where(link.c.id == link_id, consent.c.channel == "tracking")
    )
    with reading(engine).connect() as connection:
        return connection.execute(query).scalar_one_or_none() is False


# --- views out --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tracked:
    views: int  # made or changed
    counted: int  # of them, plays of a person at the customer's
    published: int  # rows new in the lake


def track(doors: Doors, now: datetime) -> Tracked:
    """Measure every view with new events; save the views and publish those that count, in one transaction."""
    rows = summarise_views(doors.engine, now)
    with reading(doors.engine).connect() as connection:
        facts = views_to_rows(rows, _context(connection, rows), now, doors.programme.zone)
    load = fingerprint("views", [(r["id"], r["events"]) for r in rows])
    staged = doors.lake.stage(load, {"content_view": facts_table(facts, load)})
    with doors.engine.begin() as connection:
        upsert(connection, view, rows)
        doors.lake.publish(connection, staged, now)
    return Tracked(len(rows), sum(r["counts"] for r in rows), len(facts))


def summarise_views(engine: Engine, now: datetime) -> list[Row]:
    """Rows of the view table for every view whose events are not all counted yet; saves nothing."""
    counted = select(event.c.view, func.count().label("n")).group_by(event.c.view).subquery()
    changed = (
        select(counted.c.view)
        .outerjoin(view, view.c.id == counted.c.view)
        .where(view.c.events.is_(None) | (view.c.events != counted.c.n))
    )
    with reading(engine).connect() as connection:
        return [_summarised(connection, name, now) for name in sorted(connection.execute(changed).scalars())]


def _summarised(connection: Connection, name: str, now: datetime) -> Row:
    rows = [dict(r) for r in connection.execute(select(event).where(event.c.view == name)).mappings()]
    owner = connection.execute(
        select(link, video.c.length_s).join(video, video.c.id == link.c.video).where(link.c.id == rows[0]["link"])
    ).mappings().one()  # fmt: skip
    events = [read_event(r["body"]) for r in rows]
    seen = watched(events, owner["length_s"])
    plays = [r for r in rows if r["type"] == "play"]
    apart = {r["body"]["apart"] for r in plays or rows}  # who pressed play decides, whatever carried the rest
    verdict = judge(seen, events, apart, _own_device(connection, owner["id"]))
    return {
        "id": name, "link": owner["id"], "video": owner["video"], "account": owner["account"],
        "contact": "" if verdict.colleague else owner["contact"], "started": _started(rows),
        "watched_s": seen.watched_s, "completion": seen.completion, "ranges": [list(r) for r in seen.ranges],
        "replays": [{"from": r.from_s, "to": r.to_s, "times": r.times} for r in seen.replays],
        "last_position_s": seen.last_position_s, "clicked": seen.clicked, "asked_for_human": seen.asked_for_human,
        "counts": verdict.counts, "why_not": verdict.why_not, "events": len(rows), "updated": now,
    }  # fmt: skip


def _own_device(connection: Connection, link_id: str) -> str:
    """The browser that first played this link, scanners and staff aside: the contact's own."""
    plays = (
        select(event.c.body)
        .where(event.c.link == link_id, event.c.type == "play")
        .order_by(event.c.received, event.c.at)
    )
    bodies = connection.execute(plays).scalars()
    return next((b["device"] for b in bodies if b.get("device") and not b["apart"]), "")


def _started(rows: Sequence[Row]) -> datetime:
    """The first event's time, put right where the viewer's clock was far off."""
    first: datetime = min(r["at"] for r in rows)
    skew = timedelta(milliseconds=median(r["body"]["skew_ms"] for r in rows))
    return first + skew if abs(skew) > SKEW_THAT_MATTERS else first


@dataclass(frozen=True, slots=True)
class Context:
    """What a view's row in the lake needs beside the view."""

    module: str
    zone: str | None  # of the account
    play: str | None  # that sent the film


def _context(connection: Connection, rows: Sequence[Row]) -> dict[str, Context]:
    query = (
        select(link.c.id, video.c.module, account.c.zone, play_run.c.play)
        .join(video, video.c.id == link.c.video)
        .outerjoin(account, account.c.id == link.c.account)
        .outerjoin(touch, touch.c.id == link.c.touch)
        .outerjoin(play_run, play_run.c.id == touch.c.run)
        .where(link.c.id.in_({r["link"] for r in rows}))
    )
    return {name: Context(module, zone, play) for name, module, zone, play in connection.execute(query)}


def views_to_rows(rows: Sequence[Row], context: Mapping[str, Context], now: datetime, zone: str) -> list[Row]:
    """Canonical `content_view` rows, with provenance but the load, for the views that count.

    zone: for accounts without one. A colleague's view has no contact. A view that grew is a later version of its row.
    """
    facts = []
    for row in rows:
        if not row["counts"]:
            continue
        around = context[row["link"]]
        fact = {
            "view_id": row["id"], "account_id": row["account"], "contact_id": row["contact"] or None, "at": row["started"],
            "module": around.module, "kind": None, "share": row["completion"], "seconds": row["watched_s"],
            "replays": sum(r["times"] for r in row["replays"]), "prompted_by": around.play,
            "asked_for_human": row["asked_for_human"], "clicked": row["clicked"], "video_id": row["video"],
        }  # fmt: skip
        known_on = now.astimezone(zone_of(around.zone or zone)).date()
        provenance = {"known_on": known_on, "learnt": now, "source": "player", "location": "event", "line": 0,
                      "row_key": row["id"], "row_digest": fingerprint(fact)}  # fmt: skip
        facts.append(fact | provenance)
    return facts


_TIME = pa.timestamp("us", "UTC")
_FACT = pa.schema([
    ("view_id", pa.string()), ("account_id", pa.string()), ("contact_id", pa.string()), ("at", _TIME), ("module", pa.string()),
    ("kind", pa.string()), ("share", pa.float64()), ("seconds", pa.float64()), ("replays", pa.int64()),
    ("prompted_by", pa.string()), ("asked_for_human", pa.bool_()), ("clicked", pa.bool_()), ("video_id", pa.string()),
    ("known_on", pa.date32()), ("learnt", _TIME), ("source", pa.string()), ("location", pa.string()), ("line", pa.int64()),
    ("row_key", pa.string()), ("row_digest", pa.string()), ("load", pa.string()),
])  # fmt: skip


def facts_table(facts: Sequence[Row], load: str) -> pa.Table:
    """The rows of `views_to_rows` as the lake's table of one load."""
    return pa.Table.from_pylist([{**f, "load": load} for f in facts], schema=_FACT)
