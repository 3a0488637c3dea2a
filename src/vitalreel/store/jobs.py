"""Films to be made, as rows: what waits, who has what in hand, what became of it. Rows decide; a queue only carries."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, RowMapping, Select, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vitalreel.store.database import reading
from vitalreel.store.tables import film_job as j
from vitalreel.store.tables import worker as w

NOW = 1
"""The priority of a film its viewer waits for; films made ahead have the minute of their deadline (some 30 million)."""
OPEN = ("waiting", "working")
ENDED = ("made", "refused", "set_aside", "dropped")


@dataclass(frozen=True, slots=True)
class Entry:
    """A film to be entered."""

    id: str  # of what it is for
    kind: str  # touch | asked
    account: str
    contact: str
    module: str
    play: str
    step: str
    touch: str
    link: str
    as_of: date
    at: datetime
    draft: bool
    priority: int


@dataclass(frozen=True, slots=True)
class Held:
    """A film in hand: `turn` is the holder's right to settle it."""

    entry: Entry
    turn: int
    attempts: int  # with this one


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes films in hand."""

    name: str
    process: str  # HOST/PID/START: tells whether it still lives, to others on its machine


@dataclass(frozen=True, slots=True)
class Waits:
    """A waiting row that needs a message."""

    id: str
    kind: str
    turn: int
    priority: int
    next_at: datetime
    carried: int
    carried_at: datetime | None


def this_process(name: str) -> Holder:
    """This process as a holder."""
    pid = os.getpid()
    return Holder(name, f"{socket.gethostname()}/{pid}/{_began(pid)}")


def is_gone(process: str) -> bool:
    """Whether a process of this machine has ended; False for processes of other machines, of which we cannot tell."""
    host, pid, began = process.split("/")
    return host == socket.gethostname() and _began(int(pid)) != began


def _began(pid: int) -> str:
    """When a process started, in the kernel's ticks: tells it from a later one of the same number. "" where none runs."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]  # a dead one may stand there until its parent asks for it


# -- in ---------------------------------------------------------------------------------------------------------------


def enter(c: Connection, entries: Sequence[Entry], clock: datetime) -> int:
    """Films to be made, each once; one that still waits is made from the newer day. Answers how many rows are new or renewed."""
    if not entries:
        return 0
    insert = (postgresql if c.dialect.name == "postgresql" else sqlite).insert(j)
    fresh: dict[str, Any] = {
        "state": "waiting", "turn": 0, "attempts": 0, "next_at": clock, "owner": "", "process": "", "beat": None, "carried": -1,
        "carried_at": None, "stage": "", "done": 0, "total": 0, "reason": "", "detail": "", "video": None, "cost": {},
        "entered": clock, "started": None, "ended": None,
    }  # fmt: skip
    new = insert.excluded
    renewed = {name: new[name] for name in ("contact", "as_of", "at", "draft", "priority")}
    statement = insert.on_conflict_do_update(
        index_elements=["id"], set_=renewed, where=j.c.state == "waiting"
    ).returning(j.c.id)
    return sum(len(c.execute(statement, {**asdict(e), **fresh}).all()) for e in entries)


# -- in hand ----------------------------------------------------------------------------------------------------------


def claim(engine: Engine, job: str, holder: Holder, clock: datetime) -> Held | None:
    """Take a waiting film in hand; None where it does not wait, or not yet."""
    mine = {
        "state": "working", "turn": j.c.turn + 1, "attempts": j.c.attempts + 1, "owner": holder.name, "process": holder.process,
        "beat": clock, "started": clock, "stage": "", "done": 0, "total": 0,
    }  # fmt: skip
    waits = (j.c.id == job) & (j.c.state == "waiting") & (j.c.next_at <= clock)
    with engine.begin() as c:
        row = c.execute(update(j).where(waits).values(**mine).returning(*j.c)).mappings().one_or_none()
    return None if row is None else Held(_entry(row), row["turn"], row["attempts"])


