"""From an unchecked tree to a checked one: every name, type, unit and value against the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn

from vitalreel.conditions.compared import Comparing
from vitalreel.conditions.mistake import wrong
from vitalreel.conditions.tree import (
    All,
    Any,
    Change,
    Changed,
    Compare,
    Cross,
    Fresh,
    Happened,
    Known,
    Literal,
    Mean,
    Not,
    Overdue,
    People,
    Ref,
    Share,
    Silent,
    Test,
    Time,
    Tree,
    Value,
    Was,
    Watched,
)
from vitalreel.conditions.values import change_by, fit, in_range
from vitalreel.conditions.vary import must_vary
from vitalreel.conditions.words import MAX_DEPTH, quoted
from vitalreel.signals.catalogue import NUMERIC, Grain, Signal, closest

_LEVELS = ("number", "percent", "money", "enum", "bool", "text", "date", "set")
_CHANGING = ("number", "percent", "money", "enum", "text", "bool", "date")
_LONGEST_WAS = 366


class Checker(Comparing):
    """Checks one text's tree, with the names to it in canonical form. Raises ConditionError at the first mistake."""

    def check(self, tree: Tree) -> Tree:
        checked = self.tree(tree, "account")
        if depth(checked) > MAX_DEPTH:
            why = f"Written out, this has more than {MAX_DEPTH} levels of parentheses: split the play."
            raise wrong("E_TOO_DEEP", tree.at, why)
        return checked

    def tree(self, tree: Tree, grain: Grain) -> Tree:
        match tree:
            case All(parts) | Any(parts):
                checked = tuple(self.tree(p, grain) for p in parts)
                must_vary(checked, isinstance(tree, All), tree.at, lambda ref: self.signal(ref, None))
                return replace(tree, parts=checked)
            case Not(part):
                return replace(tree, part=self.tree(part, grain))
            case Compare():
                return self.compare(tree, grain)
            case Known(value):
                self.spec(value, grain, _LEVELS)
                return replace(tree, value=self.renamed(value))
            case _:
                if self.module:
                    why = "A film asks about its facts as they stand: make what happened over time a fact."
                    raise wrong("E_MODULE", tree.at, why)
                return self.lasting(tree, grain)

    def lasting(self, test: Test, grain: Grain) -> Test:
        """A test of history, of people or of a feed."""
        match test:
            case Fresh():
                return self.feed(test)
            case Change():
                return self.change(test, grain)
            case Changed():
                return self.changed(test, grain)
            case Cross():
                return self.cross(test, grain)
            case Was():
                return self.was(test, grain)
            case Happened(event):
                return replace(test, event=self.history(event, grain, ("event",))[0])
            case Silent(event):
                return replace(test, event=self.history(event, grain, ("event",))[0])
            case Overdue(milestone):
                return replace(test, milestone=self.history(milestone, grain, ("milestone",))[0])
            case People():
                return self.people(test, grain)
            case _:
                raise wrong("E_SYNTAX", test.at, "This is not a test.")

    def feed(self, test: Fresh) -> Fresh:
        if test.feed not in self.catalogue.feeds:
            near = closest(test.feed, self.catalogue.feeds)
            raise wrong("E_NAME", test.name_at, f"There is no feed {test.feed!r}.", near and quoted(near))
        return test

    # -- one signal over time

    def history(self, value: Value, grain: Grain, types: Iterable[str]) -> tuple[Ref, Signal]:
        """The signal a test of history is about. Only accounts have one."""
        if not isinstance(value, Ref):
            why = "Change over time is asked of one signal; make the share a signal in the catalogue."
            raise wrong("E_TYPE", value.at, why)
        if grain != "account":
            raise wrong("E_GRAIN", value.at, "History is kept for accounts only.")
        spec = self.signal(value, grain, types)
        return replace(value, name=spec.name), spec

    def change(self, test: Change, grain: Grain) -> Change:
        value, spec = self.history(test.value, grain, sorted(NUMERIC))
        change_by(test.by, spec, test.way)
        self._no_workdays(test.over, "A change is measured over days, weeks, quarters or years.")
        return replace(test, value=value)

    def changed(self, test: Changed, grain: Grain) -> Changed:
        value, spec = self.history(test.value, grain, _CHANGING)
        before = fit(test.before, spec) if test.before else None
        after = fit(test.after, spec) if test.after else None
        if before is not None and before == after:
            raise wrong("E_IMPOSSIBLE", test.at, "From and to are the same.")
        return replace(test, value=value, before=before, after=after)

    def cross(self, test: Cross, grain: Grain) -> Cross:
        value, spec = self.history(test.value, grain, sorted(NUMERIC))
        match test.to:
            case Literal():
                sign = ">" if test.way == "rose above" else "<"
                in_range(fit(test.to, spec), spec, sign, test.at, self.said(value.at))
            case Mean():
                self.mean(value, spec, test.to)
            case _:
                self._no_crossing(test.to)
        if test.within:
            self._no_workdays(test.within, "Crossing is measured over days.")
        return replace(test, value=value)

    @staticmethod
    def _no_crossing(to: Ref | Share) -> NoReturn:
        raise wrong("E_SIGNALS", to.at, "Crossing is asked of a value or of the signal's own mean.")

    @staticmethod
    def _no_workdays(time: Time, why: str) -> None:
        if time.unit == "business day":
            raise wrong("E_UNIT", time.at, why, f"{time.n} days")

    def was(self, test: Was, grain: Grain) -> Was:
        value, spec = self.history(test.value, grain, (*sorted(NUMERIC), "enum", "bool", "text"))
        if (test.op in ("is", "is not")) == (spec.type in NUMERIC):
            raise wrong("E_TYPE", test.at, "Numbers take a sign (was < 50), words none (was red).")
        to = fit(test.to, spec)
        in_range(to, spec, test.op, test.at, self.said(value.at))
        if test.days > test.of:
            raise wrong("E_COUNT", test.at, f"{test.days} of {test.of} days can never be.")
        if test.of > _LONGEST_WAS:
            raise wrong("E_WINDOW", test.at, f"At most the last {_LONGEST_WAS} days.")
        return replace(test, value=value, to=to)

    # -- people and features

    def people(self, test: People, grain: Grain) -> People:
        if grain != "account":
            raise wrong("E_GRAIN", test.at, "One 'any / no / every' inside another cannot be said.")
        where = self.tree(test.where, test.grain) if test.where else None
        if test.has:
            self._watched(test.has, test.grain)
        elif test.who == "every":
            raise wrong("E_SYNTAX", test.at, "Every contact has done what? Add: has watched '...'.")
        return replace(test, where=where)

    def _watched(self, has: Watched, grain: str) -> None:
        if grain != "contact":
            raise wrong("E_GRAIN", has.at, "Only contacts watch.")
        if has.module not in self.catalogue.modules:
            near = closest(has.module, self.catalogue.modules)
            fix = near and self.said(has.at).replace(has.module, near)
            raise wrong("E_NAME", has.at, f"There is no module {has.module!r}.", fix)
        if has.share:
            share = fit(has.share, Signal("share watched", "percent"))
            if not 0 < share.size <= 100:
                raise wrong("E_VALUE", share.at, "A share watched lies above 0% and up to 100%.")


def depth(tree: Tree) -> int:
    """Levels of parentheses of the written form."""
    match tree:
        case All(parts) | Any(parts):
            return max(depth(p) + isinstance(p, All | Any) for p in parts)
        case Not(part):
            return 1 + depth(part)
        case People(where=where) if where is not None:
            return depth(where) + isinstance(where, All | Any)
        case _:
            return 0
