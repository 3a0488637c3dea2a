"""Loads as they are carried out, by hand or by schedule: each recorded with how it went, and what is due found (D8)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from vitalreel.errors import VitalreelError
from vitalreel.identity import fingerprint
from vitalreel.ports import Now
from vitalreel.sources.schedule import Alarm, Run, alarms, next_load
from vitalreel.steps.arrivals import By
from vitalreel.steps.doors import Doors
from vitalreel.steps.identity import look_for_same
from vitalreel.steps.pushed import waiting
from vitalreel.steps.sync import Loaded, Origin, origins, sync
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading

CLAIM = timedelta(hours=2)
"""How long a scheduled load may take; after it another worker may try. Two at once do no harm, but waste."""
KEPT_RUNS = 200
"""Loads of a source that are looked through for when it was last done."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A source, when it is loaded, and how its last loads went."""

    source: str
    kind: str  # folder | bucket | database | rest | push
    schedule: str  # in words
    runs: tuple[Run, ...]  # newest first
    due: datetime | None  # None: by hand
    alarms: tuple[Alarm, ...]


def load_source(doors: Doors, origin: Origin, data: Path, now: Now, by: By) -> Loaded:
    """Load one source and record how it went, a failure too. Raises what `sync` raises."""
    at, began = now(), time.perf_counter()
    try:
        done = sync(doors, origin, data, at, by)
    except VitalreelError as e:
        _record_failure(doors, origin, at, time.perf_counter() - began, by, e)
        raise
    with doors.engine.begin() as c:
        c.execute(update(t.load).where(t.load.c.id == done.load).values(took_s=time.perf_counter() - began))
    if {"account", "contact"} & done.tables.keys():
        look_for_same(doors, at)
    return done


def _record_failure(doors: Doors, origin: Origin, at: datetime, took_s: float, by: By, error: VitalreelError) -> None:
    source = origin.mapping.source
    row = {
        "id": f"{source}-{fingerprint('failed', source, at)[:24]}"[-40:], "source": source, "started": at, "finished": at,
        "state": "failed", "counts": {}, "mapping": fingerprint(origin.mapping), "by": by, "took_s": took_s, "error": str(error),
        "passing": error.retry,
    }  # fmt: skip
    with doors.engine.begin() as c:
        insert_new(c, t.load, [row])


def standings(doors: Doors, now: datetime, names: Sequence[str] = ()) -> tuple[Standing, ...]:
    """Every source of the workspace, or those named, as its loads stand at `now`. Raises what `origins` raises."""
    found = []
    for origin in origins(doors, names):
        mapping = origin.mapping
        runs = runs_of(doors, mapping.source)
        by_hand = mapping.system.kind == "folder" and not (doors.workspace.root / "data").is_dir()
        due = None if by_hand else next_load(mapping.schedule, runs, now, doors.programme.zone)
        if mapping.system.kind == "push" and due is not None and due > now and _calls(doors, mapping.source, runs):
            due = now
        told = alarms(mapping.source, mapping.schedule, runs, now)
        found.append(Standing(mapping.source, mapping.system.kind, mapping.schedule.words, runs, due, told))
    return tuple(found)


def _calls(doors: Doors, source: str, runs: Sequence[Run]) -> bool:
    """Whether rows were pushed that wait; after a load that failed they wait for its next turn."""
    if runs and runs[0].state != "done":
        return False
    with reading(doors.engine).connect() as c:
        return waiting(c, source)


def runs_of(doors: Doors, source: str, most: int = KEPT_RUNS) -> tuple[Run, ...]:
    """A source's loads, newest first."""
    query = select(t.load).where(t.load.c.source == source).order_by(t.load.c.started.desc(), t.load.c.id).limit(most)
    with reading(doors.engine).connect() as c:
        rows = c.execute(query).mappings().all()
        codes: dict[str, list[str]] = {}
        asked = select(t.finding.c.load, t.finding.c.code).where(t.finding.c.load.in_([r["id"] for r in rows]))
        for load, code in c.execute(asked.order_by(t.finding.c.code)):
            codes.setdefault(load, []).append(code)
    return tuple(
        Run(
            r["source"], r["id"], r["started"], r["took_s"], r["state"], r["by"], *_sums(r["counts"]), r["error"], r["passing"],
            tuple(codes.get(r["id"], ())),
        )
        for r in rows
    )  # fmt: skip


def _sums(counts: dict[str, dict[str, int]]) -> tuple[int, int, int]:
    read, accepted, quarantined = (sum(c[n] for c in counts.values()) for n in ("read", "accepted", "quarantined"))
    return read, accepted, quarantined


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a source that was due."""

    source: str
    done: Loaded | None
    error: str  # why it failed; "" where it did not


def load_due(doors: Doors, now: Now, holder: str) -> tuple[Turn, ...]:
    """Load every source that is due, one after the other; a failure of one does not stop the others.

    holder: who is asking; a source that another one holds is left to it.
    """
    turns = []
    for standing in standings(doors, now()):
        if standing.due is None or standing.due > now() or not _claim(doors, standing.source, holder, now()):
            continue
        try:
            (origin,) = origins(doors, [standing.source])
            done = load_source(doors, origin, doors.workspace.root / "data", now, "schedule")
            turns.append(Turn(standing.source, done, ""))
        except VitalreelError as e:
            turns.append(Turn(standing.source, None, str(e)))
        finally:
            _give_back(doors, standing.source, holder, now())
    return tuple(turns)


def any_due(doors: Doors, now: datetime) -> bool:
    """Whether `load_due` has something to do; a mapping that cannot be read is nobody's turn."""
    try:
        return any(s.due is not None and s.due <= now for s in standings(doors, now))
    except VitalreelError:
        return False


def _claim(doors: Doors, source: str, holder: str, now: datetime) -> bool:
    row = {"source": source, "holder": holder, "until": now + CLAIM}
    with doors.engine.begin() as c:
        if insert_new(c, t.source_claim, [row]):
            return True
        free = (t.source_claim.c.source == source, t.source_claim.c.until <= now)
        return c.execute(update(t.source_claim).where(*free).values(**row)).rowcount == 1


def _give_back(doors: Doors, source: str, holder: str, now: datetime) -> None:
    mine = (t.source_claim.c.source == source, t.source_claim.c.holder == holder)
    with doors.engine.begin() as c:
        c.execute(update(t.source_claim).where(*mine).values(until=now))
