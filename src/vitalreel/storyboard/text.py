"""Text to be drawn, with the facts in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Text to be drawn, with the ledger names of the facts in it."""

    shown: str
    facts: tuple[str, ...] = ()
