"""The shipped probability: log-odds as a sum of one part a feature, signs held, calibrated on accounts it was not fitted to.

A feature that is unknown gives nothing of itself; where being unknown was common enough, that has a part of its own. Parts
are told against the average account learnt from, so they sum, with `base`, to the log-odds of the probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from vitalreel.health.predict.logistic import Floats, chance, constant, fit
from vitalreel.health.predict.snapshots import Feature, Snapshots
from vitalreel.identity import fingerprint

PENALTIES = (1.0, 5.0, 25.0, 125.0)
"""Of standardised slopes; the one that predicts accounts left out best is taken."""
PARTS = 5
RARE = 0.02
"""Share of rows below which being unknown, or being known, is too rare to be learnt from."""
SCALING = (0.5, 1.6)
"""How far calibration may draw the log-odds together or apart."""


@dataclass(frozen=True, slots=True)
class Part:
    """One feature's line. Log-odds it gives: slope · (value − mean) / spread; where unknown: absent; both less `centre`."""

    feature: Feature
    mean: float
    spread: float
    slope: float
    absent: float
    centre: float


@dataclass(frozen=True, slots=True)
class Model:
    learnt_on: date
    horizon_days: int
    snapshots: int
    events: int
    penalty: float
    base: float  # log-odds of the average account learnt from
    parts: tuple[Part, ...]

    @property
    def version(self) -> str:
        return fingerprint(self)[:12]

    def given(self, x: Floats) -> Floats:
        """(rows, features): log-odds each feature gives or takes."""
        found = np.empty(x.shape)
        for k, part in enumerate(self.parts):
            value = part.slope * (x[:, k] - part.mean) / part.spread
            found[:, k] = np.where(np.isnan(x[:, k]), part.absent, value) - part.centre
        return found

    def chances(self, x: Floats) -> Floats:
        """Probability of churn within the horizon, one a row."""
        return chance(self.base + self.given(x).sum(axis=1))

    def document(self) -> dict[str, Any]:
        """JSON-ready; `read_model` reads it back."""
        return {**asdict(self), "learnt_on": self.learnt_on.isoformat()}


def read_model(document: Any) -> Model:
    """A model from its document."""
    parts = tuple(Part(**{**p, "feature": Feature(**p["feature"])}) for p in document["parts"])
    return Model(**{**document, "learnt_on": date.fromisoformat(document["learnt_on"]), "parts": parts})


def learn(rows: Snapshots, learnt_on: date, horizon_days: int, penalties: Sequence[float] = PENALTIES) -> Model:
    """Fit, choose the penalty and calibrate, on rows whose outcome is known. Raises ValueError unless both outcomes occur."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # matrices are small: on a busy machine threads cost more than they bring
        return _learn(rows, learnt_on, horizon_days, penalties)


def _learn(rows: Snapshots, learnt_on: date, horizon_days: int, penalties: Sequence[float]) -> Model:
    design = _Design(rows)
    fold, y, w = rows.folds(PARTS), rows.y, rows.weights
    left_out = {penalty: _left_out(design, fold, y, w, penalty) for penalty in penalties}
    penalty = min(penalties, key=lambda p: _loss(left_out[p], y, w))
    scale = _scaling(left_out[penalty], y, w)
    line = fit(design.columns, y, design.signs, penalty, weights=w)
    slopes = scale * np.array(line.slopes)
    # with the slopes scaled the constant is found again: as many are predicted as happened
    middle = constant(design.columns @ slopes, y, w)
    parts = design.parts(slopes, w)
    base = middle + sum(p.centre for p in parts) + design.shift(slopes)
    return Model(learnt_on, horizon_days, len(y), rows.events, penalty, float(base), parts)


class _Design:
    """Rows as standardised columns: a value of each feature, then whether it is unknown, where that is not rare."""

    def __init__(self, rows: Snapshots) -> None:
        self.features, x = rows.features, rows.x
        unknown = np.isnan(x)
        share = unknown.mean(axis=0)
        known = share < 1 - RARE
        with np.errstate(invalid="ignore"):
            self.mean = np.array([np.nanmean(x[:, k]) if known[k] else 0.0 for k in range(x.shape[1])])
            spread = np.array([np.nanstd(x[:, k]) if known[k] else 0.0 for k in range(x.shape[1])])
        self.used = known & (spread > 1e-9)
        self.spread = np.where(self.used, spread, 1.0)
        self.asked = (share > RARE) & known
        self.share = share
        self.x, self.unknown = x, unknown
        values = np.where(unknown | ~self.used, 0.0, (x - self.mean) / self.spread)
        wide = np.sqrt(share * (1 - share)).clip(1e-9)
        self.wide = wide
        absent = np.where(self.asked, (unknown - share) / wide, 0.0)
        self.columns = np.concatenate([values, absent], axis=1)
        self.signs = [f.sign for f in self.features] + [0] * len(self.features)

    def parts(self, slopes: Floats, weights: Floats) -> tuple[Part, ...]:
        found = []
        for k, feature in enumerate(self.features):
            slope, absent = float(slopes[k]), self._absent(slopes, k)
            value = np.where(self.unknown[:, k], absent, slope * (self.x[:, k] - self.mean[k]) / self.spread[k])
            centre = float(np.average(value, weights=weights))
            found.append(Part(feature, float(self.mean[k]), float(self.spread[k]), slope, absent, centre))
        return tuple(found)

    def _absent(self, slopes: Floats, k: int) -> float:
        return float(slopes[len(self.features) + k] / self.wide[k]) if self.asked[k] else 0.0

    def shift(self, slopes: Floats) -> float:
        """What the columns of unknowns give where everything is known."""
        k = len(self.features)
        return float(-(slopes[k:] * np.where(self.asked, self.share / self.wide, 0.0)).sum())


def _left_out(design: _Design, fold: Any, y: Floats, w: Floats, penalty: float) -> Floats:
    """Log-odds of every row by a line fitted to the other accounts."""
    found = np.empty(len(y))
    for part in np.unique(fold):
        inside, outside = fold == part, fold != part
        if not 0 < y[outside] @ w[outside] < w[outside].sum():
            outside = np.ones(len(y), bool)  # so few churns that one part holds them all
        line = fit(design.columns[outside], y[outside], design.signs, penalty, weights=w[outside])
        found[inside] = line.logits(design.columns[inside])
    return found


def _loss(z: Floats, y: Floats, w: Floats) -> float:
    return float(w @ (np.logaddexp(0, z) - y * z))


def _scaling(z: Floats, y: Floats, w: Floats) -> float:
    """Slope of what happened on log-odds of rows left out (Platt), within bounds; a spread of nothing is left alone."""
    if np.ptp(z) < 1e-6:
        return 1.0
    return float(np.clip(fit(z[:, None], y, (1,), 1e-6, weights=w).slopes[0], *SCALING))
