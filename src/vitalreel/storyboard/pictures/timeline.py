"""Dated events on a true time scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    day: date
    date_text: Text
    what: Text
    kind: str  # past | turning | today | future
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class TimelinePicture:
    """Dated events on a true time scale; at most 7."""

    events: tuple[TimelineEvent, ...]
    today: date
