"""Text to its spoken form: every figure, date, sign, address and abbreviation in the words a person would say.

Facts come with their own words (`briefs.figures.say`); this is the last pass before the voice, over everything, so that no
digit reaches it. Saying something twice changes nothing: spoken(spoken(t)) == spoken(t).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache

from vitalreel.briefs.numerals import ONES, year
from vitalreel.briefs.script import Line, Run
from vitalreel.sound import clock, readings, shorthand
from vitalreel.sound.readings import CODE, FRACTION, FRACTIONS, MINUS, NUMBER, SCALE, SLASHED, SYMBOL, Words, plain

Rule = tuple[re.Pattern[str], Words]
"""What to look for, in verbose form (a blank in the text is written `\\ `), and the words for it."""

_TLD = "com|org|net|io|co|uk|de|eu|fr|nl|es|ca|au|ch|ai|app|dev|cloud|info|tech|software|gov|edu|example|test"
_HOST = rf"(?:[\w-]+\.)+(?:{_TLD})\b"
_M = clock.MONTH
_TH = r"(?:st|nd|rd|th)?"
_DASH = r"\ ?[-–]\ ?"
_HALF = r"([AaPp])\.?[Mm]\b\.?"
_ZONE = rf"(?:\ ({clock.ZONE})\b)?"
_FY = r"(?:FY['’\ ]?(?P<fy>\d{4}|\d\d) | (?P<y>\d{4}|['’]\d\d))"
_PER = "user|seat|agent|head|person|account|licence|license|call|ticket|month|mo|mth|year|yr|hour|hr|day|week|wk|quarter|min|minute|sec"


def _rule(source: str, words: Words) -> Rule:
    return re.compile(source, re.VERBOSE), words


# In the order they must be tried: what has digits in a form of its own comes before plain numbers.

_GROUPINGS: tuple[Rule, ...] = (
    _rule(r"(?<=\d)[\u00a0\u202f\u2009'’](?=\d{3}(?!\d))", lambda m: ","),
    _rule(r"(?<![\w.,+-])(\d{1,3}(?:\ \d{3}){2,})(?![\ .-]?\d)", lambda m: m[1].replace(" ", "")),
    _rule(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+),(\d{1,2})(?![\d,])", lambda m: f"{m[1].replace('.', '')}.{m[2]}"),
    _rule(r"(?<![\w.,])(\d{1,3}(?:\.\d{3}){2,})(?![\d.])", lambda m: m[1].replace(".", "")),
)
"""Other countries' ways to group a number: 1'204 and 1 204 (no-break), 1.204,50, 1.204.000."""
_ADDRESSES: tuple[Rule, ...] = (
    _rule(r"\b [\w.+-]+ @ [\w-]+ (?:\.[\w-]+)+", readings.address),
    _rule(r"\b (?:https?://|www\.) \S* [\w/]", readings.address),
    _rule(rf"\b {_HOST} (?:/ [\w./?=&%~-]* \w)?", readings.address),
    (shorthand.pattern(), shorthand.in_full),
    _rule(r"\b [Nn]os?\. \ ? (?=\d)", lambda m: "number "),
    _rule(r"\b pp?\. \ ? (?=\d)", lambda m: "page "),
    _rule(r"\b ext\.? \ ? (?=\d)", lambda m: "extension "),
    _rule(r"\# \ ? (?=\d)", lambda m: "number "),
    _rule(r"\b ([CF])\# (?!\w)", lambda m: f"{m[1]} sharp"),
    _rule(r"^ \s* [•·] \s*", lambda m: ""),
    _rule(r"\+ \d [\d\ ().-]{6,} \d", readings.phone),
    _rule(r"(?<![\w.,-]) (?:1[-.\ ])? (?:\(\d{3}\)\ ?|\d{3}[-.\ ]) \d{3} [-.] \d{4} (?![\w-])", readings.phone),
    _rule(r"(?<![\w.,-]) \(?0\d{2,4}\)? (?:\ \d{3,4}){1,3} (?!\w)", readings.phone),
    _rule(r"\b ([A-Z]{2,})-(\d{4,}(?:-\d+)*|\d+(?:-\d+)+) \b", readings.code),
    _rule(r"\b (Phase|Part|Tier|Type|Level|Stage|Chapter|Class)\ (I{1,3}|IV|VI{0,3}|IX|X) \b", readings.roman),
    _rule(r"\b ([Vv]ersion|[Rr]elease|[Vv]\.?)\ ?(\d+(?:\.\d+)+) (?![\w.]*\w)", readings.version),
    _rule(r"\b ([Vv]) (\d{1,3}) \b", readings.version),
)
_PERIODS: tuple[Rule, ...] = (
    _rule(r"\b 24\ ?[x×/]\ ?7 (/365)? \b", lambda m: "twenty-four seven" + (", every day of the year" if m[1] else "")),
    _rule(r"\b 30[-/]60[-/]90 \b", lambda m: "thirty sixty ninety"),
    _rule(r"\b 50[-/]50 \b", lambda m: "fifty-fifty"),
    _rule(rf"\b ([QH][1-4]) {_DASH} (?=[QH][1-4]\b)", lambda m: f"{m[1]} to "),
    _rule(rf"\b (?:the\ )? Q(?P<n>[1-4]) (?:\ ?(?:of\ )?{_FY})? \b", clock.quarter),
    _rule(r"\b (?:the\ )? (?P<n>[1-4])Q (?:\ ?(?P<fy>FY)?\ ?(?P<y>\d{4}|\d\d))? \b", clock.quarter),
    _rule(rf"\b (?:the\ )? H(?P<n>[12]) (?:\ ?(?:of\ )?{_FY})? \b", clock.half_year),
    _rule(r"\b FY\ ?['’]? (\d{4}|\d\d) (?:[-–/] (\d{4}|\d\d))? \b", clock.fiscal_year),
    _rule(r"\b CY\ ? (\d{4}) \b", lambda m: f"calendar year {year(int(m[1]))}"),
    _rule(r"(?<![\w.,−-]) ((?:19|20)\d\d) [-–/] (\d\d) (?![\w%/.-])", clock.years_apart),
    _rule(r"\b (19|20) (\d)0s \b", clock.decade),
    _rule(r"(?:(?<=the\ )|(?<!\w)['’]) () ([2-9])0s \b", clock.decade),
)
_MOMENTS: tuple[Rule, ...] = (
    _rule(r"\b (\d{4}-\d\d-\d\d) [T\ ] (\d\d:\d\d) (?: :(\d\d)(?:\.\d+)? )? (Z|[+-]\d\d:?\d\d)? (?![\w:])", clock.iso_moment),
    _rule(r"\b (UTC|GMT) \ ? ([+−-]) \ ? (\d{1,2}) (?: :? (\d\d))? \b", clock.offset),
    _rule(r"\b (\d{1,2}) : (\d\d) : (\d\d) \b", clock.stopwatch),
    _rule(rf"\b (\d{{1,2}}) (?:[:.](\d\d))? {_DASH} (\d{{1,2}}) (?:[:.](\d\d))? \ ? {_HALF} {_ZONE}", clock.time_range),
    _rule(rf"(\d:\d\d|\d\ ?[ap]\.?m\b\.?) {_DASH} (?=\d{{1,2}}(?::\d\d|\ ?[ap]\.?m\b))", lambda m: f"{m[1]} to "),
    _rule(rf"\b (\d{{1,2}}) (?:[:.](\d\d))? \ ? {_HALF} {_ZONE}", clock.time_words),
    _rule(rf"\b (\d{{1,2}}) : (\d\d) \b () {_ZONE}", clock.time_words),
    _rule(rf"(?<![\d:.,]) ({NUMBER}) : ({NUMBER}) (?![\d:])", lambda m: f"{plain(m[1])} to {plain(m[2])}"),
    _rule(rf"({NUMBER}) \ ?(?:h|hrs?) \ ?(\d{{1,2}}) \ ?(?:m|mins?) \b", clock.hours_minutes),
    _rule(rf"\b (\d+) - ({readings.HYPHENED}) \b", clock.hyphened),
)  # fmt: skip
_AMOUNTS: tuple[Rule, ...] = (
    _rule(rf"(\d[\d.,]*\ ?(?:[%x€£]|[A-Za-z]{{1,9}}\b)? | \bper\ \w+) ((?:\ ?/\ ?(?:{_PER})\b)+)", readings.per),
    _rule(rf"(?P<cur>{SYMBOL}|\b(?:{CODE})\ ?) (?P<a>{NUMBER}) (?:\ ?(?P<s1>{SCALE}))? {_DASH} (?:(?P=cur))? (?P<b>{NUMBER})"
          rf"(?:\ ?(?P<s2>{SCALE}))?", readings.money_range),
    _rule(rf"(?:(?<=\d)|(?<=\d[%kKMBmx])) {_DASH} (?=(?:{SYMBOL})?\d)", lambda m: " to "),
    _rule(rf"(?P<sign>{MINUS})? (?P<cur>{SYMBOL}|\b(?:{CODE})\ ?) (?P<inner>[-−])? (?P<n>{NUMBER}) (?:\ ?(?P<scale>{SCALE}))?",
          readings.money),
    _rule(rf"(?P<sign>{MINUS})? (?P<n>{NUMBER}) (?:\ ?(?P<scale>{SCALE}))? \ ?(?P<cur>\b(?:{CODE})\b|{readings.SIGN_AFTER}) (?!\w)",
          readings.money),
    _rule(rf"(\d+) \ ?({FRACTION})", readings.mixed),
    _rule(rf"(?<![\w./]) (\d+) \ ({SLASHED}) (?![\w/])", readings.mixed),
    _rule(rf"{FRACTION} | (?<![\w./]) (?:{SLASHED}) (?![\w/])", lambda m: FRACTIONS[m[0]]),
    _rule(rf"({NUMBER}) (?: (k|K|MM|M|mn|m|bn|B|tn) | \ (K|MM|M|mn|bn|B|tn) ) \b", lambda m: readings.scaled(m[1], m[2] or m[3])),
    _rule(rf"({NUMBER}) \ ?({readings.FAR_UNITS}) \b", lambda m: readings.counted(m[1], m[2])),
    _rule(rf"({NUMBER}) ({readings.CLOSE_UNITS}) \b", lambda m: readings.counted(m[1], m[2])),
    _rule(rf"({NUMBER}) \ ?(¢)", lambda m: readings.counted(m[1], m[2])),
    _rule(r"(?<![\w.,]) (\d{1,2}) ([pc]) \b", lambda m: readings.counted(m[1], m[2])),
)  # fmt: skip
_NUMBERS: tuple[Rule, ...] = (
    _rule(rf"({NUMBER}) \ ?[x×]\ ? ({NUMBER}) (?!\w)", lambda m: f"{plain(m[1])} by {plain(m[2])}"),
    _rule(rf"({NUMBER}) \ ?[x×] (?!\w)", lambda m: f"{plain(m[1])} times"),
    _rule(rf"(?<![\d/.,]) ({NUMBER}) / ({NUMBER}) (?![\d/])", lambda m: f"{plain(m[1])} out of {plain(m[2])}"),
    _rule(r"(?<=\d) / (?=\d)", lambda m: " slash "),
    _rule(r"\b (\d+(?:,\d{3})*) (?:st|nd|rd|th) \b", lambda m: readings.ordinal_words(m[1])),
    _rule(r"(?<![\w.,]) \d+ (?:\.\d+){2,} (?!\w)", readings.parts),
    _rule(r"(?<![\w.,−-]) ((?:19|20)\d\d) (?![\w%]|[.,]\d)", lambda m: year(int(m[1]))),
    _rule(r"(?<=\w\ ) ['’] (\d\d) \b", lambda m: year(clock.century(m[1]))),
    _rule(rf"{MINUS} (?=\.?\d)", lambda m: "minus "),
    _rule(r"(?<![\w.,]) \. (\d+) (?!\w)", lambda m: f"zero point {readings.digits(m[1])}"),
    _rule(NUMBER, lambda m: f" {plain(m[0])} " if readings.touches_letter(m) else plain(m[0])),
)
_LEFT_OVER: tuple[Rule, ...] = (
    _rule(r"(?<=[^\W\d_]) / (?=[^\W\d_])", lambda m: " "),
    _rule("[" + re.escape("".join(shorthand.SIGNS)) + "]", lambda m: f" {shorthand.SIGNS[m[0]]} "),
    (shorthand.pattern(), shorthand.in_full),  # once more: what stood against a figure stands free now
)


_WITHOUT_FIGURES = (*(r for r in _ADDRESSES if not re.search(r"\\d", r[0].pattern)),)
"""Enough for a text that has no digit and no fraction in it, as most lines of a script are: facts bring their own words."""


@lru_cache(maxsize=8)
def _rules(as_of: date | None) -> tuple[Rule, ...]:
    """All rules in their order; those for dates know how near a date is."""
    day, month = clock.day_words(as_of), clock.month_words(as_of)
    slashed = clock.slashed_day(day)
    dates: tuple[Rule, ...] = (
        _rule(rf"\b ({clock.DAY})\.? ,? \ (?=(?:the\ )?\d{{1,2}}{_TH}\ (?:of\ )?{_M} | {_M}\ \d)", lambda m: f"{clock.day_name(m)} "),
        _rule(rf"\b ({_M}) \ (\d{{1,2}}) {_DASH} (\d{{1,2}}) (?:,?\ (\d{{4}}))? \b", clock.month_range),
        _rule(rf"\b (\d{{1,2}}) {_TH} {_DASH} (?=\d{{1,2}}{_TH}\ (?:of\ )?{_M})", clock.day_range),
        _rule(rf"\b ({_M}) (\ \d{{4}})? {_DASH} (?=(?:\d{{1,2}}{_TH}\ )?{_M})", lambda m: f"{clock.month_name(m[1])}{m[2] or ''} to "),
        _rule(r"(?<![\w.-]) (\d{4}) ([-/]) (\d\d) \2 (\d\d) (?![\w-])", lambda m: day(m[0], m[4], m[3], m[1])),
        _rule(r"(?<![\w/.-]) (\d{1,2}) ([/.-]) (\d{1,2}) \2 (\d{4}|(?<=/)\d\d) (?![\w/-])", slashed),
        _rule(rf"\b (?:the\ )? (\d{{1,2}}) {_TH} (?:\ of)? \ ({_M}) (?:,?\ (\d{{4}}|['’]\d\d)\b)?", lambda m: day(m[0], m[1], m[2], m[3])),
        _rule(rf"\b ({_M}) \ (?:the\ )?(\d{{1,2}}) {_TH} (?:,?\ (\d{{4}})\b | (?=[.,;:!?)] | $ | \ (?:at|is|was|to|through|and)\b))",
              lambda m: day(m[0], m[2], m[1], m[3])),
        _rule(rf"\b ({_M}) (?:\ of)? \ (\d{{4}}) \b", lambda m: month(m[1], m[2])),
        _rule(rf"\b ({_M}) (?:\ ?['’]|-) (\d\d|\d{{4}}) (?![\w-])", lambda m: month(m[1], m[2])),
        _rule(r"(?<![\w.,-]) ((?:19|20)\d\d) - (0[1-9]|1[0-2]) (?![\w-])", lambda m: month(m[2], m[1])),
        _rule(r"(?<![\w./]) (0?[1-9]|1[0-2]) / ((?:19|20)\d\d) (?![\w/])", lambda m: month(m[1], m[2])),
    )  # fmt: skip
    return (*_ADDRESSES, *_PERIODS, *_MOMENTS[:1], *dates, *_MOMENTS[1:], *_AMOUNTS, *_NUMBERS)


def spoken(text: str, as_of: date | None = None) -> str:
    """`text` as it is said, without a digit in it.

    as_of: dates within eleven months of it lose their year, as `briefs.figures.say` has it; None keeps every year written.
    """
    said = "".join(_western(c) for c in unicodedata.normalize("NFC", text))
    figures = any(c.isnumeric() for c in said)
    for pattern, words in _GROUPINGS if figures else ():
        said = pattern.sub(words, said)
    said = re.sub(r"[\u00a0\u202f\u2009]", " ", said)
    for pattern, words in _rules(as_of) if figures else _WITHOUT_FIGURES:
        said = pattern.sub(words, said)
    said = "".join(f" {ONES[unicodedata.digit(c)]} " if unicodedata.digit(c, None) is not None else c for c in said)
    while (tidy := _tidied(said)) != said:
        said = tidy
    return said


def _tidied(said: str) -> str:
    """Without signs, slashes and doubled blanks and stops; once more where one of these uncovers another."""
    for pattern, words in _LEFT_OVER:
        said = pattern.sub(words, said)
    said = re.sub(r"\( ", "(", re.sub(r" ([,.;:!?)])", r"\1", re.sub(r"\s+", " ", said))).strip()
    return re.sub(r"\b([Tt]he)(?: the)+\b", r"\1", re.sub(r"\b([AP]\.M\.)\.", r"\1", said))


def _western(c: str) -> str:
    """Digits of any script as 0 to 9; everything else as it is."""
    value = unicodedata.decimal(c, None)
    return c if value is None else str(value)


def spoken_line(line: Line, as_of: date | None = None) -> Line:
    """`line` with every run's `said` in spoken form: what the voice gets, run by run, so that a fact's words keep their place.

    The spaces between runs are kept, and so is the number of runs; a stop after "A.M." is not said twice.
    """
    runs: list[Run] = []
    for run in line.runs:
        said = _edges(run.said, spoken(run.said, as_of))
        before, written = (runs[-1].said, line.runs[len(runs) - 1].said) if runs else ("", "")
        if said.startswith(".") and re.search(r"\b[AP]\.M\.$", before):
            said = said[1:]
        grown = not (written[-1:].isalnum() and run.said[:1].isalnum())  # a sign at the joint became a word
        if grown and before[-1:].isalnum() and said[:1].isalnum():
            said = f" {said}"
        runs.append(replace(run, said=said))
    return Line(tuple(runs))


def _edges(before: str, after: str) -> str:
    lead = " " if before[:1].isspace() else ""
    tail = " " if before[-1:].isspace() and before.strip() else ""
    return f"{lead}{after}{tail}"
