"""Where a sentence is in a finished track, and how far it stands out there: found by its own samples, no recogniser needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.sound.loudness import Samples

RATE_HZ = 8_000
"""A voice is told from its music well below 4 kHz."""
AROUND_S = 0.5
"""How far from its place a sentence is looked for."""
_MOST_DB = 60.0

Mono = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """One sentence in a track."""

    late_s: float  # after its place, negative before it; to 0.1 ms
    over_db: float  # the sentence over all else at that place, -60..60


def thin(samples: Samples, rate_hz: int) -> Mono:
    """Sound, (n,) or (n, 2), as mono at RATE_HZ."""
    mono = samples.astype(np.float64) if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float64)
    return np.asarray(scipy.signal.resample_poly(mono, RATE_HZ, rate_hz), np.float64)


def placed(track: Mono, sentence: Mono, at_s: float) -> Placed:
    """Look for `sentence` in `track` near `at_s`; both as `thin` makes them.

    The place is the peak of the normalised cross-correlation. Its height c says what share of the sound there is the
    sentence: c² against 1 - c².
    """
    power = float(np.sum(sentence**2))
    first = round((at_s - AROUND_S) * RATE_HZ)
    size = len(sentence) + 2 * round(AROUND_S * RATE_HZ)
    around = np.zeros(size)
    begin, end = max(first, 0), min(first + size, len(track))
    if begin >= end or power <= 0:
        return Placed(0.0, -_MOST_DB)
    around[begin - first : end - first] = track[begin:end]
    likeness = scipy.signal.fftconvolve(around, sentence[::-1], "valid")
    energy = np.concatenate(([0.0], np.cumsum(around**2)))
    there = np.maximum(energy[len(sentence) :] - energy[: -len(sentence)], 1e-12)
    height = likeness / np.sqrt(power * there)
    best = int(np.argmax(height))
    share = min(max(float(height[best]), 0.0) ** 2, 1 - 1e-9)
    over = 10 * math.log10(share / (1 - share)) if share > 0 else -_MOST_DB
    exact = first + best - at_s * RATE_HZ
    return Placed(round(exact / RATE_HZ, 4), round(max(-_MOST_DB, min(over, _MOST_DB)), 1))
