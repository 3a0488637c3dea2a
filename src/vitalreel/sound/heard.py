"""What a recogniser heard against what was to be said: every number of the script must be in it, however it was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from statistics import median

from vitalreel.briefs.numerals import ONES, TENS, ordinal, read_number
from vitalreel.sound.narration import spoken

_ORDINALS = {ordinal(n): n for n in range(1, 100)}
_SMALL, _TENS = frozenset(ONES[:10]), frozenset(TENS[2:])
_UNITS = frozenset(ONES)
_SCALES = frozenset(("hundred", "thousand", "million", "billion", "trillion"))
_ALIKE = 0.75
"""From this likeness on, two spellings are one word heard: reorganisation, reorganization."""
_NAMED = 0.6
"""A recogniser spells names as it likes: Raman, Rahman, Ramen."""
_MATCHED = 3
"""Fewer words found at the same time say nothing about when they were said."""

_SUM_IN_TWO = re.compile(
    rf"\b(hundred|thousand|million) ([a-z]+) and ((?:{'|'.join(ONES[1:] + TENS[2:])})(?:-[a-z]+)? \2)\b"
)
"""A round sum and a rest under a hundred, each with its currency."""

Timed = Sequence[tuple[str, float]]
"""Words and when each begins, in seconds."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a recogniser made of one sentence, kept beside its take: a sentence is listened to once."""

    text: str  # heard in a finished film, under its music
    again: str = ""  # heard in the take alone; only where a number was not in `text`
    late_s: float | None = None  # the recogniser's word times after the voice's, median; None: too few words found


def numbers(text: str) -> tuple[Decimal, ...]:
    """Every number in `text` in order, written as figures or words alike; dates count their day and year.

    A number is a value, so "twelve hundred" and "1,200" are one; a year said in two halves is two numbers in any writing.
    """
    words = re.findall(r"[a-z]+(?:-[a-z]+)*", spoken(text).lower())
    return tuple(found for found in _valued([part for w in words for part in _parts(w)]) if isinstance(found, Decimal))


def _valued(words: Sequence[str]) -> list[str | Decimal]:
    """Words in order, with every run of number words as the numbers it says."""
    found: list[str | Decimal] = []
    run: list[str] = []
    for word in words:
        if word in _UNITS or word in _TENS or (run and (word in _SCALES or word in ("and", "point"))):
            run.append(word)
            continue
        found += _values(run)
        found.append(Decimal(_ORDINALS[word]) if word in _ORDINALS else word)
        run = []
    return found + _values(run)


def missing(said: str, heard: str) -> tuple[Decimal, ...]:
    """The numbers of `said` that are not in `heard`, each as often as it is missing; empty where all were heard.

    Recognisers write "eight hundred and forty-four dollars" as "$800 and $44": read as the one sum, where that is what was said.
    """
    wanted = Counter(numbers(said))
    lost = min((wanted - Counter(numbers(text)) for text in (heard, _whole_sums(heard))), key=Counter.total)
    return tuple(lost.elements())


def lost_words(said: str, heard: str, names: Sequence[str] = ()) -> tuple[int, int]:
    """How many words of `said` were not heard, or heard as others, and how many there are; names are left out of both.

    Words heard that were never said count as lost too, so that the share is a word error rate; but for a name anything may be heard.
    A number heard as another is no lost word: whether it was the right one is for `missing` to say.
    """
    open_ended = {word for name in names for word in _words(name)}
    wanted, got = _words(said), _words(heard)
    costs = list(range(len(got) + 1))
    for row, word in enumerate(wanted, start=1):
        before, costs = costs, [costs[0] if word in open_ended else row]
        for column, other in enumerate(got, start=1):
            if word in open_ended:
                costs.append(min(before[column - 1], before[column], costs[-1]))
            else:
                swap = before[column - 1] + (0 if _alike(word, other) else 1)
                costs.append(min(swap, before[column] + 1, costs[-1] + 1))
    count = sum(word not in open_ended for word in wanted)
    return min(costs[-1], count), count


def named(name: str, heard: str) -> bool:
    """Whether a name, or something that sounds like it, is in what was heard."""
    wanted, words = "".join(_words(name)), _words(heard)
    size = max(1, len(_words(name)))
    parts = ("".join(words[at : at + n]) for n in (size, size + 1, size + 2) for at in range(len(words)))
    return any(SequenceMatcher(None, wanted, part).ratio() >= _NAMED for part in parts)


def late(said: Timed, heard: Timed) -> float | None:
    """How long after the times in `said` the same words were heard: the median; None where too few were found."""
    one, other = ([_bare(word) for word, _ in words] for words in (said, heard))
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    apart = [heard[b.b + i][1] - said[b.a + i][1] for b in blocks for i in range(b.size) if one[b.a + i]]
    return round(median(apart), 3) if len(apart) >= _MATCHED else None


def _words(text: str) -> list[str]:
    """Words as they are compared: numbers by value, hyphens apart, one spelling of per cent."""
    plain = spoken(text).lower().replace("per cent", "percent").replace("’", "'")
    parts = [w for part in plain.replace("-", " ").split() if (w := _bare(part))]
    return [w if isinstance(w, str) else f"{w.normalize():f}" for w in _valued(parts) if w != "and"]


def _whole_sums(text: str) -> str:
    """What `text` says, with every sum of money written in two as the one it sounds like."""
    return _SUM_IN_TWO.sub(r"\1 and \3", spoken(text).lower())


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def _alike(word: str, other: str) -> bool:
    return (
        (word[0].isdigit() and other[0].isdigit())
        or word == other
        or SequenceMatcher(None, word, other).ratio() >= _ALIKE
    )


def _parts(word: str) -> list[str]:
    return [word] if word in _ORDINALS else word.split("-")


def _values(run: list[str]) -> list[str | Decimal]:
    """The numbers in a run of number words, each as long as it can be read as one: "twenty twenty six" is 20 and 26."""
    values: list[str | Decimal] = []
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
