"""One scene of every kind there is, and every hard case: what golden frames and contact sheets show."""

from __future__ import annotations

from tests.video.boards import film, hard, odd
from tests.video.people import hard_people, people
from vitalreel.storyboard.storyboard import Scene


def every() -> tuple[Scene, ...]:
    return *film(), *people()


def every_hard() -> dict[str, tuple[Scene, str]]:
    """With their languages."""
    return hard() | hard_people() | odd()
