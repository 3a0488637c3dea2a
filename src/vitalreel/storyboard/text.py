"""Text to be drawn, with the facts in it, and which of its signs are decoration."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Text to be drawn, with the ledger names of the facts in it."""

    shown: str
    facts: tuple[str, ...] = ()


def is_decoration(character: str) -> bool:
    """Emoji and dingbats, their modifiers, variation selectors, private and unassigned characters.

    They say nothing by themselves: where no typeface has them they are left out. A letter, digit or other sign never is.
    """
    selector = 0xFE00 <= ord(character) <= 0xFE0F or ord(character) >= 0xE0000
    return selector or unicodedata.category(character) in ("So", "Sk", "Co", "Cn")
