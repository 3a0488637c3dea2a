"""How accounts take features up: the time to each, the order, the depth, and which features go with staying.

Every figure says how many accounts it is of; below LEAST it is refused. An account that has not taken a feature up yet counts for
as long as it was watched (Kaplan and Meier 1958, JASA 53:457); the interval of a median is Brookmeyer and Crowley's (1982,
Biometrics 38:29) on the log-log scale. A customer that was there before use was recorded tells nothing about the time to a feature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import scipy
from numpy.typing import NDArray

LEAST = 10
"""Accounts a figure must stand for, here and on each side of a comparison."""
DECIDED_LEAST = 30
"""Decisions to stay or leave below which nothing is said of what goes with them."""
LEVEL = 0.95
HALF = 0.5 + 1e-9
"""One half, whatever the order in which shares were multiplied."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Difference = Callable[[tuple[int, int], tuple[int, int], float], tuple[float, float, float]]
"""(events of both groups, sizes, level) -> (first share less second, low, high)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Days from becoming a customer to the first use of a feature. median_days: None where fewer than half have got there."""

    feature: str
    took: int
    watched: int  # accounts watched from their first day on
    median_days: int | None
    low_days: int | None  # of 95%; None: not bounded by what was seen
    high_days: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """What is most often taken up next after a feature."""

    after: str
    then: str
    times: int
    of: int  # accounts that took anything up after it


@dataclass(frozen=True, slots=True)
class Depth:
    """Use a day of use, per person at work in the product, over accounts that use the feature: quartiles."""

    feature: str
    accounts: int
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Staying:
    """How many stayed of the accounts that used a feature well before they decided, and of those that did not."""

    feature: str
    using: int
    using_stayed: int
    without: int
    without_stayed: int
    difference: float  # of the shares that stayed
    low: float  # an interval that holds for all features looked at together
    high: float

    @property
    def goes_with(self) -> str:
        """staying, leaving, or neither where the interval holds zero."""
        return "staying" if self.low > 0 else "leaving" if self.high < 0 else "neither"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a figure is not told."""

    of: str
    reason: str


def paces(features: Sequence[str], since: Ints, first: Ints, until: Ints, began: int | None) -> list[Pace | Refusal]:
    """The time to each feature over the accounts that were watched from their first day on.

    since, until: (accounts,) day numbers, the first and the last day as a customer so far. first: (accounts, features), 0: never.
    began: first day on which use was recorded.
    """
    watched = (since >= began) & (until >= since) if began is not None else np.zeros(len(since), bool)
    found: list[Pace | Refusal] = []
    for k, feature in enumerate(features):
        took = first[watched, k] > 0
        days = np.where(took, first[watched, k], until[watched]) - since[watched]
        if took.sum() < LEAST:
            found.append(
                Refusal(
                    feature, f"{int(took.sum())} accounts watched from the first day took it up, {LEAST} are the least"
                )
            )
        else:
            found.append(Pace(feature, int(took.sum()), int(watched.sum()), *median_time(np.maximum(days, 0), took)))
    return found


def median_time(days: Ints, happened: Bools, level: float = LEVEL) -> tuple[int | None, int | None, int | None]:
    """Median time to an event with its interval, where some were watched only so long: (median, low, high) in whole days.

    None where the share still waiting, or its limit, never falls to one half.
    """
    z, going, spread = float(scipy.special.ndtri(0.5 + level / 2)), 1.0, 0.0
    median = low = high = None
    for t in np.unique(days[happened]).tolist():
        at_risk, events = int((days >= t).sum()), int(((days == t) & happened).sum())
        going *= 1 - events / at_risk
        spread += events / (at_risk * (at_risk - events)) if at_risk > events else 0.0
        lower, upper = _limits(going, spread, z)
        median = int(t) if median is None and going <= HALF else median
        low = int(t) if low is None and lower <= HALF else low
        high = int(t) if high is None and upper <= HALF else high
    return median, low, high


def _limits(going: float, spread: float, z: float) -> tuple[float, float]:
    """Limits of a share that is still waiting, by Greenwood's variance of log(-log)."""
    if going <= 0.0 or going >= 1.0:
        return going, going
    error = z * sqrt(spread) / abs(log(going))
    return going ** float(np.exp(error)), going ** float(np.exp(-error))


