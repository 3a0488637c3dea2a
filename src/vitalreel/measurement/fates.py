"""Two arms compared by what became of their accounts in time: renewed, lost, smaller, each ruling out the others (issue 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal, Unit, direction_of
from vitalreel.measurement.incidence import Arm, Courses, Measure, apart, arm, balanced, permuted
from vitalreel.measurement.trial import Least

FOLLOWED = 5
"""Accounts of each arm that must still be followed at the horizon: beyond the last of them a curve says nothing."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the arms came about."""

    by_lot: bool
    chance: float | None  # the exact p-value of their sizes; None: the planned share is not known
    planned: str = ""  # what was planned, in words
    earliest: date | None = None  # when more could be told, where that is known


def compare_fates(
    question: str, courses: Courses, cause: str, horizon: float, measure: Measure, drawn: Drawn, least: Least,
    level: float = 0.95,
) -> Estimate | Refusal:  # fmt: skip
    """The arms' difference in one cause up to the horizon, treated minus not: of the share that ended by it, or of the days lost to it.

    Cumulative incidence by Aalen and Johansen, the other causes ruling it out; days lost are the area under it (restricted mean time
    lost, Andersen 2013, Statistics in Medicine 32:5278). Intervals by `incidence.arm` and `apart`; a side of zero is told only where
    dealing the arms anew inside strata agrees. horizon: in days, above 0. Raises BadInput where no account has such a cause.
    """
    if cause not in courses.names:
        raise BadInput(f"cause {cause}", "no account ended by it", f"there are {', '.join(courses.names) or 'none'}")
    which = courses.names.index(cause) + 1
    checks = _checks(courses, which, horizon, drawn)
    n, events = _counted(courses, which, horizon)
    if why := _why_none(courses, n, events, horizon, drawn, least):
        return Refusal(question, *why, drawn.earliest, n, events, None, checks)
    arms = both(courses, which, horizon, measure, level)
    other: Measure = "days" if measure == "share" else "share"
    checks[_named(other)] = _said(apart(*both(courses, which, horizon, other, level)), other)
    checks["in each arm"] = " and ".join(_alone(a, measure) for a in arms)
    value, low, high = apart(*arms)
    chance = permuted(courses, which, horizon, measure)
    way = direction_of(low, high) if chance < 1 - level + 1e-9 else None
    checks["arms dealt anew in strata"] = f"p = {chance:.3f}" + ("" if way else ": no side of zero is told")
    if not drawn.by_lot:
        checks["design"] = "how the arms came about was not said: a description of two groups, not an effect"
    grade: Literal["A", "C"] = "A" if drawn.by_lot else "C"
    method = f"{_named(measure)} of {cause} within {horizon:g} days, Aalen and Johansen's, joined score intervals"
    unit: Unit = "points" if measure == "share" else "days"
    return Estimate(question, value, low, high, grade, method, n, events, checks, way, unit=unit)


def both(courses: Courses, which: int, horizon: float, measure: Measure, level: float = 0.95) -> tuple[Arm, Arm]:
    """The treated's and the others', as if both had the strata that all have."""
    weights = balanced(courses)
    found = [
        arm(courses.days[rows], courses.cause[rows], which, weights[rows], horizon, measure, level)
        for rows in (courses.treated, ~courses.treated)
    ]
    return found[0], found[1]


def _counted(courses: Courses, which: int, horizon: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Accounts of each arm, and those that ended by the cause in time."""
    hit = (courses.cause == which) & (courses.days <= horizon)
    own = courses.treated
    return (int(own.sum()), int((~own).sum())), (int((hit & own).sum()), int((hit & ~own).sum()))


def _why_none(
    courses: Courses, n: tuple[int, int], events: tuple[int, int], horizon: float, drawn: Drawn, least: Least
) -> tuple[str, str] | None:
    """What stands in the way of a figure, as reason and remedy."""
    if drawn.chance is not None and drawn.chance < least.sample_ratio_p:
        reason = f"sample ratio: the arms came out {n[0]} to {n[1]}, which {drawn.planned} cannot explain (exact p = {drawn.chance:.2g})"
        return reason, "find out where accounts were lost between assignment and report"
    if min(n) < least.accounts:
        return f"{n[0]} treated accounts and {n[1]} others", f"at least {least.accounts} in each arm"
    through = _through(courses, horizon)
    if min(through) < FOLLOWED:
        reason = (
            f"{through[0]} treated accounts and {through[1]} others were followed for {horizon:g} days without an end; each arm with "
            f"accounts that are not known so far needs {FOLLOWED}"
        )
        return reason, "more time, or a nearer horizon"
    happened, smaller = sum(events), sum(events) * min(n) / sum(n)
    if happened < least.events or smaller < least.expected:
        reason = (
            f"{happened} of {sum(n)} accounts ended so in time, {smaller:.1f} of them expected in the smaller arm; a figure needs "
            f"{least.events} and {least.expected}"
        )
        return reason, "more accounts, or a longer horizon"
    if not balanced(courses).any():
        return "no stratum has accounts in both arms", "strata with accounts in both arms"
    return None


def _through(courses: Courses, horizon: float) -> tuple[int, int]:
    """Accounts of each arm still going on at the horizon, by which its last days are told; all, where none is unknown before it."""
    going, unknown = courses.days >= horizon, (courses.days < horizon) & (courses.cause == 0)
    own = courses.treated
    found = [int((going & a).sum()) if (unknown & a).any() else int(a.sum()) for a in (own, ~own)]
    return found[0], found[1]


def _followed(courses: Courses, horizon: float) -> tuple[int, int]:
    """Accounts of each arm of which it is known what they came to by the horizon."""
    known = (courses.days >= horizon) | (courses.cause > 0)
    return int((known & courses.treated).sum()), int((known & ~courses.treated).sum())


def _checks(courses: Courses, which: int, horizon: float, drawn: Drawn) -> dict[str, str]:
    known, n = sum(_followed(courses, horizon)), len(courses.days)
    strata = len(np.unique(courses.strata))
    one_arm = int((balanced(courses) == 0).sum())
    checks = {
        "sample ratio": "not tested: the planned share was not given"
        if drawn.chance is None
        else f"exact p = {drawn.chance:.3f}",
        "followed": f"{known} of {n} accounts to day {horizon:g} or to their end, the others as far as they are known",
    }
    if strata > 1:
        checks["strata"] = f"{strata}; {one_arm} accounts are in strata with one arm only, and say nothing"
    if others := [i for i in range(1, len(courses.names) + 1) if i != which]:
        checks["ruled out by"] = "; ".join(_shares(courses, i, horizon) for i in others)
    return checks


def _shares(courses: Courses, which: int, horizon: float) -> str:
    one, other = both(courses, which, horizon, "share")
    return f"{courses.names[which - 1]} {one.value:.1%} and {other.value:.1%}"


def _named(measure: Measure) -> str:
    return "cumulative incidence" if measure == "share" else "mean days lost"


def _said(found: tuple[float, float, float], measure: Measure) -> str:
    scale, unit = (100, "points") if measure == "share" else (1, "days")
    value, low, high = (f"{scale * v:+.1f}".replace("-", "−") for v in found)
    return f"{value} {unit} ({low} to {high})"


def _alone(a: Arm, measure: Measure) -> str:
    if measure == "share":
        return f"{a.value:.1%} ({a.low:.1%} to {a.high:.1%})"
    return f"{a.value:.1f} days ({a.low:.1f} to {a.high:.1f})"
