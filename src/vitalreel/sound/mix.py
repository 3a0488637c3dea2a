"""Voice and music to one track: voice in front, music stepping back for every phrase, loudness and true peak to standard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.errors import BadInput
from vitalreel.sound.loudness import Samples, integrated_lufs

RATE_HZ = 48_000
TARGET_LUFS, WITHIN_LU = -16.0, 0.1
VOICE_LUFS, BED_LUFS = -17.0, -28.0
DUCK_DB = -10.0
"""Further down while someone speaks: 21 dB under the voice."""
CEILING_DB = -1.5
"""The limiter's aim, under the -1 dBTP allowed: AAC adds a little."""
AHEAD_S, ATTACK_S, HOLD_S, RELEASE_S = 0.25, 0.20, 0.15, 0.70
"""The music is down before a phrase begins, and comes back only where a pause is long enough to hear it."""
_BLOCK, _REACH = 48, 5
"""The limiter works on blocks of a millisecond and looks five ahead."""
_PIECE = 10_000 * _BLOCK
"""Ten seconds: as much as is worked on at a time."""
_TRIES = 4
ONE = np.float32(1)


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence and when it starts, in film time."""

    start_s: float
    samples: Samples  # (n,) mono
    rate_hz: int
    words: tuple[tuple[float, float], ...]  # start and end of each, from the start of the sentence

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / self.rate_hz


def mix(cues: Sequence[Cue], length_s: float, bed: Samples | None = None) -> Samples:
    """The film's sound, (n, 2) float32 at RATE_HZ: `length_s` seconds, TARGET_LUFS within WITHIN_LU, true peak under CEILING_DB.

    bed: (n, 2) at RATE_HZ, cut to length; None for a film without music. It is used up: the track is laid over it, since ten
    minutes of either take 230 MB. Raises BadInput where the sentences overlap, run past the end, or there are none.
    """
    _check(cues, length_s)
    size = round(length_s * RATE_HZ)
    track = _ground(bed, size)
    if bed is not None:
        _duck(track, _gain_to(BED_LUFS, track), spoken_stretches(cues))
    voice = _laid(cues, size)
    voice *= _gain_to(VOICE_LUFS, voice)
    track += voice[:, None]
    del voice
    return _finished(track)


def _ground(bed: Samples | None, size: int) -> Samples:
    """(size, 2) what the voice is laid on: the bed itself where it is long enough."""
    if bed is not None and len(bed) >= size:
        return bed[:size]
    track = np.zeros((size, 2), np.float32)
    if bed is not None:
        track[: len(bed)] = bed
    return track


def _duck(track: Samples, gain: np.float32, stretches: Sequence[tuple[float, float]]) -> None:
    for first in range(0, len(track), _PIECE):
        piece = track[first : first + _PIECE]
        piece *= (gain * duck_gain(stretches, len(piece), first))[:, None]


def _check(cues: Sequence[Cue], length_s: float) -> None:
    if not cues:
        raise BadInput("narration", "no sentence to mix", "a film without narration has no track")
    for before, cue in pairwise(cues):
        if cue.start_s < before.end_s - 1e-6:
            what = f"the sentence at {cue.start_s:.2f} s starts before the last one ends at {before.end_s:.2f} s"
            raise BadInput("narration", what, "time the scene again from its takes")
    if cues[0].start_s < 0 or cues[-1].end_s > length_s + 1e-6:
        what = f"speech ends at {cues[-1].end_s:.2f} s, the film at {length_s:.2f} s"
        raise BadInput("narration", what, "make the last scene longer")


def _laid(cues: Sequence[Cue], size: int) -> Samples:
    """(size,) all sentences at their starts, at RATE_HZ."""
    track = np.zeros(size, np.float32)
    for cue in cues:
        first = round(cue.start_s * RATE_HZ)
        part = scipy.signal.resample_poly(cue.samples, RATE_HZ, cue.rate_hz)[: size - first]
        track[first : first + len(part)] += part.astype(np.float32)
    return track


def _gain_to(lufs: float, track: Samples) -> np.float32:
    """What brings `track` to this loudness; 1 for silence."""
    now = integrated_lufs(track, RATE_HZ)
    return np.float32(10 ** ((lufs - now) / 20) if np.isfinite(now) else 1.0)


def spoken_stretches(cues: Iterable[Cue]) -> list[tuple[float, float]]:
    """When someone speaks, in film time; pauses too short for the music to come back are part of it."""
    stretches: list[tuple[float, float]] = []
    for start, end in ((c.start_s + begin, c.start_s + last) for c in cues for begin, last in c.words):
        if stretches and start - stretches[-1][1] < AHEAD_S + HOLD_S + RELEASE_S:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def duck_gain(stretches: Sequence[tuple[float, float]], size: int, first: int = 0) -> NDArray[np.float32]:
    """(size,) the music's gain: smooth in decibels, down by the first word, up after the last.

    first: the sample of the film it begins with, a multiple of _BLOCK.
    """
    times: list[float] = []
    depth: list[float] = []
    for start, end in stretches:
        times += [start - AHEAD_S, start - AHEAD_S + ATTACK_S, end + HOLD_S, end + HOLD_S + RELEASE_S]
        depth += [0.0, 1.0, 1.0, 0.0]
    clock = first + np.arange(0, size + _BLOCK, _BLOCK)
    straight = np.interp(clock / RATE_HZ, times, depth) if times else np.zeros(len(clock))
    eased = straight * straight * (3 - 2 * straight)
    return np.interp(first + np.arange(size), clock, 10 ** (DUCK_DB / 20 * eased)).astype(np.float32)


def _finished(track: Samples) -> Samples:
    """Gain to the target, limit; again where limiting took loudness away."""
    gain_db = TARGET_LUFS - integrated_lufs(track, RATE_HZ)
    limited = np.empty_like(track)
    for _ in range(_TRIES):
        limit(track, np.float32(10 ** (gain_db / 20)), limited)
        lufs = integrated_lufs(limited, RATE_HZ)
        if abs(lufs - TARGET_LUFS) <= WITHIN_LU:
            break
        gain_db += TARGET_LUFS - lufs
    return limited


def limit(track: Samples, gain: np.float32 = ONE, out: Samples | None = None) -> Samples:
    """`track` (n, 2) times `gain` with its true peak at or under CEILING_DB, by gain that falls ahead of a peak and rises after.

    out: where it goes; None for a new array.
    """
    ceiling = 10 ** (CEILING_DB / 20)
    limited = np.empty_like(track) if out is None else out
    level = float(gain) * _block_peaks(track)
    suspect = level > 0.7 * ceiling  # a peak between samples rises at most 3 dB above them in anything but test signals
    if not suspect.any():
        np.multiply(track, gain, out=limited)
        return limited
    level = np.maximum(level, float(gain) * _between_samples(track, suspect))
    need = np.minimum(1.0, 0.995 * ceiling / np.maximum(level, 1e-9))
    floor = scipy.ndimage.minimum_filter1d(need, 2 * _REACH + 1)
    curve = scipy.ndimage.uniform_filter1d(
        floor, 2 * _REACH - 1
    )  # one block narrower: what stands between two blocks holds for both
    centres = (np.arange(len(level)) + 0.5) * _BLOCK
    for first in range(0, len(track), _PIECE):
        piece = track[first : first + _PIECE]
        eased: Samples = (gain * np.interp(first + np.arange(len(piece)), centres, curve)).astype(np.float32)
        np.multiply(piece, eased[:, None], out=limited[first : first + _PIECE])
    return limited


def _block_peaks(track: Samples) -> NDArray[np.float64]:
    """(blocks,) the highest absolute sample of each block; the last may be short."""
    whole = len(track) // _BLOCK * _BLOCK
    blocks = track[:whole].reshape(-1, 2 * _BLOCK)
    peaks = np.maximum(blocks.max(axis=1, initial=0.0), -blocks.min(axis=1, initial=0.0)).astype(np.float64)
    return np.append(peaks, np.max(np.abs(track[whole:]))) if whole < len(track) else peaks


def _between_samples(track: Samples, suspect: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(blocks,) the peak of each suspect block at four times the rate, 0 elsewhere."""
    peaks = np.zeros(len(suspect))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], suspect.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        begin = max(first - 1, 0)
        end = min(last + 1, len(suspect))
        part = np.zeros(((end - begin) * _BLOCK, 2), np.float32)
        there = track[begin * _BLOCK : end * _BLOCK]
        part[: len(there)] = there
        fine = np.abs(scipy.signal.resample_poly(part, 4, 1, axis=0))
        found = np.max(fine.reshape(end - begin, -1), axis=1)
        peaks[first:last] = found[first - begin : last - begin]
    return peaks
