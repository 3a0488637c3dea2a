"""What a scorecard's measures should be worth, by what came of accounts: shrunk toward what they are worth now, signs held.

Log-odds of churn fall with each measure's level, never rise. The likelihood alone would follow noise: slopes are drawn toward
those under which the current points are right, as strongly as accounts left out ask for. The new points are the slopes, made to
sum to 100. A proposal is judged on accounts it was not made from; nothing changes until a person accepts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vitalreel.health.predict.figures import auc
from vitalreel.health.predict.logistic import Floats, fit
from vitalreel.health.predict.rolling import FLOOR, Refusal, too_few
from vitalreel.health.predict.snapshots import Snapshots
from vitalreel.health.scorecard import FULL, TENTHS, Measure, worths
from vitalreel.identity import fingerprint

PENALTIES = (32000.0, 8000.0, 2000.0, 500.0, 125.0, 30.0)
"""Of standardised slopes, the strongest first."""
PARTS = 5
LEAST = 1
"""Tenths of a point a measure keeps: to leave one out is a person's decision."""
RESAMPLES = 60
DRAWS = 300


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often accounts churned whose level of a measure was among the lowest and the highest third of those known."""

    known: int
    lowest: float | None  # None: no level was known
    highest: float | None

    @property
    def said(self) -> str:
        if self.lowest is None or self.highest is None:
            return "no level was known"
        return (
            f"churn {self.lowest:.1%} in its lowest third, {self.highest:.1%} in its highest, of {self.known} readings"
        )


@dataclass(frozen=True, slots=True)
class Proposed:
    """One measure. Worths are tenths of a point at its best level."""

    name: str
    label: str
    old: int
    new: int
    interval: tuple[float, float]  # points, of accounts drawn anew
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Proposal:
    """New worths of one scorecard."""

    scorecard: str
    made_of: date  # what was known at the end of this day
    snapshots: int
    events: int
    penalty: float
    measures: tuple[Proposed, ...]
    auc_old: float  # of accounts left out, by what the measures give now: how well it tells churners from others
    auc_new: float
    gain: tuple[float, float]  # interval of the difference

    @property
    def id(self) -> str:
        """What a person accepts: the same data and scorecard give the same."""
        return fingerprint(self.scorecard, [(m.name, m.old, m.new) for m in self.measures])[:12]

    @property
    def better(self) -> bool:
        """Whether accounts left out are told apart better beyond chance."""
        return self.gain[0] > 0


@dataclass(frozen=True, slots=True)
class _Cards:
    """Rows of one scorecard, ready to be fitted: standardised levels, then the contract's end as a column of its own."""

    x: Floats
    signs: tuple[int, ...]
    spread: Floats
    now: Floats  # shares the measures have now
    y: Floats
    weights: Floats
    levels: Floats
    who: NDArray[np.int64]  # each row's account, by number


def propose(
    rows: Snapshots,
    scorecard: str,
    measures: Sequence[Measure],
    due: Floats | None,
    made_of: date,
    resamples: int = RESAMPLES,
) -> Proposal | Refusal:
    """New worths for one scorecard from its accounts' snapshots.

    rows: of this scorecard's accounts, whose outcome is known; x: levels of `measures`, in order, NaN where unknown. due: 1 where the
    contract comes up within the horizon, known of every row or None: no merit of any measure.
    """
    if rows.events < FLOOR:
        return Refusal(
            too_few(rows.events), f"wait for {FLOOR - rows.events} more churns on scorecard {scorecard}", rows.events
        )
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # matrices are small: on a busy machine threads cost more than they bring
        return _proposed(rows, scorecard, measures, due, made_of, resamples)


def _proposed(
    rows: Snapshots, scorecard: str, measures: Sequence[Measure], due: Floats | None, made_of: date, resamples: int
) -> Proposal | Refusal:
    cards = _prepared(rows, measures, due)
    fold = rows.folds(PARTS)
    penalty, left_out = _chosen(cards, fold)
    share = _shares(cards, penalty, cards.weights)
    if share is None:
        return Refusal("no measure's level falls before a churn", "look at what the measures read", rows.events)
    new_worths = _worths(share)
    low, high = _intervals(cards, penalty, rows.accounts, resamples)
    old, new = cards.levels @ cards.now, left_out
    found = tuple(
        Proposed(m.name, m.label, m.worth, w, (float(low[k]), float(high[k])), _evidence(rows.x[:, k], rows.y))
        for k, (m, w) in enumerate(zip(measures, new_worths, strict=True))
    )
    one = cards.weights
    return Proposal(
        scorecard, made_of, len(rows.y), rows.events, penalty, found,
        auc(-old, rows.y, one), auc(-new, rows.y, one), _gain(old, new, rows),
    )  # fmt: skip


def _prepared(rows: Snapshots, measures: Sequence[Measure], due: Floats | None) -> _Cards:
    """An unknown level is the scorecard's mean, as in a score; a level that never varies can tell nothing."""
    known = ~np.isnan(rows.x)
    mean = np.array([rows.x[known[:, k], k].mean() if known[:, k].any() else 0.5 for k in range(rows.x.shape[1])])
    levels = np.where(known, rows.x, mean)
    spread = levels.std(axis=0)
    x = np.where(spread > 1e-9, (levels - mean) / spread.clip(1e-9), 0.0)
    contract = np.zeros((len(x), 0)) if due is None or np.ptp(due) == 0 else (due - due.mean())[:, None]
    now = np.array([m.worth for m in measures]) / FULL
    who: NDArray[np.int64] = np.unique(rows.accounts, return_inverse=True)[1]
    signs = (*[-1] * len(measures), *[1] * contract.shape[1])
    return _Cards(np.concatenate([x, contract], axis=1), signs, spread, now, rows.y, rows.weights, levels, who)


