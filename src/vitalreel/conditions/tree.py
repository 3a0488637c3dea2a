"""A condition as a tree: one frozen record for each kind of test; places in the text ride along but are no part of equality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal as Word

Span = tuple[int, int]
"""[start, end) in the text; (0, 0) for what was never written."""
NOWHERE: Span = (0, 0)

Unit = Word["day", "business day", "week", "quarter", "year"]
Kind = Word["number", "percent", "points", "money", "date", "word", "text"]
Sign = Word["=", "<", "<=", ">", ">="]
Op = Word[
    "=", "<", "<=", ">", ">=", "between", "is", "is not", "is one of", "is not one of", "contains", "before", "after"
]
Way = Word["up", "down"]
Crossing = Word["rose above", "fell below"]
Who = Word["any", "no", "every", "at least"]
Grain = Word["contact", "feature"]

SIGNS: tuple[Sign, ...] = ("=", "<", "<=", ">", ">=")


# -- values


@dataclass(frozen=True, slots=True)
class Literal:
    """A written value. value: float for number, percent (40.0 is 40%), points and money; ISO day for date; else the word."""

    kind: Kind
    value: float | str
    currency: str = ""
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def size(self) -> float:
        """The number as data holds it: percents and points of percents are not yet fractions. Raises ValueError for words."""
        return float(self.value)


@dataclass(frozen=True, slots=True)
class Ref:
    """A signal by name, perhaps with a name in parentheses."""

    name: str
    arg: str | None = None
    at: Span = field(default=NOWHERE, compare=False, repr=False)
    name_at: Span = field(default=NOWHERE, compare=False, repr=False)
    arg_at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Mean:
    """`2x own 90-day mean`: times the mean of the days before the day asked about."""

    times: float
    days: int
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """`90% of before` (of None: the older value that opened the episode) or, in a film's module, `10% of another_fact`."""

    percent: float
    of: Ref | None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ratio:
    top: Ref
    bottom: Ref
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DaysFrom:
    """`days to renewal` (negative once past) or `days since last_seen`."""

    way: Word["to", "since"]
    date: Ref
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Time:
    n: int
    unit: Unit
    at: Span = field(default=NOWHERE, compare=False, repr=False)


Value = Ref | Ratio | DaysFrom
Bound = Literal | Mean | Share | Ref
"""What stands on the right: a Ref only in a film's module, where a fact may be compared with another."""

# -- tests


@dataclass(frozen=True, slots=True)
class Compare:
    """to: one bound; two for `between`; one or more for `is one of`."""

    value: Value
    op: Op
    to: tuple[Bound, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    value: Value
    yes: bool
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Fresh:
    feed: str
    yes: bool
    at: Span = field(default=NOWHERE, compare=False, repr=False)
    name_at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    value: Value  # a Ref once checked
    way: Way
    by: Literal
    over: Time
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Changed:
    value: Value  # a Ref once checked
    before: Literal | None
    after: Literal | None
    within: Time
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Cross:
    value: Value  # a Ref once checked
    way: Crossing
    to: Bound
    within: Time | None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Was:
    value: Value  # a Ref once checked
    op: Word["=", "<", "<=", ">", ">=", "is", "is not"]
    to: Literal
    days: int
    of: int
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Happened:
    event: Value  # a Ref once checked
    count: int
    within: Time
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Silent:
    """`no video.watched for 30 days`."""

    event: Ref
    span: Time
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Overdue:
    milestone: Value  # a Ref once checked
    by: Time
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Watched:
    module: str
    share: Literal | None
    within: Time | None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class People:
    """`any contact where role is sponsor has watched 'renewal_package' at least 75%`. n: only for `at least`."""

    who: Who
    n: int | None
    grain: Grain
    where: Tree | None
    has: Watched | None
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Tree, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Tree, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree
    at: Span = field(default=NOWHERE, compare=False, repr=False)


Test = Compare | Known | Fresh | Change | Changed | Cross | Was | Happened | Silent | Overdue | People
Tree = Test | All | Any | Not


def named(asked: object) -> frozenset[str]:
    """Every signal that a tree, or records that hold trees, name: those of people and features too."""
    match asked:
        case Ref(name):
            return frozenset({name})
        case Mapping():
            parts: list[object] = list(asked.values())
        case tuple() | list():
            parts = list(asked)
        case _ if is_dataclass(asked):
            parts = [getattr(asked, f.name) for f in fields(asked)]
        case _:
            return frozenset()
    return frozenset(name for part in parts for name in named(part))


def tests(tree: Tree) -> tuple[Test, ...]:
    """Every test of a tree, in the order written; those inside `where` count to their own test."""
    match tree:
        case All(parts) | Any(parts):
            return tuple(test for part in parts for test in tests(part))
        case Not(part):
            return tests(part)
        case _:
            return (tree,)
