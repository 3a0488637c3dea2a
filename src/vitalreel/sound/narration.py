"""Text to its spoken form: every figure, date, sign, address and abbreviation in the words a person would say.

Facts come with their own words (`briefs.figures.say`); this is the last pass before the voice, over everything, so that no
digit reaches it. Saying something twice changes nothing: spoken(spoken(t)) == spoken(t).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date

from vitalreel.briefs.numerals import ONES, year
from vitalreel.briefs.script import Line
from vitalreel.sound.readings import (
    ABBREVIATIONS,
    CODES,
    FRACTIONS,
    MINUS,
    MONTH,
    NUMBER,
    SCALES,
    Words,
    address,
    day_words,
    digits,
    fiscal,
    money,
    ordinal_words,
    plain,
    quarter,
    time_words,
    touches_letter,
)

Rule = tuple[re.Pattern[str], Words]

_SIGNS = {"&": "and", "@": "at", "%": "per cent", "=": "equals", "+": "plus", "~": "about", "→": "to", "×": "times"}
_SIGNS |= {"≥": "at least", "≤": "at most", ">": "over", "<": "under", "#": "number", "°": "degrees"}
_SIGNS |= {"€": "euros", "£": "pounds", "$": "dollars"}
_HOST = r"(?:[\w-]+\.)+(?:com|org|net|io|co|uk|de|eu|example|test)\b"
_SCALED = r"(?P<scale>k|K|M|mn|m|bn|B|b|thousand|million|billion|trillion)\b"


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.VERBOSE)


def _abbreviations() -> re.Pattern[str]:
    known = "|".join(re.escape(a) for a in sorted(ABBREVIATIONS, key=len, reverse=True))
    return _pattern(rf"(?<![\w.-]) (?:{known}) (?![\w-]|\.\w)")


# In the order they must be tried: what has digits in a form of its own comes before plain numbers.

_ADDRESSES: tuple[Rule, ...] = (
    (_pattern(r"\b [\w.+-]+ @ [\w-]+ (?:\.[\w-]+)+"), address),
    (_pattern(r"\b (?:https?://|www\.) \S* [\w/]"), address),
    (_pattern(rf"\b {_HOST} (?:/ [\w./?=&%-]* \w)?"), address),
    (_abbreviations(), lambda m: ABBREVIATIONS[m[0]]),
    (_pattern(r"\+ \d [\d\ ()-]{6,} \d"), lambda m: f"plus {digits(m[0])}"),
)
_ISO_DAY = _pattern(r"\b (\d{4}) - (\d\d) - (\d\d) \b")
_DAY_FIRST = _pattern(rf"\b (?:the\ )? (\d{{1,2}}) (?:st|nd|rd|th)? (?:\ of)? \ ({MONTH}) (?:,?\ (\d{{4}}))? \b")
_MONTH_FIRST = _pattern(rf"\b ({MONTH}) \ (\d{{1,2}}) (?:st|nd|rd|th)? (?:,\ (\d{{4}})\b | (?=[.;:!?)] | $))")
_FIGURES: tuple[Rule, ...] = (
    (_pattern(r"\b (\d{1,2}) (?:[:.] (\d\d))? \ ? ([AaPp])\.?[Mm]\b\.?"), time_words),
    (_pattern(r"\b (\d{1,2}) : (\d\d) \b ()"), time_words),
    (_pattern(r"\b (?:the\ )? Q([1-4]) (?:\ (?:of\ )? (?:FY\ ?(\d{4}|\d{2}) | (\d{4})))? \b"), quarter),
    (_pattern(r"\b (?:the\ )? H([12]) \b"), lambda m: f"the {'first' if m[1] == '1' else 'second'} half"),
    (_pattern(r"\b FY\ ? (\d{4}|\d{2}) \b"), lambda m: f"fiscal year {fiscal(m[1])}"),
    (_pattern(r"\b 24/7 \b"), lambda m: "twenty-four seven"),
    (_pattern(r"[½¼¾] | (?<![\w./]) (?:1/2|1/3|2/3|1/4|3/4) (?![\w/])"), lambda m: FRACTIONS[m[0]]),
    (_pattern(r"(?<=[\d%kMB]) \s? [–-] \s? (?=[$€£]?\d)"), lambda m: " to "),
    (
        _pattern(
            rf"(?P<sign>{MINUS})? (?P<cur>(?:US|A|C|NZ)?\$|[€£¥₹]|\b(?:{CODES})\ ?) (?P<n>{NUMBER}) (?:\s?{_SCALED})?"
        ),
        money,
    ),
    (_pattern(rf"(?P<n>{NUMBER}) (?:\s?{_SCALED})? \s? (?P<cur>\b(?:{CODES})|[€£]) (?!\w)"), money),
    (_pattern(rf"({NUMBER}) \s? (k|K|M|mn|bn|B) \b"), lambda m: f"{plain(m[1])} {SCALES[m[2].lower()]}"),
    (_pattern(rf"({NUMBER}) \s? (?:pts?|pp) \b"), lambda m: f"{plain(m[1])} {'point' if m[1] == '1' else 'points'}"),
    (_pattern(rf"({NUMBER}) \s? [x×] (?!\w)"), lambda m: f"{plain(m[1])} times"),
    (_pattern(rf"({NUMBER}) / ({NUMBER}) (?!/)"), lambda m: f"{plain(m[1])} out of {plain(m[2])}"),
    (_pattern(r"\b (\d+) (?:st|nd|rd|th) \b"), lambda m: ordinal_words(m[1])),
    (_pattern(r"(?<![\w.,−-]) ((?:19|20)\d\d) (?![\w%]|[.,]\d)"), lambda m: year(int(m[1]))),
    (_pattern(rf"{MINUS} (?=\d)"), lambda m: "minus "),
    (_pattern(NUMBER), lambda m: f" {plain(m[0])} " if touches_letter(m) else plain(m[0])),
    (_pattern("[" + re.escape("".join(_SIGNS)) + "]"), lambda m: f" {_SIGNS[m[0]]} "),
)


def _rules(as_of: date | None) -> tuple[Rule, ...]:
    day = day_words(as_of)
    days: tuple[Rule, ...] = (
        (_ISO_DAY, lambda m: day(m[0], m[3], m[2], m[1])),
        (_DAY_FIRST, lambda m: day(m[0], m[1], m[2], m[3])),
        (_MONTH_FIRST, lambda m: day(m[0], m[2], m[1], m[3])),
    )
    return _ADDRESSES + days + _FIGURES


def spoken(text: str, as_of: date | None = None) -> str:
    """`text` as it is said, without a digit in it.

    as_of: dates within eleven months of it lose their year, as `briefs.figures.say` has it; None keeps every year written.
    """
    said = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")
    for pattern, words in _rules(as_of):
        said = pattern.sub(words, said)
    said = "".join(f" {ONES[unicodedata.digit(c)]} " if unicodedata.digit(c, None) is not None else c for c in said)
    said = re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s+", " ", said)).strip()
    return re.sub(r"\b([AP]\.M\.)\.", r"\1", said)


def spoken_line(line: Line, as_of: date | None = None) -> Line:
    """`line` with every run's `said` in spoken form, the spaces between runs kept: what the voice gets, run by run."""
    return Line(tuple(replace(run, said=_edges(run.said, spoken(run.said, as_of))) for run in line.runs))


def _edges(before: str, after: str) -> str:
    lead = " " if before[:1].isspace() else ""
    tail = " " if before[-1:].isspace() and before.strip() else ""
    return f"{lead}{after}{tail}"
