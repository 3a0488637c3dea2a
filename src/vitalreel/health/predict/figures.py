"""How good predicted chances are, against what happened: AUC, precision, Brier, lift, calibration, each account resampled as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitalreel.health.predict.logistic import Floats, chance, constant

RESAMPLES = 300
LEVEL = 0.95
TENTH = 0.1
WEAK = 0.6
"""An AUC below which telling churners apart is of little use: of two accounts, the wrong one in two of five."""
BINS = 10
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Bin:
    """Accounts of similar predicted chance, and how many of them churned."""

    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One set of predictions, judged. Every figure is of predictions made without having seen the outcome."""

    predictions: int
    accounts: int
    events: int  # predictions that a churn followed within the horizon
    base_rate: float
    auc: float
    auc_interval: tuple[float, float]
    pr_auc: float
    brier: float
    brier_null: float  # of telling everybody the base rate
    top_decile_lift: float  # churn among the tenth with the highest chance, as a multiple of the base rate
    top_decile_recall: float  # share of churns that this tenth holds
    calibration_intercept: float  # 0: as many churn as predicted; of log-odds, slope held at 1
    calibration_slope: float  # 1: spread right; below 1: too extreme
    calibration_slope_interval: tuple[float, float]
    reliability: tuple[Bin, ...]

    @property
    def tells_apart(self) -> bool:
        """Whether churners are told from others better than by chance: the AUC's interval lies above one half."""
        return self.auc_interval[0] > 0.5

    @property
    def weak(self) -> bool:
        """Whether that is hardly of use: the AUC may be below WEAK, or the base rate told to everybody errs no more."""
        return self.auc_interval[0] < WEAK or self.brier >= self.brier_null


def judge(p: Floats, y: Floats, accounts: Sequence[str], seed: int = 1) -> Figures:
    """Figures of predicted chances `p` against outcomes `y` (0 or 1), one element a prediction.

    accounts: whose prediction it is; intervals resample whole accounts. Raises ValueError unless both outcomes occur.
    """
    if not 0 < y.sum() < len(y):
        raise ValueError("both outcomes must occur")
    base, ones = float(y.mean()), np.ones(len(y))
    lift, recall = _top(p, y)
    drawn = _resampled(p, y, accounts, seed)
    return Figures(
        predictions=len(y),
        accounts=len(set(accounts)),
        events=int(y.sum()),
        base_rate=base,
        auc=auc(p, y, ones),
        auc_interval=_interval([a for a, _ in drawn]),
        pr_auc=pr_auc(p, y),
        brier=float(np.mean((p - y) ** 2)),
        brier_null=base * (1 - base),
        top_decile_lift=lift,
        top_decile_recall=recall,
        calibration_intercept=constant(log_odds(p), y, ones),
        calibration_slope=_slope(log_odds(p), y, ones),
        calibration_slope_interval=_interval([s for _, s in drawn]),
        reliability=_bins(p, y),
    )


def auc(p: Floats, y: Floats, weights: Floats) -> float:
    """Chance that a churner's prediction stands above another's, ties counting half (Mann and Whitney)."""
    _, group = np.unique(p, return_inverse=True)
    yes, no = np.bincount(group, weights * y), np.bincount(group, weights * (1 - y))
    below = np.concatenate([[0.0], np.cumsum(no)[:-1]])
    return float(yes @ (below + no / 2) / (yes.sum() * no.sum()))


def pr_auc(p: Floats, y: Floats) -> float:
    """Average precision: precision at each distinct threshold, weighted by the recall it adds."""
    levels, group = np.unique(-p, return_inverse=True)
    yes, every = np.bincount(group, y, len(levels)), np.bincount(group, minlength=len(levels))
    precision = np.cumsum(yes) / np.cumsum(every)
    return float(precision @ yes / yes.sum())


def _top(p: Floats, y: Floats) -> tuple[float, float]:
    """(lift, recall) of the tenth with the highest chance; of a tie at its edge, the share that fits."""
    size = max(1.0, TENTH * len(p))
    levels, group = np.unique(-p, return_inverse=True)
    yes, every = np.bincount(group, y, len(levels)), np.bincount(group, minlength=len(levels))
    room = (size - np.concatenate([[0.0], np.cumsum(every)[:-1]])).clip(0, every)
    caught = float(yes @ (room / every))
    return caught / size / float(y.mean()), caught / float(y.sum())


def _slope(z: Floats, y: Floats, weights: Floats) -> float:
    """Slope of a logistic regression of what happened on the predicted log-odds (Newton's method, steps held at 1)."""
    if np.ptp(z) <= _TINY:
        return 0.0
    middle = z.mean()
    x, a, b = z - middle, float(middle), 1.0
    for _ in range(50):
        q = chance(a + b * x)
        error, w = weights * (y - q), weights * q * (1 - q) + 1e-12
        wx = w * x
        s0, s1, s2 = float(w.sum()), float(wx.sum()), float(wx @ x)
        g0, g1 = float(error.sum()), float(error @ x)
        room = max(s0 * s2 - s1 * s1, 1e-12)
        da, db = (s2 * g0 - s1 * g1) / room, (s0 * g1 - s1 * g0) / room
        a, b = a + float(np.clip(da, -1, 1)), b + float(np.clip(db, -1, 1))
        if abs(da) + abs(db) < 1e-5:
            break
    return float(b)


def log_odds(p: Floats) -> Floats:
    """Of chances held within a millionth of 0 and 1."""
    q = p.clip(_TINY, 1 - _TINY)
    found: Floats = np.log(q / (1 - q))
    return found


def _bins(p: Floats, y: Floats) -> tuple[Bin, ...]:
    """Ten bins of equal size by predicted chance, lowest first."""
    parts = [i for i in np.array_split(np.argsort(p, kind="stable"), BINS) if len(i)]
    return tuple(Bin(len(i), float(p[i].mean()), float(y[i].mean())) for i in parts)


def _resampled(p: Floats, y: Floats, accounts: Sequence[str], seed: int) -> list[tuple[float, float]]:
    """(AUC, calibration slope) of companies drawn anew, account by account, with replacement."""
    names, who = np.unique(np.array(accounts), return_inverse=True)
    order, z = np.random.default_rng(seed), log_odds(p)
    found: list[tuple[float, float]] = []
    while len(found) < RESAMPLES:
        drawn = np.bincount(order.integers(0, len(names), len(names)), minlength=len(names))
        times: Floats = drawn[who].astype(np.float64)
        if 0 < times @ y < times.sum():
            found.append((auc(p, y, times), _slope(z, y, times)))
    return found


def _interval(drawn: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
