"""What a scene is made of: elements that say, for any moment, what they look like and which pixels that may touch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Box(NamedTuple):
    """An area in layout px, half-open."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all; raises ValueError for none."""
    found = list(boxes)
    return Box(
        min(b.left for b in found), min(b.top for b in found), max(b.right for b in found), max(b.bottom for b in found)
    )


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of text at rest: what preflight checks for safe areas, overlap and contrast."""

    text: str
    box: Box  # around the outlines, in layout px
    size_px: float
    colour: str
    ground: str  # what it stands on, as #RRGGBB

    def scaled(self, by: float) -> TextBox:
        """The same in px of a picture `by` times as wide as the layout's page."""
        return replace(self, box=Box(*(edge * by for edge in self.box)), size_px=self.size_px * by)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of text and how long it stands: scene time, half-open; px of the picture."""

    text: str
    left: float  # around the outlines
    top: float
    right: float
    bottom: float
    size_px: float
    colour: str
    ground: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """An element at one moment.

    Equal keys draw equal pixels, and nothing is drawn outside the box: that is all the canvas knows, and enough to
    redraw only what moved. `since`, where given, narrows what differs from an earlier key of the same element.
    """

    key: tuple[object, ...]
    box: Box
    draw: Callable[[Any], None]  # skia.Canvas in layout px
    texts: tuple[TextBox, ...] = ()
    since: Callable[[tuple[object, ...]], Box | None] | None = None
    image: bool = False  # only puts ready pixels down: cut off anywhere, what is left of it looks the same


Element = Callable[[float], Drawn | None]
"""Scene time in seconds to what is drawn then; None: nothing."""


def strength(way: float) -> float:
    """An opacity in 255 steps, so that the long tail of an easing ends in exact repeats."""
    return math.floor(way * 255 + 0.5) / 255


def offset(px: float) -> float:
    """A shift in quarter pixels, for the same reason."""
    return math.floor(px * 4 + 0.5) / 4
