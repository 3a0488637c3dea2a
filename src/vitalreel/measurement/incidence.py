"""What becomes of accounts in time where one end rules out the others: the share that ends by each cause, and the days lost to it.

One minus Kaplan and Meier's curve answers for a world in which accounts cannot leave any other way; it is never used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vitalreel.measurement.sample import Bools, Floats
from vitalreel.measurement.shares import wilson

DRAWS, SEED = 1000, 7  # of dealing the arms anew
_CELLS = 2_000_000  # of a matrix of draws and accounts: bounds the memory

Measure = Literal["share", "days"]
"""share: of accounts that ended by the cause up to the horizon. days: lost to it up to then, a mean over all accounts."""


@dataclass(frozen=True, slots=True)
class Courses:
    """n accounts, each followed from its own first day on."""

    days: Floats  # (n,) of its end, or until which it was followed; above 0
    cause: NDArray[np.int64]  # (n,) 0 where it had not ended by then, else the place of its name in `names`, from 1
    names: tuple[str, ...]
    treated: Bools  # (n,)
    strata: NDArray[np.int64]  # (n,) equal where drawn together

    def of(self, rows: Bools) -> Courses:
        """Those accounts alone."""
        return Courses(self.days[rows], self.cause[rows], self.names, self.treated[rows], self.strata[rows])


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm's share or days, with a score interval."""

    value: float
    low: float
    high: float
    variance: float
    worth: float  # accounts followed to the horizon that would tell as much


def incidence(days: Floats, cause: NDArray[np.int64], which: int, weights: Floats, horizon: float) -> Floats:
    """(k, 2): the days on which accounts ended by `which`, rising, and the share that had by then (Aalen and Johansen 1978).

    Scandinavian Journal of Statistics 5:141. Accounts followed only up to a day are still at risk on it.
    """
    steps = _steps(days, cause, which, horizon)
    one, every = steps.hazards(weights)
    share = np.cumsum(_survive(every) * one, axis=-1)
    ended = np.flatnonzero(steps.sum(weights * steps.one) > 0)
    return np.column_stack([steps.times[ended], share[ended]])


def arm(
    days: Floats, cause: NDArray[np.int64], which: int, weights: Floats, horizon: float, measure: Measure = "share",
    level: float = 0.95,
) -> Arm:  # fmt: skip
    """What one arm came to by the horizon.

    The variance is that of the influence function of Aalen and Johansen's estimate, which without censoring and weights is the
    binomial one; the interval is Wilson's for as many accounts as have that variance (the days' for the share of the horizon lost).
    days, cause, weights: (n,).
    """
    steps = _steps(days, cause, which, horizon)
    gain = np.ones(len(steps.times)) if measure == "share" else horizon - steps.times
    one, every = steps.hazards(weights)
    risk = steps.risk(weights)
    step = _survive(every) * gain
    value = float(step @ one)
    later = (value - np.cumsum(step * one)) / np.where(every < 1 - 1e-12, 1 - every, np.inf)
    safe = np.where(risk > 0, risk, np.inf)
    drift = np.cumsum((step * one - later * every) / safe)
    seen = steps.place >= 0
    own = np.zeros(len(days))
    own[seen] = -drift[steps.place[seen]]
    ended = steps.inside & (steps.ordered > 0)
    own[ended] -= (later / safe)[steps.place[ended]]
    mine = steps.inside & (steps.ordered == which)
    own[mine] += (step / safe)[steps.place[mine]]
    variance = float(((own * weights[steps.order]) ** 2).sum())
    scale = 1.0 if measure == "share" else horizon
    p, spread = min(max(value / scale, 0.0), 1.0), variance / scale**2
    through = weights[(days >= horizon) | (cause > 0)]
    worth = p * (1 - p) / spread if spread > 1e-18 and 0 < p < 1 else _kish(through)
    low, high = wilson(p * worth, worth, level) if worth > 0 else (0.0, 1.0)
    return Arm(value, scale * low, scale * high, variance, worth)


def apart(one: Arm, other: Arm) -> tuple[float, float, float]:
    """The first less the second, with its interval by the squares of the sides (MOVER, Zou and Donner 2008); without censoring the
    share's is Newcombe's."""
    low = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    value = one.value - other.value
    return value, value - low, value + high


def balanced(courses: Courses, treated: Bools | None = None) -> Floats:
    """Weights (..., n) by which each arm has the strata in the shares that all accounts have; 0 in strata that one arm is missing from.

    treated: (..., n), the arms as they came out where None.
    """
    arms = courses.treated if treated is None else treated
    found = np.zeros(arms.shape)
    for stratum in np.unique(courses.strata):
        inside = courses.strata == stratum
        size = int(inside.sum())
        n = int(courses.treated[inside].sum())
        if 0 < n < size:
            found[..., inside] = np.where(arms[..., inside], size / n, size / (size - n))
    return found


