"""Which features are in use where, or when: a grid of shades."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Cell:
    value: float | None  # 0: known, and without use; None: not known
    text: Text


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    label: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AdoptionPicture:
    """Features down (1 to 7), sites or months across (1 to 12)."""

    columns: tuple[Text, ...]
    rows: tuple[AdoptionRow, ...]
    full: float  # the value of the darkest shade
    months: bool  # across is time: it runs left to right in every language
    off: Text  # the word in a cell without use
    note: Text = field(default_factory=lambda: Text(""))  # beside the row with most of those
    note_at_s: float = 0.0
