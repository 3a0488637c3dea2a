"""One button, one person, one code."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class NextStepPicture:
    """One button, one person, one QR code."""

    lines: tuple[Text, ...]  # headline at next-step size, 1 or 2 lines
    line: Text  # one sentence below
    button: Text
    qr: str  # what the code holds (a URL)
    short_url: Text  # the same, readable
    person: Text
    person_role: Text
    person_contact: Text
    portrait: str | None = None  # media id of a photograph; None: initials
    button_at_s: float = 0.0
    scan_note: Text = field(default_factory=lambda: Text(""))  # on the code's tile: "Or scan with your phone"
