"""Sentences set large."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class StatementPicture:
    """One or two sentences set large, with an optional credit: what is not known, what a feature does."""

    lines: tuple[Text, ...]
    credit: Text = field(default_factory=lambda: Text(""))
