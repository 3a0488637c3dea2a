"""Music beds made from nothing: soft chords, a bass and a few notes, of any length, ending on the home chord.

Composed here, note by note, from a seed, so there are no rights to clear. The same family, length and seed give the same
samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from vitalreel.errors import BadInput
from vitalreel.sound.loudness import Samples

RATE_HZ = 48_000
_BEATS = 4
ENDING_S = 4.5
"""The home chord is struck this long before the end and left to ring."""


@dataclass(frozen=True, slots=True)
class Family:
    """A character of bed. Chords are MIDI notes, bass first; the first chord is home."""

    tempo_bpm: float
    chords: tuple[tuple[int, ...], ...]
    pad_attack_s: float
    pad_level: float
    notes_a_bar: int  # places in a bar where a note may be struck; 0: none
    note_share: float  # of those places that are
    note_decay_s: float
    note_level: float
    note_octave: int


FAMILIES: Mapping[str, Family] = {
    "calm": Family(
        64,
        ((38, 57, 62, 64, 66), (35, 54, 57, 62, 66), (31, 55, 59, 62, 66), (33, 52, 57, 62, 64)),
        1.2,
        1.0,
        4,
        0.5,
        1.6,
        0.8,
        1,
    ),
    "bright": Family(
        92,
        ((31, 55, 59, 62, 69), (30, 54, 57, 62, 69), (28, 55, 59, 64, 66), (36, 52, 55, 59, 64)),
        0.6,
        0.7,
        8,
        0.75,
        0.5,
        0.9,
        1,
    ),
    "plain": Family(
        72,
        ((36, 55, 60, 62, 64), (33, 52, 57, 60, 64), (29, 53, 57, 60, 64), (31, 50, 55, 60, 62)),
        1.6,
        1.0,
        0,
        0,
        1,
        0,
        0,
    ),
}


def bed(family: str, seconds: float, seed: int) -> Samples:
    """(n, 2) float32 at RATE_HZ, peak 0.5: whole bars from the start, then home, faded to silence at `seconds`.

    The tempo gives way a little so that a whole number of bars fits. A bed shorter than ENDING_S is the home chord alone.
    Raises BadInput for a family that is not one of FAMILIES.
    """
    if family not in FAMILIES:
        raise BadInput("music", f"no family {family!r}", f"use one of {', '.join(FAMILIES)}, or none")
    made, chance = FAMILIES[family], np.random.default_rng(seed)
    track = np.zeros((round(seconds * RATE_HZ), 2), np.float32)
    body_s = max(seconds - ENDING_S, 0.0)
    bars = round(body_s / (_BEATS * 60 / made.tempo_bpm))
    bar_s = body_s / bars if bars else 0.0
    pads = {chord: _pad(made, chord, bar_s + made.pad_attack_s) for chord in made.chords} if bars else {}
    for number in range(bars):
        chord = _chord(made, number, bars)
        _add(track, pads[chord], number * bar_s)
        _strike(track, made, chord, number * bar_s, bar_s, chance)
    _add(track, _pad(made, made.chords[0], ENDING_S), bars * bar_s)
    for place, pitch in enumerate(made.chords[0][1:] if made.notes_a_bar else ()):
        _add(
            track,
            _note(pitch + 12 * made.note_octave, 2 * made.note_decay_s, made.note_level, place / 4),
            bars * bar_s + 0.06 * place,
        )
    return _finished(_in_room(track, seed))


def _chord(made: Family, bar: int, bars: int) -> tuple[int, ...]:
    """Round and round, but the last bar is the chord that leads home."""
    return made.chords[-1 if bar == bars - 1 else bar % len(made.chords)]


def _strike(
    track: Samples, made: Family, chord: tuple[int, ...], at_s: float, bar_s: float, chance: np.random.Generator
) -> None:
    """A few notes of the chord at places of the bar, the first place most surely, softer off the beat."""
    for place in range(made.notes_a_bar):
        sure = 1.0 if place == 0 else made.note_share
        pitch, side = int(chance.choice(chord[1:])), float(chance.uniform(0.25, 0.75))
        touch = made.note_level * float(chance.uniform(0.6, 1.0)) * (1.0 if place % 2 == 0 else 0.7)
        late = float(chance.normal(0, 0.006))
        if chance.random() < sure:
            note = _note(pitch + 12 * made.note_octave, made.note_decay_s, touch, side)
            _add(track, note, max(at_s + place * bar_s / made.notes_a_bar + late, 0.0))


def _pad(made: Family, chord: Sequence[int], seconds: float) -> Samples:
    """A held chord over its bass: few partials, two sides a hair apart in pitch, slow rise and fall."""
    t = np.arange(round(seconds * RATE_HZ), dtype=np.float32) / RATE_HZ
    rise = np.minimum(t / made.pad_attack_s, 1)
    fall = np.clip((seconds - t) / made.pad_attack_s, 0, 1)
    envelope = (np.sin(rise * (np.pi / 2)) * np.sin(fall * (np.pi / 2))) ** 2
    sides = np.zeros((len(t), 2), np.float32)
    for voice, pitch in enumerate(chord):
        for side, cents in enumerate((-4, 4)):
            phase = 2 * np.pi * _hz(pitch + cents / 100) * t
            tone = np.sin(phase) + 0.28 * np.sin(2 * phase) + (0.09 * np.sin(3 * phase) if voice else 0)
            sides[:, side] += (0.10 if voice else 0.16) * tone
    return (made.pad_level * envelope).astype(np.float32)[:, None] * sides


def _note(pitch: int, decay_s: float, level: float, side: float) -> Samples:
    """One struck note, like felt on a string: bright for an instant, then nearly a sine. side: 0 left to 1 right."""
    t = np.arange(round(4 * decay_s * RATE_HZ), dtype=np.float32) / RATE_HZ
    phase = 2 * np.pi * _hz(pitch) * t
    body = np.exp(-t / decay_s, dtype=np.float32)
    tone = np.sin(phase) * body + 0.35 * np.sin(2 * phase) * body**2 + 0.12 * np.sin(4 * phase) * body**5
    tone *= np.minimum(t / 0.004, 1) * np.minimum((t[-1] - t) / 0.02, 1) * 0.16 * level
    return np.stack((tone * np.cos(side * np.pi / 2), tone * np.sin(side * np.pi / 2)), axis=1).astype(np.float32)


def _hz(pitch: float) -> np.float32:
    return np.float32(440 * 2 ** ((pitch - 69) / 12))


def _add(track: Samples, sound: Samples, at_s: float) -> None:
    first = round(at_s * RATE_HZ)
    part = sound[: max(len(track) - first, 0)]
    track[first : first + len(part)] += part


def _in_room(track: Samples, seed: int) -> Samples:
    """With the tail of a soft room: decaying noise of 1.2 s, darker than the notes, different on either side."""
    chance = np.random.default_rng(seed + 1)
    t = np.arange(round(1.2 * RATE_HZ), dtype=np.float32) / RATE_HZ
    noise = chance.standard_normal((len(t), 2)).astype(np.float32) * np.exp(-t / 0.28)[:, None]
    dark = _smoothed(noise, 24) * np.minimum(t / 0.012, 1)[:, None]
    dark /= np.sqrt(np.sum(np.square(dark), axis=0))
    wet: NDArray[np.float32] = oaconvolve(track, dark.astype(np.float32), axes=0)[: len(track)]
    return track + 0.3 * wet


def _smoothed(noise: NDArray[np.float32], span: int) -> NDArray[np.float32]:
    total = np.cumsum(noise, axis=0, dtype=np.float64)
    total[span:] = total[span:] - total[:-span]
    return (total / span).astype(np.float32)


def _finished(track: Samples) -> Samples:
    """In over half a second, out over the ending; peak 0.5."""
    n = len(track)
    rise, fall = min(RATE_HZ // 2, n), min(round((ENDING_S - 1) * RATE_HZ), n)
    track[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:, None]
    track[n - fall :] *= (np.cos(np.linspace(0, np.pi, fall, dtype=np.float32)) * 0.5 + 0.5)[:, None]
    peak = float(np.max(np.abs(track), initial=0.0))
    return (track * (0.5 / peak) if peak else track).astype(np.float32)
