"""Whether a view counts as a person's (K9), and whose it is: what was watched and by which browser in, a Judgement out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vitalreel.tracking.event import Event
from vitalreel.tracking.intake import Apart
from vitalreel.tracking.watch import Watched

MIN_PLAYED_S = 2.0  # K9: "at least 2 seconds"

WhyNot = Literal[
    "", "anonymous", "scanner", "staff", "never played", "never visible", "muted autoplay", "under 2 seconds"
]


@dataclass(frozen=True, slots=True)
class Judgement:
    counts: bool
    why_not: WhyNot  # empty when it counts
    colleague: bool  # the link was forwarded: a person, and not the contact


def judge(
    seen: Watched, events: Sequence[Event], apart: Iterable[Apart], own_device: str, passed_on: bool = False
) -> Judgement:
    """Judge one view.

    apart: the marks intake gave its events. own_device: the browser that first played this link, empty when none has;
    a later one is a colleague's, since a personal link that turns up elsewhere was passed on. passed_on: the link was made for a
    colleague; own_device is then that of the link it was made from, whose contact may look at it too.
    """
    why = _why_not(seen, events, set(apart))
    devices = {e.device for e in events if e.device}
    known = passed_on or bool(own_device and devices)  # else nothing tells the contact from a colleague
    return Judgement(not why, why, known and own_device not in devices)


def _why_not(seen: Watched, events: Sequence[Event], apart: set[Apart]) -> WhyNot:
    plays = [e for e in events if e.type == "play"]
    if "scanner" in apart:
        return "scanner"
    if "staff" in apart:
        return "staff"
    if not plays:
        return "never played"
    if all(e.hidden for e in plays) and not any(e.type == "visible" for e in events):
        return "never visible"
    if all(e.auto and e.muted for e in plays):
        return "muted autoplay"
    return "under 2 seconds" if seen.played_s < MIN_PLAYED_S else ""
