"""tone: how an account sounds by channel and by person, where that turned and what happened then, from tickets and conversations (H16)."""

# ruff: noqa: S608 (table names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.errors import NotFound
from vitalreel.signals.tone import WEEKS, Course, Event, Mood, Reading, course, mood
from vitalreel.signals.topics import Topic, read_topics
from vitalreel.steps.doors import Doors
from vitalreel.steps.screens.published import known, rows, stored
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.window import zone_of

SEVERE = ("high", "urgent")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the customer's people, and how they have sounded."""

    contact: str
    name: str
    role: str
    course: Course


@dataclass(frozen=True, slots=True)
class About:
    """One thing the account has written or talked about within the year."""

    name: str  # of topics.yaml
    label: str
    texts: int
    mean: float | None  # of those that have a sentiment; None: none has


@dataclass(frozen=True, slots=True)
class Tone:
    """How an account sounds."""

    account: str
    name: str
    day: date
    mood: Mood | None  # of all channels together
    every: Course
    channels: tuple[Course, ...]  # most readings first
    people: tuple[Person, ...]  # likewise
    topics: tuple[About, ...] = ()  # most texts first

    @property
    def rows(self) -> list[tuple[str, str, Course]]:
        """(name, role, course): all channels together, each one, and each person."""
        channels = [(c.of.capitalize(), "", c) for c in self.channels]
        return [("All channels", "", self.every), *channels, *((p.name, p.role, p.course) for p in self.people)]


def tone_of(doors: Doors, account: str, day: date) -> Tone:
    """Everything said by or with an account up to the end of `day`, as known then. Raises NotFound."""
    with reading(doors.engine).connect() as c, doors.lake.session() as session:
        return tone_in(doors, c, session, account, day)


def tone_in(doors: Doors, c: Connection, session: LakeSession, account: str, day: date) -> Tone:
    """The same, by doors that stand open."""
    row = c.execute(select(t.account.c.name, t.account.c.zone).where(t.account.c.id == account)).one_or_none()
    if row is None:
        raise NotFound("account", account, "see the portfolio")
    contacts = stored(c, select(t.contact).where(t.contact.c.account == account))
    local = zone_of(row.zone or doors.programme.zone)
    tables = _tables(session, account, day)
    readings, events = _readings(tables, contacts, local), _events(tables, local)
    every = course("all channels", readings, events, day)
    names = sorted({r.channel for r in readings})
    channels = [course(name, [r for r in readings if r.channel == name], events, day) for name in names]
    people = [
        Person(p["id"], p["name"], p["role"] or "user", course(p["name"], said, events, day))
        for p in contacts
        if (said := [r for r in readings if p["id"] in r.people])
    ]
    limits = doors.programme.tone
    return Tone(
        account, row.name, day, mood(every.level, limits.positive, limits.negative), every,
        tuple(sorted(channels, key=lambda x: (-x.readings, x.of))),
        tuple(sorted(people, key=lambda p: (-p.course.readings, p.name))),
        _topics(tables, read_topics(doors.workspace.own_or_shipped(TOPICS), TOPICS), day, local),
    )  # fmt: skip


def _topics(
    tables: Mapping[str, Sequence[Mapping[str, Any]]], known: Sequence[Topic], day: date, local: Any
) -> tuple[About, ...]:
    """What tickets and conversations of the last year are about."""
    since = day - timedelta(weeks=WEEKS)
    moods: dict[str, list[float | None]] = {}
    for table, at in (("ticket", "opened"), ("conversation", "at")):
        for r in tables.get(table, ()):
            if since < _day(r[at], local) <= day:
                for name in filter(None, (r.get("topics") or "").split("|")):
                    moods.setdefault(name, []).append(r["sentiment"])
    labels = {topic.name: topic.label for topic in known}
    found = []
    for name, values in moods.items():
        told = [v for v in values if v is not None]
        found.append(About(name, labels.get(name, name), len(values), sum(told) / len(told) if told else None))
    return tuple(sorted(found, key=lambda a: (-a.texts, a.name)))


TOPICS = "topics.yaml"
EVERYBODY = "product_feature"
_TABLES = ("ticket", "conversation", "sponsor_change", "milestone", "outcome", "contract", EVERYBODY)


def _tables(session: LakeSession, account: str, day: date) -> dict[str, list[dict[str, Any]]]:
    """The account's rows as known on `day`; features of the product are everybody's."""
    found = {}
    for name in _TABLES:
        if name in session.names:
            mine = "account_id = $account" if name != EVERYBODY else "$account <> ''"
            found[name] = rows(
                session, f"SELECT * FROM {known(session, name, mine)}", {"today": day, "account": account}
            )
    return found


def _readings(
    tables: Mapping[str, Sequence[Mapping[str, Any]]], contacts: Sequence[Mapping[str, Any]], local: Any
) -> list[Reading]:
    """Tickets are the channel `support`; conversations are calls, meetings and mails, with those of its people we know."""
    found = [
        Reading(_day(r["opened"], local), "support", float(r["sentiment"]))
        for r in tables.get("ticket", ())
        if r["sentiment"] is not None
    ]
    by_name = {str(name).casefold(): p["id"] for p in contacts for name in (p["id"], p["email"], p["name"]) if name}
    for r in tables.get("conversation", ()):
        if r["sentiment"] is not None:
            words = str(r["participants"] or "").split("|")
            people = dict.fromkeys(by_name[w.strip().casefold()] for w in words if w.strip().casefold() in by_name)
            found.append(
                Reading(_day(r["at"], local), r["kind"] or "conversation", float(r["sentiment"]), tuple(people))
            )
    return found


def _events(tables: Mapping[str, Sequence[Mapping[str, Any]]], local: Any) -> list[Event]:
    """What may have turned a tone: of the account's own data, and features that came out."""
    found = [Event(r["day"], "the sponsor changed") for r in tables.get("sponsor_change", ())]
    for r in tables.get("ticket", ()):
        if r["severity"] in SEVERE or r["escalated"]:
            how = "an escalated" if r["escalated"] else f"a {r['severity']}" if r["severity"] == "high" else "an urgent"
            found.append(Event(_day(r["opened"], local), f"{how} ticket: {r['subject'] or r['ticket_id']}"))
    found += [Event(r["done"], f"{r['milestone']} was reached") for r in tables.get("milestone", ()) if r["done"]]
    found += [Event(r["day"], f"the account {r['kind']}") for r in tables.get("outcome", ())]
    found += [Event(r["start"], "a contract began") for r in tables.get("contract", ()) if r["start"]]
    found += [
        Event(r["released"], f"{r['name'] or r['feature']} came out")
        for r in tables.get("product_feature", ())
        if r["released"]
    ]
    return found


def _day(at: datetime, local: Any) -> date:
    return at.astimezone(local).date()
