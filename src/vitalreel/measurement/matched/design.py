"""A cohort made comparable before anybody looks at an outcome: columns, weights, propensity, and how alike the groups are (M3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.measurement.matched.weights import differences, effective, entropy_weights, variance_ratios
from vitalreel.measurement.sample import Bools, Covariates, Floats

_RIDGE = 1e-3  # of the propensity's slopes, in standard deviations: keeps them finite where arms part exactly
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Balance:
    """How unlike two groups are at most, over all columns and the squares of amounts."""

    difference: float  # largest standardised difference of means, absolute
    where: str  # the column it is in
    ratio: float  # variance of the treated over the others', the one furthest from 1
    ratio_where: str


@dataclass(frozen=True, slots=True)
class Design:
    """Treated accounts and others, weighted to be alike. Knows no outcome, so that none can steer it."""

    treated: Bools  # (n,)
    plain: Floats  # (n, k): the covariates, and whether amounts are zero
    columns: Floats  # (n, m): those, and the squares of amounts around the treated's means
    names: tuple[str, ...]  # of `columns`
    weights: Floats  # of the others, in order, summing to 1
    before: Balance
    after: Balance

    @property
    def effective(self) -> float:
        """How many equally weighted others say as much as the weighted ones."""
        return effective(self.weights)


def outside(treated: Bools, chances: Floats) -> float:
    """The share of the treated whose propensity no other account has."""
    own, others = chances[treated], chances[~treated]
    return float(np.mean((own > others.max()) | (own < others.min())))


def made_alike(treated: Bools, covariates: Covariates) -> Design:
    """The design: others weighted to the treated's means and variances by entropy balancing.

    Raises ValueError where no weights can do that.
    """
    known = covariates.with_zeros()
    alike, own = np.ptp(known.values[~treated], axis=0) == 0, known.values[treated].mean(0)
    for name, there, here, fixed in zip(known.names, known.values[~treated][0], own, alike, strict=True):
        if fixed and here != there:
            raise ValueError(f"all of the others have {name} {there:g}, and the treated {here:.4g} on average")
    amounts = [i for i in range(len(known.names)) if len(np.unique(known.values[:, i])) > 2]
    squares = (known.values[:, amounts] - known.values[treated][:, amounts].mean(0)) ** 2
    columns = np.hstack([known.values, squares])
    names = known.names + tuple(f"{known.names[i]} squared" for i in amounts)
    weights = entropy_weights(columns[~treated], columns[treated].mean(0))
    equal = np.ones(int((~treated).sum()))
    return Design(
        treated, known.values, columns, names, weights,
        balance(columns[treated], columns[~treated], equal, names), balance(columns[treated], columns[~treated], weights, names),
    )  # fmt: skip


def balance(treated: Floats, others: Floats, weights: Floats, names: tuple[str, ...]) -> Balance:
    """The largest difference and the ratio furthest from 1; squares count in differences only, as ratios are about them already."""
    gaps = differences(treated, others, weights)
    firsts = [i for i, name in enumerate(names) if not name.endswith(" squared")]
    ratios = variance_ratios(treated[:, firsts], others[:, firsts], weights)
    worst, odd = int(np.argmax(np.abs(gaps))), int(np.argmax(np.abs(np.log(np.maximum(ratios, 1e-12)))))
    return Balance(float(abs(gaps[worst])), names[worst], float(ratios[odd]), names[firsts[odd]])


def propensity(columns: Floats, treated: Bools) -> Floats:
    """The chance of being treated (n,): logistic regression by Newton's method, with a trace of ridge."""
    spread = columns.std(0)
    z = (columns - columns.mean(0)) / np.where(spread > 1e-12, spread, 1)
    x = np.column_stack([np.ones(len(z)), z])
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 0
    line = np.zeros(x.shape[1])
    chance = np.full(len(x), 0.5)
    for _ in range(_ROUNDS):
        slope = x.T @ (treated - chance) - ridge * line
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(bend + 1e-12 * np.trace(bend) * np.eye(len(bend)), slope)
        line = line + step * min(1.0, 5 / max(float(np.abs(step).max()), 1e-12))
        chance = scipy.special.expit(x @ line)
        if np.abs(step).max() < 1e-8:
            break
    found: Floats = np.clip(chance, 1e-9, 1 - 1e-9)
    return found


def fitted(columns: Floats, outcome: Floats, weights: Floats, among: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """What remains of the outcome (n,) beside the line fitted by weighted least squares to the accounts `among`, and their leverage.

    weights: of those accounts, in order, 0 or more.
    """
    share = weights / weights.sum()
    middle = share @ columns[among]
    spread = np.sqrt(share @ (columns[among] - middle) ** 2)
    x = (columns - middle) / np.where(spread > 1e-9, spread, np.inf)
    own, level = x[among], float(share @ outcome[among])
    inverse = np.linalg.pinv((own * share[:, None]).T @ own, rcond=1e-10, hermitian=True)
    line = inverse @ (own.T @ (share * (outcome[among] - level)))
    leverage: Floats = share * (1 + ((own @ inverse) * own).sum(1))
    return outcome - level - x @ line, leverage
