"""The review chain: who is asked, until when, when they are reminded, and when their deputy is asked in their place (R1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from vitalreel.errors import BadConfiguration
from vitalreel.review.verdict import ROLES, Rule, read_rules
from vitalreel.triggers.calendar import moved
from vitalreel.triggers.given import mapping
from vitalreel.triggers.window import zone_of

OWNER = "owner"
"""Whoever answers for the account, as the data has it."""
OPERATIONS = "operations"
"""Asked where nobody else is named."""
HOW = ("at once", "digest")
_SPAN = re.compile(r"(\d{1,3}) (hour|day|business day)s?")


@dataclass(frozen=True, slots=True)
class Before:
    """So much time before a moment; days are counted in the account's calendar, hours by the clock."""

    count: int
    unit: Literal["hour", "day", "business day"]

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is asked for each role, and when. A person is a CSM's id, one of `people` in alerts.yaml, `operations`, or `owner`."""

    due: Before = Before(1, "business day")  # before the window closes
    remind: tuple[Before, ...] = ()  # before it is due, in order of time
    reassign: Before | None = None  # before it is due: the deputy is asked; None: nobody takes their place
    asked: str = "digest"  # how they are told that a film waits
    reviewers: Mapping[str, str] = field(default_factory=lambda: {"csm": OWNER, "production": OPERATIONS})
    deputies: Mapping[str, str] = field(default_factory=dict)  # person or role -> who is asked in their place


@dataclass(frozen=True, slots=True)
class Reviewing:
    """`review:` of vitalreel.yaml."""

    rules: Mapping[int, Rule]  # by tier
    chain: Chain = field(default_factory=Chain)


@dataclass(frozen=True, slots=True)
class Asked:
    """One person who was asked for a role."""

    since: datetime
    reminded: datetime | None = None  # the last time
    deputy: bool = False  # in somebody's place


@dataclass(frozen=True, slots=True)
class Place:
    """Where days are counted: the account's."""

    zone: str
    country: str | None


Act = Literal["remind", "reassign"]


def read_review(raw: object, where: str) -> Reviewing:
    """From parsed YAML. Raises BadConfiguration naming the key and what to write."""
    tiers = {f"tier_{n}" for n in (1, 2, 3, 4)}
    part = mapping(raw, where, {*tiers, "due", "remind", "reassign", "asked", "reviewers", "deputies"})
    rules = read_rules({t: mapping(part[t], f"{where}.{t}", {"needs", "sample"}) for t in tiers & set(part)}, where)
    usual = Chain()
    due = _before(part["due"], f"{where}.due") if "due" in part else usual.due
    remind = _several(part.get("remind", []), f"{where}.remind")
    reassign = _before(part["reassign"], f"{where}.reassign") if part.get("reassign") else None
    deputies = _people(part.get("deputies") or {}, f"{where}.deputies")
    if reassign is not None and not deputies:
        raise BadConfiguration(f"{where}.reassign", "gives the review to nobody", "name deputies, or leave it out")
    asked = part.get("asked", usual.asked)
    if asked not in HOW:
        raise BadConfiguration(f"{where}.asked", f"{asked!r} is not known", f"use {' or '.join(HOW)}")
    reviewers = {**usual.reviewers, **_people(part.get("reviewers") or {}, f"{where}.reviewers")}
    if unknown := sorted(set(reviewers) - set(ROLES)):
        raise BadConfiguration(f"{where}.reviewers", f"{unknown[0]!r} is no role", f"use {', '.join(ROLES)}")
    return Reviewing(rules, Chain(due, remind, reassign, str(asked), reviewers, deputies))


def _people(raw: object, where: str) -> dict[str, str]:
    if not isinstance(raw, Mapping) or not all(isinstance(v, str) and v for v in raw.values()):
        raise BadConfiguration(where, f"cannot read {raw!r}", "write it as {csm: owner, production: operations}")
    return {str(k): str(v) for k, v in raw.items()}


def _several(raw: object, where: str) -> tuple[Before, ...]:
    if not isinstance(raw, list):
        raise BadConfiguration(where, f"cannot read {raw!r}", "list times, as [2 business days, 4 hours]")
    return tuple(_before(one, where) for one in raw)


def _before(raw: object, where: str) -> Before:
    found = _SPAN.fullmatch(str(raw))
    if not found:
        raise BadConfiguration(where, f"cannot read {raw!r}", "write it as `1 business day`, `2 days` or `4 hours`")
    return Before(int(found[1]), found[2])  # type: ignore[arg-type]  # the pattern has the three


# -- when ---------------------------------------------------------------------------------------------------------------


def earlier(moment: datetime, span: Before, place: Place) -> datetime:
    """The moment that lies `span` before `moment`; a day before keeps the hour of the account's clock. Aware UTC."""
    if span.unit == "hour":
        return moment - timedelta(hours=span.count)
    local = moment.astimezone(zone_of(place.zone))
    day = moved(local.date(), -span.count, span.unit == "business day", place.country)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def due_at(chain: Chain, asked: datetime, window_to: datetime, place: Place) -> datetime:
    """Until when a film must be looked at that may land before `window_to`; never before it was asked."""
    return max(asked, earlier(window_to, chain.due, place))


def reassigned_at(chain: Chain, asked: Asked, due: datetime, window_to: datetime, place: Place) -> datetime | None:
    """From when on the deputy is asked; None: never.

    Whoever was asked too late for the configured time has half of what is left of the window.
    """
    if chain.reassign is None or asked.deputy:
        return None
    planned = earlier(due, chain.reassign, place)
    return planned if planned > asked.since else asked.since + (max(window_to, asked.since) - asked.since) / 2


def act(
    chain: Chain, asked: Asked, due: datetime, window_to: datetime, place: Place, has_deputy: bool, now: datetime
) -> Act | None:
    """What is to be done about somebody who has not answered, or None. Reminders that were missed together are one."""
    passes_on = reassigned_at(chain, asked, due, window_to, place) if has_deputy else None
    if passes_on is not None and now >= passes_on:
        return "reassign"
    times = (earlier(due, span, place) for span in chain.remind)
    since = asked.since if asked.reminded is None else asked.reminded
    return "remind" if any(since < at <= now for at in times) else None


# -- who ----------------------------------------------------------------------------------------------------------------


def reviewer(chain: Chain, role: str, owner: str | None, known: Mapping[str, object]) -> str:
    """Who is asked for a role. owner: the account's CSM; known: people by id. Where nobody known is named, operations."""
    named = chain.reviewers[role]
    person = (owner or OPERATIONS) if named == OWNER else named
    return person if person in known else OPERATIONS


def deputy(chain: Chain, role: str, person: str, owner: str | None, known: Mapping[str, object]) -> str | None:
    """Who is asked in the place of `person`: their own deputy, else the role's; None where that is nobody else."""
    named = chain.deputies.get(person, chain.deputies.get(role))
    found = owner if named == OWNER else named
    return found if found is not None and found != person and found in known else None
