"""How days, times of day, lengths of time and business periods are read: from what a pattern found to the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from vitalreel.briefs.figures import say
from vitalreel.briefs.numerals import ONES, cardinal, ordinal, year
from vitalreel.sound.readings import UNITS, counted

MONTHS = tuple(f"{date(2024, month, 1):%B}" for month in range(1, 13))
MONTH = "(?:" + "|".join([*MONTHS, *(rf"{m[:3]}\b\.?" for m in MONTHS if m != "May"), r"Sept\b\.?"]) + ")"
DAYS = tuple(f"{date(2024, 1, day):%A}" for day in range(1, 8))  # the first of January 2024 was a Monday
DAY = "Mon|Tues?|Wed|Thurs|Thur|Thu|Fri|Sat|Sun"
ZONES = {
    "ET": "Eastern time", "EST": "Eastern time", "EDT": "Eastern time", "CT": "Central time", "CST": "Central time",
    "CDT": "Central time", "MT": "Mountain time", "MST": "Mountain time", "MDT": "Mountain time", "PT": "Pacific time",
    "PST": "Pacific time", "PDT": "Pacific time", "BST": "British Summer Time", "CET": "Central European time",
    "CEST": "Central European time", "EET": "Eastern European time", "EEST": "Eastern European time", "IST": "Indian time",
    "JST": "Japanese time", "SGT": "Singapore time", "AEST": "Australian Eastern time", "AEDT": "Australian Eastern time",
    "GMT": "GMT", "UTC": "UTC", "Z": "UTC",
}  # fmt: skip
ZONE = "|".join(sorted(ZONES, key=len, reverse=True))
DayWords = Callable[[str, str, str, str | None], str]


def month_number(written: str) -> int:
    return next(i for i, name in enumerate(MONTHS, 1) if name[:3] == written[:3])


def month_name(written: str) -> str:
    return MONTHS[month_number(written) - 1]


def day_name(found: re.Match[str]) -> str:
    return next(name for name in DAYS if name.startswith(found[1][:3]))


def century(digits: str) -> int:
    """A year of two digits in full, or of four as it stands. digits: an apostrophe before them is passed over."""
    bare = digits.lstrip("'’")
    return int(bare) if len(bare) == 4 else 2000 + int(bare)


def day_words(as_of: date | None) -> DayWords:
    """What reads one day: as written, day, month and year (None: not written). Near `as_of` the year is left out."""

    def words(written: str, day: str, month: str, years: str | None) -> str:
        number = int(month) if month.isdigit() else month_number(month)
        try:
            when = date(century(years) if years else 2024, number, int(day))  # 2024 has a 29 February
        except ValueError:  # no such day: read as the numbers it is
            if month.isdigit() or int(day) > 31:
                return " ".join(cardinal(int(part)) for part in re.findall(r"\d+", written))
            return f"the {ordinal(int(day))} of {MONTHS[number - 1]}" + (f" {year(century(years))}" if years else "")
        if as_of is not None and years is not None:
            return say(when, "date", "", as_of)
        return f"the {ordinal(when.day)} of {MONTHS[number - 1]}" + (f" {year(when.year)}" if years else "")

    return words


def month_words(as_of: date | None) -> Callable[[str, str], str]:
    """What reads a month of a year; near `as_of` the year is left out."""

    def words(month: str, years: str) -> str:
        when = date(max(century(years), 1), int(month) if month.isdigit() else month_number(month), 1)
        return say(when, "month", "", as_of) if as_of is not None else f"{MONTHS[when.month - 1]} {year(when.year)}"

    return words


def slashed_day(read: DayWords) -> Callable[[re.Match[str]], str]:
    """12/10/2026 by the only order that makes sense of it; where both do, the figures in the order written."""

    def words(found: re.Match[str]) -> str:
        first, second, years = int(found[1]), int(found[3]), found[4]
        apart = f"{cardinal(first)} {cardinal(second)} {year(century(years))}"
        if first > 12 >= second or (found[2] == "." and second <= 12):  # with dots the day comes first everywhere
            return read(apart, found[1], found[3], years)
        return read(apart, found[3], found[1], years) if second > 12 >= first else apart

    return words


def iso_moment(found: re.Match[str]) -> str:
    """2026-10-12T14:30:00Z as a day and a time, still in figures, for the rules that come after."""
    seconds = int(found[3] or 0)
    more = f" and {seconds} second{'s' * (seconds != 1)}" if seconds else ""
    zone = " UTC" if found[4] == "Z" else f" UTC{found[4]}" if found[4] else ""
    return f"{found[1]} at {found[2]}{zone}{more}"


def time_words(found: re.Match[str]) -> str:
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").upper()
    if hour > 24 or minute > 59 or (half and not 1 <= hour <= 12):
        return found[0].replace(":", " to ") if not half else found[0].replace(":", " ")
    zone = f" {ZONES[found[4]]}" if found[4] else ""
    if not half and minute == 0 and hour % 12 == 0:
        return ("noon" if hour == 12 else "midnight") + zone
    half = half or ("A" if hour % 24 < 12 else "P")
    return f"{_hour(hour)}{_minutes(minute)} {half}.M.{zone}"


def time_range(found: re.Match[str]) -> str:
    """ "9-11 am" as "nine to eleven A.M."."""
    first, second = int(found[1]), int(found[3])
    if not (1 <= first <= 12 and 1 <= second <= 12) or max(int(found[2] or 0), int(found[4] or 0)) > 59:
        return found[0].replace(":", " ")
    zone = f" {ZONES[found[6]]}" if found[6] else ""
    last = f"{_hour(second)}{_minutes(int(found[4] or 0))}"
    return f"{_hour(first)}{_minutes(int(found[2] or 0))} to {last} {found[5].upper()}.M.{zone}"


def _hour(hour: int) -> str:
    return cardinal((hour - 1) % 12 + 1)


def _minutes(minute: int) -> str:
    return "" if minute == 0 else f" oh {ONES[minute]}" if minute < 10 else f" {cardinal(minute)}"


def offset(found: re.Match[str]) -> str:
    """ "UTC+5:30" as "UTC plus five thirty"."""
    sign = "plus" if found[2] == "+" else "minus"
    return f"{found[1]} {sign} {cardinal(int(found[3]))}{_minutes(int(found[4] or 0))}"


def stopwatch(found: re.Match[str]) -> str:
    """ "1:30:00" as "one hour thirty minutes"."""
    words = [counted(str(int(n)), u) for n, u in zip(found.groups(), ("h", "min", "s"), strict=True) if int(n)]
    return " ".join(words) or "no time"


def hours_minutes(found: re.Match[str]) -> str:
    return f"{counted(found[1], 'h')} {counted(str(int(found[2])), 'min')}"


def hyphened(found: re.Match[str]) -> str:
    """ "15-min" as "fifteen-minute"."""
    return f"{found[1]}-{UNITS[found[2]][0]}"


def quarter(found: re.Match[str]) -> str:
    return f"the {('first', 'second', 'third', 'fourth')[int(found['n']) - 1]} quarter{_of_year(found)}"


def half_year(found: re.Match[str]) -> str:
    return f"the {'first' if found['n'] == '1' else 'second'} half{_of_year(found)}"


def _of_year(found: re.Match[str]) -> str:
    fiscal, plain = found["fy"], found["y"]
    if not fiscal:
        return f" of {year(century(plain))}" if plain else ""
    return f" of fiscal year {year(century(plain if fiscal == 'FY' else fiscal))}"


def fiscal_year(found: re.Match[str]) -> str:
    """ "FY26" as "fiscal year twenty twenty-six", "FY25/26" up to "twenty-six"."""
    last = f" to {year(int(found[2])) if len(found[2]) == 4 else cardinal(int(found[2]))}" if found[2] else ""
    return f"fiscal year {year(century(found[1]))}{last}"


def years_apart(found: re.Match[str]) -> str:
    """ "2024-25" as "twenty twenty-four to twenty-five"; a second part that is no later year is left for the other rules."""
    first, second = int(found[1]), int(found[2])
    follows = second > first % 100 and (second > 12 or second == first % 100 + 1)
    return f"{year(first)} to {cardinal(second)}" if follows else found[0]


_DECADES = ("", "tens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")


def decade(found: re.Match[str]) -> str:
    """ "1990s" as "nineteen nineties", "the 90s" as "the nineties"."""
    if found[2] == "0":
        return "two thousands" if found[1] == "20" else "nineteen hundreds"
    return f"{cardinal(int(found[1]))} {_DECADES[int(found[2])]}" if found[1] else _DECADES[int(found[2])]


def month_range(found: re.Match[str]) -> str:
    """ "October 12-14, 2026" with the days first, still in figures, for the rules that come after."""
    return f"{found[2]}–{found[3]} {month_name(found[1])}" + (f" {found[4]}" if found[4] else "")


def day_range(found: re.Match[str]) -> str:
    return f"the {ordinal(int(found[1]))} to "
