"""A mistake in a written condition: its code, its place, the reason in words, and a way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vitalreel.errors import VitalreelError

CODES: Mapping[str, str] = MappingProxyType(
    {
        "E_ALWAYS": "true whatever the data says",
        "E_ARGS": "a name in parentheses is missing or not taken",
        "E_ARITHMETIC": "sums are made in the catalogue, not in conditions",
        "E_BEFORE": "`of before` where no older value is known",
        "E_CHAIN": "more than one comparison in one",
        "E_CHARACTER": "a letter or sign that is not part of the language",
        "E_COUNT": "a number of times that cannot be",
        "E_CURRENCY": "money not in the signal's currency",
        "E_EMPTY": "nothing was written",
        "E_FORBIDDEN": "a word of a query or a program",
        "E_GRAIN": "a signal of contacts or features asked of the account, or the reverse",
        "E_IMPOSSIBLE": "never true",
        "E_LIST": "a list without parentheses",
        "E_LOOKAHEAD": "an outcome, known only afterwards",
        "E_MIXED": "and / or mixed without parentheses",
        "E_MODULE": "a question about history where only a film's facts are known",
        "E_MONTH": "months differ in length",
        "E_NAME": "no such signal, feed, film or argument",
        "E_NOT": "what is denied is not in parentheses",
        "E_NULL": "nothing equals an unknown",
        "E_NUMBER": "a number written with separators, letters or exponents",
        "E_ORDER": "the signal comes first",
        "E_PERCENT": "a share without %, or % on what is no share",
        "E_POINTS": "a change in percent where points are meant, or the reverse",
        "E_QUOTE": "text not in straight single quotes",
        "E_RANGE": "between the larger and the smaller",
        "E_SIGNALS": "two signals compared with each other",
        "E_SYNTAX": "not how conditions are built",
        "E_TOO_DEEP": "too many levels of parentheses",
        "E_TOO_LONG": "too many characters or tests",
        "E_TREE": "a tree that is not one a condition can be written from",
        "E_TYPE": "a test that does not go with the signal's type",
        "E_UNIT": "a unit that does not belong here",
        "E_VALUE": "a value the signal cannot have",
        "E_WINDOW": "a time that is missing or out of bounds",
        "E_WORDING": "another word for what the language says in one way",
    }
)
"""Every code there is, with its general meaning; docs/reference/conditions.md lists the same."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with text[start:end]."""

    code: str  # one of CODES
    start: int
    end: int  # half-open
    message: str  # one sentence for the writer
    suggestion: str | tuple[str, ...] | None = None  # replaces text[start:end]; several: readings to choose from

    @property
    def at(self) -> tuple[int, int]:
        return self.start, self.end


class ConditionError(VitalreelError):
    """A condition that cannot be used as written; `mistake` says where and why."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(f"condition, characters {mistake.start} to {mistake.end}: {mistake.message} ({mistake.code})")
        self.mistake = mistake


def wrong(
    code: str, at: tuple[int, int], message: str, suggestion: str | tuple[str, ...] | list[str] | None = None
) -> ConditionError:
    """The error to raise for a mistake at [start, end)."""
    offered = tuple(suggestion) if isinstance(suggestion, list) else suggestion
    return ConditionError(Mistake(code, at[0], at[1], message, offered))