def claim_next(engine: Engine, holder: Holder, clock: datetime, among: Collection[str]) -> Held | None:
    """Take the most urgent waiting film of `among` in hand; None where none of them waits now."""
    while True:
        query = (
            select(j.c.id)
            .where(j.c.state == "waiting", j.c.next_at <= clock, j.c.id.in_(among))
            .order_by(j.c.priority, j.c.id)
            .limit(1)
        )
        with reading(engine).connect() as c:
            found = c.execute(query).scalar_one_or_none()
        if found is None:
            return None
        held = claim(engine, found, holder, clock)
        if held is not None:  # else another was quicker: look again
            return held


def _entry(row: RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in Entry.__dataclass_fields__})


def _mine(held: Held) -> Any:
    return (j.c.id == held.entry.id) & (j.c.turn == held.turn) & (j.c.state == "working")


def beat(engine: Engine, held: Held, clock: datetime, **progress: Any) -> bool:
    """A sign of life, with `stage`, `done` and `total`; False where the film is not in our hands any more."""
    with engine.begin() as c:
        return c.execute(update(j).where(_mine(held)).values(beat=clock, **progress)).rowcount == 1


def settle(c: Connection, held: Held, state: str, clock: datetime, **values: Any) -> bool:
    """End a film in the caller's transaction; False, and nothing is written, where it is not in our hands any more."""
    return c.execute(update(j).where(_mine(held)).values(state=state, ended=clock, **values)).rowcount == 1


def put_back(c: Connection, held: Held, next_at: datetime, reason: str, detail: str, counted: bool = True) -> bool:
    """Let a film wait again. counted: False for a try that was broken off from outside."""
    left = {"attempts": j.c.attempts if counted else j.c.attempts - 1, "reason": reason, "detail": detail}
    return c.execute(update(j).where(_mine(held)).values(state="waiting", next_at=next_at, **left)).rowcount == 1


# -- looked over ------------------------------------------------------------------------------------------------------


def without_life(engine: Engine, clock: datetime, lease: timedelta) -> list[Held]:
    """Films held by a worker that gave no sign for `lease`, or by a process of this machine that is gone."""
    with reading(engine).connect() as c:
        rows = c.execute(select(j).where(j.c.state == "working")).mappings().all()
    return [
        Held(_entry(r), r["turn"], r["attempts"]) for r in rows if r["beat"] < clock - lease or is_gone(r["process"])
    ]


def waiting(engine: Engine, most: int) -> list[Waits]:
    """The most urgent waiting rows."""
    columns = (j.c.id, j.c.kind, j.c.turn, j.c.priority, j.c.next_at, j.c.carried, j.c.carried_at)
    query = select(*columns).where(j.c.state == "waiting").order_by(j.c.priority, j.c.id).limit(most)
    with reading(engine).connect() as c:
        return [Waits(*row) for row in c.execute(query)]


def note_carried(c: Connection, row: Waits, clock: datetime) -> bool:
    """Note that a message is sent for the row as it stands, in the transaction that sends it; False where it has moved on."""
    same = (j.c.id == row.id) & (j.c.turn == row.turn) & (j.c.state == "waiting")
    return c.execute(update(j).where(same).values(carried=row.turn, carried_at=clock)).rowcount == 1


def lose_message(c: Connection, row: Waits) -> None:
    """Note that the row's message is lost: it gets a new turn, and so a message of another name."""
    same = (j.c.id == row.id) & (j.c.turn == row.turn) & (j.c.state == "waiting")
    c.execute(update(j).where(same).values(turn=j.c.turn + 1, carried=-1))


# -- by people --------------------------------------------------------------------------------------------------------


