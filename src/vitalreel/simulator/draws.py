"""Random numbers by name, never by order: the same (seed, stream, account, day) gives the same number whatever else is asked for.

So a company of 4,000 accounts contains the one of 3,000 row for row, and adding a stream changes none of the others.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK = 1 << 17
"""Accounts that share one counter of the dense generator; part of the format, not to be tuned."""


def uniform(seed: int, stream: str, ids: Any, k: Any = 0) -> Floats:
    """Uniforms in (0, 1) for any subset of accounts, keyed by (seed, stream, account, k).

    Two rounds of the splitmix64 finaliser (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
    """
    with np.errstate(over="ignore"):
        key = _mix(np.array([seed * 1_000_003 + zlib.crc32(stream.encode())], dtype=np.uint64))
        x = _mix(key + np.asarray(ids).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        x = _mix(x + (np.asarray(k) + 1).astype(np.uint64) * np.uint64(0xD1B54A32D192ED03))
    found: Floats = (x >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54
    return found


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def normal(seed: int, stream: str, n: int, day: int = -1) -> Floats:
    """Standard normals for accounts 0 to n-1 on one day (Philox keyed by name, a counter for each day and chunk)."""
    parts = []
    for chunk, low in enumerate(range(0, n, CHUNK)):
        parts.append(_generator(seed, stream, day, chunk).standard_normal(min(CHUNK, n - low)))
    return np.concatenate(parts)


def _generator(seed: int, stream: str, day: int, chunk: int) -> np.random.Generator:
    key = np.array([seed, zlib.crc32(stream.encode())], dtype=np.uint64)
    counter = np.array([0, 0, day + 1, chunk], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def gauss(seed: str | int, stream: str, ids: Any, k: Any = 0) -> Floats:
    """Standard normals for any subset of accounts (Box and Muller 1958)."""
    number = int(seed)
    a, b = uniform(number, stream + "/a", ids, k), uniform(number, stream + "/b", ids, k)
    found: Floats = np.sqrt(-2 * np.log(a)) * np.cos(2 * np.pi * b)
    return found


def pick(u: Floats, shares: Any) -> Ints:
    """Category by inverse distribution function. shares: (k,), or (n, k) with its own row for each account."""
    bounds = np.cumsum(np.atleast_2d(np.asarray(shares, float)), axis=1)[:, :-1]
    found: Ints = (u[:, None] > bounds).sum(axis=1).astype(np.int64)
    return found


def logistic(x: Any) -> Floats:
    """1 / (1 + e^-x)."""
    found: Floats = 1 / (1 + np.exp(-np.asarray(x, float)))
    return found
