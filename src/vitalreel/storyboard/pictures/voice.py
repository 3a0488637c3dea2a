"""A person whose words a computer speaks: who, what the voice looks like, and that it is synthetic."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class VoicePicture:
    """A voice and whose words it speaks. The disclosure is on screen from the first frame to the last."""

    name: Text
    role: Text
    disclosure: Text  # "Spoken by a computer. ..."
    levels: tuple[float, ...]  # 0..1, loudness of the voice in equal steps from `starts_s` to `ends_s`; empty: silent
    starts_s: float
    ends_s: float
    portrait: str | None = None  # media id of a photograph; None: initials
    heading: Text = field(default_factory=lambda: Text("Synthetic voice"))
