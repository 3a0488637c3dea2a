"""A recorded clip of a person who speaks for the company."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class TalentPicture:
    """A clip, edge to edge, with the speaker's name below. The clip itself never moves."""

    clip: str  # media id
    name: Text
    role: Text
    focus: tuple[float, float] = (0.5, 0.4)  # where the face is, in shares of the clip: what stays when it is cropped
    disclosure: Text = field(default_factory=lambda: Text(""))  # on screen throughout, where a computer made the clip
