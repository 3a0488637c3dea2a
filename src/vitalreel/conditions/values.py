"""A written value against its signal: the type, unit, currency and range it must have, or what was probably meant."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace

from vitalreel.conditions.mistake import ConditionError, wrong
from vitalreel.conditions.tree import Literal, Span
from vitalreel.conditions.words import number, quoted
from vitalreel.signals.catalogue import Signal, closest

_NUMBERS = ("number", "percent", "points", "money")


def fit(literal: Literal, spec: Signal) -> Literal:
    """The literal as its signal's type wants it. Raises ConditionError where it is none of that type."""
    match spec.type:
        case "percent":
            _share(literal)
        case "money":
            _money(literal, spec)
        case "number":
            _plain(literal, spec)
        case "bool":
            _flag(literal)
        case "enum" | "set":
            return _listed(literal, spec)
        case "text":
            _text(literal)
        case "date":
            _date(literal)
        case _:
            raise wrong("E_TYPE", literal.at, f"{spec.name} has no value to compare with.")
    return literal


def _share(literal: Literal) -> None:
    if literal.kind != "percent":
        n = literal.size if literal.kind == "number" else None
        fix = None if n is None else f"{number(n * 100 if n <= 1 else n)}%"
        raise wrong("E_PERCENT", literal.at, "This is a share: write it with %.", fix)


def _money(literal: Literal, spec: Signal) -> None:
    if literal.kind != "money" or literal.currency != spec.currency:
        fix = f"{number(literal.size)} {spec.currency}" if literal.kind == "number" else None
        raise wrong("E_CURRENCY", literal.at, f"Amounts here are kept in {spec.currency}.", fix)


def _plain(literal: Literal, spec: Signal) -> None:
    counts = f"This counts {spec.unit or 'a number'}"
    match literal.kind:
        case "number":
            if spec.whole and not literal.size.is_integer():
                raise wrong("E_VALUE", literal.at, "This is counted in whole numbers.")
        case "percent":
            raise wrong("E_PERCENT", literal.at, f"{counts}, not a share.")
        case "money":
            raise wrong("E_UNIT", literal.at, f"{counts}: leave the number bare.", number(literal.size))
        case "points":
            why = "A level is a bare number; points are for changes."
            raise wrong("E_UNIT", literal.at, why, number(literal.size))
        case _:
            raise wrong("E_TYPE", literal.at, "This needs a number.")


def _flag(literal: Literal) -> None:
    if literal.kind != "word" or literal.value not in ("true", "false"):
        fix = {"yes": "true", "no": "false"}.get(str(literal.value))
        raise wrong("E_VALUE", literal.at, "This is true or false.", fix)


def _listed(literal: Literal, spec: Signal) -> Literal:
    """One of the signal's values, quoted or not, as a bare word."""
    listed = ", ".join(spec.values)
    if literal.kind not in ("word", "text"):
        raise wrong("E_TYPE", literal.at, f"This is one of: {listed}.")
    word = str(literal.value)
    if word not in spec.values:
        near = closest(word.lower().replace(" ", "_").replace("-", "_"), spec.values)
        raise wrong("E_VALUE", literal.at, f"{word!r} is none of: {listed}.", near)
    return replace(literal, kind="word")


def _text(literal: Literal) -> None:
    if literal.kind != "text":
        fix = quoted(str(literal.value)) if literal.kind == "word" else None
        raise wrong("E_QUOTE", literal.at, "Write text in single quotes.", fix)


def _date(literal: Literal) -> None:
    if literal.kind != "date":
        raise wrong("E_TYPE", literal.at, "This needs a date such as 2026-03-31.")
    try:
        dt.date.fromisoformat(str(literal.value))
    except ValueError:
        raise wrong("E_VALUE", literal.at, "There is no such day.") from None


def in_range(literal: Literal, spec: Signal, op: str, at: Span, value: str) -> None:
    """Raise where the test at `at`, of `value`, could never or would always be true within the signal's range."""
    if literal.kind not in _NUMBERS:
        return
    n, low, high = literal.size, _or(spec.low, -math.inf), _or(spec.high, math.inf)
    never = (n > high and op in (">", ">=", "=")) or (n == high and op == ">")
    never |= (n < low and op in ("<", "<=", "=")) or (n == low and op == "<")
    always = (
        (n <= low and op == ">=") or (n < low and op == ">") or (n >= high and op == "<=") or (n > high and op == "<")
    )
    if never:
        raise wrong("E_VALUE", literal.at, f"Never true: {_runs(spec)}.")
    if always:
        raise wrong("E_ALWAYS", at, f"Always true: {_runs(spec)}.", f"{value} is known")


def ordered(low: Literal, high: Literal, said: Sequence[str], spec: Signal, at: Span) -> None:
    """Raise unless low <= high and the stretch between them meets the signal's range. said: both as written."""
    first, last = (str(low.value), str(high.value)) if low.kind == "date" else (low.size, high.size)
    if first > last:  # type: ignore[operator]
        why = "Nothing lies between: the smaller comes first."
        raise wrong("E_RANGE", (low.at[0], high.at[1]), why, f"{said[1]} and {said[0]}")
    if low.kind in _NUMBERS and (low.size > _or(spec.high, math.inf) or high.size < _or(spec.low, -math.inf)):
        raise wrong("E_VALUE", at, f"Never true: {_runs(spec)}.")


def change_by(by: Literal, spec: Signal, way: str) -> None:
    """Raise unless a signal can change by so much: scores and percents by points, the rest by percent or an amount."""
    if by.kind not in _NUMBERS:
        raise wrong("E_TYPE", by.at, "By how much?")
    points = spec.type == "percent" or spec.unit == "points" or _or(spec.low, 0.0) < 0
    if points and by.kind != "points":
        fix = f"{number(abs(by.size))} points"
        raise wrong("E_POINTS", by.at, "Say points: a percentage of this would be misread.", fix)
    if not points and by.kind == "points":
        raise wrong("E_POINTS", by.at, "This has no points.", f"{number(by.size)}%")
    if by.kind == "money" or (spec.type == "money" and by.kind == "number"):
        fit(by, spec)
    _above_nothing(by, way)


def _above_nothing(by: Literal, way: str) -> None:
    if by.size < 0:
        fix = {"percent": f"{number(-by.size)}%", "points": f"{number(-by.size)} points"}.get(by.kind, number(-by.size))
        raise wrong("E_VALUE", by.at, f"{way} already says the direction.", fix)
    if by.size == 0:
        raise wrong("E_VALUE", by.at, "By more than nothing.")
    if way == "down" and by.kind == "percent" and by.size > 100:
        raise wrong("E_VALUE", by.at, "Nothing falls by more than all of it.")


def not_a_value(literal: Literal) -> ConditionError:
    return wrong("E_TYPE", literal.at, "Compare with a value; for two signals use a share: a / b >= 100%.")


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound


def _runs(spec: Signal) -> str:
    low = "any size" if spec.low is None else number(spec.low)
    return f"this runs from {low} to {'any size' if spec.high is None else number(spec.high)}"
