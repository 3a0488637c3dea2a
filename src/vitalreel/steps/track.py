"""From events to views to signals: what players send is stored, measured, and handed to the lake like any other fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, func, select

from vitalreel.delivery.link import verify
from vitalreel.errors import NotFound
from vitalreel.identity import fingerprint
from vitalreel.steps import hooks
from vitalreel.steps.claiming import claim_known, contact_of, own_link
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.steps.journal import Journal
from vitalreel.steps.receive import Batch, Taken, read
from vitalreel.store.database import reading, upsert
from vitalreel.store.tables import account, contact, event, link, play_run, touch, video, view
from vitalreel.tracking.event import read_event
from vitalreel.tracking.hook import Hook, Message, message
from vitalreel.tracking.intake import Sender
from vitalreel.tracking.judge import Judgement, judge
from vitalreel.tracking.staff import OwnPeople
from vitalreel.tracking.watch import watched
from vitalreel.triggers.window import zone_of

Row = dict[str, Any]

SKEW_THAT_MATTERS = timedelta(minutes=2)
"""A viewer's clock further off than this is corrected; less is the way of the message, not the clock."""


IMPORT_TOGETHER = 500  # events
VIEWS_TOGETHER = 250  # measured with a few questions to the database and saved in one transaction

# --- events in --------------------------------------------------------------------------------------------------------


def import_events(engine: Engine, lines: Sequence[object], now: datetime) -> Taken:
    """Events of another player, the rest dropped by name. Each has the `token` of the link it was played by, or names an `asset`, and the
    `contact` who watched by their id, address or id of another system; without one nobody is known to have."""
    keys = (secret_key(engine, "links", now),)
    by_link: dict[str, list[object]] = {}
    dropped: Counter[str] = Counter()
    for line in lines:
        link_id, why = _link_of(engine, line, keys, now) if isinstance(line, Mapping) else ("", "malformed")
        if why:
            dropped[why] += 1
        else:
            by_link.setdefault(link_id, []).append(line)
    accepted = 0
    with Journal(engine) as journal:
        for link_id, events in sorted(by_link.items()):
            for start in range(0, len(events), IMPORT_TOGETHER):
                batch = Batch(events[start : start + IMPORT_TOGETHER], None)
                try:
                    taken = journal.store(read(link_id, batch, Sender(agent="import"), now))
                except NotFound:
                    dropped["no link"] += len(batch.events)
                    continue
                accepted += taken.accepted
                dropped.update(taken.dropped)
    return Taken(accepted, dict(dropped))


def _link_of(engine: Engine, line: Mapping[str, object], keys: Sequence[bytes], now: datetime) -> tuple[str, str]:
    """(link an event belongs to, why there is none)."""
    token, asset, name = (line.get(key) for key in ("token", "asset", "contact"))
    if isinstance(token, str):
        return (link_id, "") if (link_id := verify(token, keys)) else ("", "no link")
    if not isinstance(asset, str):
        return "", "no link"
    with engine.begin() as c:
        contact = contact_of(c, name) if isinstance(name, str) else None
        if isinstance(name, str) and contact is None:
            return "", "no contact"
        try:
            return own_link(c, asset, contact, now), ""
        except NotFound:
            return "", "no asset"


# --- views out --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tracked:
    views: int  # made or changed
    counted: int  # of them, plays of a person at the customer's
    published: int  # rows new in the lake


def track(doors: Doors, now: datetime) -> Tracked:
    """Measure every view with new events; save the views and publish those that count, some hundreds in a transaction.

    In parts, since players' events wait while one of them commits.
    """
    claim_known(doors, now)
    names = changed_views(doors.engine)
    parts = [names[n : n + VIEWS_TOGETHER] for n in range(0, len(names), VIEWS_TOGETHER)]
    done = [_track(doors, part, now) for part in parts]
    return Tracked(sum(d.views for d in done), sum(d.counted for d in done), sum(d.published for d in done))


def changed_views(engine: Engine) -> list[str]:
    """The views whose events are not all counted yet."""
    counted = select(event.c.view, func.count().label("n")).group_by(event.c.view).subquery()
    changed = (
        select(counted.c.view)
        .outerjoin(view, view.c.id == counted.c.view)
        .where(view.c.events.is_(None) | (view.c.events != counted.c.n))
    )
    with reading(engine).connect() as connection:
        return sorted(connection.execute(changed).scalars())


