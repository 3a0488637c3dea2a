"""Whose a task is, what may come of it, and how people hear of it: `tasks:` of vitalreel.yaml (T10)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping

CSM = "csm"
WAITS, OVERDUE = "task_waits", "task_overdue"
"""News of tasks, which the tasks themselves make."""
_HOW = ("at once", "digest")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Tasking:
    """The rules for tasks."""

    without_csm: str = "operations"  # a person's id: has the tasks of accounts whose CSM nobody knows
    roles: Mapping[str, str] = field(
        default_factory=dict
    )  # owners that plays and playbooks name beside csm -> a person's id
    outcomes: tuple[str, ...] = ("agreed", "moved", "no_answer", "refused", "not_needed")
    told: str = "digest"  # how an owner hears of a new task: at once, or in the day's digest
    overdue: str = "digest"

    def owner(self, named: str, csm: str | None, known: Collection[str]) -> str:
        """The person a task is for. named: as a play or playbook has it; csm: of the account; known: ids of people of ours."""
        person = csm or self.without_csm if named == CSM else self.roles.get(named, named)
        return person if person in known else self.without_csm


def read_tasking(raw: object, where: str) -> Tasking:
    """Tasking of parsed YAML; None: as it is by default. Raises BadConfiguration naming place and remedy."""
    if raw is None:
        return Tasking()
    usual = Tasking()
    part = mapping(raw, where, {"without_csm", "roles", "outcomes", "told", "overdue"})
    roles = part.get("roles") or {}
    if not isinstance(roles, Mapping):
        raise BadConfiguration(
            f"{where}.roles", f"cannot read {roles!r}", "write `{executive: ID}` with ids of people of ours"
        )
    if CSM in roles:
        raise BadConfiguration(
            f"{where}.roles", "names csm, who is the account's own", "say `without_csm:` for accounts that have none"
        )
    outcomes = part.get("outcomes", list(usual.outcomes))
    if not isinstance(outcomes, list) or not outcomes or not all(_NAME.fullmatch(str(o)) for o in outcomes):
        raise BadConfiguration(
            f"{where}.outcomes", f"cannot read {outcomes!r}", "list words such as [agreed, no_answer]"
        )
    return Tasking(
        str(part.get("without_csm") or usual.without_csm), {str(k): str(v) for k, v in roles.items()}, tuple(map(str, outcomes)),
        _how(part.get("told", usual.told), f"{where}.told"), _how(part.get("overdue", usual.overdue), f"{where}.overdue"),
    )  # fmt: skip


def _how(value: object, where: str) -> str:
    if value not in _HOW:
        raise BadConfiguration(where, f"{value!r} is not known", "use at once or digest")
    return str(value)
