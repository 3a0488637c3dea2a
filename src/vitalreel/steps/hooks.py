"""Other systems are told about views, scores and runs of plays: messages are queued, sent, tried again, and sent anew when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, delete, select, update

from vitalreel.errors import NotFound, Unavailable
from vitalreel.ports import Called, Caller, Now
from vitalreel.steps.doors import Doors
from vitalreel.store.database import insert_new, reading
from vitalreel.store.tables import hook_message
from vitalreel.tracking.hook import Hook, Message, headers, next_try

AT_ONCE = 200  # messages of a hook in one round
CLAIM = timedelta(
    seconds=60
)  # longer than a call may take: the message of a sender that died is taken up again after it
KEPT = timedelta(
    days=30
)  # sent ones about views, so that they can be sent anew; a run is told once, and its message kept
GONE = 410  # "stop telling me"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Counts of one round."""

    sent: int = 0
    again: int = 0  # will be tried again
    failed: int = 0  # will not


@dataclass(frozen=True, slots=True)
class Mouth:
    """What messages are sent with."""

    caller: Caller
    keys: Mapping[str, tuple[bytes, ...]]  # per hook; a hook without is not told, and its messages wait
    clock: Now


def source_of(doors: Doors) -> str:
    """The URI that names this workspace in every message."""
    return f"urn:vitalreel:{quote(doors.workspace.root.resolve().name, safe='')}"


def queue(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """Queue messages in the transaction that saves what they tell of. An older one about the same that nobody tried yet gives way."""
    for m in messages:
        same = (hook_message.c.view == m.view, hook_message.c.run == m.run)
        older = (hook_message.c.hook == m.hook, *same, hook_message.c.version < m.version)
        untried = (hook_message.c.state == "waiting", hook_message.c.attempts == 0)
        connection.execute(delete(hook_message).where(*older, *untried))
    insert_new(connection, hook_message, [
        {"id": m.id, "hook": m.hook, "view": m.view, "run": m.run, "version": m.version, "body": m.body, "state": "waiting",
         "attempts": 0, "next_at": now, "answer": "", "created": now, "changed": now}
        for m in messages
    ])  # fmt: skip


def send_due(doors: Doors, mouth: Mouth) -> Told:
    """Send what is due, the hooks beside one another: one that does not answer holds up no other.

    A message is sent at least once: where a sender dies after the call, its message is sent again with the same id.
    """
    ready = [hook for hook in doors.programme.webhooks if mouth.keys.get(hook.name)]
    if not ready:
        return Told()
    with ThreadPoolExecutor(len(ready), thread_name_prefix="hook") as threads:
        rounds = list(threads.map(lambda hook: _round(doors, mouth, hook), ready))
    with doors.engine.begin() as connection:
        old = (hook_message.c.state == "sent", hook_message.c.run == "", hook_message.c.changed < mouth.clock() - KEPT)
        connection.execute(delete(hook_message).where(*old))
    return Told(sum(r.sent for r in rounds), sum(r.again for r in rounds), sum(r.failed for r in rounds))


def _round(doors: Doors, mouth: Mouth, hook: Hook) -> Told:
    """One hook's messages that are due, oldest first, until one goes unanswered: the rest would too."""
    counts: Counter[str] = Counter()
    for row in _due(doors, hook.name, mouth.clock()):
        if not _claimed(doors, row, mouth.clock()):
            continue
        now = mouth.clock()
        signed = headers(row["id"], row["body"], mouth.keys[hook.name], now)
        try:
            called = mouth.caller.post(hook.url, signed, row["body"].encode())
            said = f"HTTP {called.status}"
        except Unavailable as e:
            called, said = None, e.reason
        state, at = _after(called, row["attempts"] + 1, mouth.clock())
        counts["again" if state == "waiting" else state] += 1
        change = {"state": state, "next_at": at, "answer": said[:200], "changed": mouth.clock()}
        with doors.engine.begin() as connection:
            connection.execute(update(hook_message).where(hook_message.c.id == row["id"]).values(**change))
        if called is None:
            break
    return Told(counts["sent"], counts["again"], counts["failed"])


def _due(doors: Doors, hook: str, now: datetime) -> list[Row]:
    query = (
        select(hook_message)
        .where(hook_message.c.hook == hook, hook_message.c.state == "waiting", hook_message.c.next_at <= now)
        .order_by(hook_message.c.created, hook_message.c.id)
        .limit(AT_ONCE)
    )
    with reading(doors.engine).connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _claimed(doors: Doors, row: Row, now: datetime) -> bool:
    """Take a message in hand, so that no other server sends it meanwhile; counts the attempt."""
    mine = (
        hook_message.c.id == row["id"],
        hook_message.c.state == "waiting",
        hook_message.c.attempts == row["attempts"],
    )
    with doors.engine.begin() as connection:
        taken = connection.execute(
            update(hook_message).where(*mine).values(attempts=row["attempts"] + 1, next_at=now + CLAIM, changed=now)
        )
    return taken.rowcount == 1


def _after(called: Called | None, attempts: int, now: datetime) -> tuple[str, datetime]:
    """(state, when next) after an attempt."""
    if called is not None and 200 <= called.status < 300:
        return "sent", now
    at = (
        None
        if called is not None and called.status == GONE
        else next_try(attempts, now, called.wait_s if called else 0)
    )
    return ("failed", now) if at is None else ("waiting", at)


def replay(doors: Doors, hook: str, since: datetime, now: datetime, failed_only: bool = False) -> int:
    """Queue again what a hook was told since then, with the same ids; answers how many. Raises NotFound for a hook nobody named."""
    _known(doors.programme.webhooks, hook)
    states = ("failed",) if failed_only else ("failed", "sent")
    these = (hook_message.c.hook == hook, hook_message.c.created >= since, hook_message.c.state.in_(states))
    anew = {"state": "waiting", "attempts": 0, "next_at": now, "changed": now}
    with doors.engine.begin() as connection:
        return connection.execute(update(hook_message).where(*these).values(**anew)).rowcount


def messages(doors: Doors, state: str | None = None, limit: int = 200) -> list[Row]:
    """Messages, the newest first, without their bodies. state: only those."""
    columns = [c for c in hook_message.c if c.name != "body"]
    query = select(*columns).order_by(hook_message.c.created.desc(), hook_message.c.id).limit(limit)
    if state:
        query = query.where(hook_message.c.state == state)
    with reading(doors.engine).connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _known(hooks: Sequence[Hook], name: str) -> None:
    if name not in {hook.name for hook in hooks}:
        hint = f"vitalreel.yaml names {', '.join(hook.name for hook in hooks) or 'none'}"
        raise NotFound("webhook", name, hint)
