"""owners: whose a task is, and its row: one form for the tasks of plays, playbooks, alerts and whatever else asks people (T10)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.steps.doors import Doors
from vitalreel.steps.ours import alerting_of, ours
from vitalreel.store import tables as t
from vitalreel.triggers.tasking import CSM


class Owners:
    """People of ours by id, and who of them has an account's tasks."""

    def __init__(self, c: Connection, doors: Doors) -> None:
        self._rules, self._known = doors.programme.tasks, frozenset(ours(c, alerting_of(doors)))

    def of(self, named: str, csm: str | None) -> str:
        """The person's id. named: csm, a role, or a person's id; csm: the account's."""
        return self._rules.owner(named, csm, self._known)


def csm_of(c: Connection, account: str) -> str | None:
    """The id of the account's CSM as the data has it."""
    found: str | None = c.execute(select(t.account.c.csm).where(t.account.c.id == account)).scalar_one_or_none()
    return found


def task_row(
    key: str, run: str | None, step: str, account: str, owner: str, title: str, due: date, now: datetime, role: str = CSM,
    playbook: str = "", series: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A new task as it is stored. owner: a person's id; role: as whom they have it, so that a new CSM takes over the account's."""
    return {
        "id": key, "run": run, "step": step[:80], "account": account, "role": role, "owner": owner, "title": title, "due": due,
        "state": "open", "playbook": playbook, "series": series, "at": now,
    }  # fmt: skip
