"""What the contract says this year and next, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class TermRow:
    what: Text
    now: Text  # empty: there is none, drawn as a dash
    coming: Text
    at_s: float = 0.0  # when the voice reaches it; 0 = by the default clock

    @property
    def changes(self) -> bool:
        return self.now.shown != self.coming.shown


@dataclass(frozen=True, slots=True)
class TermsPicture:
    """Rows of this year and next (0 to 6), the total last. Nothing counts: a price is not a performance."""

    rows: tuple[TermRow, ...]
    now_head: Text
    coming_head: Text
    total: TermRow | None = None
    total_note: Text = field(default_factory=lambda: Text(""))
    notes: tuple[Text, ...] = ()  # at most 2 paragraphs: why, and how to change it
