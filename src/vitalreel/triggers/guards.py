"""The decision service: one question about everything that could reach a customer, and the first reason for silence (T7 T15 R8 R9).

It is asked when a play wants to open, when a film is planned, each time it is about to leave, and when its viewer asks for it.
The same guards answer, in the same order, from what is true at that moment: what was right on Monday is asked again on Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from vitalreel.identity import AccountId, ContactId
from vitalreel.triggers.channels import Channels
from vitalreel.triggers.episode import Answer
from vitalreel.triggers.lead import Lead
from vitalreel.triggers.matrix import Play, Step, VideoStep
from vitalreel.triggers.window import NotNow, SendingHours, sendable

Moment = Literal["open", "plan", "send", "beside", "show"]
"""beside: a second channel for a film that has left already; its window, its hour and the caps were those of the first."""
BY_CONSENT = {"email": "email", "engagement": "email"}
"""Channels that reach people only who have agreed, and to what: a CS platform mails them. Where they sign in themselves they need only
not have refused."""
PERSON_FIRST = "person_first"
"""The programme's rule for accounts where a person speaks before any film; its answer is a flag of the account."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How often one person and one account may be spoken to, over all plays and channels."""

    per_contact: int = 1
    per_contact_days: int = 7
    per_account: int = 2
    per_account_days: int = 14
    concurrent_plays: int = 1


@dataclass(frozen=True, slots=True)
class Conflict:
    """Plays of one category stay silent while something is so at the account: it says yes or unknown, or other plays run."""

    holds: str  # category
    because: str  # in words, for people
    flag: str = ""  # the programme's condition by name; its answer is a flag of the account
    running: tuple[str, ...] = ()  # categories of plays before which it gives way


@dataclass(frozen=True, slots=True)
class Apart:
    """Films of these modules keep their distance at one account."""

    modules: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds over all plays."""

    caps: Caps
    holdout: float  # programme-wide share
    conflicts: tuple[Conflict, ...] = ()
    apart: tuple[Apart, ...] = ()
    hours: SendingHours | None = None  # None: any hour will do
    categories: Mapping[str, str] = field(default_factory=dict)  # play -> category
    silent: frozenset[str] = frozenset()  # plays of people only: they send nothing
    channels: Channels = field(default_factory=Channels)
    lead: Lead = field(default_factory=Lead)  # how long before its window a brief opens
    confirmed: frozenset[str] = frozenset()  # categories that wait until a person said who the sponsor is now

    @property
    def look_back(self) -> timedelta:
        """How far back what was said to an account must be known, for every cap and distance to be kept; a day more than the longest,
        since what is planned counts from noon."""
        longest = max(self.caps.per_contact_days, self.caps.per_account_days, *(a.days for a in self.apart), 0)
        return timedelta(days=longest + 1)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the guards see one."""

    id: ContactId
    name: str
    role: str
    email: str | None
    active: bool
    consent: Mapping[str, bool]  # channel -> allowed; absent: not asked, not allowed
    suppressed: str = ""  # why their address gets no mail: "hard bounce, 2026-11-20"; "": it does
    zone: str | None = None  # None: the account's
    declined: frozenset[tuple[str, str]] = (
        frozenset()
    )  # (channel, category of plays) they do not want, though they have the channel


