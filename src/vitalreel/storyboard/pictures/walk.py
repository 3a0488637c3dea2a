"""A feature of the product, shown on captures of its own screens."""

from __future__ import annotations

from dataclasses import dataclass

from vitalreel.storyboard.text import Text

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in shares (0..1) of the capture."""


@dataclass(frozen=True, slots=True)
class WalkStep:
    image: str  # media id of the capture
    line: Text
    area: Area | None = None  # what to look at; None: all of it
    at_s: float = 0.0  # when it begins; the first is there from the start


@dataclass(frozen=True, slots=True)
class WalkPicture:
    """Steps through a feature (1 to 5), one capture or several, in order."""

    steps: tuple[WalkStep, ...]
