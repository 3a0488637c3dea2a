"""What becomes of a film whose window has passed: planned anew while its occasion lasts, given to a person, or let go (R3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vitalreel.triggers.matrix import Play, Span
from vitalreel.triggers.window import window


@dataclass(frozen=True, slots=True)
class Late:
    """A touch that has not left and cannot land any more, with what its occasion has come to."""

    play: Play | None  # the definition its run follows; None: of a version that kept none
    step: str
    opened_on: date  # the day its episode opened
    ended: str  # why its run was stopped; empty: it was not
    open: bool  # the episode it belongs to is still open
    replans: int  # how often it has been planned anew
    zone: str
    country: str | None


@dataclass(frozen=True, slots=True)
class Anew:
    """Planned again from today, to land between these instants (aware UTC, half-open)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ForPerson:
    """A person of ours takes the film's place."""

    why: str


@dataclass(frozen=True, slots=True)
class LetGo:
    """Nothing takes the film's place: its occasion is over, or its ladder has gone on."""

    why: str


Fate = Anew | ForPerson | LetGo


def judge(late: Late, day: date, now: datetime, replans: int) -> Fate:
    """What becomes of it on `day`. replans: how often one film may be planned anew.

    Only a window counted from a day can begin again; one before a date has passed with its date. Where the next step of the
    ladder is due, that step is the answer.
    """
    if late.ended:
        return LetGo(f"the ladder has stopped: {late.ended}")
    if not late.open:
        return LetGo("what it was about is over")
    ladder = late.play.ladder if late.play else ()
    step = next((s for s in ladder if s.name == late.step), None)
    if step is None:
        return ForPerson("the ladder its run follows now has no such step")
    following = next((s for s in ladder if s.after_days > step.after_days), None)
    if following is not None and late.opened_on + timedelta(days=following.after_days) <= day:
        return LetGo(f"the ladder has gone on to {following.name}")
    words = getattr(step, "window", None)
    if not isinstance(words, Span):
        return ForPerson("the date it had to land before is too near")
    if late.replans >= replans:
        return ForPerson(f"it was planned anew {late.replans} time{'' if late.replans == 1 else 's'} already")
    start, end = window(f"within {words}", day, late.zone, late.country)
    return Anew(start, end) if end > now else ForPerson("its window would close before it could be made")
