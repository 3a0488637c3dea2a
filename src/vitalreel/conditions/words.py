"""The language's vocabulary: its words, its limits, its units of time, and how numbers and quotes are written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vitalreel.conditions.tree import Grain, Sign, Unit

VERSION = 1
"""Of the language: a text written in an older one is read as it was meant then, or refused."""
MAX_CHARS, MAX_TESTS, MAX_DEPTH = 2000, 40, 6
PERCENT = 100
"""Percents are written per hundred and held as fractions."""
CENTS = 100
"""Money is written in whole units and held, in facts, in integer cents."""
MAX_DAYS = 3 * 364
"""Three years of four quarters: the longest window."""

UNIT_DAYS: Mapping[Unit, int] = {"day": 1, "week": 7, "quarter": 91, "year": 364}
"""Length of a unit of time; business days have none, they are counted on a calendar."""
UNITS: tuple[Unit, ...] = ("day", "week", "quarter", "year", "business day")
GRAINS: Mapping[str, Grain] = {"contact": "contact", "contacts": "contact", "feature": "feature", "features": "feature"}

KEYWORDS = frozenset({
    "and", "or", "not", "is", "no", "any", "every", "at", "least", "between", "was", "changed", "over", "within", "for",
    "from", "to", "up", "down", "of", "own", "known", "unknown", "true", "false", "where", "has", "have", "one", "days",
    "since", "rose", "fell", "above", "below", "before", "after", "contains", "fresh", "overdue", "by",
})  # fmt: skip
LITERALS = frozenset({"true", "false"})
NULLS = frozenset({"null", "none", "nil", "empty"})
FORBIDDEN = frozenset({
    "select", "union", "drop", "delete", "insert", "update", "exists", "case", "when", "then", "else", "join", "having",
    "limit", "exec", "import", "lambda",
})  # fmt: skip
WORDINGS: Mapping[str, str] = {
    "==": "=",
    "!=": "is not",
    "<>": "is not",
    "&&": "and",
    "||": "or",
    "≥": ">=",
    "≤": "<=",
    "≠": "is not",
    "=>": ">=",
    "=<": "<=",
    "in": "is one of",
    "equals": "=",
    "like": "is",
    "increased": "up",
    "decreased": "down",
    "dropped": "down",
    "above": ">",
    "below": "<",
    "over": ">",
    "under": "<",
    "exceeds": ">",
    "isn't": "is not",
}
"""What people write -> the one way the language says it."""
PHRASES: Mapping[str, str] = {
    "greater than": ">",
    "more than": ">",
    "at least": ">=",
    "less than": "<",
    "at most": "<=",
    "equal to": "=",
    "has dropped": "down",
    "has risen": "up",
}
CURRENCIES: Mapping[str, str] = {"$": "USD", "€": "EUR", "£": "GBP"}
MIRRORED: Mapping[Sign, Sign] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
"""A sign as it reads from the other side."""


def plain_number(said: str) -> str:
    """`50,000`, `1e6`, `5k` or `2m` in plain digits."""
    bare = said.lower().replace(",", "").replace("_", "").rstrip(".")
    return number(float(bare.rstrip("km")) * {"k": 1e3, "m": 1e6}.get(bare[-1:], 1.0))


def number(x: float) -> str:
    """A number in digits, at most six decimals, no trailing zeros."""
    said = f"{x:.6f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def quoted(said: str) -> str:
    """Text in single quotes, quotes inside doubled."""
    return "'" + said.replace("'", "''") + "'"


def is_bare(word: str) -> bool:
    """Whether a value can stand without quotes."""
    return bool(re.fullmatch(r"[a-z]\w*", word)) and word not in KEYWORDS - LITERALS
