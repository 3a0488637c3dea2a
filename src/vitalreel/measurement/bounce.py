"""What a score that was low when it was looked at does by itself: the rebound to expect without anything being done (M2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.sample import Sample

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounce:
    """The mean change to expect of accounts chosen for their score, with the 95% interval for the mean of that many accounts."""

    value: float
    low: float
    high: float


def expected_bounce(score: Floats, later: Floats, chosen: Floats) -> Bounce:
    """The change that accounts with the scores `chosen` show from then to later, learnt from a time when nothing was done.

    score, later: (n,) of all accounts in that time, as far apart as the outcome will be; not only of those with low scores, whose
    range is too short to learn from. chosen: (m,). A line by least squares: with a score of reliability r and mean a, the change at
    score s is (1 - r)(a - s) (Galton 1886; Barnett, van der Pols and Dobson 2005, Int. J. of Epidemiology 34:215).
    Raises ValueError where the scores do not vary or there are fewer than three.
    """
    if len(score) < 3 or np.ptp(score) == 0:
        raise ValueError("a rebound cannot be learnt from fewer than three accounts, or from equal scores")
    apart = score - score.mean()
    slope = float(apart @ later / (apart @ apart))
    left = later - later.mean() - slope * apart
    away = float(chosen.mean() - score.mean())
    value = float(later.mean() + slope * away - chosen.mean())
    spread = float(left @ left) / (len(score) - 2)
    se = np.sqrt(spread * (1 / len(chosen) + 1 / len(score) + away**2 / (apart @ apart)))
    half = float(scipy.special.stdtrit(len(score) - 2, 0.975) * se)
    return Bounce(value, value - half, value + half)


def told_bounce(sample: Sample) -> dict[str, str]:
    """What is to be told of before and after: how the treated moved, and how they would have by the line of the others (M2)."""
    if sample.start is None:
        return {}
    own, before = sample.treated, sample.start.values
    moved = float((sample.outcome - before)[own].mean())
    said = f"the treated moved by {moved:+,.4g} since {sample.start.name}"
    try:
        b = expected_bounce(before[~own], sample.outcome[~own], before[own])
    except ValueError as why:
        return {"before and after": f"{said}, which is no effect; {why}"}
    told = f"{said}, which is no effect: {b.value:+,.4g} ({b.low:+,.4g} to {b.high:+,.4g}) was to be expected without"
    return {"before and after": told}


def before_after(sample: Sample) -> Refusal:
    """What is said where everybody was treated, however much they moved: never an effect (M2)."""
    reason = "everybody was treated; accounts chosen for a low value rise by themselves, and nobody shows how much"
    return Refusal(
        sample.question,
        reason,
        "accounts held out by lot from now on",
        None,
        sample.n,
        sample.events,
        None,
        told_bounce(sample),
    )
