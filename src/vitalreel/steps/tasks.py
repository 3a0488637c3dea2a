"""What people of ours are to do: open tasks, and saying that one is done and what came of it; films that waited may follow (T10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ibis import literal
from sqlalchemy import select, update

from vitalreel.errors import BadInput, NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.ours import alerting_of, ours
from vitalreel.steps.owed import close_news
from vitalreel.store import tables as t
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Task:
    """One thing somebody should do."""

    id: str
    account: str
    account_name: str
    play: str  # empty: an alert gave it
    owner: str  # a person's id
    title: str
    due: date
    state: str  # open | done | passed: its next turn came before it was done
    owner_name: str = ""
    playbook: str = ""
    asked: datetime | None = None
    done_by: str = ""
    done_at: datetime | None = None
    outcome: str = ""  # of `tasks: outcomes:`
    note: str = ""


def tasks(doors: Doors, every: bool = False, owner: str | None = None, account: str | None = None) -> tuple[Task, ...]:
    """Open tasks, or all, most urgent first."""
    query = (
        select(t.task, t.account.c.name.label("account_name"), t.play_run.c.play)
        .join(t.account, t.account.c.id == t.task.c.account)
        .outerjoin(t.play_run, t.play_run.c.id == t.task.c.run)
        .order_by(t.task.c.due, t.task.c.id)
    )
    if not every:
        query = query.where(t.task.c.state == "open")
    for column, wanted in ((t.task.c.owner, owner), (t.task.c.account, account)):
        query = query if wanted is None else query.where(column == wanted)
    with reading(doors.engine).connect() as c:
        names = {key: one.name for key, one in ours(c, alerting_of(doors)).items()}
        return tuple(_task(dict(r), names) for r in c.execute(query).mappings())


def _task(row: Mapping[str, Any], names: Mapping[str, str]) -> Task:
    return Task(
        row["id"], row["account"], row["account_name"], row["play"] or "", row["owner"], row["title"], row["due"], row["state"],
        names.get(row["owner"], row["owner"]), row["playbook"], row["at"], row["done_by"], row["done_at"], row["outcome"], row["note"],
    )  # fmt: skip


def done(doors: Doors, key: str, by: str, now: datetime, outcome: str = "", note: str = "") -> Task:
    """Say that a task is done, by whom and what came of it. Said again it changes nothing but an outcome or a note that is given.

    outcome: one of `tasks: outcomes:`. Raises NotFound, or BadInput for an outcome nobody knows or where nobody says who.
    """
    known = doors.programme.tasks.outcomes
    if outcome and outcome not in known:
        raise BadInput(
            f"task {key}",
            f"{outcome!r} is no outcome",
            f"use {', '.join(known)}, or add it to `tasks: outcomes:`",
        )
    if not by.strip():
        raise BadInput(f"task {key}", "nobody says who did it", "give your name")
    mine, who = t.task.c.id == key, " ".join(by.split())[:120]
    said = {name: value for name, value in (("outcome", outcome), ("note", " ".join(note.split())[:1000])) if value}
    with doors.engine.begin() as c:
        c.execute(update(t.task).where(mine, t.task.c.state != "done").values(state="done", done_by=who, done_at=now))
        if said:
            c.execute(update(t.task).where(mine).values(**said))
        close_news(c, [key], now.date())
    found = next((task for task in tasks(doors, every=True) if task.id == key), None)
    if found is None:
        raise NotFound("task", key, "see `vitalreel task list`")
    return found


def moved(doors: Doors, found: Sequence[Task]) -> dict[str, tuple[float | None, float | None]]:
    """Task -> the account's points on the last scored day before it was asked, and on the newest scored day; None where there is none.

    What stood before and after, not what the task changed: that is the quarterly report's, by the arms of its play.
    """
    asked = [x for x in found if x.asked is not None]
    with doors.lake.session() as session:
        if not asked or "score" not in session.names:
            return {}
        rows = session.versions("score")
        mine = rows.filter(rows.account_id.isin(sorted({x.account for x in asked})) & (rows.state == literal("scored")))
        table = session.con.to_pyarrow(mine.select("account_id", "day", "points", "learnt"))
    points: dict[str, dict[date, float]] = {}
    for r in sorted(table.to_pylist(), key=lambda r: r["learnt"]):  # the last version of a day stands
        points.setdefault(r["account_id"], {})[r["day"]] = r["points"]
    return {x.id: _around(points.get(x.account, {}), x.asked.date()) for x in asked if x.asked is not None}


def _around(points: Mapping[date, float], asked: date) -> tuple[float | None, float | None]:
    before = max((d for d in points if d < asked), default=None)
    newest = max(points, default=None)
    return (None if before is None else points[before]), (None if newest is None else points[newest])
