"""What people of ours are to do: the open tasks, and saying that one is done, after which films that waited for it may follow (T10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from vitalreel.errors import NotFound
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody should do."""

    id: str
    account: str
    account_name: str
    play: str  # empty: an alert gave it
    owner: str
    title: str
    due: date
    state: str  # open | done


def tasks(doors: Doors, every: bool = False, owner: str | None = None) -> tuple[Task, ...]:
    """Open tasks, or all, most urgent first."""
    query = (
        select(t.task, t.account.c.name.label("account_name"), t.play_run.c.play)
        .join(t.account, t.account.c.id == t.task.c.account)
        .outerjoin(t.play_run, t.play_run.c.id == t.task.c.run)
        .order_by(t.task.c.due, t.task.c.id)
    )
    if not every:
        query = query.where(t.task.c.state == "open")
    if owner is not None:
        query = query.where(t.task.c.owner == owner)
    with reading(doors.engine).connect() as c:
        return tuple(
            Task(r.id, r.account, r.account_name, r.play or "", r.owner, r.title, r.due, r.state)
            for r in c.execute(query)
        )


def done(doors: Doors, key: str) -> Task:
    """Say that a task is done; saying it again changes nothing. Raises NotFound."""
    with doors.engine.begin() as c:
        c.execute(update(t.task).where(t.task.c.id == key).values(state="done"))
    found = next((task for task in tasks(doors, every=True) if task.id == key), None)
    if found is None:
        raise NotFound("task", key, "see `vitalreel task list`")
    return found
