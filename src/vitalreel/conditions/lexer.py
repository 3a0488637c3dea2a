"""From text to tokens: words, numbers, dates, quotes and signs, each with its place; letters that only look right are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vitalreel.conditions.mistake import ConditionError, wrong
from vitalreel.conditions.words import CURRENCIES, FORBIDDEN, MAX_CHARS, WORDINGS, plain_number, quoted

Kind = Literal["text", "date", "mean", "times", "num", "word", "sign", "end"]

_QUOTES = "‘’“”\"'`"
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\n]|'')*')
      |(?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))
      |(?P<mean>\d+-day\b)
      |(?P<times>\d+(?:\.\d+)?x\b)
      |(?P<odd>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?:e[+-]?\d+|[km])\b|(?<![\w.])\.\d+)
      |(?P<num>\d+(?:\.\d+)?)
      |(?P<word>[^\W\d]\w*(?:'t)?(?:\.[^\W\d]\w*)*)
      |(?P<sign><>|==|!=|&&|\|\||=>|=<|<=|>=|[<>=(),/%+*;≥≤≠-])
      |(?P<space>\s+)
      |(?P<bad>.)""",
    re.X | re.I,
)
_GLUED = re.compile(r"\w+")
_FOREIGN_SIGNS = frozenset({"==", "!=", "<>", "&&", "||", "=>", "=<", "≥", "≤", "≠"})
_KINDS: dict[str, Kind] = {k: k for k in ("text", "date", "mean", "times", "num", "word", "sign")}


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str  # lower case, but for quoted text
    start: int
    end: int

    @property
    def at(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def said(self) -> str:
        """The token as a message quotes it."""
        return repr(self.text) if self.text else "the end"


def tokens(text: str, names: frozenset[str]) -> list[Token]:
    """The tokens of a condition, the last of kind "end". names: what the catalogue knows, such as a fact called `drop`.

    Raises ConditionError at the first thing that is none.
    """
    if not text.strip():
        raise wrong("E_EMPTY", (0, len(text)), "The condition is empty.")
    if len(text) > MAX_CHARS:
        raise wrong("E_TOO_LONG", (MAX_CHARS, len(text)), f"More than {MAX_CHARS} characters: split the play.")
    out = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or "bad"
        if group == "space":
            continue
        if group in ("bad", "odd"):
            raise _unreadable(text, match)
        said = match.group()
        if group != "word" or not said.isascii() or said.lower() in FORBIDDEN:
            _refuse(text, match, names)
        out.append(Token(_KINDS[group], said if group == "text" else said.lower(), *match.span()))
    return [*out, Token("end", "", len(text), len(text))]


def _unreadable(text: str, match: re.Match[str]) -> ConditionError:
    """What is wrong with a stretch that is no token."""
    said, (start, end) = match.group(), match.span()
    if match.lastgroup == "odd":
        return wrong(
            "E_NUMBER", (start, end), "Write numbers in digits, without separators or letters.", plain_number(said)
        )
    if said in _QUOTES:
        close = next((i for i in range(end, len(text)) if text[i] in _QUOTES), None)
        if close is None:
            return wrong("E_QUOTE", (start, len(text)), "This quote is never closed.")
        return wrong("E_QUOTE", (start, close + 1), "Quote words with straight single quotes.", quoted(text[end:close]))
    amount = re.match(r"\s?(\d[\d.,_]*)([km]?)\b", text[end:], re.I)
    if said in CURRENCIES and amount:
        fix = f"{plain_number(amount[1] + amount[2])} {CURRENCIES[said]}"
        return wrong("E_CURRENCY", (start, end + amount.end()), "Write the currency after the amount.", fix)
    return wrong("E_CHARACTER", (start, end), f"The character {said!r} (U+{ord(said):04X}) cannot be used here.")


def _refuse(text: str, match: re.Match[str], names: frozenset[str]) -> None:
    """Raise for a token that reads well and is still not part of the language."""
    said, (start, end) = match.group(), match.span()
    if match.lastgroup == "word" and not said.isascii():
        letter = next(c for c in said if not c.isascii())
        why = f"{said!r} holds the letter {letter!r} (U+{ord(letter):04X}), which is not plain a to z."
        raise wrong("E_CHARACTER", (start, end), why)
    query = match.lastgroup == "word" and said.lower() in FORBIDDEN and said.lower() not in names
    if query or said == ";" or text[start : start + 2] in ("--", "/*"):
        why = f"{said!r} is not part of the language: conditions only ask, they never run anything."
        raise wrong("E_FORBIDDEN", (start, end), why)
    glued = _GLUED.match(text, end) if match.lastgroup == "num" else None
    if glued:
        at = (start, glued.end())
        raise wrong("E_NUMBER", at, "Write numbers in digits; leave a space before a unit.")
    if said in _FOREIGN_SIGNS:
        raise wrong("E_WORDING", (start, end), f"Write {WORDINGS[said]!r} for {said!r}.", WORDINGS[said])
