"""plan: everything that is planned or would fire, and every reason for silence, with nothing written (T12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from vitalreel.steps.decide import Planned, decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.translations import note_on, wanted_by
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.guards import Withheld


@dataclass(frozen=True, slots=True)
class Entry:
    """One touch, as a person reads it."""

    account: str
    account_name: str
    play: str
    step: str
    module: str
    contact: str
    contact_name: str
    channel: str
    start: datetime
    end: datetime
    why: Mapping[str, Any]
    state: str  # "would fire" or the state of the stored touch
    note: str = ""  # why its film is not in the contact's language; empty where it is


@dataclass(frozen=True, slots=True)
class Plan:
    touches: tuple[Entry, ...]
    withheld: tuple[Withheld, ...]


def plan_day(doors: Doors, day: date, now: datetime) -> Plan:
    """Touches that wait from earlier days and those that would open today."""
    decided = decide_day(doors, day, now, save=False)
    with reading(doors.engine).connect() as c:
        names = {r.id: r.name for r in c.execute(select(t.account.c.id, t.account.c.name))}
        waiting = [_stored(dict(r), names) for r in c.execute(_waiting()).mappings()]
    fresh = [_fresh(p, names) for p in decided.planned]
    known = {(e.account, e.play, e.step) for e in waiting}
    touches = waiting + [e for e in fresh if (e.account, e.play, e.step) not in known]
    return Plan(tuple(_in_whose_language(doors, touches)), tuple(decided.decision.withheld))


def _in_whose_language(doors: Doors, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries, with a note where a film will not be in its viewer's language."""
    people = select(t.contact.c.id, t.contact.c.row, t.account.c.row.label("account_row")).join(
        t.account, t.account.c.id == t.contact.c.account
    )
    with reading(doors.engine).connect() as c:
        rows = c.execute(people.where(t.contact.c.id.in_({e.contact for e in entries})))
        wanted = {r.id: wanted_by(r.row, r.account_row) for r in rows}
    notes: dict[tuple[str, str], str] = {}
    for entry in entries:
        asked = entry.module, wanted.get(entry.contact, "")
        if asked not in notes:
            notes[asked] = note_on(doors, *asked)
        yield replace(entry, note=notes[asked])


def _waiting() -> Any:
    return (
        select(t.touch, t.play_run.c.play, t.contact.c.name.label("contact_name"))
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .join(t.contact, t.contact.c.id == t.touch.c.contact)
        .where(t.touch.c.state.in_(("planned", "made", "in_review", "approved")))
        .order_by(t.touch.c.window_to, t.touch.c.id)
    )


def _stored(row: Mapping[str, Any], names: Mapping[str, str]) -> Entry:
    return Entry(
        row["account"], names.get(row["account"], ""), row["play"], row["step"], row["module"], row["contact"], row["contact_name"],
        row["channels"][0], row["window_from"], row["window_to"], row["why"], row["state"],
    )  # fmt: skip


def _fresh(planned: Planned, names: Mapping[str, str]) -> Entry:
    touch = planned.touch
    return Entry(
        touch.account, names.get(touch.account, ""), touch.play, touch.step, touch.module, touch.contact.id, touch.contact.name,
        touch.channels[0], planned.start, planned.end, touch.why, "would fire",
    )  # fmt: skip
