"""From phrases that people write in a file to one pattern that finds them in any case and spacing."""

from __future__ import annotations

import re
from collections.abc import Iterable

BETWEEN = 4
"""Words that "..." stands for, at most."""


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds whole words in any case, of two phrases at a place the longer. "..." is up to BETWEEN words, "*" at a word's end any ending."""
    gap = rf"\W+(?:[\w']+\W+){{0,{BETWEEN}}}"
    either = "|".join(
        gap.join(r"\W+".join(_word(w) for w in part.split()) for part in phrase.split("..."))
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w'])(?:{either})(?!\w)", re.IGNORECASE)


def _word(word: str) -> str:
    stem = word.removesuffix("*")
    return re.escape(stem) + (r"[\w'-]*" if stem != word else "")
