"""One sentence through a model: passes that fit it, silence trimmed from their ends, words on the clock of the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vitalreel.edges.voices.english import English, Sound, heard, passes, spelled, words
from vitalreel.errors import BadInput
from vitalreel.ports import Samples, Speech, SpokenWord

RATE_HZ = 24_000
LEAD_S, TAIL_S = 0.05, 0.12
"""Kept before the first and after the last audible sound, so that pauses are the script's and not the model's."""
AUDIBLE = 10 ** (-45 / 20)
"""Of the pass's own peak."""
PACE = 0.85
"""Of the models' own speed: they are brisk, and the editorial standard asks for about 150 words a minute, pauses included."""
JOINT_S = 0.12
"""Silence where one sentence takes more than one pass."""
_WINDOW = RATE_HZ // 200
_FADE_IN, _FADE_OUT = RATE_HZ // 200, RATE_HZ // 50

Utter = Callable[[Sequence[int]], tuple[Samples, NDArray[np.float32]]]
"""Phoneme ids without end pads -> (n,) samples at RATE_HZ and the (ids + 2,) durations in frames, pads included."""


def recite(text: str, sounds: Mapping[str, str], english: English, utter: Utter) -> Speech:
    """`text` spoken whole. Raises BadInput where there is no word in it, or one that cannot be read."""
    pieces: list[Samples] = []
    when: list[Sound] = []
    clock = 0.0
    for run in passes(english.tokens(text, sounds)):
        ids, ranges = spelled(run, english.space)
        if not any(last > first for first, last in ranges):
            continue
        samples, frames = utter(ids)
        first, last = audible(samples)
        if pieces:
            pieces.append(np.zeros(round(JOINT_S * RATE_HZ), np.float32))
            clock += len(pieces[-1]) / RATE_HZ
        piece = faded(samples[first:last])
        begin = clock
        clock += len(piece) / RATE_HZ
        when.extend(_within(heard(run, ranges, frames, begin - first / RATE_HZ), begin, clock))
        pieces.append(piece)
    spoken = whole(text, when)
    return Speech(np.concatenate(pieces), RATE_HZ, spoken)


def whole(text: str, when: Sequence[Sound]) -> tuple[SpokenWord, ...]:
    """The words of `text` with their times. Raises BadInput where there is none, or one that has no sound."""
    spoken = words(text, when)
    if not when or not spoken:
        raise BadInput("narration", f"nothing to say in {text!r}", "write words, or leave the line out")
    if silent := [word.text for word in spoken if word.end_s == word.start_s]:
        hint = "give its sound in pronunciations.yaml"
        raise BadInput("narration", f"the voice cannot read {silent[0]!r} in {text!r}", hint)
    return spoken


def audible(samples: Samples) -> tuple[int, int]:
    """The half-open stretch that is heard, with LEAD_S before it and TAIL_S after."""
    count = len(samples) // _WINDOW
    level = np.sqrt(np.mean(np.square(samples[: count * _WINDOW].reshape(count, _WINDOW)), axis=1))
    loud = np.flatnonzero(level > AUDIBLE * np.max(np.abs(samples), initial=0.0))
    if not len(loud):
        return 0, len(samples)
    first = int(loud[0]) * _WINDOW - round(LEAD_S * RATE_HZ)
    last = (int(loud[-1]) + 1) * _WINDOW + round(TAIL_S * RATE_HZ)
    return max(first, 0), min(last, len(samples))


def faded(samples: Samples) -> Samples:
    """Ends brought to zero, so that a joint never clicks."""
    piece = samples.astype(np.float32, copy=True)
    rise, fall = min(_FADE_IN, len(piece)), min(_FADE_OUT, len(piece))
    piece[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    piece[len(piece) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return np.clip(piece, -1, 1)


def _within(sounds: Iterator[Sound], begin_s: float, end_s: float) -> Iterator[Sound]:
    for sound in sounds:
        start = min(max(sound.start_s, begin_s), end_s)
        yield Sound(sound.at, sound.end, start, min(max(sound.end_s, start), end_s))