@dataclass(frozen=True, slots=True)
class Spoken:
    """One touch of the last weeks, planned or sent."""

    contact: ContactId
    at: datetime
    module: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the guards must know of an account at a moment."""

    account: AccountId
    name: str
    segment: str
    tier: int
    scored: bool  # coverage is enough for the score to be claimed
    people: tuple[Person, ...]
    running: tuple[str, ...] = ()  # plays running now
    spoken: tuple[Spoken, ...] = ()
    stops: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (scope, name) of kill switches -> who
    flags: Mapping[str, Answer] = field(default_factory=dict)  # the programme's conditions by name
    zone: str = "UTC"
    country: str | None = None
    sponsor: ContactId | None = (
        None  # who follows as sponsor, as a person confirmed; None: nobody has, or it is open again
    )


@dataclass(frozen=True, slots=True)
class Ask:
    """What wants to reach somebody."""

    play: str
    category: str
    module: str = ""  # none: the step is not a film
    channels: tuple[str, ...] = ()  # best first
    to: tuple[str, ...] = ()  # roles, best first
    person: Person | None = None  # None: whoever of `to` can be reached
    critical: bool = False  # nobody is held out of it; everything else holds it as any other
    needs_score: bool = False
    window: tuple[datetime, datetime] | None = None  # half-open
    ended: str = ""  # why its run is over
    held_by: str = ""  # the holdout that covers the account
    person_first: bool = False  # the play's own `unless`
    helped: bool = False  # a person has spoken to the account since the play opened


@dataclass(frozen=True, slots=True)
class Withheld:
    """A touch that did not happen, and why."""

    account: AccountId
    play: str
    step: str
    day: date
    reason: str  # a fixed word or two, for counting
    detail: str  # one sentence, for people


def reach(moment: Moment, ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    """The first reason why this must not reach the account now, or None. What time cannot mend is named before what it can."""
    for moments, guard in GUARDS:
        if moment in moments and (no := guard(ask, standing, rules, now)) is not None:
            return no
    return None


def whom(ask: Ask, standing: Standing) -> Person | str:
    """The person asked for, else the first active one, by the order of roles, who can be reached; else why nobody."""
    if ask.person is not None:
        return ask.person
    if not standing.people:
        return "no contact is known for this account"
    for channel in ask.channels:
        for role in ask.to:
            for person in sorted(standing.people, key=lambda p: (p.id != standing.sponsor, p.id)):
                if person.role == role and person.active and reachable(person, (channel,), ask.category):
                    return person
    return f"nobody who is {' or '.join(ask.to)} is active and has agreed to {' or '.join(ask.channels)}"


def reachable(person: Person, channels: Sequence[str], category: str) -> tuple[str, ...]:
    """The channels of `channels` by which this person may be reached, in order. To mail, silence is not consent.

    category: of the play that wants to reach them.
    """
    return tuple(
        c
        for c in channels
        if person.consent.get(BY_CONSENT.get(c, c), c not in BY_CONSENT)
        and (c not in BY_CONSENT or _has_address(person))
        and (BY_CONSENT.get(c, c), category) not in person.declined
    )


def _has_address(person: Person) -> bool:
    return bool(person.email) and not person.suppressed


def asked_by(play: Play, step: Step, unless: Answer, helped: bool = False, channels: tuple[str, ...] = ()) -> Ask:
    """What a step of a play asks for. channels: those of the account's tier, for a step that names none."""
    plain = Ask(
        play.name, play.category, critical=play.critical, needs_score=play.risk, person_first=unless is True, helped=helped
    )  # fmt: skip
    return (
        replace(plain, module=step.module, channels=step.channels or channels, to=step.to)
        if isinstance(step, VideoStep)
        else plain
    )


# -- the guards, each a sentence ----------------------------------------------------------------------------------------


