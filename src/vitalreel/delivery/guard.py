"""The last look before a message leaves (R8 R9): how things stand at send time in, None or the reason to hold out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vitalreel.delivery.window import SendingHours, Withheld, sendable


@dataclass(frozen=True, slots=True)
class Caps:
    """How many messages may reach one contact, and one account: (messages, within days)."""

    contact: tuple[int, int]
    account: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Due:
    """A touch whose time has come."""

    account: str
    play: str
    module: str
    channel: str
    critical: bool  # caps do not hold it; consent, stops and hours do
    window: tuple[datetime, datetime]  # half-open


@dataclass(frozen=True, slots=True)
class Standing:
    """How the contact and the programme stand at this moment, read in the sending transaction."""

    active: bool  # still works there
    address: str | None
    consent: bool | None  # for this channel: allowed, refused, or never asked
    suppressed: bool  # bounced or complained
    stops: Collection[tuple[str, str]]  # (scope, name) switched off: ("all", ""), ("play", "usage_drop"), ...
    to_contact: Sequence[datetime]  # when messages went out before
    to_account: Sequence[datetime]
    zone: str
    country: str | None


def hold(due: Due, standing: Standing, now: datetime, caps: Caps, hours: SendingHours) -> Withheld | None:
    """Why this must not leave now, or None. What time cannot mend is named first, `until` is None then."""
    return (
        barred(due, standing)
        or _window(due, now)
        or _capped(due, standing, now, caps)
        or sendable(now, standing.zone, standing.country, hours)
    )


def barred(due: Due, standing: Standing) -> Withheld | None:
    """What time cannot mend: switched off, or not wanted. Holds for a film that is asked for as for one that is sent."""
    return _stopped(due, standing) or _unwanted(standing)


def _stopped(due: Due, standing: Standing) -> Withheld | None:
    mine = {("play", due.play), ("module", due.module), ("account", due.account)}
    for scope, name in sorted(standing.stops):
        if scope == "all" or (scope, name) in mine:
            return Withheld(f"stopped: {scope} {name}".rstrip())
    return None


def _unwanted(standing: Standing) -> Withheld | None:
    reasons = (
        (not standing.active, "contact has left"),
        (not standing.address, "no address"),
        (standing.suppressed, "address suppressed"),
        (standing.consent is False, "unsubscribed"),
        (standing.consent is None, "no consent on record"),
    )
    return next((Withheld(reason) for applies, reason in reasons if applies), None)


def _window(due: Due, now: datetime) -> Withheld | None:
    opens, closes = due.window
    if now >= closes:
        return Withheld("window missed")
    return Withheld("window not open yet", opens) if now < opens else None


def _capped(due: Due, standing: Standing, now: datetime, caps: Caps) -> Withheld | None:
    if due.critical:
        return None
    for sent, (cap, days), whose in (
        (standing.to_contact, caps.contact, "contact"),
        (standing.to_account, caps.account, "account"),
    ):
        recent = sorted(at for at in sent if now - at < timedelta(days=days))
        if len(recent) >= cap:
            until = recent[-cap] + timedelta(days=days) if cap else None
            return Withheld(f"{whose} cap reached", until)
    return None
