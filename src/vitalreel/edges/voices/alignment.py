"""When each word of a recording is heard, found by forced alignment: for voices whose service does not say.

PocketSphinx fits the phonemes of the text, as `english` reads them, to the sound: every word is added to its dictionary with
just that reading, so that a name is found as it was to be said. The recogniser itself is not used.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from vitalreel.edges.voices.english import English, Sound, Token
from vitalreel.errors import Unavailable
from vitalreel.ports import Samples

RATE_HZ = 16_000
FRAME_S = 0.01
FEWEST_FRAMES = 3
"""A phoneme has three states; shorter the model cannot say."""
HURRIED = 0.25
"""Where more of the words than this are as short as the model can have them, the sound is not that of the text."""
EARLY_S = 0.05
"""How much before its sound the model puts a word, as measured on speech whose word times are known."""
AUDIBLE = 10 ** (-45 / 20)
"""Of the peak: below it a frame is a pause, and no word's."""

PHONES = {
    "A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY", "i": "IY", "u": "UW", "ɑ": "AA", "ɔ": "AO", "ə": "AH",
    "ɛ": "EH", "e": "EH", "ɜ": "ER", "ɪ": "IH", "ʊ": "UH", "ʌ": "AH", "æ": "AE", "a": "AE", "ɒ": "AA", "ɐ": "AH", "ᵊ": "AH",
    "ᵻ": "IH", "b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "s": "S",
    "t": "T", "T": "T", "v": "V", "w": "W", "z": "Z", "ɡ": "G", "ŋ": "NG", "ɹ": "R", "r": "R", "ʃ": "SH", "ʒ": "ZH", "ð": "DH",
    "θ": "TH", "ʤ": "JH", "ʧ": "CH", "ɾ": "T", "x": "K", "ç": "HH", "ɲ": "N", "y": "UW", "ø": "ER", "œ": "ER", "o": "OW",
}  # fmt: skip
"""The alphabet of the reading, and the nearest phone of the acoustic model (US English)."""


def arpabet(phonemes: str) -> list[str]:
    """Phones of the acoustic model for one word's phonemes; stress is left out, and "ɜɹ" and "əɹ" are one vowel."""
    phones: list[str] = []
    for letter in phonemes:
        phone = PHONES.get(letter)
        if phone == "R" and phones and phones[-1] in ("ER", "AH"):
            phones[-1] = "ER"
        elif phone is not None:
            phones.append(phone)
    return phones


def aligned(samples: Samples, rate_hz: int, tokens: Sequence[Token], english: English) -> list[Sound]:
    """When each sounded token is heard in (n,) mono samples.

    Raises Unavailable (a retry may help) where the sound cannot be that of the text: cut short, silent, or other words.
    """
    spoken = [(t, arpabet(english.letters(t.ids))) for t in tokens]
    spoken = [(token, phones) for token, phones in spoken if phones]
    if not spoken:
        return []
    entries = _entries(samples, rate_hz, [phones for _, phones in spoken])
    if len(entries) != len(spoken) or _hurried(entries, [len(phones) for _, phones in spoken]):
        raise Unavailable("the voice", "its sound is not that of the text", "it may have been cut short; ask again")
    loud = _loud(samples, rate_hz)
    heard = [_within(loud, start, end) for start, end in entries]
    return [Sound(t.at, t.end, start, end) for (t, _), (start, end) in zip(spoken, heard, strict=True)]


def _entries(samples: Samples, rate_hz: int, words: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """First frame and end of every word; fewer than there are words where no path fits."""
    decoder, known = _decoder()
    names = [f"w_{'_'.join(phones)}".lower() for phones in words]
    for name, phones in dict(zip(names, words, strict=True)).items():
        if name not in known:
            decoder.add_word(name, " ".join(phones), True)
            known.add(name)
    decoder.set_align_text(" ".join(names))
    decoder.start_utt()
    decoder.process_raw(_pcm(samples, rate_hz), full_utt=True)
    decoder.end_utt()
    return [(seg.start_frame, seg.end_frame + 1) for seg in decoder.seg() or () if seg.word.startswith("w_")]


def _pcm(samples: Samples, rate_hz: int) -> bytes:
    heard = scipy.signal.resample_poly(samples, RATE_HZ, rate_hz) if rate_hz != RATE_HZ else samples
    return np.rint(np.clip(heard, -1, 1) * 32767).astype("<i2").tobytes()


def _loud(samples: Samples, rate_hz: int) -> NDArray[np.bool_]:
    """For each frame whether anything is heard."""
    window = round(rate_hz * FRAME_S)
    count = len(samples) // window
    level = np.sqrt(np.mean(np.square(samples[: count * window].reshape(count, window)), axis=1))
    return np.asarray(level > AUDIBLE * np.max(np.abs(samples), initial=0.0))


def _within(loud: NDArray[np.bool_], start: int, end: int) -> tuple[float, float]:
    """A word's time in seconds, without the pause before or after it that the path gave it."""
    late = round(EARLY_S / FRAME_S)
    first, last = min(start + late, end - 1), min(end + late, len(loud))
    audible = np.flatnonzero(loud[first:last])
    if not len(audible):
        return first * FRAME_S, last * FRAME_S
    return (first + int(audible[0])) * FRAME_S, (first + int(audible[-1]) + 1) * FRAME_S


def _hurried(entries: Sequence[tuple[int, int]], phones: Sequence[int]) -> bool:
    """Whether too many words, or the last, are squeezed into as little time as the model allows."""
    squeezed = [end - start <= FEWEST_FRAMES * count for (start, end), count in zip(entries, phones, strict=True)]
    return squeezed[-1] or sum(squeezed) > HURRIED * len(squeezed)


@cache
def _decoder() -> tuple[Any, set[str]]:
    """One aligner a process, and the words it knows. Its own dictionary is left out: 130,000 words nobody asks for."""
    from pocketsphinx import Decoder

    return Decoder(samprate=RATE_HZ, lm=None, dict=os.devnull, loglevel="FATAL", bestpath=False), set()
