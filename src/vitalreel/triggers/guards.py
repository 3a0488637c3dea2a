"""Reasons not to speak: each guard looks at one account and answers Withheld(reason) or nothing (T5, T7, H17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.identity import AccountId, ContactId
from vitalreel.triggers.episode import Answer
from vitalreel.triggers.matrix import Play, VideoStep


@dataclass(frozen=True, slots=True)
class Caps:
    """How often one person and one account may be spoken to, over all plays and channels."""

    per_contact: int = 1
    per_contact_days: int = 7
    per_account: int = 2
    per_account_days: int = 14
    concurrent_plays: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the guards see one."""

    id: ContactId
    name: str
    role: str
    email: str | None
    active: bool
    consent: Mapping[str, bool]  # channel -> allowed; absent: not asked, not allowed


@dataclass(frozen=True, slots=True)
class Standing:
    """What the guards must know of an account on a day."""

    account: AccountId
    name: str
    segment: str
    tier: int
    scored: bool  # coverage is enough for the score to be claimed
    people: tuple[Person, ...]
    running: tuple[str, ...] = ()  # plays running now
    touched: tuple[tuple[ContactId, date], ...] = ()  # touches of the last weeks, planned or sent
    stopped: str | None = None  # the kill switch that covers it, in words


@dataclass(frozen=True, slots=True)
class Withheld:
    """A touch that did not happen, and why."""

    account: AccountId
    play: str
    step: str
    day: date
    reason: str  # a fixed word or two, for counting
    detail: str  # one sentence, for people


def outside(play: Play, standing: Standing) -> bool:
    """Whether the play is not for this account at all (no Withheld: it was never meant)."""
    return bool(play.segments and standing.segment not in play.segments) or bool(
        play.tiers and standing.tier not in play.tiers
    )


def at_opening(play: Play, standing: Standing, unless: Answer, caps: Caps, day: date) -> Withheld | None:
    """The first reason why no episode may open for an eligible account today; None where it may."""

    def no(reason: str, detail: str) -> Withheld:
        return Withheld(standing.account, play.name, play.ladder[0].name, day, reason, detail)

    if standing.stopped:
        return no("stopped", f"the kill switch is on: {standing.stopped}")
    if unless is True:
        return no("person first", f"a person comes first here: {play.unless}")
    if play.risk and not standing.scored:
        return no("insufficient data", "less than half of the score's weight has fresh data, so no risk play may fire")
    if play.name not in standing.running and len(standing.running) >= caps.concurrent_plays:
        return no(
            "another play is running",
            f"{', '.join(standing.running)} is running and {caps.concurrent_plays} may at once",
        )
    first = next((s for s in play.ladder if isinstance(s, VideoStep)), None)
    if first is not None:
        chosen = person_for(first, standing.people)
        if isinstance(chosen, str):
            return no("no contact", chosen)
    return None


def at_step(play: Play, step: VideoStep, standing: Standing, caps: Caps, day: date) -> Person | Withheld:
    """The person a step speaks to today, or why it must wait."""

    def no(reason: str, detail: str) -> Withheld:
        return Withheld(standing.account, play.name, step.name, day, reason, detail)

    if standing.stopped:
        return no("stopped", f"the kill switch is on: {standing.stopped}")
    person = person_for(step, standing.people)
    if isinstance(person, str):
        return no("no contact", person)
    since = day - timedelta(days=caps.per_contact_days)
    if sum(1 for who, when in standing.touched if who == person.id and when > since) >= caps.per_contact:
        return no("contact cap", f"{person.name} had {caps.per_contact} in the last {caps.per_contact_days} days")
    since = day - timedelta(days=caps.per_account_days)
    if sum(1 for _, when in standing.touched if when > since) >= caps.per_account:
        return no("account cap", f"{standing.name} had {caps.per_account} in the last {caps.per_account_days} days")
    return person


def person_for(step: VideoStep, people: Sequence[Person]) -> Person | str:
    """The first active person, by the step's order of roles, who can be reached by one of its channels; else why nobody."""
    if not people:
        return "no contact is known for this account"
    for role in step.to:
        for person in sorted(people, key=lambda p: p.id):
            if person.role == role and person.active and reachable(person, step.channels):
                return person
    return f"nobody who is {' or '.join(step.to)} is active and has agreed to {' or '.join(step.channels)}"


def reachable(person: Person, channels: Sequence[str]) -> tuple[str, ...]:
    """The channels of `channels` by which this person may be reached, in order. Silence is not consent."""
    return tuple(c for c in channels if person.consent.get(c, False) and (c != "email" or person.email))