def permuted(
    courses: Courses, which: int, horizon: float, measure: Measure, draws: int = DRAWS, seed: int = SEED
) -> float:  # fmt: skip
    """Two-sided p-value of the arms' difference when they are dealt anew inside strata. Equal inputs, equal p."""
    random = np.random.default_rng(seed)
    places = [np.flatnonzero(courses.strata == stratum) for stratum in np.unique(courses.strata)]
    steps = _steps(courses.days, courses.cause, which, horizon)
    gain = np.ones(len(steps.times)) if measure == "share" else horizon - steps.times
    seen = abs(_difference(courses, steps, gain, courses.treated[None, :])[0]) - 1e-12
    at_once = max(1, _CELLS // len(courses.days))
    further = 0
    for first in range(0, draws, at_once):
        dealt = np.empty((min(at_once, draws - first), len(courses.days)), bool)
        for inside in places:
            dealt[:, inside] = random.permuted(np.tile(courses.treated[inside], (len(dealt), 1)), axis=1)
        further += int((np.abs(_difference(courses, steps, gain, dealt)) >= seen).sum())
    return float((1 + further) / (1 + draws))


def _difference(courses: Courses, steps: _Steps, gain: Floats, arms: Bools) -> Floats:
    """Of each row of arms (draws, n), the treated's value less the others'."""
    both = balanced(courses, arms)
    found: list[Floats] = []
    for mine in (arms, ~arms):
        one, every = steps.hazards(both * mine)
        found.append((_survive(every) * gain * one).sum(-1))
    return found[0] - found[1]


def _survive(every: Floats) -> Floats:
    """The share that had not ended before each day, (..., m), of hazards of any end."""
    left = np.cumprod(1 - np.clip(every, 0, 1), axis=-1)
    return np.concatenate([np.ones((*left.shape[:-1], 1)), left], axis=-1)[..., : every.shape[-1]]


def _kish(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) and weights.any() else 0.0


# -- the steps of the curves ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Steps:
    """Accounts in order of their days, and the days up to the horizon on which any ended or was no longer followed.

    Weights are (..., n) in the order in which the accounts came.
    """

    order: NDArray[np.intp]
    ordered: NDArray[np.int64]  # causes in that order
    one: Bools  # (n,) ended by the cause, in the order in which they came
    ended: Bools  # (n,) by any
    times: Floats  # (m,)
    starts: NDArray[np.intp]  # of each time's accounts in order
    place: NDArray[np.intp]  # (n,) in order: the last of `times` up to the account's own day; -1: none
    inside: Bools  # (n,) in order: its day is up to the horizon

    def sum(self, weights: Floats) -> Floats:
        """Weights by day, (..., m)."""
        if not len(self.times):
            return np.zeros((*weights.shape[:-1], 0))
        sorted_ = weights[..., self.order]
        found: Floats = np.add.reduceat(sorted_, self.starts, axis=-1)
        last = int(self.inside.sum())
        if last < sorted_.shape[-1]:  # reduceat runs the last day on to the end
            found[..., -1] -= sorted_[..., last:].sum(-1)
        return found

    def risk(self, weights: Floats) -> Floats:
        """Weight still followed on each day, (..., m): what leaves on it is among it."""
        leaving = self.sum(weights)
        beyond = (weights[..., self.order] * ~self.inside).sum(-1, keepdims=True)
        found: Floats = np.flip(np.cumsum(np.flip(leaving, -1), -1), -1) + beyond
        return found

    def hazards(self, weights: Floats) -> tuple[Floats, Floats]:
        """Of the weight at risk on each day, the share that ended by the cause, and by any: (..., m) each."""
        risk = self.risk(weights)
        safe = np.where(risk > 0, risk, np.inf)
        return self.sum(weights * self.one) / safe, self.sum(weights * self.ended) / safe


def _steps(days: Floats, cause: NDArray[np.int64], which: int, horizon: float) -> _Steps:
    order = np.argsort(days, kind="stable")
    sorted_ = days[order]
    inside = sorted_ <= horizon
    times, starts = np.unique(sorted_[inside], return_index=True)
    place = np.searchsorted(times, np.minimum(sorted_, horizon), side="right") - 1
    return _Steps(order, cause[order], cause == which, cause > 0, times, starts, place, inside)
