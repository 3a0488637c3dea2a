"""When a CSM is asked what the customer wants to reach: at kick-off, before a business review, before the renewal (D12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.given import mapping, whole

Kind = Literal["kick_off", "qbr", "renewal"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SAID: Mapping[Kind, str] = {"kick_off": "the kick-off", "qbr": "the business review", "renewal": "the renewal"}


@dataclass(frozen=True, slots=True)
class Stating:
    """`stated:` of vitalreel.yaml."""

    days: Mapping[Kind, int] = field(default_factory=lambda: {"kick_off": 14, "qbr": 14, "renewal": 120})
    # after the kick-off, before the others, within which is asked; a moment that is left out is none
    stands_days: int = 180  # what was said or confirmed so lately is not asked again
    due_days: int = 5  # business days the CSM has


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of an account around which its stated outcomes are asked for."""

    account: str
    kind: Kind
    day: date

    @property
    def said(self) -> str:
        return f"{SAID[self.kind]} on {self.day.isoformat()}"


def read_stated(raw: object, where: str) -> Stating:
    """From `{kick_off: 14, qbr: 14, renewal: 120, stands: 180, due: 5}`, all in days; None gives the defaults. Raises BadConfiguration."""
    if raw is None:
        return Stating()
    given, usual = mapping(raw, where, {*KINDS, "stands", "due"}), Stating()
    days = {k: whole(given[k], f"{where}.{k}", 1, 365) for k in KINDS if k in given}
    if not days:
        raise BadConfiguration(where, "names no moment", f"use {', '.join(KINDS)}, or leave `stated` out")
    stands, due = given.get("stands", usual.stands_days), given.get("due", usual.due_days)
    return Stating(days, whole(stands, f"{where}.stands", 1, 3650), whole(due, f"{where}.due", 1, 60))


def due(moments: Iterable[Moment], confirmed: Mapping[str, date], rules: Stating, today: date) -> list[Moment]:
    """The moments at which is asked now, one an account, the nearest; none where what was said lately stands.

    confirmed: account -> the day on which an outcome of it was last set or confirmed.
    """
    fresh = {account for account, day in confirmed.items() if day > today - timedelta(days=rules.stands_days)}
    near = [m for m in moments if m.account not in fresh and _near(m, rules, today)]
    found: dict[str, Moment] = {}
    for m in sorted(near, key=lambda m: (abs((m.day - today).days), KINDS.index(m.kind))):
        found.setdefault(m.account, m)
    return [found[account] for account in sorted(found)]


def _near(moment: Moment, rules: Stating, today: date) -> bool:
    days = rules.days.get(moment.kind)
    if days is None:
        return False
    ahead = (moment.day - today).days
    return -days <= ahead <= 0 if moment.kind == "kick_off" else 0 <= ahead <= days
