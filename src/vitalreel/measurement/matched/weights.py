"""Weights under which others have the means of the treated, and how alike two weighted groups are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDS = 200
_CLOSE = 1e-7  # largest difference of means left, in standard deviations


def entropy_weights(others: Floats, wanted: Floats) -> Floats:
    """The weights (n,) nearest to equal ones, summing to 1, whose means of `others` are `wanted`.

    others: (n, k). wanted: (k,). Entropy balancing, Hainmueller 2012 (Political Analysis 20:25), by Newton's method on its convex
    dual: minimise log sum exp(l · (x - wanted)). With an outcome linear in the columns, or log-odds of treatment that are, the
    weighted difference is right: one of the two is enough (Zhao and Percival 2017, Journal of Causal Inference 5:20160010).
    Raises ValueError where `wanted` lies outside what weights can reach, or at its edge, where they rest on a few accounts.
    """
    spread = others.std(0)
    kept = _without_copies(others, spread)
    x = (others[:, kept] - wanted[kept]) / spread[kept]
    if np.any((spread <= 1e-12) & (np.abs(others[0] - wanted) > 1e-9)):
        raise ValueError("what does not vary among the others differs from the treated")
    turn = np.zeros(x.shape[1])
    value, weights = _dual(x, turn)
    for _ in range(_ROUNDS):
        slope = weights @ x
        if not len(slope) or np.abs(slope).max() < _CLOSE:
            return weights
        bend = (x * weights[:, None]).T @ x - np.outer(slope, slope)
        try:
            step = np.linalg.solve(bend + 1e-12 * np.trace(bend) * np.eye(len(bend)), -slope)
        except np.linalg.LinAlgError:  # all the weight is on one account
            break
        length = 1.0
        while length > 1e-10:
            tried, new = _dual(x, turn + length * step)
            if tried <= value + 1e-4 * length * float(slope @ step):
                break
            length /= 2
        else:
            break
        turn, value, weights = turn + length * step, tried, new
    raise ValueError("no weights give the others the means of the treated")


def _dual(x: Floats, turn: Floats) -> tuple[float, Floats]:
    """The dual's value and the weights that belong to it."""
    z = x @ turn
    top = float(z.max())
    e = np.exp(z - top)
    total = float(e.sum())
    return top + float(np.log(total)), e / total


def _without_copies(columns: Floats, spread: Floats) -> NDArray[np.int64]:
    """The columns that vary and are not given by earlier ones."""
    varying = np.flatnonzero(spread > 1e-12)
    centred = (columns[:, varying] - columns[:, varying].mean(0)) / spread[varying]
    r = np.linalg.qr(centred, "r")
    return varying[np.abs(np.diag(r)) > 1e-6 * np.sqrt(len(columns))] if len(varying) else varying


def effective(weights: Floats) -> float:
    """How many equally weighted accounts say as much: (sum w)² / sum w² (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def differences(treated: Floats, others: Floats, weights: Floats) -> Floats:
    """Standardised mean differences (k,), in standard deviations of the treated (Stuart 2010, Statistical Science 25:1).

    Where the treated do not vary, the others' spread counts; where neither does, the difference itself.
    """
    spread = treated.std(0, ddof=1)
    spread = np.where(spread > 1e-12, spread, others.std(0, ddof=1))
    gap = treated.mean(0) - weights @ others / weights.sum()
    found: Floats = gap / np.where(spread > 1e-12, spread, 1.0)
    return found


def variance_ratios(treated: Floats, others: Floats, weights: Floats) -> Floats:
    """Variance among the treated over that among the weighted others (k,); 1 where neither varies."""
    w = weights / weights.sum()
    theirs = w @ (others - w @ others) ** 2
    ours = treated.var(0)
    varies = (ours > 1e-12) & (theirs > 1e-12)
    return np.where(
        varies, ours / np.where(varies, theirs, 1), np.where((ours > 1e-12) | (theirs > 1e-12), np.inf, 1.0)
    )
