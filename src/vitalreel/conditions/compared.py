"""Checking what is compared with what: names and types of values, and every form of comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from vitalreel.conditions.mistake import ConditionError, wrong
from vitalreel.conditions.tree import (
    SIGNS,
    Bound,
    Compare,
    DaysFrom,
    Literal,
    Mean,
    Not,
    Op,
    Ratio,
    Ref,
    Share,
    Span,
    Tree,
    Value,
)
from vitalreel.conditions.values import fit, in_range, ordered
from vitalreel.signals.catalogue import NUMERIC, Catalogue, Grain, Signal, closest

_WORDED: tuple[Op, ...] = ("is", "is not", "is one of", "is not one of")
_ALLOWED: dict[str, tuple[Op, ...]] = {
    "enum": _WORDED,
    "text": _WORDED,
    "bool": ("is",),
    "date": ("before", "after", "between"),
    "set": ("contains",),
}
_NUMBERED: tuple[Op, ...] = (*SIGNS, "between", "is one of", "is not one of")
_MEAN_DAYS = range(2, 367)
_SHARE = Signal("a share", "percent", low=0)
_DAYS = Signal("days", "number", "days", whole=True)


@dataclass(frozen=True, slots=True)
class Comparing:
    """What a text may name and how it may compare. before: signals whose older value `of before` means."""

    text: str
    catalogue: Catalogue
    before: frozenset[str] = frozenset()
    module: bool = False  # a film's facts are the names, and may stand on both sides

    def said(self, at: Span) -> str:
        return self.text[at[0] : at[1]]

    # -- names

    def signal(self, ref: Ref, grain: Grain | None, types: Iterable[str] = ()) -> Signal:
        """The catalogue's signal, of this grain (None: any) and one of these types (none: any)."""
        spec = self.catalogue.find(ref.name)
        if spec is None:
            raise self._no_name(ref, grain)
        if spec.look_ahead:
            raise wrong("E_LOOKAHEAD", ref.at, f"{spec.name} is an outcome: it is only known afterwards.")
        if grain is not None and spec.grain != grain:
            raise wrong("E_GRAIN", ref.at, _other_grain(spec, grain))
        self._argument(ref, spec)
        if types and spec.type not in types:
            raise self._no_type(ref, spec)
        return spec

    def _no_name(self, ref: Ref, grain: Grain | None) -> ConditionError:
        near = self._view_of(ref.name) or self.catalogue.closest(ref.name, grain)
        hint = f" Did you mean {near}?" if near else ""
        return wrong("E_NAME", ref.name_at, f"There is no signal {ref.name!r}.{hint}", near)

    def _view_of(self, name: str) -> str | None:
        """`video.pricing.watched` means `video.watched('pricing')`."""
        root, _dot, rest = name.partition(".")
        module, _dot, verb = rest.rpartition(".")
        known = module in self.catalogue.modules and f"{root}.{verb}" in self.catalogue.signals
        return f"{root}.{verb}('{module}')" if known else None

    def _argument(self, ref: Ref, spec: Signal) -> None:
        if ref.arg is not None and not spec.args:
            raise wrong("E_ARGS", ref.at, f"{spec.name} takes no name in parentheses.", spec.name)
        if ref.arg is not None and ref.arg not in spec.args:
            near = closest(ref.arg, spec.args)
            raise wrong("E_NAME", ref.arg_at, f"{spec.name} knows no {ref.arg!r}.", near and f"'{near}'")
        if spec.type == "milestone" and ref.arg is None:
            choices = tuple(f"{spec.name}('{arg}')" for arg in spec.args)
            raise wrong("E_ARGS", ref.at, f"Which milestone? For example {choices[0]}.", choices)

    def _no_type(self, ref: Ref, spec: Signal) -> ConditionError:
        said = self.said(ref.at)
        if spec.type == "event":
            why, fix = f"{spec.name} happens at a moment: say within when.", f"{said} within 30 days"
            return wrong("E_TYPE", ref.at, why, fix)
        if spec.type == "milestone":
            why, fix = f"{spec.name} is a milestone: say overdue by how long.", f"{said} overdue by 1 day"
            return wrong("E_TYPE", ref.at, why, fix)
        return wrong("E_TYPE", ref.at, f"{spec.name} is {spec.type}, which cannot be used like this.")

    def spec(self, value: Value, grain: Grain, types: Iterable[str] = ()) -> Signal:
        """Type and range of a value: a signal's own, a share of two of a kind, or days."""
        match value:
            case Ref():
                return self.signal(value, grain, types)
            case Ratio(top, bottom):
                a, b = (self.signal(ref, grain, ("number", "money")) for ref in (top, bottom))
                if (a.type, a.unit, a.currency) != (b.type, b.unit, b.currency) or a.name == b.name:
                    why = f"Only like can be shared by like: {a.unit or a.type} / {b.unit or b.type}."
                    raise wrong("E_UNIT", value.at, why)
                return _SHARE
            case DaysFrom(_, date):
                self.signal(date, grain, ("date",))
                return _DAYS

    def renamed(self, value: Value) -> Value:
        """The value under its signals' present names."""
        match value:
            case Ref():
                return self._present(value)
            case Ratio(top, bottom):
                return replace(value, top=self._present(top), bottom=self._present(bottom))
            case DaysFrom(_, date):
                return replace(value, date=self._present(date))

    def _present(self, ref: Ref) -> Ref:
        spec = self.catalogue.find(ref.name)
        return replace(ref, name=spec.name) if spec else ref

    # -- comparisons

    def compare(self, test: Compare, grain: Grain) -> Tree:
        """One comparison in its canonical form: `is not 3` of a number becomes `not (... = 3)`."""
        spec = self.spec(test.value, grain)
        self._has_level(test, spec)
        test = replace(test, value=self.renamed(test.value), to=tuple(self._word(b, spec) for b in test.to))
        if spec.type in NUMERIC and test.op in ("is", "is not"):
            equal = self.compare(replace(test, op="="), grain)
            return equal if test.op == "is" else Not(equal, test.at)
        if test.op == "=" and spec.type in ("enum", "bool", "text"):
            test = replace(test, op="is")
        if spec.type == "bool" and test.op == "is not":
            test = replace(test, op="is", to=tuple(_denied(fit(cast(Literal, b), spec)) for b in test.to))
        if isinstance(test.to[0], Ref):
            return self._two_signals(test, spec, grain)
        if test.op not in _ALLOWED.get(spec.type, _NUMBERED):
            raise self._no_op(test, spec)
        match test.to[0]:
            case Mean() as mean:
                return self._against_mean(test, spec, mean)
            case Share() as share:
                return self._against_share(test, spec, share, grain)
            case _:
                return self._against_literals(test, spec)

    def _has_level(self, test: Compare, spec: Signal) -> None:
        """Raise for what has no value to compare, or is named alone and is no flag."""
        value, first = test.value, test.to[0]
        said = self.said(value.at)
        if spec.type == "event" and isinstance(first, Literal) and first.kind == "number":
            fix = f"at least {max(1, int(first.size))} {said} within 30 days"
            raise wrong("E_TYPE", test.at, "Events are counted within a time.", fix)
        if isinstance(value, Ref) and spec.type in ("event", "milestone"):
            raise self._no_type(value, spec)
        alone = first == Literal("word", "true") and first.at == value.at
        if alone and spec.type != "bool":
            kind = "a number" if spec.type in NUMERIC else spec.type
            raise wrong("E_TYPE", value.at, f"{said} is {kind}: compare it with something.")

    @staticmethod
    def _word(bound: Bound, spec: Signal) -> Bound:
        """A name on the right that is also one of the signal's values is that value."""
        is_value = isinstance(bound, Ref) and bound.arg is None and bound.name in spec.values
        return Literal("word", bound.name, at=bound.at) if is_value and isinstance(bound, Ref) else bound

    def _two_signals(self, test: Compare, spec: Signal, grain: Grain) -> Compare:
        other = cast(Ref, test.to[0])
        if self.module:
            self._alike(spec, self.signal(other, grain), other)
            if test.op not in (("before", "after") if spec.type == "date" else (*SIGNS, "is")):
                raise self._no_op(test, spec)
            return replace(test, to=(self._present(other),))
        known = self.catalogue.find(other.name)
        same = known is not None and known.unit == spec.unit and spec.type in ("number", "money")
        fix = f"{self.said(test.value.at)} / {other.name} {test.op} 100%" if same else None
        raise wrong("E_SIGNALS", test.at, "Compare a signal with a value; for two signals use a share.", fix)

    @staticmethod
    def _alike(spec: Signal, other: Signal, ref: Ref) -> None:
        if (spec.type, spec.currency) != (other.type, other.currency):
            raise wrong("E_UNIT", ref.at, f"Only like can be compared with like: {spec.type} with {other.type}.")

    def _against_mean(self, test: Compare, spec: Signal, mean: Mean) -> Compare:
        self.mean(test.value, spec, mean)
        if test.op == "=":
            raise wrong("E_TYPE", test.at, "A mean is compared with <, <=, > or >=.")
        return test

    def mean(self, value: Value, spec: Signal, mean: Mean) -> None:
        """Raise unless the value has an own mean over so many days."""
        if self.module:
            raise wrong("E_MODULE", mean.at, "A film asks about its facts as they stand: make the mean a fact.")
        if not isinstance(value, Ref):
            why = "Change over time is asked of one signal; make the share a signal in the catalogue."
            raise wrong("E_TYPE", value.at, why)
        if spec.grain != "account":
            raise wrong("E_GRAIN", value.at, "History is kept for accounts only.")
        if spec.type not in NUMERIC:
            raise self._no_type(value, spec)
        if mean.days not in _MEAN_DAYS or mean.times <= 0:
            raise wrong("E_WINDOW", mean.at, "A mean runs over 2 to 366 days.")

    def _against_share(self, test: Compare, spec: Signal, share: Share, grain: Grain) -> Compare:
        """`90% of before`, or in a film `10% of another_fact`."""
        if spec.type not in NUMERIC:
            raise wrong("E_TYPE", test.at, f"{self.said(test.value.at)} is {spec.type}: it has no share.")
        if share.percent < 0:
            raise wrong("E_VALUE", share.at, "A share is not negative.")
        if share.of is None:
            if not isinstance(test.value, Ref) or test.value.name not in self.before:
                why = (
                    "`before` is the older value that opened the episode: only in closes_when and success, of a signal"
                )
                raise wrong("E_BEFORE", share.at, f"{why} whose older value the play's `when` names.")
            return test
        if not self.module:
            why = "Compare a signal with a value; for two signals use a share."
            fix = f"{self.said(test.value.at)} / {share.of.name}"
            raise wrong("E_SIGNALS", test.at, why, f"{fix} {test.op} {self.said(share.at).split('of')[0].strip()}")
        self._alike(spec, self.signal(share.of, grain), share.of)
        return replace(test, to=(replace(share, of=self._present(share.of)),))

    def _against_literals(self, test: Compare, spec: Signal) -> Compare:
        literals = [fit(b, spec) for b in test.to if isinstance(b, Literal)]
        if test.op == "between":
            said = [self.said(b.at) for b in literals]
            ordered(literals[0], literals[1], said, spec, test.at)
        elif not test.op.endswith("one of"):
            in_range(literals[0], spec, test.op, test.at, self.said(test.value.at))
        return replace(test, to=tuple(literals))

    def _no_op(self, test: Compare, spec: Signal) -> ConditionError:
        """A comparison that does not go with the type."""
        value, to = self.said(test.value.at), self.said(test.to[0].at)
        if spec.type == "set":
            fix = f"{value} contains {to}" if test.op in ("is", "=") else None
            return wrong("E_TYPE", test.at, "This holds several values: say contains.", fix)
        if spec.type == "date":
            swap = {"<": "before", ">": "after"}.get(test.op)
            why = "Dates are compared with before, after or between."
            return wrong("E_TYPE", test.at, why, f"{value} {swap} {to}" if swap else None)
        if spec.type == "enum" and test.op in SIGNS:
            return wrong("E_TYPE", test.at, f"{value} has no order: name the values with is one of (...).")
        return wrong("E_TYPE", test.at, f"{test.op!r} does not go with {spec.type}.")


def _denied(flag: Literal) -> Literal:
    return replace(flag, value="false" if flag.value == "true" else "true")


def _other_grain(spec: Signal, grain: Grain) -> str:
    belongs = f"{spec.name} belongs to each {spec.grain}, not to the {grain}."
    if spec.grain == "account":
        return f"{belongs} Put it outside the parentheses."
    return f"{belongs} Say: any {spec.grain} where {spec.name} ...; where there are several tests, put them in parentheses."
