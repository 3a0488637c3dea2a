"""A film's sound after its encoder: as it was mixed, without a burst anywhere."""

from __future__ import annotations

import numpy as np
import pytest

from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.inspect import inspect_sound
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.sound.loudness import true_peak_db
from vitalreel.sound.mix import RATE_HZ, Cue, mix
from vitalreel.sound.music import bed

SAID = (
    "Last week seven hundred and two people used it, forty-one per cent more.",
    "In the same week last quarter it was five hundred.",
    "What we do not know is the reason, so we ask before we advise.",
)


@pytest.mark.parametrize("family", ["calm", "bright"])
def test_coding_lets_no_frame_burst_out(family: str) -> None:
    """V9 V14: with intensity stereo, libavcodec's encoder is 0.3 and more of full scale off in some frames of every film."""
    voice, cues, at_s = Hibari(), [], 0.8
    while at_s < 40:
        for sentence in SAID:
            speech = voice.speak(sentence, {})
            words = tuple((w.start_s, w.end_s) for w in speech.words)
            cues.append(Cue(at_s, speech.samples, speech.rate_hz, words))
            at_s += len(speech.samples) / speech.rate_hz + 0.6
    track = mix(cues, at_s + 4, bed(family, at_s + 4, 3))
    heard = inspect_sound(AacEncoder().encode(track, RATE_HZ)).samples[: len(track)]

    assert np.abs(heard - track).max() < 0.15
    assert true_peak_db(heard) <= -1.0
