"""How things move: three easings, and clocks that say how far a move has come at a moment of the scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Easing = Callable[[float], float]
"""0..1 of the time to 0..1 of the way; never leaves 0..1, so a value never overshoots."""


def cubic_bezier(x1: float, y1: float, x2: float, y2: float) -> Easing:
    """The easing CSS calls cubic-bezier(x1, y1, x2, y2), solved by Newton's method (12 steps: below 1e-9)."""

    def eased(x: float) -> float:
        if x <= 0:
            return 0.0
        if x >= 1:
            return 1.0
        u = x
        for _ in range(12):
            miss = 3 * (1 - u) ** 2 * u * x1 + 3 * (1 - u) * u * u * x2 + u**3 - x
            slope = 3 * (1 - u) ** 2 * x1 + 6 * (1 - u) * u * (x2 - x1) + 3 * u * u * (1 - x2)
            if abs(slope) > 1e-6:
                u = min(1.0, max(0.0, u - miss / slope))
        return 3 * (1 - u) ** 2 * u * y1 + 3 * (1 - u) * u * u * y2 + u**3

    return eased


ENTER = cubic_bezier(0.16, 1, 0.3, 1)  # arrives fast, settles long
MOVE = cubic_bezier(0.65, 0, 0.35, 1)  # from place to place
EXIT = cubic_bezier(0.7, 0, 0.84, 0)  # leaves slowly, then is gone

ENTER_S = 0.6
EXIT_S = 0.24
EXIT_RISE_PX = 16.0
STAGGER_S = 0.08


def steady(x: float) -> float:
    """Near-constant speed with softened ends: what a line over time is drawn with, so that speed means time."""
    x = min(1.0, max(0.0, x))
    return 0.65 * x + 0.35 * MOVE(x)


@dataclass(frozen=True, slots=True)
class Clock:
    """A move that starts at `start_s` of the scene and takes `dur_s`."""

    start_s: float
    dur_s: float = ENTER_S
    easing: Easing = ENTER

    def at(self, t: float) -> float:
        """How far it has come at scene time `t`: 0 before, 1 from the end on."""
        if self.dur_s <= 0:
            return 1.0 if t >= self.start_s else 0.0
        return self.easing((t - self.start_s) / self.dur_s)

    @property
    def end_s(self) -> float:
        return self.start_s + self.dur_s


def cue(at_s: float, default_s: float) -> float:
    """When something happens: on its word, or by the default clock where the voice says nothing of it (0)."""
    return at_s if at_s > 0 else default_s
