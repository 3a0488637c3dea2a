"""Penalised logistic regression with signs: slopes may be held at or above, or at or below, zero, and shrink toward zero or given ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BOUNDS = {-1: (None, 0.0), 0: (None, None), 1: (0.0, None)}


@dataclass(frozen=True, slots=True)
class Line:
    """Log-odds as a line: intercept + slopes · x."""

    intercept: float
    slopes: tuple[float, ...]

    def logits(self, x: Floats) -> Floats:
        """x: (n, k); answers (n,)."""
        found: Floats = self.intercept + x @ np.array(self.slopes)
        return found


def fit(
    x: Floats,
    y: Floats,
    signs: Sequence[int],
    penalty: float | Floats,
    weights: Floats | None = None,
    toward: Floats | None = None,
) -> Line:
    """The line that maximises the likelihood less Σ penalty/2 · (slope − toward)²; the intercept is free.

    x: (n, k), best standardised. y: 0 or 1. signs: -1 slope <= 0, 1 slope >= 0, 0 either. penalty: one, or one a slope.
    toward: slopes to shrink toward; None: zero.
    Raises ValueError where y is all of one kind: a chance cannot be told from no example.
    """
    w = np.ones(len(y)) if weights is None else weights
    share = float(np.average(y, weights=w))
    if not 0 < share < 1:
        raise ValueError("both outcomes must occur")

    middle = np.zeros(x.shape[1]) if toward is None else toward

    def loss(b: Floats) -> tuple[float, Floats]:
        z, away = b[0] + x @ b[1:], b[1:] - middle
        error = w * (chance(z) - y)
        value = float(w @ (np.logaddexp(0, z) - y * z) + np.sum(penalty * away**2) / 2)
        return value, np.concatenate([[error.sum()], x.T @ error + penalty * away])

    start = np.concatenate([[np.log(share / (1 - share))], np.zeros(x.shape[1])])
    bounds = [(None, None), *(_BOUNDS[s] for s in signs)]
    found = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return Line(float(found.x[0]), tuple(float(v) for v in found.x[1:]))


def chance(z: Floats) -> Floats:
    """Log-odds as a probability."""
    found: Floats = scipy.special.expit(z)
    return found


def constant(z: Floats, y: Floats, weights: Floats) -> float:
    """The constant beside fixed log-odds by which as many are predicted as happened (bisection)."""
    low, high, wanted = -40.0, 40.0, float(y @ weights)
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if float(chance(z + middle) @ weights) < wanted else (low, middle)
    return (low + high) / 2
