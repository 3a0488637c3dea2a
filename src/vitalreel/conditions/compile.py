"""From checked trees to deferred Ibis booleans over Features: SQL's AND, OR and NOT are Kleene's, and NULL is unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.conditions.tree import (
    All,
    Any,
    Bound,
    Change,
    Changed,
    Compare,
    Cross,
    DaysFrom,
    Fresh,
    Happened,
    Known,
    Literal,
    Mean,
    Not,
    Overdue,
    People,
    Ratio,
    Ref,
    Share,
    Sign,
    Silent,
    Tree,
    Value,
    Was,
    Watched,
)
from vitalreel.conditions.windows import first_day, length
from vitalreel.conditions.words import PERCENT
from vitalreel.conditions.write import write
from vitalreel.signals.catalogue import Signal
from vitalreel.signals.features import Features, Viewing, against
from vitalreel.signals.tables import day_number


def compile_conditions(
    trees: Mapping[str, Tree], features: Features, holidays: Collection[dt.date] = ()
) -> dict[str, Deferred]:
    """name -> deferred boolean (NULL: unknown), to be resolved on `features.wide(tables)`.

    Registers what it needs with `features`; call it for every set of conditions before `wide`.
    """
    return {name: _Compiler(name, features, holidays).tree(tree) for name, tree in trees.items()}


def literal_value(literal: Literal) -> float | str:
    """A literal as the data holds it: percents as fractions, dates as day numbers, words as they are."""
    match literal.kind:
        case "date":
            return float(day_number(dt.date.fromisoformat(str(literal.value))))
        case "percent":
            return literal.size / PERCENT
        case "word" | "text":
            return str(literal.value)
        case _:
            return literal.size


@dataclass(frozen=True, slots=True)
class _Compiler:
    """One condition's tests as row expressions. row: what a name means inside `where`; None: the account's features."""

    name: str
    features: Features
    holidays: Collection[dt.date]
    row: Callable[[str], Deferred] | None = None

    def tree(self, tree: Tree) -> Deferred:
        match tree:
            case All(parts):
                return reduce(and_, [self.tree(p) for p in parts])
            case Any(parts):
                return reduce(or_, [self.tree(p) for p in parts])
            case Not(part):
                return ~self.tree(part)
            case Compare():
                return self.compare(tree)
            case Known(value, yes):
                return self.now(value).notnull() if yes else self.now(value).isnull()
            case Fresh(feed, yes):
                return ibis.literal(self.features.fresh[feed] is yes) & self.always()
            case _:
                return self.lasting(tree)

    def lasting(self, test: Tree) -> Deferred:
        """A test of the account's past, or of its people."""
        match test:
            case Change():
                return self.change(test)
            case Changed():
                return self.changed(test)
            case Cross():
                return self.cross(test)
            case Was():
                return self.was(test)
            case Happened():
                return self.happened(test)
            case Silent():
                return self.silent(test)
            case Overdue(milestone, by):
                due, done = (part(_ref(milestone).arg or "") for part in (self.features.due, self.features.done))
                return (due < self.features.moment.on(self.first_day(by))) & done.isnull()
            case People():
                return self.people(test)
            case _:
                raise TypeError(f"{type(test).__name__} is no test")

    # -- values

    def always(self) -> Deferred:
        """True on every row, as a column: a bare constant has no table to stand on."""
        return _.account_id.notnull() if self.row else self.features.here()

    def spec(self, name: str) -> Signal:
        return self.features.catalogue.signals[name]

    def first_day(self, time: object) -> int:
        return first_day(self.features.as_of, time, self.holidays)  # type: ignore[arg-type]

    def now(self, value: Value) -> Deferred:
        """The value today: NULL where missing, stale or unknown; a share of nothing is unknown."""
        match value:
            case Ref(name):
                return self.row(name) if self.row else self.features.at(name)
            case Ratio(top, bottom):
                return self.now(top) / self.now(bottom).nullif(0)
            case DaysFrom("to", date):
                return self.features.days_to(self.now(date))
            case DaysFrom(_, date):
                return self.features.days_since(self.now(date))

    def bar(self, value: Value, bound: Bound, lag: int = 0) -> Deferred | float | str:
        """What a value is held against, `lag` days ago."""
        match bound:
            case Mean(times, days):
                return self.features.mean(_ref(value).name, lag, days) * times
            case Share(percent):
                return self.features.opened(self.name, _ref(value).name) * (percent / PERCENT)
            case Literal():
                return literal_value(bound)
            case Ref():
                return self.now(bound)

    # -- tests

    def compare(self, test: Compare) -> Deferred:
        now = self.now(test.value)
        bars = [self.bar(test.value, bound) for bound in test.to]
        match test.op:
            case "between":
                return against(now, ">=", bars[0]) & against(now, "<=", bars[1])
            case "before":
                return now < bars[0]
            case "after":
                return now > bars[0]
            case "contains":
                return ("|" + now + "|").contains(f"|{bars[0]}|")
            case "is" | "is not" | "is one of" | "is not one of":
                hit = now.isin(bars) if isinstance(bars[0], str) else reduce(or_, [against(now, "=", b) for b in bars])
                return ~hit if "not" in test.op else hit
            case sign:
                return against(now, sign, bars[0])

    def change(self, test: Change) -> Deferred:
        name, falls = _ref(test.value).name, test.way == "down"
        now, then = self.features.at(name), self.features.at(name, length(test.over))
        if test.by.kind == "percent":
            share = test.by.size / PERCENT
            some = then.nullif(0)
            return against(now, "<=", some * (1 - share)) if falls else against(now, ">=", some * (1 + share))
        size = test.by.size / PERCENT if self.spec(name).type == "percent" else test.by.size
        return against(then - now if falls else now - then, ">=", size)

    def changed(self, test: Changed) -> Deferred:
        name = _ref(test.value).name
        before, after = (literal_value(side) if side else None for side in (test.before, test.after))
        found = self.features.changed(name, self.first_day(test.within), before, after)
        return found | _no_where(self.features.at(name).notnull())

    def cross(self, test: Cross) -> Deferred:
        """On the far side today, and not on the day before the window."""
        name, lag = _ref(test.value).name, length(test.within) if test.within else 1
        beyond: Sign = ">" if test.way == "rose above" else "<"
        within: Sign = "<=" if beyond == ">" else ">="
        now, then = self.features.at(name), self.features.at(name, lag)
        return against(now, beyond, self.bar(test.value, test.to)) & against(
            then, within, self.bar(test.value, test.to, lag)
        )

    def was(self, test: Was) -> Deferred:
        """Sure once enough days say yes, or too few could: unknown days could be either."""
        name = _ref(test.value).name
        yes = self.features.days_where(name, test.op, literal_value(test.to), test.of)
        unknown = test.of - self.features.days_known(name, test.of)
        return (yes >= test.days) | _no_where(yes + unknown < test.days)

    def happened(self, test: Happened) -> Deferred:
        event = _ref(test.event)
        enough = self.features.events(event.name, event.arg, self.first_day(test.within)) >= test.count
        return enough if self.is_fresh(event.name) else enough.nullif(False)

    def silent(self, test: Silent) -> Deferred:
        """Nothing seen is sure only with a fresh feed, and for accounts there all that time."""
        start = self.first_day(test.span)
        none = self.features.events(test.event.name, test.event.arg, start) == 0
        sure = (self.features.since() <= self.features.moment.on(start)) & ibis.literal(self.is_fresh(test.event.name))
        return none & sure.nullif(False)

    def is_fresh(self, name: str) -> bool:
        feed = self.spec(name).feed
        return feed is None or self.features.fresh[feed]

    # -- people and features

    def people(self, test: People) -> Deferred:
        """`every` asks for one that has not; of nobody it is unknown."""
        every = test.who == "every"
        inside = _Compiler(self.name, self.features, self.holidays, lambda name: _[name])
        where = inside.tree(test.where) if test.where else None
        viewing = self.viewing(test.has) if test.has else None
        question = write(People("every" if every else "any", None, test.grain, test.where, test.has))
        tally = self.features.tally(question, test.grain, where, viewing, lacking=every)
        if every:
            return (tally.yes == 0) & (tally.unknown == 0).nullif(False) & (tally.asked > 0).nullif(False)
        least = test.n or 1
        hit = (tally.yes >= least) | _no_where(tally.yes + tally.unknown < least)
        return ~hit if test.who == "no" else hit

    def viewing(self, has: Watched) -> Viewing:
        share = has.share.size / PERCENT if has.share else None
        return Viewing(has.module, share, self.first_day(has.within) if has.within else None)


def _no_where(sure: Deferred) -> Deferred:
    """False where sure, else unknown: what an absence can say."""
    return ~sure.nullif(False)


def _ref(value: Value) -> Ref:
    """The one signal a checked test of history is about."""
    if not isinstance(value, Ref):
        raise TypeError(f"{write(Known(value, True))!r} was never checked: history is of one signal")
    return value
