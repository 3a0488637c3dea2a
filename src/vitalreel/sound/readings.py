"""How one number, amount, unit or address is read: from what a pattern found to the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from vitalreel.briefs.figures import currency_words, say_amount
from vitalreel.briefs.numerals import ONES, cardinal, decimal, ordinal, year

Words = Callable[[re.Match[str]], str]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
"""Grouped in thousands, grouped as in India (2,50,000), or not grouped; with or without decimals."""
MINUS = r"(?<![\w.,)])[-−]"
SCALES = {"k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion", "bn": "billion"}
SCALES |= {"t": "trillion", "tn": "trillion", "mio": "million", "mil": "million"}
SCALE = r"(?:k|K|MM|M|mn|m|bn|B|b|tn|T|mio|thousand|million|billion|trillion)\b"
_LONGEST = 15
"""Digits of the largest number with words; longer ones are read digit by digit."""

CURRENCIES: Mapping[str, str] = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "MX$": "MXN", "R$": "BRL", "NT$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW",
    "₪": "ILS", "₺": "TRY", "₫": "VND", "₦": "NGN", "₱": "PHP", "฿": "THB", "₽": "RUB", "₴": "UAH", "₡": "CRC", "₲": "PYG",
    "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
}  # fmt: skip
SYMBOL = "|".join(re.escape(s) for s in sorted(CURRENCIES, key=len, reverse=True) if not s.isalpha())
CODE = (
    "USD|EUR|GBP|AUD|CAD|NZD|CHF|SEK|NOK|DKK|ISK|JPY|CNY|RMB|INR|SGD|HKD|TWD|KRW|THB|MYR|IDR|PHP|VND|BRL|MXN|ARS|CLP|COP|PEN|"
    "ZAR|NGN|KES|EGP|MAD|AED|SAR|QAR|KWD|BHD|ILS|PLN|CZK|HUF|RON|BGN|UAH|RUB"
)
"""Currencies by code, where the code stands at a number; TRY, ALL and TOP are words too often."""
SIGN_AFTER = r"(?:€|£|¢|zł|Kč|Ft)"
PER = {"mo": "month", "mth": "month", "yr": "year", "hr": "hour", "wk": "week", "min": "minute", "sec": "second"}

FRACTIONS = {
    "½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds", "⅛": "an eighth",
    "⅜": "three eighths", "⅝": "five eighths", "⅞": "seven eighths", "⅕": "a fifth", "⅖": "two fifths", "⅗": "three fifths",
    "⅘": "four fifths", "⅙": "a sixth", "⅚": "five sixths", "1/2": "a half", "1/3": "a third", "2/3": "two thirds",
    "1/4": "a quarter", "3/4": "three quarters",
}  # fmt: skip
FRACTION = "|".join(re.escape(f) for f in FRACTIONS if "/" not in f)
SLASHED = "|".join(f for f in FRACTIONS if "/" in f)

UNITS: Mapping[str, tuple[str, str]] = {
    "ms": ("millisecond", "milliseconds"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "h": ("hour", "hours"),
    "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "d": ("day", "days"), "wk": ("week", "weeks"), "wks": ("week", "weeks"),
    "mo": ("month", "months"), "mos": ("month", "months"), "mth": ("month", "months"), "mths": ("month", "months"),
    "yr": ("year", "years"), "yrs": ("year", "years"), "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "PB": ("petabyte", "petabytes"), "Mbps": ("megabit a second", "megabits a second"),
    "Gbps": ("gigabit a second", "gigabits a second"), "km": ("kilometre", "kilometres"), "kg": ("kilogram", "kilograms"),
    "kWh": ("kilowatt hour", "kilowatt hours"), "bps": ("basis point", "basis points"), "bp": ("basis point", "basis points"),
    "pt": ("point", "points"), "pts": ("point", "points"), "pp": ("point", "points"), "ppt": ("point", "points"),
    "ppts": ("point", "points"), "¢": ("cent", "cents"), "c": ("cent", "cents"), "p": ("penny", "pence"),
    "FTE": ("full-time equivalent", "full-time equivalents"), "FTEs": ("full-time equivalent", "full-time equivalents"),
}  # fmt: skip
"""Written behind a number: the words for one and for any other count."""
CLOSE_UNITS = "ms|s|h|d"
"""Only without a space before them: "30 s" may be a slip, "5 d" a list."""
FAR_UNITS = "|".join(
    re.escape(u) for u in sorted(UNITS, key=len, reverse=True) if u not in ("s", "h", "d", "¢", "c", "p")
)
HYPHENED = "sec|min|hr|wk|mo|yr|GB|MB|TB"


def digits(text: str) -> str:
    return " ".join(ONES[int(c)] for c in text if c in "0123456789")


def phone(found: re.Match[str]) -> str:
    """Digit by digit, a breath where the writer left a gap."""
    groups = [digits(group) for group in re.split(r"[^0-9]+", found[0])]
    return ("plus " if found[0].startswith("+") else "") + ", ".join(g for g in groups if g)


def amount(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def plain(number: str) -> str:
    """Grouping and decimals read as they stand; a code with leading zeros, or one too long, digit by digit."""
    bare = number.replace(",", "")
    whole = bare.partition(".")[0]
    if (len(whole) > 1 and whole.startswith("0")) or len(whole) > _LONGEST:
        return digits(bare)
    return decimal(Decimal(bare))


def one_of(number: str) -> bool:
    """Whether the thing counted is said in the singular."""
    return amount(number) == 1


def counted(number: str, unit: str) -> str:
    one, many = UNITS[unit]
    return f"{plain(number)} {one if one_of(number) else many}"


def scaled(number: str, scale: str) -> str:
    return f"{plain(number)} {SCALES.get(scale.lower(), scale)}"


def touches_letter(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return before.isalnum() or after.isalnum()


def ordinal_words(number: str) -> str:
    bare = number.replace(",", "")
    return ordinal(int(bare)) if len(bare) <= _LONGEST else digits(bare)


def address(found: re.Match[str]) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", found[0]).rstrip("/")
    names = {".": "dot", "/": "slash", "@": "at", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals"}
    names |= {"&": "and", "#": "hash", "%": "per cent", "+": "plus", ":": "colon", "~": "tilde"}
    said = "".join(f" {names[c]} " if c in names else f" {ONES[int(c)]} " if c in "0123456789" else c for c in bare)
    return re.sub(r"\s+", " ", said).strip()


def parts(found: re.Match[str]) -> str:
    """ "2.3.1" as "two point three point one": a version or an address of a machine."""
    return " point ".join(plain(part) for part in found[0].split("."))


def version(found: re.Match[str]) -> str:
    """ "v4.10" as "version four point ten": parts of a version are whole numbers."""
    named = re.sub(r"^v\.?$", "version", found[1], flags=re.IGNORECASE)
    first, *rest = found[2].split(".")
    dated = len(first) == 4 and first[:2] in ("19", "20")
    return f"{named} {' point '.join([year(int(first)) if dated else plain(first), *map(plain, rest)])}"


def mixed(found: re.Match[str]) -> str:
    """ "1½" and "2 3/4" as "one and a half" and "two and three quarters"."""
    return f"{plain(found[1])} and {FRACTIONS[found[2]]}"


# Money


def _currency(found: re.Match[str]) -> str:
    written = found["cur"].strip()
    return {"RMB": "CNY"}.get(written, CURRENCIES.get(written, written))


def priced(number: str, currency: str, scale: str) -> str:
    """An amount exactly. Finer than the currency's small coin, it is read as a decimal: "point zero zero five dollars"."""
    value = amount(number)
    if len(str(int(value))) > _LONGEST - 1:
        return f"{digits(number)} {currency_words(currency)[1]}"
    fine = value != round(value, 2)
    if scale or fine:
        one, many = currency_words(currency)
        return f"{decimal(value)} {f'{scale} ' if scale else ''}{one if value == 1 and not scale else many}"
    return say_amount(value, currency)


