"""notices: news reaches the people it concerns, in their hours: what is urgent at once, the rest in one message a day (T13).

A message is sent at least once: where a sender dies in the attempt, it is tried again under the same id. These are people of ours, and
news that is lost costs more than news that is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, select, update

from vitalreel.delivery.notice import Item, compose
from vitalreel.identity import fingerprint
from vitalreel.ports import Channel, Message, NotSent, Sent
from vitalreel.review.chain import OPERATIONS
from vitalreel.steps.alerting import Rows, rows_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.ours import ours
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.alerts import REVIEW_WAITS, Reached
from vitalreel.triggers.tasking import OVERDUE, WAITS
from vitalreel.triggers.window import SendingHours, sendable, zone_of
from vitalreel.video.kit import Kit

TRIES = 5
"""By one channel; then the next by which the person can be reached takes over."""
BACK_OFF = timedelta(minutes=5)
"""After the first try that failed; doubled each time."""
CLAIM = timedelta(minutes=2)
"""Longer than an attempt may take: the message of a sender that died is taken up again after it."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """What news is told with."""

    channels: Mapping[str, Channel]  # "email", and "slack" where it is configured
    kit: Kit
    base_url: str  # of the console


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of one round."""

    made: int  # messages that news was put into
    sent: int
    again: int  # to be tried again
    failed: int  # by every channel
    waiting: int  # pieces of news that wait for somebody's hours


def tell(doors: Doors, reach: Reach, now: datetime) -> Told:
    """Put news into messages where its person's hours allow, and send what is due. Safe to run again after any crash."""
    rows = rows_of(doors, catalogue_of(doors))
    if rows is None:
        return Told(0, 0, 0, 0, 0)
    with doors.engine.begin() as c:
        made, waiting = _gather(c, doors, rows, reach, now)
    with reading(doors.engine).connect() as c:
        reached = ours(c, rows.alerting)
    ends = [_attempt(doors, rows, reach, reached, row, now) for row in _due(doors, now)]
    return Told(made, ends.count("sent"), ends.count("waiting"), ends.count("failed"), waiting)


# -- gathered -----------------------------------------------------------------------------------------------------------


def _gather(c: Connection, doors: Doors, rows: Rows, reach: Reach, now: datetime) -> tuple[int, int]:
    """Messages of news that nobody was told yet; answers how many were made, and how many pieces of news wait."""
    query = select(t.alert).where(t.alert.c.told, t.alert.c.notice.is_(None)).order_by(t.alert.c.at, t.alert.c.title)
    news: dict[tuple[str, str], list[Row]] = {}
    for r in c.execute(query.with_for_update()).mappings():
        news.setdefault((r["person"], r["how"]), []).append(dict(r))
    reached, made, waiting = ours(c, rows.alerting), 0, 0
    for (key, how), items in news.items():
        person = reached.get(key, reached[OPERATIONS])
        day = _may(c, doors, rows, person, how, now)
        if day is None:
            waiting += len(items)
            continue
        channel = _channel(rows, reach, person)
        name = fingerprint("notice", person.key, sorted(i["id"] for i in items))
        told = [{"title": i["title"], "detail": i["detail"], "place": _place(i)} for i in items]
        made += insert_new(
            c, t.notice,
            [{"key": name, "person": person.key, "how": how, "day": day, "news": told, **_by(person, channel, now)}],
        )  # fmt: skip
        c.execute(update(t.alert).where(t.alert.c.id.in_([i["id"] for i in items])).values(notice=name))
    return made, waiting


def _by(person: Reached, channel: str | None, now: datetime) -> dict[str, Any]:
    """How a new message stands: it waits for its channel, or nobody can be reached by it."""
    row: dict[str, Any] = {"attempts": 0, "next_at": now, "created": now, "changed": now}
    if channel is None:
        return row | {"channel": "", "to": "", "state": "failed", "receipt": "no channel of alerts.yaml reaches them"}
    return row | {"channel": channel, "to": person.at(channel), "state": "waiting", "receipt": ""}


