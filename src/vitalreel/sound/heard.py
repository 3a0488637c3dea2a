"""What a recogniser heard against what was to be said: every number of the script must be in it, however it was written."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from vitalreel.briefs.numerals import ONES, TENS, ordinal, read_number
from vitalreel.sound.narration import spoken

_ORDINALS = {ordinal(n): n for n in range(1, 100)}
_SMALL, _TENS = frozenset(ONES[:10]), frozenset(TENS[2:])
_UNITS = frozenset(ONES)
_SCALES = frozenset(("hundred", "thousand", "million", "billion", "trillion"))


def numbers(text: str) -> tuple[Decimal, ...]:
    """Every number in `text` in order, written as figures or words alike; dates count their day and year.

    A number is a value, so "twelve hundred" and "1,200" are one; a year said in two halves is two numbers in any writing.
    """
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", spoken(text).lower())
    found: list[Decimal] = []
    run: list[str] = []
    for word in [part for w in words for part in _parts(w)]:
        if word in _ORDINALS:
            found += _values(run)
            found.append(Decimal(_ORDINALS[word]))
            run = []
        elif word in _UNITS or word in _TENS or (run and (word in _SCALES or word in ("and", "point"))):
            run.append(word)
        else:
            found += _values(run)
            run = []
    return tuple(found + _values(run))


def missing(said: str, heard: str) -> tuple[Decimal, ...]:
    """The numbers of `said` that are not in `heard`, each as often as it is missing; empty where all were heard."""
    lost = Counter(numbers(said)) - Counter(numbers(heard))
    return tuple(lost.elements())


def _parts(word: str) -> list[str]:
    return [word] if word in _ORDINALS else word.split("-")


def _values(run: list[str]) -> list[Decimal]:
    """The numbers in a run of number words, each as long as it can be read as one: "twenty twenty six" is 20 and 26."""
    values = []
    rest = list(run)
    while rest:
        end = next((i for i in range(1, len(rest)) if not _continues(rest[:i], rest[i])), len(rest))
        part, rest = rest[:end], rest[end:]
        while part and part[-1] in ("and", "point"):
            part.pop()
        while part and part[0] not in _UNITS | _TENS:
            part.pop(0)
        if part:
            values.append(read_number(" ".join(part)))
    return values


def _continues(before: list[str], word: str) -> bool:
    """Whether `word` belongs to the number begun by `before`."""
    last = before[-1]
    if "point" in before and (word not in _SCALES or word == "hundred" or last in _SCALES):
        return word in _SMALL and last not in _SCALES
    if word == "point":
        return last != "and"
    if word == "and":
        return last in _SCALES
    if word in _SCALES:
        return last not in ("and", "point", "zero") and (
            last not in _SCALES or (last == "hundred" and word != "hundred")
        )
    if last in _SCALES or last == "and":
        return True
    return last in _TENS and word in _SMALL and word != "zero"
