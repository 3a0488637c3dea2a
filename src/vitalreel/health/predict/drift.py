"""Whether a model still fits: churn as often as it predicted, and measures that stand where they stood on the day it learnt (H8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from vitalreel.health.predict.logistic import Floats

BINS = 10
FEWEST = 5.0
"""Churns that must be expected before a gap says anything: below it a normal approximation of their number is off."""
EMPTY = 0.5
"""Accounts that stand in for none in a bin, so that a share has a logarithm."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a change counts as drift."""

    odds: float = 0.01  # how unlikely it must be by chance
    shift: float = 0.25  # and, of a measure's levels, how large: the index of `shift`


@dataclass(frozen=True, slots=True)
class Gap:
    """Churns that followed predictions, against what they said."""

    accounts: int
    expected: float
    observed: int
    chance: float  # that a gap as large comes about where the model is right

    def drifted(self, limits: Limits) -> bool:
        return self.chance < limits.odds


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the levels of a measure have moved since the model learnt."""

    measure: str
    label: str
    before: float  # mean level then, 0..1
    now: float
    index: float
    chance: float  # that levels differ as much where nothing has moved

    def drifted(self, limits: Limits) -> bool:
        return self.index >= limits.shift and self.chance < limits.odds


def gap(p: Floats, y: Floats) -> Gap | None:
    """Predicted chances against what followed (0 or 1), one element an account and horizon; None where too little was expected.

    The test is Spiegelhalter's of calibration at large: the sum of independent outcomes is near normal, with variance sum p(1 - p).
    """
    expected, spread = float(p.sum()), float((p * (1 - p)).sum())
    if expected < FEWEST or spread <= 0:
        return None
    off = (float(y.sum()) - expected) / sqrt(spread)
    return Gap(len(p), expected, int(y.sum()), erfc(abs(off) / sqrt(2)))


def shift(measure: str, label: str, before: Floats, now: Floats) -> Shift | None:
    """Levels (0..1) of a measure then and now, an account each; None where either is empty.

    The index is the population stability index, sum (q - p) ln(q / p), over tenths of the level. Small companies jump: Pearson's
    chi-squared test of both counts over the tenths that hold anybody says how likely that is by chance.
    """
    from scipy.stats import chi2

    if not len(before) or not len(now):
        return None
    a, b = _counts(before), _counts(now)
    p, q = _shares(a), _shares(b)
    index = float(np.sum((q - p) * np.log(q / p)))
    both = a + b
    held = both > 0
    expected = np.array([both[held] * len(before), both[held] * len(now)]) / (len(before) + len(now))
    off = float((((np.array([a[held], b[held]]) - expected) ** 2) / expected).sum())
    chance = float(chi2.sf(off, held.sum() - 1)) if held.sum() > 1 else 1.0
    return Shift(measure, label, float(before.mean()), float(now.mean()), index, chance)


def _counts(levels: Floats) -> Floats:
    bins = np.minimum((levels * BINS).astype(int), BINS - 1)
    return np.bincount(bins, minlength=BINS).astype(float)


def _shares(counts: Floats) -> Floats:
    filled = np.maximum(counts, EMPTY)
    return np.asarray(filled / filled.sum(), float)


def in_words(found: Gap | None, shifts: Mapping[str, Shift], limits: Limits) -> dict[str, str]:
    """What has drifted -> how, in a sentence each; empty where nothing has."""
    told = {}
    if found is not None and found.drifted(limits):
        more = "More" if found.observed > found.expected else "Fewer"
        told["calibration"] = (
            f"{more} accounts left than was predicted: {found.observed} of {found.accounts}, where {found.expected:.1f} were "
            f"expected; chance makes such a gap in {found.chance:.1%} of cases"
        )
    for name, one in shifts.items():
        if one.drifted(limits):
            way = "lower" if one.now < one.before else "higher"
            told[f"level of {name}"] = (
                f"{one.label} stands {way} than when the model learnt: {one.now:.0%} of its scale on average, {one.before:.0%} then "
                f"(stability index {one.index:.2f})"
            )
    return told
