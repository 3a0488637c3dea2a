"""Listening to a film: words a recogniser makes of the music between sentences belong to none of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vitalreel.edges.voices.cache import Sentence
from vitalreel.edges.voices.hearings import Hearings
from vitalreel.ports import HeardWord, Samples, Speech, SpokenWord
from vitalreel.steps.listening import Ears, Said, listen

RATE = 16_000


class Dreamer:
    """Hears both sentences, and words in the pause and after the end where there is only music."""

    name = "dreamer"

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        told = (
            ("Good", 0.4),
            ("day.", 0.8),
            ("Thanks", 2.2),
            ("for", 2.4),
            ("We", 4.3),
            ("are", 4.7),
            ("here.", 5.1),
            ("Team.", 6.6),
        )
        return tuple(HeardWord(word, at, at + 0.2) for word, at in told)


def said(text: str, start_s: float) -> Said:
    words = tuple(SpokenWord(w, i, 0.1 + 0.4 * i, 0.4 + 0.4 * i) for i, w in enumerate(text.split()))
    return Said(Sentence(text, {}), Speech(np.zeros(2 * RATE, np.float32), RATE, words), start_s)


def test_what_is_heard_while_nobody_speaks_is_left_out(tmp_path: Path) -> None:
    """V14: else a film fails for what a recogniser made of its music."""
    sound = np.zeros((8 * RATE, 2), np.float32)
    ears = Ears(Dreamer(), Hearings(tmp_path, "hibari"), "always")
    heard, deaf = listen(ears, [said("Good day.", 0.3), said("We are here.", 4.2)], sound, RATE)

    assert ("", ["Good day.", "We are here."]) == (deaf, [one.text for one in heard if one is not None])
