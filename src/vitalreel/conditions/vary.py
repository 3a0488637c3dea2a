"""Conditions that cannot vary: parts joined by and / or that contradict each other, or leave nothing out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitalreel.conditions.mistake import wrong
from vitalreel.conditions.tree import Compare, Literal, Ref, Span, Tree
from vitalreel.conditions.write import write_value
from vitalreel.signals.catalogue import Signal

_DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Numbers from low to high; the ends belong to it unless open."""

    low: float = -math.inf
    low_open: bool = False
    high: float = math.inf
    high_open: bool = False

    def narrowed(self, op: str, n: float) -> _Stretch:
        """What is left of it where also `value op n`."""
        low, low_open, high, high_open = self.low, self.low_open, self.high, self.high_open
        if op in (">", ">=", "="):
            low, low_open = max((low, low_open), (n, op == ">"))
        if op in ("<", "<=", "="):
            high, high_open = min((high, not high_open), (n, op != "<"))
            high_open = not high_open
        return _Stretch(low, low_open, high, high_open)

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def must_vary(parts: Sequence[Tree], joined_by_and: bool, at: Span, spec_of: Callable[[Ref], Signal]) -> None:
    """Raise where `parts`, joined at `at`, can never be true (and) or are true whatever the value (or)."""
    words: dict[str, frozenset[str]] = {}
    stretches: dict[str, _Stretch] = {}
    for part in parts:
        if not isinstance(part, Compare) or not all(isinstance(b, Literal) for b in part.to):
            continue
        name = write_value(part.value)
        listed = _listed(part, spec_of)
        if listed is not None:
            _words(name, part, listed, words, joined_by_and, at)
        else:
            _numbers(name, part, stretches, joined_by_and, at)


def _listed(test: Compare, spec_of: Callable[[Ref], Signal]) -> tuple[frozenset[str], frozenset[str]] | None:
    """The values a test of an enum or a flag allows, and all there are; None for other types."""
    if not isinstance(test.value, Ref):
        return None
    spec = spec_of(test.value)
    if spec.type not in ("enum", "bool"):
        return None
    every = frozenset(spec.values or ("true", "false"))
    said = frozenset(str(b.value) for b in test.to if isinstance(b, Literal))
    return (every - said if "not" in test.op else said), every


def _words(
    name: str,
    test: Compare,
    listed: tuple[frozenset[str], frozenset[str]],
    seen: dict[str, frozenset[str]],
    joined_by_and: bool,
    at: Span,
) -> None:
    allowed, every = listed
    before = seen.get(name)
    if before is None:
        seen[name] = allowed
        return
    seen[name] = before & allowed if joined_by_and else before | allowed
    if joined_by_and and not seen[name]:
        raise wrong("E_IMPOSSIBLE", test.at, "This contradicts what was said before: never true.")
    if not joined_by_and and seen[name] == every:
        raise wrong("E_ALWAYS", at, "True whatever the value: with 'is not', join by and.")


def _numbers(name: str, test: Compare, seen: dict[str, _Stretch], joined_by_and: bool, at: Span) -> None:
    """With `and` what is left shrinks part by part; with `or` what is left out does, as long as parts have one side."""
    first = test.to[0]
    if not isinstance(first, Literal) or first.kind in ("word", "text", "date"):
        return
    left = seen.get(name, _Stretch())
    if joined_by_and:
        for op, bound in _sides(test):
            left = left.narrowed(op, bound.size)
        if left.empty:
            raise wrong("E_IMPOSSIBLE", test.at, "This contradicts what was said before: never true.")
    elif test.op in _DENIED:
        left = left.narrowed(_DENIED[test.op], first.size)
        if left.empty:
            raise wrong("E_ALWAYS", at, "True whatever the value: the parts leave nothing out.")
    seen[name] = left


def _sides(test: Compare) -> list[tuple[str, Literal]]:
    bounds = [b for b in test.to if isinstance(b, Literal)]
    if test.op == "between":
        return [(">=", bounds[0]), ("<=", bounds[1])]
    return [(test.op, bounds[0])] if test.op in ("=", "<", "<=", ">", ">=") else []
