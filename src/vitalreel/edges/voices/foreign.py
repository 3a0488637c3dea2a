"""Speech that a service made, as a take: its sound unpacked and trimmed, its words on the clock, the dictionary heeded."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from vitalreel.edges.voices.alignment import aligned
from vitalreel.edges.voices.english import English, Sound
from vitalreel.edges.voices.recital import RATE_HZ, audible, faded, whole
from vitalreel.errors import Unavailable
from vitalreel.ports import Samples, Speech
from vitalreel.sound.pronunciation import unified, word_pattern

CUT_SHORT = 0.1
"""Speech that is still this loud, of its peak, in its last hundredth of a second ended in the middle of something."""
_UNKNOWN = (0, 0x7FFFFFFF, 0xFFFFFFFF)
"""What servers write for the length of a WAV they do not know yet."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; `sound` is the dictionary's entry where it is a word of it."""

    at: int
    end: int
    text: str
    sound: str | None = None


def pieces(text: str, sounds: Mapping[str, str]) -> list[Piece]:
    """`text` in stretches, the words of the dictionary apart, none left out."""
    longest_first = sorted(sounds, key=len, reverse=True)
    if not longest_first:
        return [Piece(0, len(text), text)]
    named = "|".join(f"(?P<w{number}>{word_pattern(word)})" for number, word in enumerate(longest_first))
    found, at = [], 0
    for match in re.finditer(rf"(?<!\w)(?:{named})(?!\w)", unified(text)):
        sound = next(sounds[w] for n, w in enumerate(longest_first) if match[f"w{n}"])
        found += [
            Piece(at, match.start(), text[at : match.start()]),
            Piece(match.start(), match.end(), match[0], sound),
        ]
        at = match.end()
    return [p for p in (*found, Piece(at, len(text), text[at:])) if p.text]


def respelled(sound: str) -> str:
    """A dictionary's entry as letters: a respelling as it is, phonemes as English would spell them."""
    if not sound.startswith("/"):
        return sound
    return "".join(SPELLINGS.get(letter, "") for letter in sound.strip("/")).strip()


SPELLINGS = {
    "A": "ay", "I": "eye", "O": "oh", "Q": "oh", "W": "ow", "Y": "oy", "i": "ee", "u": "oo", "ɑ": "ah", "ɔ": "aw", "ə": "uh",
    "ɛ": "eh", "e": "eh", "ɜ": "ur", "ɪ": "ih", "ʊ": "uu", "ʌ": "uh", "æ": "a", "a": "a", "ɒ": "o", "ɐ": "uh", "ᵊ": "", "ᵻ": "ih",
    "ɡ": "g", "ŋ": "ng", "ɹ": "r", "ʃ": "sh", "ʒ": "zh", "ð": "th", "θ": "th", "ʤ": "j", "ʧ": "ch", "ɾ": "t", "T": "t", "j": "y",
    "x": "k", "ç": "h", "ɲ": "ny", " ": " ", **{c: c for c in "bdfhklmnprstvwzoy"},
}  # fmt: skip
"""Phonemes as letters, for services that read nothing else."""
IPA = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "Q": "əʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "ʤ": "dʒ",
    "ʧ": "tʃ",
    "T": "ɾ",
    "ᵊ": "ə",
    "ᵻ": "ɪ",
    "a": "æ",
}
"""Phonemes the reading writes as one letter, as the International Phonetic Alphabet has them."""


def ipa(sound: str) -> str:
    return "".join(IPA.get(letter, letter) for letter in sound.strip("/"))


def readable(text: str, sounds: Mapping[str, str], english: English) -> None:
    """Raises BadInput for a text without a word, or with one that has no sound: before a service is paid to leave it out."""
    tokens = [t for t in english.tokens(text, sounds) if t.ids]
    whole(text, [Sound(t.at, t.end, float(number), number + 1.0) for number, t in enumerate(tokens)])


def taken(
    text: str,
    sounds: Mapping[str, str],
    english: English,
    samples: Samples,
    rate_hz: int,
    clock: Callable[[], Sequence[Sound] | None] = lambda: None,
) -> Speech:
    """The take of what a service sent: (n,) samples at RATE_HZ, trimmed as a voice's own are, with the time of every word.

    clock: the service's own times from the start of its samples; None where it has none: then they are found by alignment.
    Raises Unavailable for sound that is silent, cut short or not of this text.
    """
    sound = scipy.signal.resample_poly(samples, RATE_HZ, rate_hz).astype(np.float32) if rate_hz != RATE_HZ else samples
    peak = float(np.max(np.abs(sound), initial=0.0))
    if peak == 0 or float(np.max(np.abs(sound[-RATE_HZ // 100 :]))) > CUT_SHORT * peak:
        raise Unavailable("the voice", "its sound is silent or was cut short", "ask again")
    first, last = audible(sound)
    piece = faded(sound[first:last])
    told = clock()
    if told is None:
        when = aligned(piece, RATE_HZ, english.tokens(text, sounds), english)
    else:
        when = list(_shifted(told, first / RATE_HZ, len(piece) / RATE_HZ))
    return Speech(piece, RATE_HZ, whole(text, when))


def _shifted(sounds: Sequence[Sound], by_s: float, length_s: float) -> Iterator[Sound]:
    for sound in sounds:
        start = min(max(sound.start_s - by_s, 0.0), length_s)
        yield Sound(sound.at, sound.end, start, min(max(sound.end_s - by_s, start), length_s))


# What services send


def pcm(data: bytes) -> Samples:
    """16-bit little-endian mono."""
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def wav(data: bytes) -> tuple[Samples, int]:
    """The (n,) samples and the rate of a WAV file: 16-bit or float, channels averaged; lengths left open are borne with.

    Raises Unavailable for anything else, and for a file that ends before it says.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise Unavailable("the voice", "it sent no WAV", "check that the service speaks WAV")
    form: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        body = data[at + 8 : at + 8 + size]
        if kind == b"fmt " and len(body) >= 16:
            form = _form(body)
        if kind == b"data" and form is not None:
            if len(body) < size and size not in _UNKNOWN and size < 0xFFFFFF00:
                raise Unavailable("the voice", "its WAV was cut short", "ask again")
            return _decoded(data[at + 8 :] if size in _UNKNOWN else body, form), form[2]
        at += 8 + size + size % 2
    raise Unavailable("the voice", "its WAV holds no sound", "ask again")


def _form(body: bytes) -> tuple[int, int, int, int]:
    """Encoding (1 whole numbers, 3 floats), channels, rate, bits a sample."""
    encoding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if encoding == 0xFFFE and len(body) >= 26:
        encoding = struct.unpack("<H", body[24:26])[0]
    if (encoding, bits) not in ((1, 16), (3, 32)) or channels < 1 or rate < 8_000:
        raise Unavailable("the voice", f"its WAV has encoding {encoding} with {bits} bits", "use 16-bit WAV")
    return encoding, channels, rate, bits


def _decoded(body: bytes, form: tuple[int, int, int, int]) -> Samples:
    encoding, channels, _, bits = form
    whole_frames = len(body) // (channels * bits // 8) * (channels * bits // 8)
    if encoding == 1:
        flat = pcm(body[:whole_frames])
    else:
        flat = np.frombuffer(body[:whole_frames], "<f4")
    return np.asarray(flat.reshape(-1, channels).mean(axis=1), np.float32)
