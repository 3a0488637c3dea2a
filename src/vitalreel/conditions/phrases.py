"""Reading the smallest phrases from tokens: signals, values, literals, means, shares and times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vitalreel.conditions.lexer import Token, tokens
from vitalreel.conditions.mistake import ConditionError, wrong
from vitalreel.conditions.tree import (
    SIGNS,
    Bound,
    DaysFrom,
    Literal,
    Mean,
    Ratio,
    Ref,
    Share,
    Sign,
    Span,
    Time,
    Unit,
    Value,
)
from vitalreel.conditions.words import KEYWORDS, LITERALS, MAX_DAYS, UNIT_DAYS, UNITS, number, quoted

_SUMS = ("+", "-", "*", "/")
_SINGLE = ("a", "one", "the", "last")
_WORKDAYS_TO_DAYS = 1.4
"""Seven days hold five working days."""


@dataclass(slots=True)
class Phrases:
    """A place in the tokens of one text, and what can be read there. Raises ConditionError with the place of a mistake."""

    text: str
    names: frozenset[str]  # what the catalogue knows, to tell `red or orange` from `red or contract.auto_renew`
    _tokens: list[Token] = field(init=False)
    _next: int = 0

    def __post_init__(self) -> None:
        self._tokens = tokens(self.text, self.names)

    # -- moving

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def next(self) -> Token:
        token = self.peek()
        self._next += 1
        return token

    def sees(self, *words: str) -> bool:
        """Whether these unquoted words come next."""
        if self._next + len(words) > len(self._tokens):
            return False
        for at, word in enumerate(words, self._next):  # asked of every token many times over
            token = self._tokens[at]
            if token.text != word or token.kind == "text":
                return False
        return True

    def take(self, *words: str) -> bool:
        """Step over these words if they come next."""
        seen = self.sees(*words)
        self._next += len(words) if seen else 0
        return seen

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.wrong("E_SYNTAX", f"Expected {' '.join(words)!r}, found {self.peek().said}.")

    def sign(self) -> Sign | None:
        """The comparison sign that comes next, not stepped over."""
        token = self.peek()
        return next((s for s in SIGNS if token.text == s), None) if token.kind == "sign" else None

    # -- places

    @property
    def end(self) -> int:
        """Where the last token read ended."""
        return self._tokens[self._next - 1].end

    def since(self, start: int) -> Span:
        return start, self.end

    def said(self, at: Span) -> str:
        return self.text[at[0] : at[1]]

    def wrong(
        self, code: str, why: str, token: Token | None = None, fix: str | tuple[str, ...] | None = None
    ) -> ConditionError:
        """A mistake at the token given, or at the next one."""
        return wrong(code, (token or self.peek()).at, why, fix)

    # -- signals

    def value(self) -> Value:
        """A signal, a share of two, or the days to or since a date."""
        start = self.peek().start
        if self.take("days", "to"):
            return DaysFrom("to", self.signal(), self.since(start))
        if self.take("days", "since"):
            return DaysFrom("since", self.signal(), self.since(start))
        top = self.signal()
        if not self.sees("/"):
            return top
        if self.peek(1).kind != "word":
            raise self.wrong("E_ARITHMETIC", "Only one signal / another; write a share as a percentage.")
        self.next()
        return Ratio(top, self.signal(), self.since(start))

    def signal(self) -> Ref:
        name = self.peek()
        if name.kind != "word" or name.text in KEYWORDS:
            raise self.wrong("E_SYNTAX", f"Expected a signal, found {name.said}.")
        self.next()
        if not (self.sees("(") and self.peek(1).kind == "text"):
            return Ref(name.text, None, name.at, name.at)
        arg_at = self.peek(1).at
        arg = self.argument()
        return Ref(name.text, arg, self.since(name.start), name.at, arg_at)

    def argument(self) -> str:
        self.need("(")
        name = self.quoted_name()
        self.need(")")
        return name

    def quoted_name(self) -> str:
        token = self.next()
        if token.kind != "text":
            fix = quoted(token.text) if token.kind == "word" else None
            raise self.wrong("E_QUOTE", "Write this name in single quotes.", token, fix)
        return _unquoted(token)

    def whole(self) -> int:
        token = self.next()
        if token.kind != "num" or "." in token.text or int(token.text) < 1:
            raise self.wrong("E_COUNT", "Expected a whole number of at least 1.", token)
        return int(token.text)

    # -- what stands on the right

    def bound(self) -> Bound:
        """A literal, an own mean, a share of something, or (for the checker to judge) another signal."""
        token = self.peek()
        if token.kind == "times" or self.sees("own"):
            return self._mean()
        another = token.text in self.names or "." in token.text or self.peek(1).text == "/"
        if token.kind == "word" and token.text not in KEYWORDS and another:
            return self.signal()
        literal = self.literal()
        if literal.kind != "percent" or not self.take("of"):
            return literal
        of = None if self.take("before") else self.signal()
        return Share(literal.size, of, self.since(token.start))

    def _mean(self) -> Mean:
        start = self.peek().start
        times = 1.0
        if self.peek().kind == "times":
            times = self._decimal(self.peek(), self.next().text[:-1])
        self.need("own")
        days = self.next()
        if days.kind != "mean":
            raise self.wrong("E_WINDOW", "Over how many days? For example: own 90-day mean.", days)
        self.need("mean")
        return Mean(times, int(days.text.removesuffix("-day")), self.since(start))

    def literal(self) -> Literal:
        token = self.next()
        negative = token.text == "-" and self.peek().kind == "num" and self.peek().start == token.end
        if negative or token.kind == "num":
            return self._amount(token, negative)
        if token.kind == "date":
            return Literal("date", token.text, at=token.at)
        if token.kind == "text":
            return Literal("text", _unquoted(token), at=token.at)
        if token.kind == "word" and token.text not in KEYWORDS - LITERALS:
            return Literal("word", token.text, at=token.at)
        raise self.wrong("E_SYNTAX", f"Expected a value, found {token.said}.", token)

    def _amount(self, first: Token, negative: bool) -> Literal:
        """A number and its unit."""
        digits = self.next() if negative else first
        n = self._decimal(digits, digits.text) * (-1 if negative else 1)
        if self.take("%"):
            return self._no_sum(Literal("percent", n, at=self.since(first.start)))
        unit = self.peek()
        if self.take("points") or self.take("point"):
            return Literal("points", n, at=self.since(first.start))
        if self.take("percent"):
            raise wrong("E_WORDING", self.since(first.start), "Write the sign.", f"{number(n)}%")
        if unit.kind == "word" and re.fullmatch("[a-z]{3}", unit.text) and unit.text not in KEYWORDS:
            self.next()
            return Literal("money", n, unit.text.upper(), self.since(first.start))
        if unit.text in ("days", "day", "weeks", "week"):
            bare = number(n * (7 if "week" in unit.text else 1))
            raise wrong("E_UNIT", (first.start, unit.end), "This already counts its unit: leave the number bare.", bare)
        return self._no_sum(Literal("number", n, at=self.since(first.start)))

    def _decimal(self, token: Token, digits: str) -> float:
        if len(digits.partition(".")[2]) > 6:
            raise self.wrong("E_NUMBER", "At most six decimals: numbers closer than that are equal.", token)
        return float(digits)

    def _no_sum(self, literal: Literal) -> Literal:
        if self.peek().text in _SUMS and self.peek().kind == "sign":
            raise self.wrong("E_ARITHMETIC", "No arithmetic: write the result.")
        return literal

    # -- times

    def time(self) -> Time:
        """`7 days`, `5 business days`, `1 quarter`: at most three years."""
        first = self.next()
        word = first if first.kind != "num" and first.text not in _SINGLE else self.peek()
        unit = "business day" if word.text == "business" else word.text.rstrip("s")
        if first.kind != "num":
            raise self._uncounted(first, word, unit)
        self.next()
        if unit == "business day" and not (self.take("days") or self.take("day")):
            raise self.wrong("E_SYNTAX", "Expected 'days'.")
        return self._bounded(float(first.text), unit, self.since(first.start))

    def _uncounted(self, first: Token, word: Token, unit: str) -> ConditionError:
        if unit not in UNITS:
            return self.wrong("E_WINDOW", "Expected a time such as 7 days.", first)
        end = word.end if unit != "business day" else self.peek(0 if word is first else 1).end
        return wrong("E_WINDOW", (first.start, end), "Say how many.", f"1 {unit}")

    @staticmethod
    def _bounded(n: float, said: str, at: Span) -> Time:
        if said == "month":
            readings = (f"{number(n * 4)} weeks", f"{number(n * 30)} days")
            raise wrong("E_MONTH", at, "A month has 28 to 31 days: say days or weeks.", readings)
        unit: Unit | None = next((u for u in UNITS if u == said), None)
        if unit is None:
            raise wrong("E_UNIT", at, "Time is counted in days, business days, weeks, quarters or years.")
        if n != int(n) or n < 1 or n * UNIT_DAYS.get(unit, _WORKDAYS_TO_DAYS) > MAX_DAYS:
            raise wrong("E_WINDOW", at, "A window is a whole number from 1 day to 3 years.")
        return Time(int(n), unit, at)


def _unquoted(token: Token) -> str:
    return token.text[1:-1].replace("''", "'")
