"""Why a ladder ends before its last step: what was wanted has come, a person was asked for, its occasion is over (T6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalreel.triggers import episode as ep
from vitalreel.triggers.decision import Answers, Run
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.matrix import ASKED, CLOSED, SUCCESS, Play

STOP_CONDITION = "stop condition"


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a run ended."""

    why: str  # a fixed word or two, for counting
    because: str = ""  # the condition, where one of `stop_when` did

    def __str__(self) -> str:
        return in_words(self.why, self.because)


def in_words(why: str, because: str | None) -> str:
    """Why a run ended, in one phrase."""
    return f"it is so that {because}" if because else why


def ended(play: Play, answer: Answers, closed: bool) -> Ended | None:
    """Why a run by `play` should stop now; None where it should go on. Unknown stops nothing.

    closed: whether the episode it belongs to is over. The first of `stop_when` that is so is the reason.
    """
    for stop in play.stop_when:
        if stop == SUCCESS and answer.success is True:
            return Ended("success")
        if stop == ASKED and answer.asked_for_human:
            return Ended("viewer asked for a person")
        if stop == CLOSED and closed:
            return Ended("what it was about is over")
        if answer.stops.get(stop) is True:
            return Ended(STOP_CONDITION, stop)
    return None


def closed(run: Run, episode: Episode | None, by: Play, answer: Answers, day: date) -> bool:
    """Whether the episode that opened `run` is over on `day`: as it is kept, or as `day` finds it.

    episode: of the run's account and play as it is kept; None: nothing is known of it. by: the definition it closes by, and `answer`
    what that says today. One that data corrected later would have kept open stays closed: what was stopped is not begun again.
    """
    if episode is None:
        return False
    if episode.state != "open" or episode.opened_on != run.opened_on:
        return True
    return ep.rest(episode, by, answer.when, answer.closes, day).state != "open"
