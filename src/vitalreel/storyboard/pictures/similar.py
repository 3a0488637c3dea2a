"""What similar customers did, and what changed for them: a slope for each group."""

from __future__ import annotations

from dataclasses import dataclass

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Group:
    """Customers that took the step, or did not; never under five, never named."""

    pairs: tuple[tuple[float, float], ...]  # before, after
    before: float  # medians
    after: float
    before_text: Text
    after_text: Text
    words: Text  # "the 29 that turned it on"
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SimilarPicture:
    did: Group
    others: Group
    ticks: tuple[tuple[float, Text], ...]
    before: Text  # under the two scales
    after: Text
    caveat: Text
    unit: Text
