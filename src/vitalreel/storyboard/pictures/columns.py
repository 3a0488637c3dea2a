"""One to three figures side by side."""

from __future__ import annotations

from dataclasses import dataclass

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    label: Text
    number: Text
    comparison: Text
    workings: tuple[Text, ...] = ()
    accent: bool = False
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ColumnsPicture:
    """One to three figures side by side: value, terms in brief, comparison with peers."""

    columns: tuple[Column, ...]
