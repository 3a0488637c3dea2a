"""Conditions inside a film's module: the same language, asked of one account's facts.

    checked = facts.check("wau_now < 10% of wau_before and segment = 'mid_market'", {"wau_now": "count", "wau_before": "count",
                          "segment": "name"})
    facts.holds(checked.sound, {"wau_now": 12, "wau_before": 240, "segment": "mid_market"})    # True

Names are the module's facts and the account's words (segment, tier, use_case). Two additions to the language: a fact may
stand on both sides (`used > used_before`, `fixed_on after promised_on`), and shares of a fact (`10% of wau_before`). What
happened over time, people and feeds cannot be asked (E_MODULE): make them facts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType

from vitalreel.conditions.language import Checked, parse
from vitalreel.conditions.tree import (
    All,
    Any,
    Bound,
    Compare,
    DaysFrom,
    Known,
    Literal,
    Not,
    Op,
    Ratio,
    Ref,
    Share,
    Tree,
    Value,
    tests,
)
from vitalreel.conditions.words import CENTS, PERCENT
from vitalreel.signals.catalogue import Catalogue, Signal
from vitalreel.signals.features import EPSILON

FactValue = int | float | str | bool | dt.date
WORD_UNITS = frozenset({"name", "text", "word", "phrase", "sentence"})
"""Units of facts held as text, compared by `= 'text'`; flags are `flag`; every other unit but the ones below counts."""


def check(text: str, names: Mapping[str, str]) -> Checked:
    """Read a module's condition. names: fact -> unit: "date", "percent", "money:USD", "flag", a word unit, or what it counts."""
    return parse(text, _catalogue(names), module=True)


def _catalogue(names: Mapping[str, str]) -> Catalogue:
    signals = {name.lower(): _signal(name.lower(), unit) for name, unit in names.items()}
    return Catalogue(MappingProxyType({}), MappingProxyType(signals))


def _signal(name: str, unit: str) -> Signal:
    money = re.fullmatch(r"money:([A-Z]{3})", unit)
    if money:
        return Signal(name, "money", currency=money[1])
    if unit in ("date", "percent"):
        return Signal(name, "date" if unit == "date" else "percent")
    if unit == "flag":
        return Signal(name, "bool")
    return Signal(name, "text") if unit in WORD_UNITS else Signal(name, "number", unit)


def asked(tree: Tree) -> frozenset[str]:
    """The names a condition asks about."""
    values = [v for test in tests(tree) if isinstance(test, Compare | Known) for v in _values(test)]
    return frozenset(name for value in values for name in _names(value))


def _values(test: Compare | Known) -> list[Value]:
    if isinstance(test, Known):
        return [test.value]
    right = [b.of if isinstance(b, Share) else b for b in test.to]
    return [test.value, *(b for b in right if isinstance(b, Ref))]


def _names(value: Value) -> tuple[str, ...]:
    match value:
        case Ref(name):
            return (name,)
        case Ratio(top, bottom):
            return top.name, bottom.name
        case DaysFrom(_, date):
            return (date.name,)


def holds(tree: Tree, values: Mapping[str, FactValue | None], as_of: dt.date | None = None) -> bool | None:
    """True, False, or None where a fact it needs is not there: a comparison with a missing fact is unknown, and not chosen.

    values: facts by name; percents are fractions, money is integer cents, missing ones are None or left out.
    as_of: today of `days to` and `days since`; without it they are unknown.
    Raises TypeError for a tree that `check` did not let pass.
    """
    match tree:
        case All(parts):
            return _every([holds(p, values, as_of) for p in parts])
        case Any(parts):
            denied = _every([_denied(holds(p, values, as_of)) for p in parts])
            return _denied(denied)
        case Not(part):
            return _denied(holds(part, values, as_of))
        case Known(value, yes):
            return (_value(value, values, as_of) is not None) is yes
        case Compare():
            return _compare(tree, values, as_of)
        case _:
            raise TypeError(f"a module cannot ask {type(tree).__name__}: read the condition with facts.check")


def evaluate_facts(
    text: str | Tree, facts: Mapping[str, FactValue | None], units: Mapping[str, str], as_of: dt.date | None = None
) -> bool | None:
    """Check (where given as text) and answer at once. Raises ConditionError for a text that is not sound."""
    tree = check(text, units).sound if isinstance(text, str) else text
    return holds(tree, facts, as_of)


def _every(answers: list[bool | None]) -> bool | None:
    """Kleene's and."""
    return False if False in answers else None if None in answers else True


def _denied(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _value(value: Value, values: Mapping[str, FactValue | None], as_of: dt.date | None) -> float | str | None:
    """A number (dates as ordinals, percents as fractions, money in cents), a word, or None."""
    match value:
        case Ref(name):
            return _held(values.get(name))
        case Ratio(top, bottom):
            above, below = _value(top, values, as_of), _value(bottom, values, as_of)
            return float(above) / float(below) if above is not None and below else None
        case DaysFrom(way, date):
            day = _value(date, values, as_of)
            if day is None or as_of is None:
                return None
            return (float(day) - as_of.toordinal()) * (1 if way == "to" else -1)


def _held(fact: FactValue | None) -> float | str | None:
    if fact is None or isinstance(fact, str):
        return fact
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return float(fact.toordinal()) if isinstance(fact, dt.date) else float(fact)


def _bar(bound: Bound, values: Mapping[str, FactValue | None], as_of: dt.date | None) -> float | str | None:
    match bound:
        case Literal("money"):
            return bound.size * CENTS
        case Literal("percent"):
            return bound.size / PERCENT
        case Literal("date", value):
            return float(dt.date.fromisoformat(str(value)).toordinal())
        case Literal("word" | "text", value):
            return str(value)
        case Literal():
            return bound.size
        case Ref():
            return _value(bound, values, as_of)
        case Share(percent, Ref() as of):
            whole = _value(of, values, as_of)
            return None if whole is None else float(whole) * percent / PERCENT
        case _:
            raise TypeError(f"a module cannot compare with {type(bound).__name__}: read the condition with facts.check")


def _compare(test: Compare, values: Mapping[str, FactValue | None], as_of: dt.date | None) -> bool | None:
    now = _value(test.value, values, as_of)
    bars = [_bar(bound, values, as_of) for bound in test.to]
    if now is None or None in bars:
        return None
    sides = [b for b in bars if b is not None]
    if test.op == "between":
        return _is(now, ">=", sides[0]) and _is(now, "<=", sides[1])
    if test.op.endswith("one of"):
        return any(_is(now, "=", side) for side in sides) is (test.op == "is one of")
    return _is(now, test.op, sides[0])


def _is(left: float | str, op: Op, right: float | str) -> bool:
    """Numbers within EPSILON are equal, as in compiled conditions."""
    if isinstance(left, str) or isinstance(right, str):
        return (left == right) is (op != "is not")
    gap = left - right
    match op:
        case "=" | "is":
            return abs(gap) <= EPSILON
        case "is not":
            return abs(gap) > EPSILON
        case "<" | "before":
            return gap < -EPSILON
        case ">" | "after":
            return gap > EPSILON
        case "<=":
            return gap <= EPSILON
        case _:
            return gap >= -EPSILON
