"""The difference of two arms' means, adjusted for what was known before, with errors that hold when the arms vary differently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated minus not, with its interval."""

    value: float
    se: float
    df: float  # degrees of freedom of its t
    low: float
    high: float
    p: float  # two-sided, that there is no difference


def mean_difference(treated: NDArray[np.bool_], outcome: Floats, known: Floats, level: float = 0.95) -> Difference:
    """The arms' difference in `outcome`, at equal `known`: analysis of covariance with heteroskedasticity-robust errors.

    known: (n, k) from before the assignment, k may be 0; dependent columns are left out. Standard error HC2 of MacKinnon and White
    1985, which without `known` is Neyman's for two means; t with the degrees of freedom of Bell and McCaffrey 2002, as Imbens and
    Kolesár 2016 (Review of Economics and Statistics 98:701) recommend for small arms.
    Raises ValueError where `known` tells the arms apart exactly or nothing is left to judge the error by.
    """
    n = len(outcome)
    base = _independent(np.column_stack([np.ones(n), known]))
    arm = treated - base @ (base.T @ treated)
    size = float(arm @ arm)
    if size < 1e-9 * n:
        raise ValueError("what was known before tells the arms apart exactly")
    if n <= base.shape[1] + 2:
        raise ValueError("fewer accounts than things to adjust for")
    loads = arm / size
    q = np.column_stack([base, arm / np.sqrt(size)])
    left = outcome - q @ (q.T @ outcome)
    free = np.maximum(1 - (q**2).sum(1), 1e-9)  # 1 - leverage
    if left @ left <= 1e-20 * (outcome @ outcome):
        raise ValueError("the outcome does not vary inside the arms")
    value = float(loads @ outcome)
    se = float(np.sqrt((loads**2 / free) @ left**2))
    df = _degrees(loads, free, q)
    t = float(scipy.special.stdtrit(df, 0.5 + level / 2))
    p = 2 * float(scipy.special.stdtr(df, -abs(value) / se))
    return Difference(value, se, df, value - t * se, value + t * se, p)


def _degrees(loads: Floats, free: Floats, q: Floats) -> float:
    """Bell and McCaffrey's: of the chi-squared whose mean and variance the HC2 variance has when all accounts vary alike.

    The n x n matrix of their formula is never made: its trace and the trace of its square follow from q, (n, k) orthonormal.
    """
    b = loads**2 / free
    crossed = (q * b[:, None]).T @ q
    squared = float(b**2 @ (2 * free - 1) + (crossed**2).sum())
    return float((loads**2).sum() ** 2 / squared)


def _independent(columns: Floats) -> Floats:
    """An orthonormal basis (n, <= k) of the columns, those left out that the earlier ones give."""
    scale = np.sqrt((columns**2).sum(0))
    _, r = np.linalg.qr(columns / np.where(scale > 0, scale, 1))
    q, _ = np.linalg.qr(columns[:, np.abs(np.diag(r)) > 1e-9])
    return q