def _track(doors: Doors, names: Sequence[str], now: datetime) -> Tracked:
    with reading(doors.engine).connect() as connection:
        rows = list(_summaries(connection, names, now, doors.programme.own_people))
        around = context_of(connection, rows)
    facts = views_to_rows(rows, around, now, doors.programme.zone)
    load = fingerprint("views", [(r["id"], r["events"]) for r in rows])
    staged = doors.lake.stage(load, {"content_view": facts_table(facts, load)})
    with doors.engine.begin() as connection:
        upsert(connection, view, rows)
        doors.lake.publish(connection, staged, now)
        hooks.queue(connection, told_of(doors, rows, around, doors.programme.webhooks), now)
    return Tracked(len(rows), sum(r["counts"] for r in rows), len(facts))


def told_of(doors: Doors, rows: Sequence[Row], around: Mapping[str, Context], to: Sequence[Hook]) -> list[Message]:
    """What hooks are told about these views: those that count."""
    source = hooks.source_of(doors)
    return [
        message(hook, row, around[row["link"]].module, around[row["link"]].play, source)
        for hook in to
        if "views" in hook.tells
        for row in rows
        if row["counts"]
    ]


def _summaries(connection: Connection, names: Sequence[str], now: datetime, ours: OwnPeople) -> Iterator[Row]:
    """The rows of these views, in their order. ours: whose watching is kept apart, by the address their link was sent to."""
    by_view: dict[str, list[Row]] = {name: [] for name in names}
    for found in connection.execute(select(event).where(event.c.view.in_(names))).mappings():
        by_view[found["view"]].append(dict(found))
    owners = _owners(connection, {rows[0]["link"] for rows in by_view.values()})
    own = _own_devices(connection, {owner["root"] for owner in owners.values()})
    before = _taken_back(connection, names)
    for name, rows in by_view.items():
        owner = owners[rows[0]["link"]] | before.get(name, {})
        staff = ours.write_as(owner["email"] or "")
        yield _summarised(name, rows, owner, own.get(owner["root"], ""), staff, now)


def _owners(connection: Connection, links: Collection[str]) -> dict[str, Row]:
    """Per link: the one it was passed on from (`root`, itself where it was not), whose that is, their e-mail, and the film."""
    root = func.coalesce(link.c.passed_on_from, link.c.id)
    sent = link.alias("sent")
    query = (
        select(
            link.c.id,
            link.c.video,
            link.c.account,
            link.c.passed_on_from,
            root.label("root"),
            sent.c.contact,
            contact.c.email,
            video.c.length_s,
        )
        .join(video, video.c.id == link.c.video)
        .join(sent, sent.c.id == root)
        .outerjoin(contact, contact.c.id == sent.c.contact)
        .where(link.c.id.in_(links))
    )
    return {owner["id"]: dict(owner) for owner in connection.execute(query).mappings()}


def _summarised(
    name: str, rows: Sequence[Row], owner: Mapping[str, Any], own_device: str, staff: bool, now: datetime
) -> Row:
    events = [read_event(r["body"]) for r in rows]
    seen = watched(events, owner["length_s"])
    plays = [r for r in rows if r["type"] == "play"]
    apart = {r["body"]["apart"] for r in plays or rows}  # who pressed play decides, whatever carried the rest
    apart |= {"staff"} if staff else set()
    verdict = judge(seen, events, apart, own_device, passed_on=owner["passed_on_from"] is not None)
    if verdict.counts and not owner["contact"]:
        verdict = Judgement(False, "anonymous", False)
    return {
        "id": name, "link": owner["root"], "video": owner["video"], "account": owner["account"],
        "contact": "" if verdict.colleague else owner["contact"], "started": _started(rows),
        "watched_s": seen.watched_s, "completion": seen.completion, "ranges": [list(r) for r in seen.ranges],
        "replays": [{"from": r.from_s, "to": r.to_s, "times": r.times} for r in seen.replays],
        "last_position_s": seen.last_position_s, "clicked": seen.clicked, "asked_for_human": seen.asked_for_human,
        "shared": seen.shared, "rating": seen.rating, "counts": verdict.counts, "why_not": verdict.why_not,
        "events": len(rows), "updated": now,
    }  # fmt: skip