def _stopped(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    mine = {("all", ""), ("play", ask.play), ("module", ask.module), ("account", standing.account)}
    found = sorted(mine & set(standing.stops))
    if not found:
        return None
    scope, name = found[0]
    who = standing.stops[found[0]]
    return NotNow(
        "stopped", detail=f"the kill switch is on: {f'{scope} {name}'.strip()}" + (f", by {who}" if who else "")
    )


def _ended(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    return NotNow("run ended", detail=f"the ladder has stopped: {ask.ended}") if ask.ended else None


def _held_out(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if ask.critical or not ask.held_by:
        return None
    return NotNow("holdout", detail=f"kept without it to measure by: {ask.held_by}")


def _person_first(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if ask.helped or not (ask.person_first or standing.flags.get(PERSON_FIRST) is True):
        return None
    return NotNow(
        "person first", detail="a person speaks to this account first; the film may follow when their task is done"
    )


def _unconfirmed(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if ask.category not in rules.confirmed:
        return None
    if standing.sponsor is None:
        words = "nobody has confirmed who left and who follows as sponsor; see `vitalreel sponsor list`"
        return NotNow("sponsor not confirmed", detail=words)
    if ask.person is not None and ask.person.id != standing.sponsor:
        return NotNow("sponsor not confirmed", detail=f"{ask.person.name} is not who was confirmed to follow")
    return None


def _unscored(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if not ask.needs_score or standing.scored:
        return None
    words = "less than half of the score's weight has fresh data, so no risk play may fire"
    return NotNow("insufficient data", detail=words)


def _conflicting(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    for conflict in rules.conflicts:
        if conflict.holds != ask.category:
            continue
        said = standing.flags.get(conflict.flag, False)
        if said is not False:
            return NotNow(
                "conflict", detail=conflict.because if said else f"it is not known whether {conflict.because}"
            )
        before = [p for p in standing.running if p != ask.play and rules.categories.get(p) in conflict.running]
        if before:
            return NotNow("conflict", detail=f"{conflict.because}: {', '.join(before)} is running")
    return None


def _crowded(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    """Plays of people only, and those that give way to this one, do not stand in its way."""
    if ask.play in rules.silent:
        return None
    yielding = {c.holds for c in rules.conflicts if ask.category in c.running}
    others = [p for p in standing.running if rules.categories.get(p) not in yielding and p not in rules.silent]
    if ask.play in others or len(others) < rules.caps.concurrent_plays:
        return None
    allowed = rules.caps.concurrent_plays
    return NotNow("another play is running", detail=f"{', '.join(others)} is running and {allowed} may at once")


def _nobody(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if not ask.channels:
        return None
    person = whom(ask, standing)
    if isinstance(person, str):
        return NotNow("no contact", detail=person)
    channel = ask.channels[0]
    said, mailed = person.consent.get(BY_CONSENT.get(channel, channel)), channel in BY_CONSENT
    reasons = (
        (not person.active, "contact has left", "no longer works there"),
        (mailed and not person.email, "no address", "has no email address"),
        (mailed and bool(person.suppressed), "address suppressed", f"gets no mail: {person.suppressed}"),
        (said is False, "unsubscribed", f"does not want {channel}"),
        (said is None and mailed, "no consent on record", f"was never asked about {channel}"),
        (
            (BY_CONSENT.get(channel, channel), ask.category) in person.declined,
            "kind declined",
            f"does not want {ask.category.replace('_', ' ')} by {channel}",
        ),
    )
    if ask.person is None:
        return None  # chosen among those who can be reached
    return next((NotNow(reason, detail=f"{person.name} {words}") for so, reason, words in reasons if so), None)


def _outside_window(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if ask.window is None:
        return None
    opens, closes = ask.window
    if now >= closes:
        return NotNow("window missed", detail=f"it had to land before {closes:%Y-%m-%d %H:%M} UTC")
    if now < opens:
        return NotNow("window not open yet", opens, f"it may land from {opens:%Y-%m-%d %H:%M} UTC")
    return None


def _too_close(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    for apart in rules.apart:
        if ask.module not in apart.modules:
            continue
        others = {m for m in apart.modules if m != ask.module}
        near = [s for s in standing.spoken if s.module in others and now - s.at < timedelta(days=apart.days)]
        if near:
            last = max(near, key=lambda s: s.at)
            words = f"{last.module} reached the account on {last.at:%Y-%m-%d}; they keep {apart.days} days apart"
            return NotNow("too close", last.at + timedelta(days=apart.days), words)
    return None


def _capped(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    person = whom(ask, standing) if ask.channels else ""
    if isinstance(person, str):
        return None
    caps = rules.caps
    mine = [s.at for s in standing.spoken if s.contact == person.id]
    all_ = [s.at for s in standing.spoken]
    for at, cap, days, what, who in (
        (mine, caps.per_contact, caps.per_contact_days, "contact cap", person.name),
        (all_, caps.per_account, caps.per_account_days, "account cap", standing.name),
    ):
        recent = sorted(one for one in at if now - one < timedelta(days=days))
        if len(recent) >= cap:
            until = recent[-cap] + timedelta(days=days) if cap else None
            return NotNow(what, until, f"{who} had {cap} in the last {days} days")
    return None


def _quiet(ask: Ask, standing: Standing, rules: Rules, now: datetime) -> NotNow | None:
    if rules.hours is None:
        return None
    zone = (ask.person.zone if ask.person else None) or standing.zone
    return sendable(now, zone, standing.country, rules.hours)


Guard = Callable[[Ask, Standing, Rules, datetime], NotNow | None]
GUARDS: tuple[tuple[tuple[Moment, ...], Guard], ...] = (
    (("open", "plan", "send", "beside", "show"), _stopped),
    (("send", "beside"), _ended),
    (("plan", "send", "beside", "show"), _held_out),
    (("plan", "send"), _person_first),
    (("open", "plan", "send", "beside"), _unconfirmed),
    (("open",), _unscored),
    (("open", "plan", "send"), _conflicting),
    (("open",), _crowded),
    (("open", "plan", "send", "beside", "show"), _nobody),
    (("send",), _outside_window),
    (("plan", "send"), _too_close),
    (("plan", "send"), _capped),
    (("send",), _quiet),
)
"""In the order they are asked. An opening is asked before arms are drawn; a viewer's own wish is held by what bars any contact."""


def outside(play: Play, standing: Standing) -> str:
    """Why the play is not for this account at all, in words; empty where it is (no Withheld: it was never meant)."""
    if play.segments and standing.segment not in play.segments:
        return f"it is for {', '.join(play.segments)}; this account is {standing.segment}"
    if play.tiers and standing.tier not in play.tiers:
        return f"it is for tier {', '.join(map(str, play.tiers))}; this account is tier {standing.tier}"
    return ""
