"""Numbers as British English words, and back: what a voice says for a figure, and which figure some words mean."""

from __future__ import annotations

import re
from decimal import Decimal

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
ONES = (*_SMALL.split(), "seventeen", "eighteen", "nineteen")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def _below_thousand(n: int) -> str:
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (f"-{ONES[n % 10]}" if n % 10 else "")
    rest = n % 100
    return f"{ONES[n // 100]} hundred" + (f" and {_below_thousand(rest)}" if rest else "")


def cardinal(n: int) -> str:
    """1204 is "one thousand two hundred and four"; -3 is "minus three". Raises ValueError at 10^15 and beyond."""
    if abs(n) >= 10**15:
        raise ValueError(f"{n} is too large to say")
    if n < 0:
        return f"minus {cardinal(-n)}"
    if n < 1000:
        return _below_thousand(n)
    parts = []
    for size, name in SCALES:
        if n >= size:
            parts.append(f"{_below_thousand(n // size)} {name}")
            n %= size
    if n:
        parts.append(f"and {_below_thousand(n)}" if n < 100 else _below_thousand(n))
    return " ".join(parts)


def ordinal(n: int) -> str:
    """12 is "twelfth", 21 is "twenty-first", 100 is "one hundredth"."""
    head, cut, last = _rpartition(cardinal(n))
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head}{cut}{last}"


def _rpartition(words: str) -> tuple[str, str, str]:
    """The last word, split off at its space or hyphen."""
    found = re.search(r"[ -](?=[a-z]+$)", words)
    return (words[: found.start()], found.group(), words[found.end() :]) if found else ("", "", words)


def year(n: int) -> str:
    """2026 is "twenty twenty-six", 2008 "two thousand and eight", 1905 "nineteen oh five"."""
    century, rest = divmod(n, 100)
    if not 1000 <= n <= 9999 or (century % 10 == 0 and rest < 10):
        return cardinal(n)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {f'oh {ONES[rest]}' if rest < 10 else cardinal(rest)}"


def decimal(number: Decimal) -> str:
    """4.6 is "four point six", 4.60 too; a whole number has no point."""
    sign = "minus " if number < 0 else ""
    whole, _, part = format(abs(number), "f").partition(".")
    part = part.rstrip("0")
    words = cardinal(int(whole)) + (" point " + " ".join(ONES[int(d)] for d in part) if part else "")
    return sign + words


def compact(number: Decimal) -> str:
    """As people say round numbers: "twelve hundred", "one point three million"; otherwise digit for digit."""
    size = abs(number)
    if size >= 10**6:
        scale, name = next(s for s in SCALES if size >= s[0])
        scaled = number / scale
        if scaled == round(scaled, 2):
            return f"{decimal(scaled)} {name}"
    if 1000 < size < 2000 and size % 100 == 0:
        return (
            f"{cardinal(int(number) // 100)} hundred" if number > 0 else f"minus {cardinal(int(size) // 100)} hundred"
        )
    return decimal(number)


_VALUES = {word: n for n, word in enumerate(ONES)} | {word: 10 * n for n, word in enumerate(TENS) if word}
_SCALE_VALUES = {name: size for size, name in SCALES}


def read_number(words: str) -> Decimal:
    """The number that `cardinal`, `decimal` or `compact` would have said so. Raises ValueError for any other words."""
    tokens = words.replace("-", " ").split()
    sign = -1 if tokens[:1] == ["minus"] else 1
    whole, _, tail = " ".join(tokens[1:] if sign < 0 else tokens).partition(" point ")
    part = tail.split()
    scale = _SCALE_VALUES[part.pop()] if part and part[-1] in _SCALE_VALUES else 1
    digits = "".join(str(_VALUES[d]) for d in part if d in _VALUES)
    if len(digits) != len(part):
        raise ValueError(f"{words!r} is not a number in words")
    return sign * (_read_whole(whole) + (Decimal(f"0.{digits}") if digits else 0)) * scale


def _read_whole(words: str) -> Decimal:
    total = group = 0
    read = False
    for word in words.split():
        if word == "and" and read:
            continue
        if word in _VALUES:
            group += _VALUES[word]
        elif word == "hundred" and group:
            group *= 100
        elif word in _SCALE_VALUES and group:
            total, group = total + group * _SCALE_VALUES[word], 0
        else:
            raise ValueError(f"{words!r} is not a number in words")
        read = True
    if not read:
        raise ValueError("no number in words")
    return Decimal(total + group)
