"""What people do, one thing after another: from a file of playbooks/ to the steps it adds to a play's ladder (T10)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping

_SPAN = re.compile(r"(\d{1,3}) (business )?days?")
_DAYS = re.compile(r"(\d{1,3}) days?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = {"task", "after", "every", "until", "owner", "title", "due"}


@dataclass(frozen=True, slots=True)
class Chore:
    """One task of a playbook, once or in turns."""

    name: str
    owner: str  # csm, a role of `tasks: roles:`, or a person's id
    title: str  # may name {account.name}
    due_days: int  # from the day it is asked
    due_business: bool
    after_days: int = 0  # from the playbook's beginning
    every_days: int = 0  # 0: once
    until_days: int = 0  # of the last turn, at the latest
    working_days: bool = False  # turns are asked on working days only

    @property
    def turns(self) -> tuple[int, ...]:
        """Days from the playbook's beginning on which it is asked."""
        return (
            tuple(range(self.after_days, self.until_days + 1, self.every_days))
            if self.every_days
            else (self.after_days,)
        )


@dataclass(frozen=True, slots=True)
class Playbook:
    """A sequence of tasks that a play begins."""

    name: str
    title: str
    chores: tuple[Chore, ...]


def read_playbook(raw: object, where: str) -> Playbook:
    """The Playbook of parsed YAML. Raises BadConfiguration naming file, task and remedy."""
    part = mapping(raw, where, {"playbook", "title", "tasks"})
    name, tasks = str(part.get("playbook") or ""), part.get("tasks")
    if not _NAME.fullmatch(name):
        raise BadConfiguration(f"{where}: playbook", f"{name!r} is no name", "write small letters, digits and _")
    if not isinstance(tasks, list) or not tasks:
        raise BadConfiguration(
            where, "has no tasks", "list at least one: `- {task: call, owner: csm, title: …, due: 1 business day}`"
        )
    chores = tuple(_chore(t, f"{where}: task {n}") for n, t in enumerate(tasks, 1))
    names = [c.name for c in chores]
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise BadConfiguration(where, f"task {twice!r} is there twice", "give each a name of its own")
    return Playbook(name, str(part.get("title") or name.replace("_", " ").capitalize()), chores)


def _chore(raw: object, where: str) -> Chore:
    part = mapping(raw, where, _KEYS)
    for key in ("task", "owner", "title", "due"):
        if not part.get(key):
            raise BadConfiguration(where, f"{key!r} is missing", f"add `{key}: …`")
    name = str(part["task"])
    if not _NAME.fullmatch(name):
        raise BadConfiguration(where, f"{name!r} is no name", "write small letters, digits and _")
    where = f"{where} ({name})"
    due, due_business = _span(part["due"], f"{where}: due")
    after = _days(part.get("after", "0 days"), f"{where}: after")
    every, working, until = _turns(part, where, after)
    return Chore(name, str(part["owner"]), str(part["title"]), due, due_business, after, every, until, working)


def _turns(part: Mapping[str, object], where: str, after: int) -> tuple[int, bool, int]:
    """(days between turns, whether on working days only, day of the last at the latest); 0 days where it is asked once."""
    if "every" not in part:
        if "until" in part:
            raise BadConfiguration(where, "has an end and no turns", "say how often: `every: 7 days`")
        return 0, False, after
    every, working = _span(part["every"], f"{where}: every")
    until = _days(part.get("until", ""), f"{where}: until")
    if every == 0 or (working and every != 1):
        raise BadConfiguration(
            f"{where}: every", f"cannot be {part['every']!r}", "write `1 business day`, or days: `7 days`"
        )
    if until <= after:
        raise BadConfiguration(
            f"{where}: until", f"ends on day {until}, where it begins on day {after}", "name a later day"
        )
    return every, working, until


def _span(value: object, where: str) -> tuple[int, bool]:
    found = _SPAN.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `2 business days` or `14 days`")
    return int(found[1]), bool(found[2])


def _days(value: object, where: str) -> int:
    found = _DAYS.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `14 days`")
    return int(found[1])


def in_order(book: Playbook) -> Iterator[tuple[int, Chore, int]]:
    """(day from the beginning, task, number of its turn from 1) of everything the playbook asks, in order of days."""
    turns = [(day, place, chore, n) for place, chore in enumerate(book.chores) for n, day in enumerate(chore.turns, 1)]
    for day, _, chore, n in sorted(turns, key=lambda t: (t[0], t[1])):
        yield day, chore, n
