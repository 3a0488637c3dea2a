"""How loud a track is, how high its true peak, and where it is silent."""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound between -1 and 1: (n,) mono or (n, 2)."""

SILENT_DB = -60.0
"""Below this level, relative to full scale, a window counts as silent."""
_SHORTEST_S = 0.4
_ABSOLUTE_GATE = -70.0
_PIECE = 100
"""Tenths of a second filtered at a time."""
_STRETCH, _CONTEXT = 1200, 12
_WINDOW_S = 0.02


def integrated_lufs(samples: Samples, rate_hz: int) -> float:
    """Gated loudness of the whole by ITU-R BS.1770-4. samples: (n,) or (n, 2). -inf for silence or less than 0.4 s.

    Taken in pieces, so that ten minutes need no more room than ten seconds.
    """
    if len(samples) < _SHORTEST_S * rate_hz:
        return -np.inf
    energy = _weighted_energy(samples, rate_hz)
    blocks = np.convolve(energy, np.full(4, 0.25), "valid")  # 0.4 s each, every 0.1 s
    loud = blocks[blocks > _lufs_energy(_ABSOLUTE_GATE)]
    if not len(loud):
        return -np.inf
    gated = loud[loud > np.mean(loud) / 10]  # the relative gate: 10 LU under the mean
    return -0.691 + 10 * float(np.log10(np.mean(gated)))


def _weighted_energy(samples: Samples, rate_hz: int) -> NDArray[np.float64]:
    """Mean square of every 0.1 s after the K-weighting, channels added up."""
    stages = _weighting(rate_hz)
    channels = samples.reshape(len(samples), -1)
    hop = round(rate_hz / 10)
    whole, state = len(channels) // hop * hop, np.zeros((2, channels.shape[1], 2))
    energies = []
    for first in range(0, whole, _PIECE * hop):
        piece: NDArray[np.float64] = np.ascontiguousarray(channels[first : min(first + _PIECE * hop, whole)].T, float)
        piece, state = scipy.signal.sosfilt(stages, piece, axis=-1, zi=state)
        energies.append(np.mean(np.square(piece).reshape(len(piece), -1, hop), axis=2).sum(axis=0))
    return np.concatenate(energies)


@cache
def _weighting(rate_hz: int) -> NDArray[np.float64]:
    """The K-weighting as second-order sections (BS.1770-4, annex 1): a shelf for the head, then a high pass."""
    import pyloudnorm  # with all of scipy.signal: only what listens pays for it

    shelf = pyloudnorm.IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate_hz, "high_shelf")
    bass = pyloudnorm.IIRfilter(0.0, 0.5, 38.0, rate_hz, "high_pass")
    return np.array([[*stage.b, *stage.a] for stage in (shelf, bass)])


def _lufs_energy(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def true_peak_db(samples: Samples) -> float:
    """Highest absolute value at four times the rate, in dB of full scale (dBTP, BS.1770-4 annex 2). -inf for silence.

    samples: (n,) or (n, 2). Exact, though loud stretches are looked at first and those that cannot win are passed over.
    """
    taps, most_gain = _finer()
    stretches = -(-len(samples) // _STRETCH)
    levels = [float(np.max(np.abs(_around(samples, number)), initial=0.0)) for number in range(stretches)]
    peak = 0.0
    for number in sorted(range(stretches), key=lambda n: -levels[n]):
        if levels[number] * most_gain <= peak:
            break
        fine = scipy.signal.resample_poly(_around(samples, number), 4, 1, axis=0, window=taps)
        first = 4 * min(number * _STRETCH, _CONTEXT)  # what lies before only fed the filter
        peak = max(peak, float(np.max(np.abs(fine[first : first + 4 * _STRETCH]))))
    return 20 * float(np.log10(peak)) if peak > 0 else -np.inf


@cache
def _finer() -> tuple[NDArray[np.float64], float]:
    """The filter that reads between samples, and its most gain: no sample between samples is higher than that times the
    highest sample its filter sees, 10 on either side."""
    taps: NDArray[np.float64] = scipy.signal.firwin(81, 1 / 4, window=("kaiser", 5.0))
    return taps, 4 * max(float(np.sum(np.abs(taps[phase::4]))) for phase in range(4))


def _around(samples: Samples, number: int) -> Samples:
    """A stretch with the neighbours its filter reaches."""
    return samples[max(number * _STRETCH - _CONTEXT, 0) : (number + 1) * _STRETCH + _CONTEXT]


def longest_silence(samples: Samples, rate_hz: int) -> tuple[float, float]:
    """Start and length, in seconds, of the longest stretch below SILENT_DB; (0, 0) where there is none."""
    window = round(_WINDOW_S * rate_hz)
    count = len(samples) // window
    blocks = samples[: count * window].reshape(count, -1)
    level = np.maximum(blocks.max(axis=1), -blocks.min(axis=1))
    silent = np.concatenate(([0], level < 10 ** (SILENT_DB / 20), [0])).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(silent) == 1), np.flatnonzero(np.diff(silent) == -1)
    if not len(starts):
        return 0.0, 0.0
    longest = int(np.argmax(ends - starts))
    return float(starts[longest]) * _WINDOW_S, float(ends[longest] - starts[longest]) * _WINDOW_S
