"""How one figure, date, time, amount or address is read: from what a pattern found to the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from vitalreel.briefs.figures import say, say_amount
from vitalreel.briefs.numerals import ONES, cardinal, decimal, ordinal, year

Words = Callable[[re.Match[str]], str]

MONTHS = tuple(f"{date(2024, month, 1):%B}" for month in range(1, 13))
MONTH = "|".join([*MONTHS, *(f"{m[:3]}\\b\\.?" for m in MONTHS if m != "May"), "Sept\\b\\.?"])
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
MINUS = r"(?<![\w.,)])[-−]"
SCALES = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}
_CURRENCY = {
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "NZ$": "NZD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
}
CODES = "USD|EUR|GBP|AUD|CAD|NZD|CHF|SEK|NOK|DKK|JPY|INR|SGD"
FRACTIONS = {
    "½": "a half",
    "¼": "a quarter",
    "¾": "three quarters",
    "1/2": "a half",
    "1/3": "a third",
    "2/3": "two thirds",
    "1/4": "a quarter",
    "3/4": "three quarters",
}
ABBREVIATIONS: Mapping[str, str] = {
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "and so on",
    "vs": "versus",
    "approx.": "approximately",
    "incl.": "including",
    "excl.": "excluding",
    "p.a.": "a year",
    "Ltd": "Limited",
    "Dept": "Department",
    "YoY": "year on year",
    "QoQ": "quarter on quarter",
    "MoM": "month on month",
    "WoW": "week on week",
    "YTD": "year to date",
    "QTD": "quarter to date",
    "WAU": "weekly active users",
    "MAU": "monthly active users",
    "DAU": "daily active users",
    "EoY": "end of year",
    "EOY": "end of year",
    "EOD": "end of day",
    "TBC": "to be confirmed",
    "w/c": "week commencing",
    "w/o": "without",
    "n/a": "not available",
    "B2B": "B to B",
    "B2C": "B to C",
    "SOC": "sock",
    "AM": "A.M.",
    "a.m.": "A.M.",
    "p.m.": "P.M.",
}
"""Read out in full. Other capitals (QBR, NPS, API, SLA) the voice already spells, and CSAT and SaaS it says as words."""


def digits(text: str) -> str:
    return " ".join(ONES[int(c)] for c in text if c.isdigit())


def plain(number: str) -> str:
    """Grouping and decimals read as they stand; a code with leading zeros, or one too long, digit by digit."""
    bare = number.replace(",", "")
    whole = bare.partition(".")[0]
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > 15:
        return digits(bare)
    return decimal(Decimal(bare))


def touches_letter(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return before.isalnum() or after.isalnum()


def ordinal_words(number: str) -> str:
    return ordinal(int(number)) if len(number) <= 15 else digits(number)


def address(found: re.Match[str]) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", found[0]).rstrip("/")
    names = {".": "dot", "/": "slash", "@": "at", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals"}
    names |= {"&": "and", "#": "hash", "%": "per cent", "+": "plus", ":": "colon"}
    said = "".join(f" {names[c]} " if c in names else f" {ONES[int(c)]} " if c in "0123456789" else c for c in bare)
    return re.sub(r"\s+", " ", said).strip()


def day_words(as_of: date | None) -> Callable[[str, str, str, str | None], str]:
    def words(written: str, day: str, month: str, years: str | None) -> str:
        number = int(month) if month.isdigit() else next(i for i, m in enumerate(MONTHS, 1) if m[:3] == month[:3])
        try:
            when = date(int(years or 2024), number, int(day))  # 2024 has a 29 February
        except ValueError:
            return written  # no such day: read as the numbers it is
        if as_of is not None and years is not None:
            return say(when, "date", "", as_of)
        return f"the {ordinal(when.day)} of {MONTHS[number - 1]}" + (f" {year(int(years))}" if years else "")

    return words


def time_words(found: re.Match[str]) -> str:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3].upper()
    if hour > 24 or minute > 59 or (half and not 1 <= hour <= 12):
        return found[0].replace(":", " ")
    if not half and minute == 0 and hour % 12 == 0:
        return "noon" if hour == 12 else "midnight"
    half = half or ("A" if hour % 24 < 12 else "P")
    minutes = "" if minute == 0 else f" oh {ONES[minute]}" if minute < 10 else f" {cardinal(minute)}"
    return f"{cardinal((hour - 1) % 12 + 1)}{minutes} {half}.M."


def quarter(found: re.Match[str]) -> str:
    name = f"the {('first', 'second', 'third', 'fourth')[int(found[1]) - 1]} quarter"
    if found[2]:
        return f"{name} of fiscal year {fiscal(found[2])}"
    return f"{name} of {year(int(found[3]))}" if found[3] else name


def fiscal(digits: str) -> str:
    return year(int(digits) if len(digits) == 4 else 2000 + int(digits))


def money(found: re.Match[str]) -> str:
    currency = _CURRENCY.get(found["cur"].strip(), found["cur"].strip())
    scale = (found["scale"] or "").lower()
    sign = "minus " if found.groupdict().get("sign") else ""
    amount = Decimal(found["n"].replace(",", ""))
    return sign + say_amount(amount, currency, SCALES.get(scale, scale))
