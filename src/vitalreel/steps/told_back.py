"""What fired, who watched and what came of it, for other systems: run by run, as a message, a file or an answer over HTTP (D13)."""

# ruff: noqa: S608 (table and file names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.identity import plain
from vitalreel.steps import hooks
from vitalreel.steps.doors import Doors
from vitalreel.steps.screens.published import known, rows
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.tracking.hook import Hook, Message, run_message

PAGE = 500
"""Runs read at a time."""
TOLD_DAYS = timedelta(days=90)
"""Runs that began longer ago are told to no hook that did not know them: a ladder lasts shorter."""
OVER = ("done", "stopped")
Row = dict[str, Any]


def runs_of(doors: Doors, since: date, after: str = "", most: int = PAGE) -> list[Row]:
    """Runs of plays that opened on `since` or later, in order of id, as plain data; those kept without, to measure by, are left out.

    after: the last id of the page before. A run has its play's goal and whether it was reached (None: not over), its touches, the
    views of its films that count as a person's, its tasks, and the account's score on its first day and now.
    """
    with reading(doors.engine).connect() as c:
        found = _runs(c, (t.play_run.c.opened_on >= since, t.play_run.c.id > after), most)
    return _with_scores(doors, found)


def tell_runs(doors: Doors, now: datetime) -> int:
    """Queue messages about runs that began or ended and were not told yet, for hooks that want plays; answers how many."""
    wanted = [hook for hook in doors.programme.webhooks if "plays" in hook.tells]
    if not wanted:
        return 0
    queued = 0
    with reading(doors.engine).connect() as c:
        told = {hook.name: _told(c, hook) for hook in wanted}
        ids = select(t.play_run.c.id, t.play_run.c.state).where(
            t.play_run.c.at >= now - TOLD_DAYS, t.play_run.c.state != "held_out"
        )
        news = sorted(r.id for r in c.execute(ids) if any((r.id, r.state in OVER) not in told[h.name] for h in wanted))
    for at in range(0, len(news), PAGE):
        part = news[at : at + PAGE]
        with reading(doors.engine).connect() as c:
            found = _runs(c, (t.play_run.c.id.in_(part),), PAGE)
        messages = list(_messages(wanted, told, _with_scores(doors, found), hooks.source_of(doors), now))
        with doors.engine.begin() as c:
            hooks.queue(c, messages, now)
        queued += len(messages)
    return queued


def _told(c: Connection, hook: Hook) -> set[tuple[str, bool]]:
    """(run, whether its end) of what the hook was told, or will be."""
    m = t.hook_message.c
    told = {
        (r.run, bool(r.version)) for r in c.execute(select(m.run, m.version).where(m.hook == hook.name, m.run != ""))
    }
    return told | {(run, False) for run, _ in told}


def _messages(
    wanted: Sequence[Hook], told: Mapping[str, set[tuple[str, bool]]], runs: Sequence[Row], source: str, now: datetime
) -> Iterable[Message]:
    for hook in wanted:
        for run in runs:
            over = run["state"] in OVER
            if (run["run"], over) not in told[hook.name]:
                yield run_message(hook, run, over, source, now)


def _runs(c: Connection, where: tuple[Any, ...], most: int) -> list[Row]:
    query = (
        select(t.play_run, t.play_version.c.definition)
        .outerjoin(t.play_version, t.play_version.c.config == t.play_run.c.config)
        .where(t.play_run.c.state != "held_out", *where)
        .order_by(t.play_run.c.id)
        .limit(most)
    )
    runs = [dict(r) for r in c.execute(query).mappings()]
    ids = [r["id"] for r in runs]
    touches, tasks, views = (_by_run(c, q) for q in (_touches(ids), _tasks(ids), _views(ids)))
    return [
        {
            "run": r["id"], "play": r["play"], "account": r["account"], "opened_on": r["opened_on"].isoformat(), "state": r["state"],
            "ended": r["ended"], "because": r["because"], "goal": _goal(r), "touches": touches.get(r["id"], []),
            "views": views.get(r["id"], []), "tasks": tasks.get(r["id"], []),
        }
        for r in runs
    ]  # fmt: skip


def _goal(run: Row) -> Mapping[str, Any]:
    """The play's measure of success, and whether it was what ended the run."""
    success = (run["definition"] or {}).get("success")
    reached = run["ended"] == "success" if run["state"] in OVER else None
    return {"success": plain(success), "reached": reached}


def _touches(ids: Sequence[str]) -> Any:
    x = t.touch.c
    return (
        select(x.run, x.step, x.module, x.contact, x.state, x.window_from, x.window_to, x.video)
        .where(x.run.in_(ids))
        .order_by(x.window_from, x.id)
    )


def _tasks(ids: Sequence[str]) -> Any:
    x = t.task.c
    said = (x.run, x.title, x.owner, x.due, x.state, x.playbook, x.done_by, x.done_at, x.outcome, x.note)
    return select(*said).where(x.run.in_(ids)).order_by(x.due, x.id)


def _views(ids: Sequence[str]) -> Any:
    v = t.view.c
    columns = (
        t.touch.c.run,
        v.contact,
        v.video,
        t.touch.c.module,
        v.started,
        v.watched_s,
        v.completion,
        v.clicked,
        v.asked_for_human,
        v.rating,
        v.shared,
    )
    return (
        select(*columns)
        .join(t.link, t.link.c.id == v.link)
        .join(t.touch, t.touch.c.id == t.link.c.touch)
        .where(t.touch.c.run.in_(ids), v.counts)
        .order_by(v.started, v.id)
    )


def _by_run(c: Connection, query: Any) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for r in c.execute(query).mappings():
        row = {k: v for k, v in plain(dict(r)).items() if k != "run"}  # type: ignore[union-attr]
        found.setdefault(r["run"], []).append(row)
    return found


def _with_scores(doors: Doors, runs: list[Row]) -> list[Row]:
    """With the account's score when the run opened and on the newest day scored; None where none was claimed."""
    if not runs:
        return runs
    with doors.lake.session() as session:
        scores = _scores(session, sorted({r["account"] for r in runs}))
    for run in runs:
        mine = scores.get(run["account"], [])
        before = [s for s in mine if s["day"].isoformat() <= run["opened_on"]]
        run["score"] = {"opened": _score(before), "latest": _score(mine)}
    return runs


def _score(mine: Sequence[Row]) -> Any:
    return plain(mine[-1]) if mine else None


def _scores(session: LakeSession, accounts: Sequence[str]) -> dict[str, list[Row]]:
    if "score" not in session.names:
        return {}
    sql = (
        f"SELECT account_id, day, points, band FROM {known(session, 'score', 'list_contains($accounts, account_id)')} "
        "WHERE state = 'scored' ORDER BY day"
    )
    found: dict[str, list[Row]] = {}
    for r in rows(session, sql, {"accounts": list(accounts), "today": date.max}):
        found.setdefault(r["account_id"], []).append({k: r[k] for k in ("day", "points", "band")})
    return found
