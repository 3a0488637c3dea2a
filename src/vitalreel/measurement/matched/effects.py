"""Three answers to one question, what the treated would have been without: balanced, doubly robust, matched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.measurement.matched.design import Balance, Design, balance, fitted
from vitalreel.measurement.sample import Floats

Places = NDArray[np.intp]
MATCHES = 3
_CALIPER = 0.2  # standard deviations of the propensity's log-odds (Austin 2011)
_ROWS = 256  # treated accounts compared at once: bounds the memory


@dataclass(frozen=True, slots=True)
class Effect:
    """Among the treated: with treatment minus without."""

    value: float
    se: float
    df: float  # degrees of freedom of its t; inf: normal

    @property
    def interval(self) -> tuple[float, float]:
        """95%."""
        half = float(scipy.special.stdtrit(self.df, 0.975)) * self.se
        return self.value - half, self.value + half

    @property
    def surely(self) -> bool:
        """Whether a one-sided test at 5% rejects the other sign."""
        return abs(self.value) > float(scipy.special.stdtrit(self.df, 0.95)) * self.se


@dataclass(frozen=True, slots=True)
class Pairs:
    """The matched effect, of how many treated, and how alike the matched are."""

    effect: Effect
    matched: float  # share of the treated
    alike: Balance


def balanced(design: Design, outcome: Floats) -> Effect:
    """The treated's mean minus the weighted others', with its error. outcome: (n,).

    Doubly robust as it stands: the weights balance the columns exactly, so that taking a regression on them off both sides changes
    nothing (Zhao and Percival 2017, theorem 1). Standard error from its influence function: the others' residuals beside the
    weighted regression, with HC2's leverage, and the treated's spread around the same line.
    """
    own, w = design.treated, design.weights
    left, leverage = fitted(design.columns, outcome, w, ~own)
    value = difference(design, outcome)
    n = int(own.sum())
    ours = float(left[own].var(ddof=1)) / n
    theirs = float((w**2 * left[~own] ** 2 / np.maximum(1 - leverage, 1e-6)).sum())
    free = max(design.effective - design.columns.shape[1] - 1, 1)
    df = (ours + theirs) ** 2 / (ours**2 / (n - 1) + theirs**2 / free) if ours + theirs > 0 else np.inf
    return Effect(value, float(np.sqrt(ours + theirs)), float(df))


def difference(design: Design, outcome: Floats) -> float:
    """The treated's mean minus the weighted others'."""
    return float(outcome[design.treated].mean() - design.weights @ outcome[~design.treated])


def augmented(design: Design, outcome: Floats, chances: Floats) -> Effect:
    """Doubly robust by another road: residuals beside an unweighted regression of the others, weighted by propensity odds (AIPW).

    outcome: (n,). chances: (n,), the propensity.
    Robins, Rotnitzky and Zhao 1994, for the treated as in Moodie, Saarela and Stephens 2018 (Biometrics 74:1509); odds sum to 1.
    """
    own = design.treated
    left, _ = fitted(design.columns, outcome, np.ones(int((~own).sum())), ~own)
    odds = chances[~own] / (1 - chances[~own])
    w = odds / odds.sum()
    correction = float(w @ left[~own])
    value = float(left[own].mean()) - correction
    spread = ((left[own] - left[own].mean()) ** 2).sum() / own.sum() ** 2 + (
        w**2 * (left[~own] - correction) ** 2
    ).sum()
    return Effect(value, float(np.sqrt(spread)), np.inf)


def matched(design: Design, outcome: Floats, chances: Floats) -> Pairs | None:
    """Each treated account against its three nearest others, with replacement, bias-corrected; None where nobody finds one.

    Nearest by Mahalanobis distance inside the caliper. Abadie and Imbens 2011 (Journal of Business & Economic Statistics 29:1) for the
    correction, their 2006 (Econometrica 74:235) theorem 7 for the standard error; a bootstrap would be wrong here (their 2008).
    """
    own = design.treated
    z, logit = _scaled(design), np.log(chances / (1 - chances))
    near, share = _nearest(z[own], z[~own], logit[own], logit[~own], _CALIPER * float(logit.std()))
    has = share.sum(1) > 0
    if not has.any():
        return None
    near, share = near[has], share[has]
    times, squared = np.zeros(int((~own).sum())), np.zeros(int((~own).sum()))
    np.add.at(times, near.ravel(), share.ravel())
    np.add.at(squared, near.ravel(), (share**2).ravel())
    left, _ = fitted(design.plain, outcome, times, ~own)
    each = left[own][has] - (share * left[~own][near]).sum(1)
    value, n = float(each.mean()), int(has.sum())
    again = np.flatnonzero(times > 0)
    varies = _local_variance(z[~own], outcome[~own], again)
    spread = float(((each - value) ** 2).sum() + ((times**2 - squared)[again] * varies).sum())
    alike = balance(design.columns[own][has], design.columns[~own], times, design.names)
    return Pairs(Effect(value, np.sqrt(spread) / n, np.inf), n / int(own.sum()), alike)


def _scaled(design: Design) -> Floats:
    """The plain columns turned so that Euclidean distance is Mahalanobis', by the pooled covariance within the arms."""
    own, x = design.treated, design.plain
    within = np.vstack([x[own] - x[own].mean(0), x[~own] - x[~own].mean(0)])
    values, vectors = np.linalg.eigh(np.atleast_2d(within.T @ within / max(len(x) - 2, 1)))
    kept = values > 1e-10 * values.max()
    found: Floats = x @ vectors[:, kept] / np.sqrt(values[kept])
    return found


def _nearest(own: Floats, others: Floats, at: Floats, theirs: Floats, caliper: float) -> tuple[Places, Floats]:
    """Indices (treated, 3) of the nearest others, and each one's share of its treated account, 0 outside the caliper."""
    k = min(MATCHES, len(others))
    near: list[Places] = []
    inside: list[NDArray[np.bool_]] = []
    for first in range(0, len(own), _ROWS):
        rows = slice(first, first + _ROWS)
        apart = scipy.spatial.distance.cdist(own[rows], others, "sqeuclidean")
        apart[np.abs(at[rows, None] - theirs[None, :]) > caliper] = np.inf
        chosen = np.argpartition(apart, k - 1, axis=1)[:, :k]
        near.append(chosen)
        inside.append(np.isfinite(np.take_along_axis(apart, chosen, 1)))
    found, ok = np.vstack(near), np.vstack(inside).astype(float)
    return found, ok / np.maximum(ok.sum(1, keepdims=True), 1)


def _local_variance(z: Floats, outcome: Floats, chosen: Places) -> Floats:
    """The outcome's variance around each chosen account, by its three nearest alike: J/(J + 1) (y - their mean)²."""
    j = min(MATCHES, len(z) - 1)
    found = np.empty(len(chosen))
    for first in range(0, len(chosen), _ROWS):
        rows = chosen[first : first + _ROWS]
        apart = scipy.spatial.distance.cdist(z[rows], z, "sqeuclidean")
        apart[np.arange(len(rows)), rows] = np.inf
        near = np.argpartition(apart, j - 1, axis=1)[:, :j]
        found[first : first + _ROWS] = j / (j + 1) * (outcome[rows] - outcome[near].mean(1)) ** 2
    return found
