"""say: one line spoken as a film would speak it, to hear a voice or try a pronunciation before a customer does."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from vitalreel.edges.voices.english import English
from vitalreel.ports import Speech, SpokenWord, Voice
from vitalreel.sound.narration import spoken
from vitalreel.sound.pronunciation import sounds_in


@dataclass(frozen=True, slots=True)
class Said:
    """A line as it was spoken."""

    text: str
    spoken: str
    phonemes: tuple[tuple[str, str], ...]  # word, how it is read; punctuation left out
    sounds: Mapping[str, str]  # the dictionary's entries in it
    words: tuple[SpokenWord, ...]
    voice: str
    speech: Speech

    @property
    def length_s(self) -> float:
        return len(self.speech.samples) / self.speech.rate_hz


def speak(text: str, voice: Voice, british: bool, sounds: Mapping[str, str], as_of: date) -> Said:
    """Speak one line. sounds: the dictionary that holds for it. british: whose reading the phonemes are.

    Raises BadInput for a line without a word, or with one that has no sound; Unavailable where the voice is.
    """
    line = spoken(text, as_of)
    used = sounds_in(line, sounds)
    speech = voice.speak(line, used)
    read = [(word, said) for word, said in English(british).read(line, used) if any(c.isalnum() for c in word)]
    return Said(text, line, tuple(read), used, speech.words, voice.name, speech)


def wav(speech: Speech) -> bytes:
    """The speech as a WAV file: 16 bit, mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(speech.rate_hz)
        out.writeframes(np.rint(np.clip(speech.samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
