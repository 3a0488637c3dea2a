"""Where a series changed: from values in order to the places at which another level or another trend begins.

Optimal partitioning (Jackson et al. 2005, "An algorithm for optimal partitioning of data on an interval"; the search that PELT,
Killick et al. 2012, prunes): of all ways to cut the series, the one that describes it most shortly. A segment is a level or a
straight line with noise of its own size; its length in nats is minus twice the largest log-likelihood, count * log(variance),
and each segment costs its parameters times log(count) (Yao 1988), times `CAUTION` since what people do and what economies do
is autocorrelated, which makes plain BIC cut too often. Levels and lines are both tried; the shorter description of the whole
series is kept, so that a steady trend is no staircase of changes.

Spikes are drawn in to the running median first (Hampel 1974), values that are missing weigh nothing. Measured in
benchmarks/changepoints.py, which also says what its figures do not say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cost = Callable[[Any, int], Floats]

CAUTION = 2.0
"""How many times what BIC asks a change must earn."""
SHORTEST = 5
"""Values a segment has at least."""
FLOOR = 1e-3
"""Share of the whole variance below which the noise of a segment is not believed: counts repeat, and no data are exact."""
NEAR, FAR = 3, 3.0
"""A spike is further than FAR robust standard deviations from the median of the values within NEAR of it."""
LEVEL, LINE = 3, 4
"""Parameters of a segment: its place, its noise, and one or two for its course."""


def shifts(values: Floats, caution: float = CAUTION, shortest: int = SHORTEST) -> tuple[int, ...]:
    """The indices at which something else begins, ascending; empty where nothing changed.

    values: (n,) or (n, series), float64 at equal distances, NaN where missing; several series change together.
    """
    columns = values[:, None] if values.ndim == 1 else values
    scaled = [y for y in (_scaled(columns[:, j]) for j in range(columns.shape[1])) if y is not None]
    n = len(columns)
    if not scaled or n < 2 * shortest:
        return ()
    found = []
    for parameters, cost in ((LEVEL, _levels), (LINE, _lines)):
        penalty = caution * parameters * np.log(n)
        found.append(_partition(_together([cost(y) for y in scaled]), n, penalty, shortest))
    return min(found)[1]


def _scaled(y: Floats) -> Floats | None:
    """Without spikes, mean 0 and variance 1; None where nothing varies."""
    calm = _without_spikes(y)
    spread = float(np.nanstd(calm)) if np.isfinite(calm).any() else 0.0
    return (calm - np.nanmean(calm)) / spread if spread > 0 else None


def _without_spikes(y: Floats) -> Floats:
    padded = np.concatenate([np.full(NEAR, np.nan), y, np.full(NEAR, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1)
    known = np.isfinite(windows).any(axis=1)
    middle = np.full(len(y), np.nan)
    middle[known] = np.nanmedian(windows[known], axis=1)
    gap = y - middle
    if not np.isfinite(gap).any():
        return y
    size = FAR * 1.4826 * float(np.nanmedian(np.abs(gap - np.nanmedian(gap))))
    return middle + np.clip(gap, -size, size) if size > 0 else y


def _partition(cost: Cost, n: int, penalty: float, shortest: int) -> tuple[float, tuple[int, ...]]:
    """(length of the shortest description, where its segments after the first begin)."""
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    begins = np.zeros(n + 1, np.int64)
    for end in range(shortest, n + 1):
        starts = np.arange(0, end - shortest + 1)
        lengths = best[starts] + cost(starts, end) + penalty
        chosen = int(np.argmin(lengths))
        best[end], begins[end] = lengths[chosen], starts[chosen]
    found: list[int] = []
    at = int(begins[n])
    while at > 0:
        found.append(at)
        at = int(begins[at])
    return float(best[n]), tuple(reversed(found))


# -- the cost of a segment [start, end)


def _together(costs: Sequence[Cost]) -> Cost:
    def cost(s: Any, e: int) -> Floats:
        found: Floats = np.mean([c(s, e) for c in costs], axis=0)
        return found

    return cost


def _levels(y: Floats) -> Cost:
    sums = _sums(y)

    def cost(s: Any, e: int) -> Floats:
        count, x, xx, *_ = (c[e] - c[s] for c in sums)
        return _nats(count, xx - x * x / np.maximum(count, 1))

    return cost


def _lines(y: Floats) -> Cost:
    sums = _sums(y)

    def cost(s: Any, e: int) -> Floats:
        count, x, xx, t, tt, tx = (c[e] - c[s] for c in sums)
        many = np.maximum(count, 1)
        along, across = tt - t * t / many, tx - t * x / many
        slope = np.where(along > 0, across / np.where(along > 0, along, 1), 0)
        return _nats(count, xx - x * x / many - slope * across)

    return cost


def _sums(y: Floats) -> tuple[Floats, ...]:
    """Running sums over the values that are there, of 1, x, x squared, t, t squared and t times x."""
    there = np.isfinite(y)
    x, t = np.where(there, y, 0.0), np.where(there, np.arange(len(y)) - len(y) / 2, 0.0)
    return tuple(np.concatenate([[0.0], np.cumsum(c)]) for c in (there.astype(float), x, x * x, t, t * t, t * x))


def _nats(count: Floats, squares: Floats) -> Floats:
    found: Floats = count * np.log(np.maximum(squares / np.maximum(count, 1), FLOOR))
    return found