def _may(c: Connection, doors: Doors, rows: Rows, person: Reached, how: str, now: datetime) -> date | None:
    """The person's day, if news of this kind may reach them now."""
    alerting, programme = rows.alerting, doors.programme
    zone, country = person.zone or programme.zone, person.country or programme.country
    if sendable(now, zone, country, SendingHours(alerting.start, alerting.end, business_days_only=True)) is not None:
        return None
    here = now.astimezone(zone_of(zone))
    if how == "digest":
        mine = (t.notice.c.person == person.key) & (t.notice.c.how == "digest") & (t.notice.c.day == here.date())
        if here.time() < alerting.digest or c.execute(select(t.notice.c.key).where(mine)).first() is not None:
            return None
    return here.date()


def _place(alert: Row) -> str:
    """Where the console shows what it is about."""
    if alert["alert"] == REVIEW_WAITS:
        return f"/review/{alert['about'].partition(':')[0]}"
    if alert["alert"] in (WAITS, OVERDUE):
        return f"/tasks?owner={quote(alert['person'], safe='')}#task-{alert['about'].partition(':')[0]}"
    return f"/accounts/{alert['account']}" if alert["account"] else ""


def _link(place: str) -> str:
    if place.startswith("/tasks"):
        return "Open the task"
    return "Look at the film" if place.startswith("/review/") else "Open the account"


def _channel(rows: Rows, reach: Reach, person: Reached, after: str = "") -> str | None:
    """The first channel by which a person can be reached, of those after `after`; None where there is none."""
    order = rows.alerting.channels
    left = order[order.index(after) + 1 :] if after in order else order
    return next((name for name in left if name in reach.channels and person.at(name)), None)


# -- sent ---------------------------------------------------------------------------------------------------------------


def _due(doors: Doors, now: datetime) -> Sequence[Row]:
    query = (
        select(t.notice)
        .where(t.notice.c.state == "waiting", t.notice.c.next_at <= now)
        .order_by(t.notice.c.created, t.notice.c.key)
    )
    with reading(doors.engine).connect() as c:
        return [dict(r) for r in c.execute(query).mappings()]


def _attempt(doors: Doors, rows: Rows, reach: Reach, reached: Mapping[str, Reached], row: Row, now: datetime) -> str:
    if not _claimed(doors, row, now):
        return "elsewhere"
    person = reached.get(row["person"], reached[OPERATIONS])
    channel = reach.channels.get(row["channel"])
    answer = (
        NotSent(f"{row['channel']} is not configured any more", retry=False)
        if channel is None
        else channel.send(_message(doors, reach, row, person))
    )
    attempts = row["attempts"] + 1
    values: dict[str, Any] = {"receipt": answer.receipt if isinstance(answer, Sent) else answer.reason, "changed": now}
    if isinstance(answer, Sent):
        values |= {"state": "sent"}
    elif (not isinstance(answer, NotSent) or answer.retry) and attempts < TRIES:
        values |= {"next_at": now + BACK_OFF * 2 ** (attempts - 1)}
    elif (other := _channel(rows, reach, person, row["channel"])) is not None:
        values |= {"channel": other, "to": person.at(other), "attempts": 0, "next_at": now}
    else:
        values |= {"state": "failed"}
    with doors.engine.begin() as c:
        c.execute(update(t.notice).where(t.notice.c.key == row["key"]).values(**values))
    return str(values.get("state", "waiting"))


def _claimed(doors: Doors, row: Row, now: datetime) -> bool:
    """Take a message in hand; counts the attempt."""
    mine = (t.notice.c.key == row["key"]) & (t.notice.c.state == "waiting") & (t.notice.c.attempts == row["attempts"])
    mine &= t.notice.c.channel == row["channel"]
    taken = {"attempts": row["attempts"] + 1, "next_at": now + CLAIM, "changed": now}
    with doors.engine.begin() as c:
        return c.execute(update(t.notice).where(mine).values(**taken)).rowcount == 1


def _message(doors: Doors, reach: Reach, row: Row, person: Reached) -> Message:
    items = [
        Item(i["title"], i["detail"], reach.base_url + i["place"] if i["place"] else "", _link(i["place"]))
        for i in row["news"]
    ]
    sender, kit = doors.programme.vendor["sender"], reach.kit
    accents = (kit.light.accent, kit.dark.accent)
    first = "" if person.key == OPERATIONS else person.name.split(" ")[0]
    digest, by = row["how"] == "digest", (sender["name"], sender["email"])
    return compose(row["key"], items, digest, first, person.name, row["to"], by, accents)