def money(found: re.Match[str]) -> str:
    groups = found.groupdict()
    scale = (groups.get("scale") or "").strip()
    sign = "minus " if groups.get("sign") or groups.get("inner") else ""
    return sign + priced(found["n"], _currency(found), SCALES.get(scale.lower(), scale))


def money_range(found: re.Match[str]) -> str:
    """ "$10-20k" as "ten to twenty thousand dollars"; where the two ends have units of their own, each in full."""
    currency = _currency(found)
    first, last = (found[f"s{i}"] or "" for i in (1, 2))
    words = [SCALES.get(s.lower(), s) for s in (first, last)]
    low, high = found["a"], found["b"]
    whole = amount(low) == int(amount(low)) and amount(high) == int(amount(high))
    if (words[0] or words[1]) in ("", words[1]) and (whole or words[1]):
        return f"{plain(low)} to {priced(high, currency, words[1])}"
    return f"{priced(low, currency, words[0])} to {priced(high, currency, words[1])}"


def per(found: re.Match[str]) -> str:
    """ "5/user/mo" with its divisors in words, the amount still in figures: "5 per user per month"."""
    words = (word.strip() for word in found[2].strip(" /").split("/"))
    return found[1] + "".join(f" per {PER.get(word, word)}" for word in words)


# Codes and numerals


def code(found: re.Match[str]) -> str:
    """ "INV-2026-0042" letter for letter and digit for digit."""
    return f"{found[1]} {', '.join(digits(part) for part in found[2].split('-'))}"


ROMANS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


def roman(found: re.Match[str]) -> str:
    return f"{found[1]} {cardinal(ROMANS[found[2]])}"
