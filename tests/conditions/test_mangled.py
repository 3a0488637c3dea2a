"""Texts that nobody would write, and how long reading takes: nothing crashes, every mistake has a code and a place."""

from __future__ import annotations

import random
import re
import time
from collections import Counter

from tests.conditions.beside import catalogue_of_tests
from tests.conditions.chance import Speaker
from vitalreel.conditions import parse, write
from vitalreel.conditions.mistake import CODES

CATALOGUE = catalogue_of_tests()
ODD = (
    "\x00",
    "\u200b",
    "\u202e",
    "é",
    "﷽",
    "🎬",
    "'",
    '"',
    "\\",
    "(",
    ")",
    "%",
    "--",
    "1e308",
    "0x10",
    "²",
    "٣",
    "not " * 9,
    "\r\n",
    "\ufeff",
)
LIMIT_S = 0.001
LONG = 250
"""Characters of the longest condition timed, as long as the longest of the shipped plays."""


def spoken(r: random.Random, n: int) -> list[str]:
    """n random sound conditions."""
    speaker, found = Speaker(r, CATALOGUE), []
    while len(found) < n:
        text = speaker.say()
        if parse(text, CATALOGUE).ok:
            found.append(text)
    return found


def mangled(r: random.Random, text: str, other: str) -> str:
    """The text with one to four injuries: words lost, doubled, swapped, from elsewhere; characters lost, odd, cut off."""
    for _ in range(r.randint(1, 4)):
        words = re.findall(r"\s+|[\w.]+|.", text) or [""]
        i, j = r.randrange(len(words)), r.randrange(len(words))
        at = r.randrange(len(text) + 1)
        injury = r.randrange(8)
        if injury == 0:
            words[i : i + r.randint(1, 3)] = []
        elif injury == 1:
            words[i:i] = words[i : i + r.randint(1, 4)]
        elif injury == 2:
            words[i], words[j] = words[j], words[i]
        elif injury == 3:
            words[i] = r.choice(re.findall(r"[\w.]+|.", other))
        text = "".join(words)
        if injury == 4:
            text = text[:at] + r.choice(ODD) + text[at:]
        elif injury == 5:
            text = text[:at]
        elif injury == 6:
            text = text[:at] + text[at + 1 :]
        elif injury == 7:
            text = text[:at] + text[at:].swapcase()
    return text


def test_twenty_thousand_mangled_conditions_crash_nothing() -> None:
    """T3: each is refused with one of the codes and a place inside the text, or is sound and reads again as written."""
    r = random.Random(20)
    whole = spoken(r, 200)
    said: Counter[str] = Counter()
    for n in range(20_000):
        text = mangled(r, whole[n % len(whole)], r.choice(whole))
        checked = parse(text, CATALOGUE)
        if checked.ok:
            assert write(checked.sound) == parse(write(checked.sound), CATALOGUE).canonical, text
            said["sound"] += 1
            continue
        (mistake,) = checked.errors
        start, end = mistake.at
        assert mistake.code in CODES and 0 <= start <= end <= len(text), (text, mistake)
        said[mistake.code] += 1

    assert said["sound"] > 200
    assert len(said) > 15


def test_reading_a_condition_takes_at_most_a_millisecond() -> None:
    """T3: parse and check, CPU time, each of 200 conditions of up to LONG characters in the best of nine readings."""
    texts = [text for text in spoken(random.Random(21), 300) if len(text) <= LONG]
    slowest = max((_best(text), text) for text in texts)

    assert len(texts) >= 200
    assert slowest[0] <= LIMIT_S, slowest


def _best(text: str) -> float:
    spent = []
    for _ in range(9):
        began = time.process_time()
        parse(text, CATALOGUE)
        spent.append(time.process_time() - began)
    return min(spent)
