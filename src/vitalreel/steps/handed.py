"""The CSM as a channel: a film given to whoever looks after the account, with a mail ready to send, a word by Slack and a task (R4 R5)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.delivery.mime import POLICY, mime
from vitalreel.errors import NotFound
from vitalreel.identity import fingerprint
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.owed import told_at_once
from vitalreel.steps.owners import Owners, task_row
from vitalreel.steps.people import person_of
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.triggers.calendar import add_business_days
from vitalreel.triggers.channels import CSM_CHANNEL
from vitalreel.triggers.guards import Person, reachable
from vitalreel.triggers.tasking import CSM

NOT_IN_DRAFTS = ("list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "message-id", "date")
"""What a mail program writes itself, or what only a mail that goes out by itself has."""
Row = Mapping[str, Any]


class Handed:
    """Gives each message to the account's CSM, once: the same key makes one task and one draft. What tells them is a piece of news,
    which goes by the channels of alerts.yaml: Slack first."""

    name = CSM_CHANNEL

    def __init__(self, doors: Doors, now: Now) -> None:
        self._doors, self._now = doors, now

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        now = self._now()
        with self._doors.engine.begin() as c:
            row = _row(c, message.key)
            mailed = bool(reachable(self._person(c, row), ("email",), (row["definition"] or {}).get("category", "")))
            if mailed:
                try:
                    ready = draft(replace(message, to=row["email"]), now)
                except ValueError as e:
                    return NotSent(f"no draft can be written: {e}", retry=False)
                _write(drafts(self._doors) / f"{_task(message.key)}.eml", ready)
            owner = Owners(c, self._doors).of(CSM, row["csm"])
            told = _told(row, message, mailed)
            due = add_business_days(now.date(), 1, row["account_row"].get("country") or self._doors.programme.country)
            task = task_row(
                _task(message.key), row["run"], f"{row['step']}: csm", row["account"], owner, told, due, now
            )
            insert_new(c, t.task, [task])
            insert_new(c, t.alert, [told_at_once(task, _how(message, mailed), now)])
        return Sent(f"given to {owner}, {'a draft is ready' if mailed else 'to show in person'}")

    def _person(self, c: Connection, row: Row) -> Person:
        contact = {key: row[key] for key in ("id", "name", "role", "email", "active", "row")}
        return person_of(c, contact, self._doors.programme.kinds)

    def has(self, message: Message) -> bool:
        """Whether it was given already: the answer a started-again sender needs."""
        with reading(self._doors.engine).connect() as c:
            return c.execute(select(t.task.c.id).where(t.task.c.id == _task(message.key))).first() is not None


def drafts(doors: Doors) -> Path:
    """The folder of mails that are ready to send."""
    return doors.workspace.var / "drafts"


def draft_of(doors: Doors, task: str) -> bytes:
    """The draft of a task. Raises NotFound."""
    path = drafts(doors) / f"{task}.eml"
    if not task.isalnum() or not path.is_file():
        raise NotFound("draft", task, "the task has none: its person wants no mail, or another play asked for it")
    return path.read_bytes()


def draft(message: Message, now: Any) -> bytes:
    """The mail as a file that a mail program opens for sending (`X-Unsent: 1`), its poster and its reader's own link inside.

    Raises ValueError for an address that could not be written to.
    """
    mail: EmailMessage = mime(message, now)
    for name in NOT_IN_DRAFTS:
        del mail[name]
    mail["X-Unsent"] = "1"
    return mail.as_bytes(policy=POLICY)


def _row(c: Connection, key: str) -> Row:
    """The touch an outbox row carries, by itself or beside another, with its account and its person."""
    query = (
        select(t.touch.c.run, t.touch.c.step, t.account.c.id.label("account"), t.account.c.csm, t.account.c.name.label("account_name"),
               t.account.c.row.label("account_row"), t.contact.c.id, t.contact.c.name, t.contact.c.role, t.contact.c.email,
               t.contact.c.active, t.contact.c.row, t.play_version.c.definition)
        .join(t.outbox, t.touch.c.id == func.coalesce(t.outbox.c.touch, t.outbox.c.beside))
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .outerjoin(t.play_version, t.play_version.c.config == t.play_run.c.config)
        .join(t.account, t.account.c.id == t.touch.c.account)
        .join(t.contact, t.contact.c.id == t.touch.c.contact)
        .where(t.outbox.c.key == key)
    )  # fmt: skip
    return dict(c.execute(query).mappings().one())


def _task(key: str) -> str:
    return fingerprint("given", key)


def _told(row: Row, message: Message, mailed: bool) -> str:
    what = f"“{message.about.get('title') or message.subject}”"
    if mailed:
        return f"Send {row['name']} at {row['account_name']} the film {what} yourself: the mail is ready"
    return f"Show {row['name']} at {row['account_name']} the film {what} in person: they get no mail"


def _how(message: Message, mailed: bool) -> str:
    """In the news, below the task. The link without tracking is for showing it in a meeting: it counts for nobody."""
    show = f"to show it in a meeting: {message.about.get('watch', '')}?untracked"
    return f"The draft is with the task; {show}" if mailed else f"{show[0].upper()}{show[1:]}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)
