"""How sure a share, or the difference of two, is when outcomes are rare: score intervals, in strata or not, and the sample-ratio test."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
_HALVINGS = 50  # of an interval of length 2: limits to 2e-15


def wilson(events: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for a share (Wilson 1927, JASA 22:209). n > 0; neither need be whole where accounts weigh differently."""
    z = float(scipy.special.ndtri(0.5 + level / 2))
    p = events / n
    middle = p + z * z / (2 * n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def newcombe(events: tuple[int, int], n: tuple[int, int], level: float = 0.95) -> tuple[float, float, float]:
    """Difference of two independent shares with its interval: (value, low, high).

    Newcombe 1998, Statistics in Medicine 17:873, method 10 (hybrid score). First minus second.
    """
    (p1, p2) = (events[0] / n[0], events[1] / n[1])
    (l1, u1), (l2, u2) = wilson(events[0], n[0], level), wilson(events[1], n[1], level)
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return p1 - p2, low, high


def miettinen_nurminen(events: tuple[int, int], n: tuple[int, int], level: float = 0.95) -> tuple[float, float, float]:
    """Difference of two independent shares with its score interval: (value, low, high). First minus second; n > 0.

    Miettinen and Nurminen 1985, Statistics in Medicine 4:213, equations 8 to 10.
    """
    value, low, high = score_interval([events], [n], level)
    return float(value), float(low), float(high)


def score_interval(events: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """The common difference of shares over strata with its score interval: value, low and high, each of shape (...).

    events, n: (..., strata, 2), the first arm then the second. Strata weigh n1 n2 / (n1 + n2), as Mantel and Haenszel's, so that
    the interval leaves zero out when their test, in the form of Cochran 1954, says so. One without one of the arms weighs nothing.
    Miettinen and Nurminen 1985, section 6, with these weights instead of their iterated ones; limits by bisection.
    Raises ValueError where no stratum has both arms.
    """
    x, size = np.asarray(events, float), np.asarray(n, float)
    weights = size[..., 0] * size[..., 1] / np.maximum(size.sum(-1), 1)
    total = weights.sum(-1)
    if np.any(total <= 0):
        raise ValueError("no stratum has accounts in both arms")
    shares = x / np.maximum(size, 1)
    value: Floats = (weights * (shares[..., 0] - shares[..., 1])).sum(-1) / total
    z = float(scipy.special.ndtri(0.5 + level / 2))

    def limit(side: float) -> Floats:
        """Where the score statistic is z: it falls as the assumed difference grows."""
        inner, outer = value.copy(), np.full_like(value, side)
        for _ in range(_HALVINGS):
            middle = (inner + outer) / 2
            inside = np.abs(value - middle) * total <= z * np.sqrt(_variance(x, size, weights, middle))
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        return inner

    return value, limit(-1.0), limit(1.0)


def score_p(events: tuple[int, int], n: tuple[int, int]) -> float:
    """Two-sided p-value that two shares are equal, of the test behind `miettinen_nurminen`; 1 where nothing varies."""
    x, size = np.array(events, float), np.array(n, float)
    difference = float(x[0] / size[0] - x[1] / size[1])
    pooled, both = float(x.sum() / size.sum()), float(size.sum())
    variance = pooled * (1 - pooled) * float((1 / size).sum()) * both / (both - 1)
    return float(2 * scipy.special.ndtr(-abs(difference) / sqrt(variance))) if variance > 0 else 1.0


def _variance(x: Floats, n: Floats, weights: Floats, difference: Floats) -> Floats:
    """Of the weighted sum of differences, were `difference` the true one, with the factor N/(N - 1) in each stratum."""
    p = restricted(x, n, difference[..., None])
    both = n.sum(-1)
    each = (p * (1 - p) / np.maximum(n, 1)).sum(-1) * both / np.maximum(both - 1, 1)
    found: Floats = (weights**2 * each).sum(-1)
    return found


def restricted(x: Floats, n: Floats, difference: Floats) -> Floats:
    """The most likely two shares whose difference, first minus second, is as given: shape (..., 2).

    x, n: (..., 2). difference: (...), -1..1. The root of the cubic in Miettinen and Nurminen 1985, appendix 1, in the closed form of
    Farrington and Manning 1990, Statistics in Medicine 9:1447. Its linear coefficient holds the second arm's n, not its events.
    """
    (x1, x2), (n1, n2), d = (x[..., 0], x[..., 1]), (n[..., 0], n[..., 1]), difference
    cubed = np.maximum(n1 + n2, 1)
    squared = (n1 + 2 * n2) * d - cubed - x1 - x2
    linear = (n2 * d - cubed - 2 * x2) * d + x1 + x2
    constant = x2 * d * (1 - d)
    q = (squared / (3 * cubed)) ** 3 - linear * squared / (6 * cubed**2) + constant / (2 * cubed)
    radius = np.sign(q) * np.sqrt(np.maximum((squared / (3 * cubed)) ** 2 - linear / (3 * cubed), 0))
    flat = np.abs(radius) < 1e-12
    turn = np.clip(q / np.where(flat, 1, radius) ** 3, -1, 1)
    angle = (np.pi + np.arccos(np.where(flat, 0, turn))) / 3
    second = np.clip(2 * radius * np.cos(angle) - squared / (3 * cubed), np.maximum(0, -d), np.minimum(1, 1 - d))
    return np.stack([second + d, second], -1)


def sample_ratio(n: tuple[int, int], share_held_out: float) -> float:
    """Exact two-sided binomial p-value that the arms came out as assigned (M17). n: served, held out.

    All splits no likelier than the one that came out count, equally likely ones to within rounding.
    """
    return ratio_of_shares(n[1], {share_held_out: sum(n)})


def ratio_of_shares(held_out: int, planned: Mapping[float, int]) -> float:
    """Exact two-sided p-value that so many are held out where accounts were drawn with different shares (M17).

    planned: share -> accounts. The sum of independent binomials, by convolution; otherwise as `sample_ratio`.
    """
    chances = np.ones(1)
    for share, accounts in planned.items():
        chances = np.convolve(chances, binomial(accounts, share))
    return min(1.0, float(chances[chances <= chances[held_out] * (1 + 1e-7)].sum()))


def binomial(n: int, p: float) -> Floats:
    """The chance of 0..n of n, each with chance p: shape (n + 1,). Through logarithms, as `scipy.stats`, which takes a second to load."""
    there = np.arange(n + 1)
    ways = scipy.special.gammaln(n + 1) - scipy.special.gammaln(there + 1) - scipy.special.gammaln(n - there + 1)
    found: Floats = np.exp(ways + scipy.special.xlogy(there, p) + scipy.special.xlog1py(n - there, -p))
    return found
