"""Lets go of what is older than the programme keeps it: people who left, players' events, quarantined rows, films (D10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from vitalreel.steps.doors import Doors
from vitalreel.steps.persons import erase, find
from vitalreel.steps.wiping import wipe_films
from vitalreel.store import tables as t
from vitalreel.store.database import reading

BY = "retention"


@dataclass(frozen=True, slots=True)
class Retained:
    """What went, or would go."""

    people: int
    events: int
    quarantined: int
    films: int


def retain(doors: Doors, now: datetime, dry: bool = False) -> Retained:
    """Apply `retention` of vitalreel.yaml; a period that is not given is for ever. Running it again finds nothing more."""
    keep = doors.programme.retention
    people = _people_who_left(doors, now, keep.left_contacts_days)
    films = _old_films(doors, now, keep.films_days)
    if not dry:
        for one in people:
            erase(doors, find(doors, one), BY, now)
        wipe_films(doors, films)
    with doors.engine.begin() as c:
        if not dry and films:
            c.execute(update(t.video).where(t.video.c.id.in_(films)).values(files={}, state="refused"))
            c.execute(update(t.link).where(t.link.c.video.in_(films), t.link.c.revoked.is_(None)).values(revoked=now))
        events = _older(c, t.event, t.event.c.received, now, keep.events_days, dry)
        held = _older(c, t.quarantine, t.quarantine.c.at, now, keep.quarantine_days, dry)
    return Retained(len(people), events, held, len(films))


def _people_who_left(doors: Doors, now: datetime, days: int | None) -> list[str]:
    """Contacts who left so long ago, those that were erased already left out."""
    if days is None:
        return []
    with reading(doors.engine).connect() as c:
        gone = set(c.execute(select(t.erased.c.contact)).scalars())
        rows = c.execute(select(t.contact.c.id, t.contact.c.row).where(t.contact.c.active.is_(False))).all()
    limit = (now - timedelta(days=days)).date()
    return [
        r.id for r in rows if r.id not in gone and r.row.get("left_on") and date.fromisoformat(r.row["left_on"]) < limit
    ]


def _old_films(doors: Doors, now: datetime, days: int | None) -> list[str]:
    """Films made so long ago whose files are still there."""
    if days is None:
        return []
    with reading(doors.engine).connect() as c:
        rows = c.execute(select(t.video.c.id, t.video.c.files).where(t.video.c.at < now - timedelta(days=days))).all()
    return [r.id for r in rows if r.files]


def _older(c: Connection, table: Any, at: Any, now: datetime, days: int | None, dry: bool) -> int:
    if days is None:
        return 0
    old = at < now - timedelta(days=days)
    count = int(c.execute(select(func.count()).select_from(table).where(old)).scalar_one())
    if not dry:
        c.execute(delete(table).where(old))
    return count
