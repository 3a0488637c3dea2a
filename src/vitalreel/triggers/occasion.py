"""Whether a film that waits still has its occasion, and when it may land by what is known now (T6 R3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vitalreel.triggers import stopping
from vitalreel.triggers.decision import Answers, Run
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.matrix import Ahead, Play, VideoStep
from vitalreel.triggers.stopping import Ended
from vitalreel.triggers.window import window


@dataclass(frozen=True, slots=True)
class Waiting:
    """A film that has not left, with the run it belongs to."""

    run: Run
    play: Play  # the definition its run follows
    step: str
    day: date  # it was planned on
    start: datetime  # of its window, half-open, aware UTC
    end: datetime
    zone: str
    country: str | None
    episode: Episode | None
    by: Play  # the definition its episode closes by


@dataclass(frozen=True, slots=True)
class Moved:
    """Its date is another one by now: it may land between these instants (aware UTC, half-open)."""

    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The date it had to land before is no more."""

    why: str


Fate = Ended | Moved | Gone


def judge(film: Waiting, answer: Answers, closing: Answers, day: date, now: datetime) -> Fate | None:
    """What has become of it; None where nothing has. Unknown ends nothing.

    answer, closing: what the definitions `play` and `by` say of the account on `day`. A window that has passed is left to whoever settles
    late films: the date after the one it was about is no reason to land then.
    """
    if film.run.state == "running":
        over = stopping.closed(film.run, film.episode, film.by, closing, day)
        if (ended := stopping.ended(film.play, answer, over)) is not None:
            return ended
    step = next((s for s in film.play.ladder if s.name == film.step), None)
    if not isinstance(step, VideoStep) or not isinstance(step.window, Ahead) or answer.outdated or film.end <= now:
        return None
    anchor = answer.dates.get(step.window.of)
    if anchor is None:
        return Gone(f"{step.window.of} is not known for this account any more")
    start, end = window(str(step.window), film.day, film.zone, film.country, anchor)
    return None if (start, end) == (film.start, film.end) else Moved(start, end, f"{step.window.of} is on {anchor} now")