def retry(c: Connection, job: str, clock: datetime) -> bool:
    """Let an ended film that was not made wait again, with all its tries; False where it is none."""
    again = (j.c.id == job) & j.c.state.in_(("set_aside", "dropped", "refused"))
    values = {"state": "waiting", "attempts": 0, "next_at": clock, "turn": j.c.turn + 1, "carried": -1, "ended": None}
    return c.execute(update(j).where(again).values(**values)).rowcount == 1


def drop(c: Connection, job: str, reason: str, clock: datetime) -> bool:
    """Take a film that waits or was set aside off the queue; False where it is none."""
    idle = (j.c.id == job) & j.c.state.in_(("waiting", "set_aside"))
    return c.execute(update(j).where(idle).values(state="dropped", reason=reason, ended=clock)).rowcount == 1


# -- with the touches they are for ------------------------------------------------------------------------------------


def again(c: Connection, touches: Sequence[str], as_of: date, at: datetime) -> None:
    """Films of touches that are planned anew wait again, from this day; one that waits still is renewed as it is entered."""
    mine = (
        (j.c.touch == bindparam("of")) & (j.c.kind != "asked") & or_(*(j.c.state == state for state in ENDED))
    )  # many at once take no IN
    values = {"state": "waiting", "attempts": 0, "turn": j.c.turn + 1, "carried": -1, "ended": None, "video": None, "as_of": as_of,
              "at": at}  # fmt: skip
    c.execute(update(j).where(mine).values(**values), [{"of": touch} for touch in touches])


def let_go(c: Connection, touches: Sequence[str], reason: str, clock: datetime) -> None:
    """Films of touches that will not leave any more are taken off the queue where nobody has begun them."""
    mine = (
        (j.c.touch == bindparam("of")) & (j.c.kind != "asked") & or_(j.c.state == "waiting", j.c.state == "set_aside")
    )
    c.execute(update(j).where(mine).values(state="dropped", reason=reason, ended=clock), [{"of": x} for x in touches])


# -- to look at -------------------------------------------------------------------------------------------------------


def states(engine: Engine, ids: Collection[str]) -> dict[str, str]:
    """State by id, of those that are there."""
    with reading(engine).connect() as c:
        return {row.id: row.state for row in c.execute(select(j.c.id, j.c.state).where(j.c.id.in_(ids)))}


def counts(engine: Engine) -> dict[str, int]:
    """How many rows are in each state."""
    with reading(engine).connect() as c:
        return {row[0]: row[1] for row in c.execute(select(j.c.state, func.count()).group_by(j.c.state))}


def listed(states: Collection[str]) -> Select[Any]:
    """Rows for people: what is in hand first, then what waits, most urgent first, then what ended, newest first."""
    rank = case((j.c.state == "working", 0), (j.c.state == "waiting", 1), else_=2)
    return select(j).where(j.c.state.in_(states)).order_by(rank, j.c.ended.desc(), j.c.priority, j.c.id)


# -- workers ----------------------------------------------------------------------------------------------------------


def sign_in(c: Connection, holder: Holder, hands: int, clock: datetime) -> None:
    """A worker that starts, or gives a sign of life."""
    insert = (postgresql if c.dialect.name == "postgresql" else sqlite).insert(w)
    row = {"name": holder.name, "process": holder.process, "started": clock, "beat": clock, "hands": hands}
    renewed = {"process": holder.process, "beat": clock, "hands": hands}
    c.execute(insert.on_conflict_do_update(index_elements=["name"], set_=renewed), row)


def sign_out(c: Connection, holder: Holder) -> None:
    """A worker that ends."""
    c.execute(w.delete().where(w.c.name == holder.name, w.c.process == holder.process))


def workers(engine: Engine, clock: datetime, lease: timedelta) -> Sequence[Row[Any]]:
    """Workers that live, by name."""
    with reading(engine).connect() as c:
        rows = c.execute(select(w).where(w.c.beat >= clock - lease).order_by(w.c.name)).all()
    return [r for r in rows if not is_gone(r.process)]
