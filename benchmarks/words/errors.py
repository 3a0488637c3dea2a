"""The word error rate of a transcript, names left out: edits by the shortest path, strictly by the letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vitalreel.sound.narration import spoken

SPELLINGS = {"per cent": "percent", "p.m.": "pm", "a.m.": "am"}
"""One word in two writings, in British and American use."""


def words(text: str) -> list[str]:
    """Words as they are compared: figures in words, hyphens apart, without case and marks."""
    low = spoken(text).lower().replace("’", "'")
    for one, other in SPELLINGS.items():
        low = low.replace(one, other)
    return [
        w for w in re.findall(r"[^\W_']+", low.replace("'", "")) if w != "and"
    ]  # "and" in numbers is a matter of taste


def word_errors(said: str, heard: str, names: Iterable[str]) -> tuple[int, int]:
    """Edits between what was said and what was heard, and how many words were said; neither counts at a name.

    A name may be heard as any word or words, or as none.
    """
    open_ended = {word for name in names for word in words(name)}
    wanted, got = words(said), words(heard)
    row = list(range(len(got) + 1))
    for word in wanted:
        free = word in open_ended
        last, row = row, [row[0] + (not free)]
        for column, other in enumerate(got, start=1):
            swap = last[column - 1] + (not free and word != other)
            row.append(min(swap, last[column] + (not free), row[-1] + (not free)))
    return row[-1], sum(word not in open_ended for word in wanted)
