"""One text's sentiment from how its sentences sound, and whether there is anything in it that can be told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vitalreel.errors import BadConfiguration

SAYS = 0.05
"""A sentence nearer to 0 says nothing (VADER's own limit between neutral and not)."""
_SMALL = """
    a about after all and any are as at be because been but by can cannot could did do does for from get had has have how i if in is it
    its just me my need no not of on or our please since so some still that the their there these they this to us was we were what
    when where which who why will with would you your
"""
ENGLISH = frozenset(_SMALL.split())
SHORT = 6
"""Words below which the language of a text cannot be told by its small words."""
ENGLISH_SHARE = 0.12
"""Share of English small words below which a longer text is another language's."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def read_words(raw: object, where: str) -> Mapping[str, float]:
    """sentiment.yaml: word or phrase in lower case -> valence -4 (worst) .. 4 (best). Raises BadConfiguration naming the entry."""
    if not isinstance(raw, Mapping) or raw.get("sentiment") != 1 or set(raw) - {"sentiment", "words"}:
        raise BadConfiguration(
            where, "is not a sentiment.yaml of version 1", "begin it with `sentiment: 1`, then `words:`"
        )
    found = {}
    for words, valence in _levels(raw.get("words") or {}, where):
        for word in words:
            found[str(word).lower()] = valence
    return found


def _levels(raw: object, where: str) -> list[tuple[list[object], float]]:
    """`words` lists the words of each valence: {-2.5: [unusable, data loss]}."""
    good = isinstance(raw, Mapping)
    levels = list(raw.items()) if isinstance(raw, Mapping) else []
    for valence, words in levels:
        good &= isinstance(valence, int | float) and -4 <= valence <= 4 and isinstance(words, list)
    if not good:
        raise BadConfiguration(
            f"{where}: words", "cannot be read", "write `words: {-2.5: [unusable, data loss]}`, -4 to 4"
        )
    return [(list(words), float(valence)) for valence, words in levels]


def of_text(sentences: Sequence[float]) -> float:
    """Mean of the sentences that say anything, -1..1; 0 where none does: a complaint stays one however long its explanation."""
    telling = [s for s in sentences if abs(s) >= SAYS]
    return sum(telling) / len(telling) if telling else 0.0


def readable(text: str) -> bool:
    """Whether words of English are there to be judged; other languages are left to an annotator that knows them."""
    words: list[str] = [w.lower() for w in _WORD.findall(text)]
    if not words:
        return False
    latin = sum(w.isascii() for w in words) / len(words)
    if len(words) < SHORT:
        return latin == 1.0
    small = sum(w in ENGLISH for w in words) / len(words)
    return latin >= 0.8 and small >= ENGLISH_SHARE