def order(features: Sequence[str], first: Ints, since: Ints, began: int | None) -> tuple[list[str], list[Step]]:
    """Features in the order they are usually taken up, and what usually follows each: only of LEAST accounts or more.

    By the mean place among the features an account has taken up, over accounts watched from their first day on.
    """
    watched = first[(since >= began)] if began is not None else first[:0]
    rank = np.argsort(np.argsort(np.where(watched > 0, watched, np.iinfo(np.int64).max), axis=1, kind="stable"), axis=1)
    places = []
    for k, feature in enumerate(features):
        took = watched[:, k] > 0
        if took.sum() >= LEAST:
            places.append((float(rank[took, k].mean()), feature))
    return [feature for _place, feature in sorted(places)], _steps(features, watched)


def _steps(features: Sequence[str], watched: Ints) -> list[Step]:
    """The feature first used soonest after each other one. Two first used on one day do not follow each other."""
    found = []
    for k, feature in enumerate(features):
        took = watched[watched[:, k] > 0]
        later = np.where(took > took[:, k : k + 1], took, np.iinfo(np.int64).max) if len(took) else took
        went_on = later[(later < np.iinfo(np.int64).max).any(1)] if len(took) else took
        if len(went_on) < LEAST:
            continue
        times = np.bincount(went_on.argmin(1), minlength=len(features))
        best = int(times.argmax())
        if times[best] >= LEAST:
            found.append(Step(feature, features[best], int(times[best]), len(went_on)))
    return found


def depths(features: Sequence[str], recent: Floats, days: Ints, people: Floats) -> list[Depth | Refusal]:
    """Quartiles of use a day of use, per person at work, over the accounts that used each feature lately.

    recent: value over the last weeks; days: with use, of those, both (accounts, features). people: (accounts,), NaN where unknown.
    """
    found: list[Depth | Refusal] = []
    known = people > 0
    for k, feature in enumerate(features):
        here = known & (days[:, k] > 0)
        if here.sum() < LEAST:
            found.append(
                Refusal(
                    feature,
                    f"{int(here.sum())} accounts use it of which people at work are known, {LEAST} are the least",
                )
            )
        else:
            each = recent[here, k] / days[here, k] / people[here]
            found.append(Depth(feature, int(here.sum()), *(float(q) for q in np.quantile(each, (0.25, 0.5, 0.75)))))
    return found


def staying(features: Sequence[str], used: Bools, stayed: Bools, difference: Difference) -> list[Staying | Refusal]:
    """Which features go with staying: accounts that decided, by what they used well before.

    used: (decided accounts, features); stayed: (decided accounts,). Each account counts once. Intervals are Bonferroni's over all
    features compared. What goes with staying need not cause it.
    """
    if len(stayed) < DECIDED_LEAST:
        return [
            Refusal(
                "staying", f"{len(stayed)} decisions with known use before them are too few, {DECIDED_LEAST} are needed"
            )
        ]
    gone = int((~stayed).sum())
    if gone < LEAST:
        return [Refusal("staying", f"{gone} of {len(stayed)} accounts left, {LEAST} are the least")]
    sizes = [(int(used[:, k].sum()), int((~used[:, k]).sum())) for k in range(len(features))]
    compared = sum(min(n) >= LEAST for n in sizes)
    found: list[Staying | Refusal] = []
    for k, feature in enumerate(features):
        n = sizes[k]
        if min(n) < LEAST:
            side = "used it" if n[0] < n[1] else "went without"
            found.append(Refusal(feature, f"{min(n)} accounts that decided {side}, {LEAST} are the least"))
            continue
        events = int(stayed[used[:, k]].sum()), int(stayed[~used[:, k]].sum())
        found.append(
            Staying(feature, n[0], events[0], n[1], events[1], *difference(events, n, 1 - (1 - LEVEL) / compared))
        )
    return found
