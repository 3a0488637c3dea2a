"""owed: tasks follow their accounts to a new CSM, and owners hear of new tasks and of those past their day, once each (T10 T13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select, update

from vitalreel.identity import fingerprint
from vitalreel.steps.doors import Doors
from vitalreel.steps.owners import Owners
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.triggers.tasking import CSM, OVERDUE, WAITS
from vitalreel.triggers.window import zone_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Owed:
    """What owners of tasks will hear."""

    moved: int = 0  # tasks that went to another owner, their account having another CSM
    new: int = 0
    overdue: int = 0


def tell_owners(doors: Doors, now: datetime) -> Owed:
    """Put new and overdue tasks among the news, in one transaction; asked again it changes nothing. `tell` sends it."""
    today = now.astimezone(zone_of(doors.programme.zone)).date()
    rules = doors.programme.tasks
    with doors.engine.begin() as c:
        handed = _hand_over(c, Owners(c, doors), today)
        fresh, late = _untold(c, WAITS), _untold(c, OVERDUE, today)
        new = [_news(r, WAITS, rules.told, "", "Due", today, now) for r in fresh if r["due"] >= today]
        old = [_news(r, OVERDUE, rules.overdue, "Overdue: ", "It was due", today, now) for r in late]
        insert_new(c, t.alert, [*new, *old])
        _forget(c, today)
    return Owed(handed, len(new), len(old))


def _hand_over(c: Connection, owners: Owners, today: date) -> int:
    """Give open tasks of accounts to whoever looks after them now."""
    query = (
        select(t.task.c.id, t.task.c.role, t.task.c.owner, t.account.c.csm)
        .join(t.account, t.account.c.id == t.task.c.account)
        .where(t.task.c.state == "open", t.task.c.role == CSM)
    )
    named = [(r.id, owners.of(r.role, r.csm), r.owner) for r in c.execute(query)]
    moves = [{"k": key, "o": now_with} for key, now_with, before in named if now_with != before]
    if moves:
        close_news(c, [m["k"] for m in moves], today)
        c.execute(update(t.task).where(t.task.c.id == bindparam("k")).values(owner=bindparam("o")), moves)
    return len(moves)


def _untold(c: Connection, news: str, today: date | None = None) -> list[dict[str, Any]]:
    """Open tasks whose owner has not heard this of them; with `today`: that are past their day. An alert tells its own task."""
    told = exists().where(t.alert.c.alert == news, t.alert.c.about == t.task.c.id + ":" + t.task.c.owner)
    query = select(t.task).where(t.task.c.state == "open", ~told).order_by(t.task.c.due, t.task.c.id)
    if today is not None:
        query = query.where(t.task.c.due < today)
    else:
        by_alert = exists().where(
            t.alert.c.alert == t.task.c.step, t.alert.c.account == t.task.c.account, t.alert.c.told
        )
        query = query.where(~by_alert)
    return [dict(r) for r in c.execute(query).mappings()]


def _news(task: Row, news: str, how: str, first: str, due: str, today: date, now: datetime) -> dict[str, Any]:
    about, book = f"{task['id']}:{task['owner']}", task["playbook"].replace("_", " ")
    detail = f"{due} {task['due'].day} {task['due']:%B %Y}" + (f", of the playbook {book}" if book else "")
    return {
        "id": fingerprint("alert", news, about), "alert": news, "about": about, "account": task["account"], "person": task["owner"],
        "how": how, "title": first + task["title"], "detail": detail, "opened_on": today, "closed_on": None, "told": True,
        "notice": None, "at": now,
    }  # fmt: skip


def told_at_once(task: Row, detail: str, now: datetime) -> dict[str, Any]:
    """News of a task that its owner hears of without waiting for the digest. detail: what stands below it."""
    return _news(task, WAITS, "at once", "", "Due", now.date(), now) | {"detail": detail}


def _forget(c: Connection, today: date) -> None:
    """News of tasks that are open no more is over; a task that is past its day is new no more."""
    open_ = select(t.task.c.id + ":" + t.task.c.owner).where(t.task.c.state == "open")
    _over(c, t.alert.c.alert.in_((WAITS, OVERDUE)) & t.alert.c.about.not_in(open_), today)
    late = select(t.alert.c.about).where(t.alert.c.alert == OVERDUE, t.alert.c.closed_on.is_(None))
    _over(c, (t.alert.c.alert == WAITS) & t.alert.c.about.in_(late), today)


def close_news(c: Connection, keys: Sequence[str], today: date) -> None:
    """Nobody is told of these tasks any more."""
    for key in keys:
        _over(c, t.alert.c.alert.in_((WAITS, OVERDUE)) & t.alert.c.about.startswith(f"{key}:", autoescape=True), today)


def _over(c: Connection, which: Any, today: date) -> None:
    mine = which & t.alert.c.closed_on.is_(None)
    c.execute(update(t.alert).where(mine).values(closed_on=today, notice=func.coalesce(t.alert.c.notice, "")))
