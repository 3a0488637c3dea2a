"""Counting words, sentences and syllables of spoken lines, and the Flesch-Kincaid grade they come to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.script import Line

_FIGURE_KINDS = ("count", "percent", "points", "money", "price", "hours", "number")


def words_in(text: str) -> int:
    return len(re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", text))


def sentences_of(line: Line) -> list[str]:
    """Sentences of a line, every name of two words or more counted as one word."""
    text = "".join(_short(run.said) if run.fact and _is_name(run.fact) else run.said for run in line.runs)
    return [s for s in re.split(r"(?<=[.?!])\s+", text.strip()) if s]


def _is_name(fact: str) -> bool:
    return fact.partition(".")[0] in ("account", "contact", "csm", "vendor")


def _short(name: str) -> str:
    return re.sub(r"\s+", "-", name)


def figures_in(line: Line, ledger: Ledger, dates: bool = False) -> int:
    """How many figures a line says; with `dates`, days count too."""
    kinds = (*_FIGURE_KINDS, "date", "month", "week") if dates else _FIGURE_KINDS
    return sum(
        1
        for name in line.facts
        if name in ledger and ledger[name].unit.partition(":")[0] in kinds and not name.startswith("asks.")
    )


def grade(lines: Iterable[Line]) -> float:
    """Flesch-Kincaid grade, facts left out as "Ann" (Kincaid et al. 1975: 0.39 words/sentence + 11.8 syllables/word - 15.59)."""
    text = " ".join("".join("Ann" if r.fact else r.said for r in line.runs) for line in lines)
    sentences = [s for s in re.split(r"(?<=[.?!])\s+", text.strip()) if s]
    words = re.findall(r"[A-Za-z]+", text)
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    """Groups of vowels, less a silent e and most -ed; at least one."""
    lower = word.lower()
    count = len(re.findall(r"[aeiouy]+", lower))
    if count > 1 and lower.endswith("e") and not lower.endswith(("le", "ee")):
        count -= 1
    if count > 1 and re.search(r"[^td]ed$", lower):
        count -= 1
    return max(1, count)
