"""One person, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a person."""

    label: Text  # "Write", "Call"
    value: Text
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PersonPicture:
    """A human being who answers: portrait, name, what they do, and at most 4 ways to reach them."""

    name: Text
    role: Text
    ways: tuple[Way, ...] = ()
    line: Text = field(default_factory=lambda: Text(""))  # one sentence about them
    portrait: str | None = None  # media id of a photograph; None: initials