def _chosen(cards: _Cards, fold: NDArray[np.int64]) -> tuple[float, Floats]:
    """(penalty, score of every row by points from the other accounts): the strongest penalty that predicts them within one
    standard error of the best, as noise must not move points."""
    tried = []
    for penalty in PENALTIES:
        loss, score = np.zeros(len(cards.y)), np.zeros(len(cards.y))
        for part in range(PARTS):
            inside, outside = fold == part, np.where(fold == part, 0.0, cards.weights)
            slopes, constant = _fitted(cards, penalty, outside)
            z = constant + cards.x[inside] @ slopes
            loss[inside] = np.logaddexp(0, z) - cards.y[inside] * z
            share = _share_of(slopes, cards)
            score[inside] = cards.levels[inside] @ (cards.now if share is None else share)
        tried.append((penalty, cards.weights * loss, score))
    best = min(tried, key=lambda t: float(t[1].sum()))
    for penalty, loss, score in tried:
        apart = loss - best[1]
        if apart.sum() <= max(_error(apart), _error(np.bincount(cards.who, apart).astype(float))):
            return penalty, score
    return best[0], best[2]


def _error(apart: Floats) -> float:
    """Standard error of a sum. Snapshots of an account tell much the same, so accounts are counted too, and the larger error holds."""
    return float(apart.std() * np.sqrt(len(apart)))


def _fitted(cards: _Cards, penalty: float, weights: Floats) -> tuple[Floats, float]:
    """(slopes, constant): first how much the score as it is matters, then each measure for itself, drawn toward that."""
    k = len(cards.now)
    whole = (cards.x[:, :k] * (cards.now * cards.spread))[:, :k].sum(axis=1, keepdims=True)
    first = fit(np.concatenate([whole, cards.x[:, k:]], axis=1), cards.y, (-1, *cards.signs[k:]), 1e-3, weights)
    toward = np.concatenate([first.slopes[0] * cards.now * cards.spread, first.slopes[1:]])
    held = np.concatenate([np.full(k, penalty), np.full(len(cards.signs) - k, 1e-3)])
    line = fit(cards.x, cards.y, cards.signs, held, weights, toward)
    return np.array(line.slopes), line.intercept


def _share_of(slopes: Floats, cards: _Cards) -> Floats | None:
    """Slopes of levels as shares; None where no level matters. A level that never varies keeps its share of what it has."""
    k = len(cards.now)
    still = cards.spread <= 1e-9
    size = np.where(still, 0.0, -slopes[:k] / cards.spread.clip(1e-9))
    if size.sum() <= 0:
        return None
    found: Floats = np.where(still, cards.now, size / size.sum() * cards.now[~still].sum())
    return found


def _shares(cards: _Cards, penalty: float, weights: Floats) -> Floats | None:
    return _share_of(_fitted(cards, penalty, weights)[0], cards)


def _worths(share: Floats) -> tuple[int, ...]:
    """Whole tenths that make 100 points, none below LEAST, by largest remainder."""
    free = FULL - LEAST * len(share)
    whole = worths([Fraction(float(v)) + Fraction(1, 10**9) for v in share])
    found = [LEAST + w * free // FULL for w in whole]
    for k in sorted(range(len(found)), key=lambda k: (-whole[k], k))[: FULL - sum(found)]:
        found[k] += 1
    return tuple(found)


def _intervals(cards: _Cards, penalty: float, accounts: NDArray[np.str_], resamples: int) -> tuple[Floats, Floats]:
    """Points of each measure of accounts drawn anew, all rows of one together."""
    names, who = np.unique(accounts, return_inverse=True)
    order = np.random.default_rng(1)
    drawn: list[Floats] = []
    while len(drawn) < resamples:
        times = np.bincount(order.integers(0, len(names), len(names)), minlength=len(names))[who]
        weights = cards.weights * times
        if 0 < weights @ cards.y < weights.sum():
            share = _shares(cards, penalty, weights)
            drawn.append(cards.now if share is None else share)
    low, high = np.quantile(np.array(drawn) * FULL / TENTHS, [0.025, 0.975], axis=0)
    return low, high


def _gain(old: Floats, new: Floats, rows: Snapshots) -> tuple[float, float]:
    """Interval of how much better the new points tell accounts apart, by accounts drawn anew."""
    names, who = np.unique(rows.accounts, return_inverse=True)
    order = np.random.default_rng(2)
    drawn: list[float] = []
    while len(drawn) < DRAWS:
        times = np.bincount(order.integers(0, len(names), len(names)), minlength=len(names))[who] * rows.weights
        if 0 < times @ rows.y < times.sum():
            drawn.append(auc(-new, rows.y, times) - auc(-old, rows.y, times))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _evidence(level: Floats, y: Floats) -> Evidence:
    known = ~np.isnan(level)
    order = np.argsort(level[known], kind="stable")
    third = max(1, len(order) // 3)
    churned = y[known][order]
    if not len(order):
        return Evidence(0, None, None)
    return Evidence(len(order), float(churned[:third].mean()), float(churned[-third:].mean()))
