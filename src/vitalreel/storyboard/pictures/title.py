"""The greeting: who it is for, what it is about, and a bloom of weeks."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class TitlePicture:
    """Greeting: who it is for, a two-line title, and the data bloom (one petal a week)."""

    kicker: Text  # "For Halden Health"
    lines: tuple[Text, ...]  # 1 or 2 lines
    prepared_for: Text
    petals: tuple[float | None, ...] = ()  # weekly values, oldest first; None = no data; empty = no bloom
    centre: Text = field(default_factory=lambda: Text(""))  # number in the bloom's eye
    centre_unit: Text = field(default_factory=lambda: Text(""))
