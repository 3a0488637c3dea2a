"""Which events are let in: an event, its link and who sent it in; Admitted, or Dropped with a named reason, out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vitalreel.tracking.agents import is_program
from vitalreel.tracking.event import Event

Apart = Literal["", "scanner", "staff"]
"""Why a play is kept apart from those of people at the customer's; empty: nothing speaks against it."""

DropReason = Literal["malformed", "another view", "link revoked", "link expired", "tracking declined", "view too long"]

MAX_EVENTS_PER_VIEW = 20_000
"""Ten hours of heartbeats with ten times as many seeks: more is a broken or hostile player."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a batch, as far as the request tells."""

    agent: str  # User-Agent header; empty when none was sent
    staff: bool = False  # the company's own people: a browser marked in the console, or an address of theirs
    declined: bool = False  # the viewer asked to watch without tracking


@dataclass(frozen=True, slots=True)
class Admitted:
    event: Event
    apart: Apart


@dataclass(frozen=True, slots=True)
class Dropped:
    reason: DropReason


def admit(
    event: Event,
    sender: Sender,
    *,
    now: datetime,
    expires: datetime,
    revoked: datetime | None,
    same_link: bool,
    held: int,
) -> Admitted | Dropped:
    """Let one event in, or say why not.

    expires, revoked: of the link it came by. same_link: whether its view is new or began on this very link; a view
    never moves to another link, so nobody can write into someone else's. held: events stored for its view so far.
    What was watched before the link ended is let in until it ends on the viewer's clock, however late it arrives.
    """
    if sender.declined:
        return Dropped("tracking declined")
    if revoked is not None and revoked <= now:
        return Dropped("link revoked")
    if expires <= min(now, event.at):
        return Dropped("link expired")
    if not same_link:
        return Dropped("another view")
    if held >= MAX_EVENTS_PER_VIEW:
        return Dropped("view too long")
    return Admitted(event, apart(sender))


def apart(sender: Sender) -> Apart:
    """Why plays of this sender are kept apart (K9)."""
    if is_program(sender.agent):
        return "scanner"
    return "staff" if sender.staff else ""