def _taken_back(connection: Connection, names: Sequence[str]) -> dict[str, Row]:
    """By view, the film that was watched in it and has been taken back since, and its length: the link leads to another by now."""
    query = (
        select(view.c.id, view.c.video, video.c.length_s)
        .join(video, video.c.id == view.c.video)
        .where(view.c.id.in_(names), video.c.state == "recalled")
    )
    return {r.id: {"video": r.video, "length_s": r.length_s} for r in connection.execute(query)}


def _own_devices(connection: Connection, links: Collection[str]) -> dict[str, str]:
    """Per link, the browser that first played it, scanners and staff aside: the contact's own."""
    plays = (
        select(event.c.link, event.c.body)
        .where(event.c.link.in_(links), event.c.type == "play")
        .order_by(event.c.received.desc(), event.c.at.desc(), event.c.id.desc())
    )
    said = ((link_id, body) for link_id, body in connection.execute(plays) if body.get("device") and not body["apart"])
    return {link_id: body["device"] for link_id, body in said}  # the earliest is read last and stands


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
    kind: str | None = None  # of an education video that is hosted elsewhere
    feature: str | None = None  # of the product that it is about
    released: date | None = None  # likewise: the release it tells of
    length_s: float = 0.0


def context_of(connection: Connection, rows: Sequence[Row]) -> dict[str, Context]:
    query = (
        select(link.c.id, video.c.module, account.c.zone, play_run.c.play, video.c.config, video.c.length_s)
        .join(video, video.c.id == link.c.video)
        .outerjoin(account, account.c.id == link.c.account)
        .outerjoin(touch, touch.c.id == link.c.touch)
        .outerjoin(play_run, play_run.c.id == touch.c.run)
        .where(link.c.id.in_({r["link"] for r in rows}))
    )
    return {
        r.id: Context(
            r.module,
            r.zone,
            r.play,
            r.config.get("kind"),
            r.config.get("feature") or None,
            _day(r.config.get("released")),
            r.length_s,
        )
        for r in connection.execute(query)
    }


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def views_to_rows(rows: Sequence[Row], context: Mapping[str, Context], now: datetime, zone: str) -> list[Row]:
    """Canonical `content_view` rows, with provenance but the load, for the views that count and for wishes to talk.

    zone: for accounts without one. A colleague's view has no contact. A view that grew is a later version of its row.
    """
    facts = []
    for row in rows:
        wish = row["asked_for_human"] and row["why_not"] == "never played"  # by the page's form and no player
        if not row["counts"] and not wish:
            continue
        around = context[row["link"]]
        fact = {
            "view_id": row["id"], "account_id": row["account"], "contact_id": row["contact"] or None, "at": row["started"],
            "module": around.module, "kind": around.kind, "share": row["completion"], "seconds": row["watched_s"],
            "replays": sum(r["times"] for r in row["replays"]), "prompted_by": around.play,
            "asked_for_human": row["asked_for_human"], "clicked": row["clicked"], "video_id": row["video"],
            "shared": row["shared"], "rating": row["rating"], "feature": around.feature,
            "stopped_at": min(row["last_position_s"] / around.length_s, 1.0) if around.length_s > 0 else None,
            "released": around.released,
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
    ("shared", pa.bool_()), ("rating", pa.float64()), ("feature", pa.string()),
    ("stopped_at", pa.float64()), ("released", pa.date32()),
    ("known_on", pa.date32()), ("learnt", _TIME), ("source", pa.string()), ("location", pa.string()), ("line", pa.int64()),
    ("row_key", pa.string()), ("row_digest", pa.string()), ("load", pa.string()),
])  # fmt: skip


def facts_table(facts: Sequence[Row], load: str) -> pa.Table:
    """The rows of `views_to_rows` as the lake's table of one load."""
    return pa.Table.from_pylist([{**f, "load": load} for f in facts], schema=_FACT)
