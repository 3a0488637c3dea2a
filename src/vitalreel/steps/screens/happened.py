"""What happened at an account, newest first: decided, made, sent, watched, withheld; tickets, answers and sponsors beside it."""

# ruff: noqa: S608 (table and file names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.steps.screens.published import Row, known, rows, stored
from vitalreel.store import tables as t
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.channels import IN_APP

LOOK_BACK = timedelta(days=120)
"""How far back tickets, answers and sponsor changes are told; what Vitalreel did itself is told whole."""


def timeline(c: Connection, session: LakeSession, account: str, today: date) -> list[dict[str, Any]]:
    """Entries: at, whole_day (no time is known), kind, title, detail, video (id or None), view (its row or None)."""
    found = [*_done(c, account), *_shown(c, account), *_recorded(session, account, today)]
    return sorted(found, key=lambda e: e["at"], reverse=True)


def _entry(at: datetime, kind: str, title: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {
        "at": at,
        "whole_day": False,
        "kind": kind,
        "title": title,
        "detail": detail,
        "video": None,
        "view": None,
        **more,
    }


def _words(name: str) -> str:
    return name.replace("_", " ")


def _done(c: Connection, account: str) -> Iterator[dict[str, Any]]:
    """What was decided."""
    for r in stored(c, select(t.play_run).where(t.play_run.c.account == account)):
        held = r["arm"] == "held_out"
        detail = "Held out: it stays without, to measure by" if held else f"It is {_words(r['state'])}"
        yield _entry(r["at"], "play", f"{_words(r['play']).capitalize()} opened", detail)
    touches = select(t.touch, t.contact.c.name.label("to")).join(t.contact, t.contact.c.id == t.touch.c.contact)
    for r in stored(
        c, touches.where(t.touch.c.account == account, t.touch.c.state.in_(("refused", "missed", "rejected")))
    ):
        yield _entry(
            r["at"],
            "withheld",
            f"{_words(r['module']).capitalize()} for {r['to']} was {r['state']}",
            str(r["why"].get("reason", "")),
        )
    for r in stored(c, select(t.withheld).where(t.withheld.c.account == account)):
        yield _entry(r["at"], "withheld", f"{_words(r['play']).capitalize()} was withheld: {r['reason']}", r["detail"])
    for r in stored(c, select(t.task).where(t.task.c.account == account)):
        yield _entry(r["at"], "task", f"Task: {r['title']}", f"{r['owner']}, {r['state']}")
        if r["done_at"] is not None:
            came = f": {_words(r['outcome'])}" if r["outcome"] else ""
            yield _entry(
                r["done_at"], "task", f"Done by {r['done_by']}{came}", f"{r['title']}. {r['note']}".rstrip(". ")
            )


def _shown(c: Connection, account: str) -> Iterator[dict[str, Any]]:
    """What was made, sent and watched."""
    made = select(t.video.c.id, t.video.c.at, t.video.c.title, t.contact.c.name).join(
        t.contact, t.contact.c.id == t.video.c.contact
    )
    for r in stored(c, made.where(t.video.c.account == account, t.video.c.state == "made")):
        yield _entry(r["at"], "film", "Film made", r["title"], video=r["id"])
    sent = select(t.outbox, t.video.c.title, t.contact.c.name).join(
        t.video, t.video.c.id == t.outbox.c.video).join(t.contact, t.contact.c.id == t.outbox.c.contact)  # fmt: skip
    for r in stored(c, sent.where(t.outbox.c.account == account)):
        words, whom = (_LAID, r["name"]) if r["channel"] == IN_APP else (_MAILED, r["to"])
        yield _entry(r["changed"], "mail", f"{words.get(r['state'], r['state'])} {whom}", r["title"], video=r["video"])
    seen = select(t.view, t.video.c.title, t.video.c.length_s, t.video.c.scenes, t.contact.c.name).join(
        t.video, t.video.c.id == t.view.c.video).outerjoin(t.contact, t.contact.c.id == t.view.c.contact)  # fmt: skip
    for r in stored(c, seen.where(t.view.c.account == account)):
        if r["watched_s"] > 0:
            more = (f"; rated it {r['rating']} of 5" if r["rating"] else "") + ("; passed it on" if r["shared"] else "")
            detail = f"{r['completion']:.0%} of it{more}" + ("" if r["counts"] else f"; not counted: {r['why_not']}")
            yield _entry(
                r["started"], "view", f"{r['name'] or 'Someone'} watched {r['title']}", detail, video=r["video"], view=r
            )


_MAILED: Mapping[str, str] = {
    "ready": "Waits to be mailed to", "sending": "Being mailed to", "sent": "Mailed to", "unknown": "Perhaps mailed to",
    "failed": "Could not be mailed to", "stopped": "Stopped before it was mailed to",
}  # fmt: skip
_LAID: Mapping[str, str] = {
    "ready": "Waits for the inbox of", "sending": "Being laid into the inbox of", "sent": "Laid into the inbox of",
    "failed": "Could not be laid into the inbox of", "stopped": "Stopped before the inbox of",
}  # fmt: skip


def _recorded(session: LakeSession, account: str, today: date) -> Iterator[dict[str, Any]]:
    """What the customer's own data tells."""
    since = today - LOOK_BACK
    for r in _of(session, "ticket", account, today, "opened", datetime.combine(since, time(), UTC)):
        severity = f", severity {r['severity']}" if r["severity"] else ""
        closed = f"Closed after {_span(r['closed'] - r['opened'])}" if r["closed"] else "Still open"
        yield _entry(r["opened"], "ticket", f"Ticket{severity}: {r['subject'] or r['ticket_id']}", closed)
    for r in _of(session, "survey", account, today, "day", since):
        yield _on(
            r["day"],
            "survey",
            f"{r['kind'].upper() if len(r['kind']) <= 4 else _words(r['kind']).capitalize()} answer: {r['score']:g}",
            r["comment"] or "",
        )
    for r in _of(session, "sponsor_change", account, today, "day", since):
        yield _on(r["day"], "sponsor", "The sponsor changed", "")


def _of(session: LakeSession, table: str, account: str, today: date, day: str, since: object) -> list[dict[str, Any]]:
    if table not in session.names:
        return []
    sql = f"SELECT * FROM {known(session, table, 'account_id = $account')} WHERE {day} >= $since"
    bound: Row = {"today": today, "account": account, "since": since}
    return rows(session, sql, bound)


def _on(day: date, kind: str, title: str, detail: str) -> dict[str, Any]:
    return _entry(datetime.combine(day, time(12), UTC), kind, title, detail, whole_day=True)


def _span(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"
