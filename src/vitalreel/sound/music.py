"""Music beds made from nothing: soft chords, a bass and a few notes, of any length, ending on the home chord.

Composed here, note by note, from a seed, so there are no rights to clear. The same family, length and seed give the same
samples. A company's own bed is a recording: `looped` makes it as long as the film.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.errors import BadInput
from vitalreel.sound.loudness import Samples

RATE_HZ = 48_000
_COMPOSED_HZ = 16_000
"""Enough for notes without a partial above 4 kHz, and three times cheaper than RATE_HZ."""
_BEATS = 4
ENDING_S = 4.5
"""The home chord is struck this long before the end and left to ring."""
LOOP_FADE_S = 2.0
"""How long the end of a recording and its beginning are heard together, where it is laid end to end."""
_PIECE_S = 20
"""How much of a bed goes through the room at a time."""


@dataclass(frozen=True, slots=True)
class Family:
    """A character of bed. Chords are MIDI notes, bass first; the first chord is home."""

    tempo_bpm: float
    chords: tuple[tuple[int, ...], ...]
    pad_attack_s: float
    pad_level: float
    pad_partials: tuple[float, ...]  # of the octave, the twelfth, ...: how dark or reedy a held chord is
    notes_a_bar: int  # places in a bar where a note may be struck; 0: none
    note_share: float  # of those places that are
    note_decay_s: float
    note_level: float
    note_partials: tuple[float, float]  # of the octave and the double octave: felt is dull, a bell is not
    note_octave: int
    room: float  # how much of the room is heard


FAMILIES: Mapping[str, Family] = {
    "calm": Family(
        tempo_bpm=64,
        chords=((38, 57, 62, 64, 66), (35, 54, 57, 62, 66), (31, 55, 59, 62, 66), (33, 52, 57, 62, 64)),
        pad_attack_s=1.2, pad_level=1.0, pad_partials=(0.28, 0.09),
        notes_a_bar=4, note_share=0.5, note_decay_s=1.6, note_level=0.8, note_partials=(0.35, 0.12), note_octave=1, room=0.3,
    ),
    "bright": Family(
        tempo_bpm=92,
        chords=((31, 55, 59, 62, 69), (30, 54, 57, 62, 69), (28, 55, 59, 64, 66), (36, 52, 55, 59, 64)),
        pad_attack_s=0.6, pad_level=0.7, pad_partials=(0.28, 0.09),
        notes_a_bar=8, note_share=0.75, note_decay_s=0.5, note_level=0.9, note_partials=(0.4, 0.18), note_octave=1, room=0.3,
    ),
    "warm": Family(
        tempo_bpm=58,
        chords=((29, 53, 57, 60, 64), (34, 53, 58, 62, 65), (31, 50, 55, 58, 65), (36, 52, 58, 60, 64)),
        pad_attack_s=1.5, pad_level=1.0, pad_partials=(0.5, 0.24, 0.1),
        notes_a_bar=4, note_share=0.35, note_decay_s=2.2, note_level=0.6, note_partials=(0.5, 0.06), note_octave=0, room=0.35,
    ),
    "spare": Family(
        tempo_bpm=52,
        chords=((33, 52, 57, 59, 64), (29, 53, 57, 60, 64), (36, 52, 55, 60, 67), (28, 52, 56, 59, 64)),
        pad_attack_s=1.8, pad_level=0.45, pad_partials=(0.2, 0.05),
        notes_a_bar=4, note_share=0.3, note_decay_s=2.6, note_level=1.0, note_partials=(0.25, 0.08), note_octave=1, room=0.5,
    ),
    "plain": Family(
        tempo_bpm=72,
        chords=((36, 55, 60, 62, 64), (33, 52, 57, 60, 64), (29, 53, 57, 60, 64), (31, 50, 55, 60, 62)),
        pad_attack_s=1.6, pad_level=1.0, pad_partials=(0.28, 0.09),
        notes_a_bar=0, note_share=0, note_decay_s=1, note_level=0, note_partials=(0, 0), note_octave=0, room=0.3,
    ),
}  # fmt: skip
"""calm: the usual. bright: news that is good. warm: people, thanks, renewals. spare: news that is not good. plain: no tune."""
_BASS_PARTIALS = (0.8, 0.25)
_BASS_LEVEL, _BASS_ROOT = 0.14, 0.35
"""Its octave carries the bass: the root alone would be lost on a phone and boom in a room."""


FILES = (".wav", ".flac", ".mp3")


def is_file(music: str) -> bool:
    """Whether a configured music is a company's own file rather than a family."""
    return music.lower().endswith(FILES)


def bed(family: str, seconds: float, seed: int) -> Samples:
    """(n, 2) float32 at RATE_HZ, peak 0.5: whole bars from the start, then home, faded to silence at `seconds`.

    The tempo gives way a little so that a whole number of bars fits. A bed shorter than ENDING_S is the home chord alone.
    Raises BadInput for a family that is not one of FAMILIES.
    """
    if family not in FAMILIES:
        raise BadInput("music", f"no family {family!r}", f"use one of {', '.join(FAMILIES)}, or none")
    made, chance = FAMILIES[family], np.random.default_rng(seed)
    track = np.zeros((round(seconds * _COMPOSED_HZ), 2), np.float32)
    body_s = max(seconds - ENDING_S, 0.0)
    bars = round(body_s / (_BEATS * 60 / made.tempo_bpm))
    bar_s = body_s / bars if bars else 0.0
    pads = {chord: _pad(made, chord, bar_s + made.pad_attack_s) for chord in made.chords} if bars else {}
    notes = _Notes(made)
    for number in range(bars):
        chord = _chord(made, number, bars)
        _add(track, pads[chord], number * bar_s)
        _strike(track, notes, chord, number * bar_s, bar_s, chance)
    _add(track, _pad(made, made.chords[0], ENDING_S), bars * bar_s)
    for place, pitch in enumerate(made.chords[0][1:] if made.notes_a_bar else ()):
        _add(track, notes.struck(pitch, made.note_level, place / 4, 2 * made.note_decay_s), bars * bar_s + 0.06 * place)
    _in_room(track, made.room, seed)
    size = round(seconds * RATE_HZ)
    return _finished(scipy.signal.resample_poly(track, RATE_HZ // _COMPOSED_HZ, 1, axis=0)[:size])


def looped(recording: Samples, seconds: float) -> Samples:
    """A recording laid end to end until it is `seconds` long, one end sounding into the next beginning, then faded out.

    recording: (n, 2) at RATE_HZ, as long as you like. (n, 2) float32, peak 0.5. Raises BadInput for silence, or for less than
    twice LOOP_FADE_S where it has to be repeated.
    """
    size, length = round(seconds * RATE_HZ), len(recording)
    fade = round(LOOP_FADE_S * RATE_HZ)
    if not length or not np.any(recording):
        raise BadInput("music", "the recording is silent", "use another file")
    if length < size and length < 2 * fade:
        what = f"a recording of {length / RATE_HZ:.1f} s is too short to be repeated"
        raise BadInput("music", what, f"use one of at least {2 * LOOP_FADE_S:g} s")
    track = np.zeros((size, 2), np.float32)
    part = recording.astype(np.float32, copy=True)
    if length < size:  # equal power, because what meets is not alike
        rise = np.sin(np.linspace(0, np.pi / 2, fade, dtype=np.float32))[:, None]
        part[length - fade :] *= rise[::-1]
    for first in range(0, size, max(length - fade, 1)):
        _add(track, part, first / RATE_HZ, RATE_HZ)
        if first == 0 and length < size:
            part[:fade] *= rise
    return _finished(track)


def _chord(made: Family, bar: int, bars: int) -> tuple[int, ...]:
    """Round and round, but the last bar is the chord that leads home."""
    return made.chords[-1 if bar == bars - 1 else bar % len(made.chords)]


def _strike(
    track: Samples, notes: _Notes, chord: tuple[int, ...], at_s: float, bar_s: float, chance: np.random.Generator
) -> None:
    """A few notes of the chord at places of the bar, the first place most surely, softer off the beat."""
    made = notes.made
    for place in range(made.notes_a_bar):
        sure = 1.0 if place == 0 else made.note_share
        pitch, side = int(chance.choice(chord[1:])), float(chance.uniform(0.25, 0.75))
        touch = made.note_level * float(chance.uniform(0.6, 1.0)) * (1.0 if place % 2 == 0 else 0.7)
        late = float(chance.normal(0, 0.006))
        if chance.random() < sure:
            note = notes.struck(pitch, touch, side, made.note_decay_s)
            _add(track, note, max(at_s + place * bar_s / made.notes_a_bar + late, 0.0))


class _Notes:
    """A family's instrument: each key's sound is made once, then struck hard or softly, left or right."""

    def __init__(self, made: Family) -> None:
        self.made = made
        self._keys: dict[tuple[int, float], NDArray[np.float32]] = {}

    def struck(self, pitch: int, level: float, side: float, decay_s: float) -> Samples:
        """One note. side: 0 left to 1 right."""
        key = (pitch, decay_s)
        if key not in self._keys:
            self._keys[key] = _note(self.made, pitch + 12 * self.made.note_octave, decay_s)
        weights = np.array([np.cos(side * np.pi / 2), np.sin(side * np.pi / 2)], np.float32)
        sound: Samples = self._keys[key][:, None] * (np.float32(level) * weights)
        return sound


def _pad(made: Family, chord: Sequence[int], seconds: float) -> Samples:
    """A held chord over its bass: slow rise and fall; the chord wide, three strings a hair apart in pitch, the bass centred."""
    t = _seconds(seconds)
    rise = np.minimum(t / made.pad_attack_s, 1)
    fall = np.clip((seconds - t) / made.pad_attack_s, 0, 1)
    envelope = (np.sin(rise * (np.pi / 2)) * np.sin(fall * (np.pi / 2))) ** 2
    bass, *rest = chord
    root = _hz(bass)
    middle = _BASS_LEVEL * (
        _BASS_ROOT * np.sin(2 * np.pi * root * t) + _tone(2 * root, t, _BASS_PARTIALS) * _BASS_PARTIALS[0]
    )
    sides = np.repeat(middle.astype(np.float32)[:, None], 2, axis=1)
    for pitch in rest:
        centre = 0.06 * _tone(_hz(pitch), t, made.pad_partials)
        for side, cents in enumerate((-4, 4)):
            sides[:, side] += centre + 0.07 * _tone(_hz(pitch + cents / 100), t, made.pad_partials)
    return np.asarray((made.pad_level * envelope)[:, None] * sides, np.float32)


def _tone(hz: np.float32, t: NDArray[np.float32], partials: Sequence[float]) -> NDArray[np.float32]:
    """A sine and its next partials, none above what belongs under a voice."""
    tone = np.sin(2 * np.pi * hz * t)
    for number, level in enumerate(partials, start=2):
        tone += np.float32(level) * np.sin(2 * np.pi * number * hz * t)
    return np.asarray(tone, np.float32)


def _note(made: Family, pitch: int, decay_s: float) -> NDArray[np.float32]:
    """One struck note, like felt on a string: bright for an instant, then nearly a sine."""
    t = _seconds(4 * decay_s)
    phase = 2 * np.pi * _hz(pitch) * t
    body = np.exp(-t / np.float32(decay_s))
    octave, double = made.note_partials
    brief = body * body
    tone = body * np.sin(phase) + octave * brief * np.sin(2 * phase) + double * brief * brief * body * np.sin(4 * phase)
    tone *= np.float32(0.16) * np.minimum(t / 0.004, 1) * np.minimum((t[-1] - t) / 0.02, 1)
    return np.asarray(tone, np.float32)


def _seconds(length_s: float) -> NDArray[np.float32]:
    return np.asarray(np.arange(round(length_s * _COMPOSED_HZ)) / _COMPOSED_HZ, np.float32)


def _hz(pitch: float) -> np.float32:
    return np.float32(440 * 2 ** ((pitch - 69) / 12))


def _add(track: Samples, sound: Samples, at_s: float, rate_hz: int = _COMPOSED_HZ) -> None:
    first = round(at_s * rate_hz)
    part = sound[: max(len(track) - first, 0)]
    track[first : first + len(part)] += part


def _in_room(track: Samples, much: float, seed: int) -> None:
    """Add the tail of a soft room to `track`: decaying noise of 1.2 s, darker than the notes, different on either side."""
    chance = np.random.default_rng(seed + 1)
    t = _seconds(1.2)
    noise = chance.standard_normal((len(t), 2)).astype(np.float32) * np.exp(-t / 0.28)[:, None]
    dark = _smoothed(noise, 8) * np.minimum(t / 0.012, 1)[:, None]
    dark = (much * dark / np.sqrt(np.sum(np.square(dark), axis=0))).astype(np.float32)
    rest = np.zeros((0, 2), np.float32)  # what the pieces before still have to say
    for first in range(0, len(track), _PIECE_S * _COMPOSED_HZ):
        piece = track[first : first + _PIECE_S * _COMPOSED_HZ]
        wet: NDArray[np.float32] = scipy.signal.oaconvolve(piece, dark, axes=0).astype(np.float32)
        wet[: len(rest)] += rest[: len(wet)]
        rest = wet[len(piece) :]
        piece += wet[: len(piece)]


def _smoothed(noise: NDArray[np.float32], span: int) -> NDArray[np.float32]:
    total = np.cumsum(noise, axis=0, dtype=np.float64)
    total[span:] = total[span:] - total[:-span]
    return (total / span).astype(np.float32)


def _finished(track: Samples) -> Samples:
    """In over half a second, out over the ending; peak 0.5. The same array, changed."""
    n = len(track)
    rise, fall = min(RATE_HZ // 2, n), min(round((ENDING_S - 1) * RATE_HZ), n)
    track[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)[:, None]
    track[n - fall :] *= (np.cos(np.linspace(0, np.pi, fall, dtype=np.float32)) * 0.5 + 0.5)[:, None]
    peak = max(float(np.max(track, initial=0.0)), -float(np.min(track, initial=0.0)))
    if peak:
        track *= np.float32(0.5 / peak)
    return track
