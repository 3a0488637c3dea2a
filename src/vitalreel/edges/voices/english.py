"""English text to phonemes that remember where in the text they came from, so that every spoken word finds its letters.

The reading (lexicon, tagger, unknown-word net) is hibari's port of misaki. Its own normaliser is left out, because it
rewrites the text: `sound.narration` has already put figures into words. Characters are replaced one for one only, which keeps
every offset true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hibari.tts
import numpy as np
from hibari.g2p import G2P
from numpy.typing import NDArray

from vitalreel.errors import BadInput
from vitalreel.ports import SpokenWord
from vitalreel.sound.pronunciation import word_pattern

READING = f"hibari-g2p-{version('hibari-tts')}"
"""Part of a voice's identity: another reading is another take."""
FRAME_S = 1 / 40
"""The unit of the duration predictor both models share: 600 samples at 24 kHz."""
LONGEST = 400
"""Phonemes in one pass. The models take 510; pauses sound better where a clause ends well before that."""

_ONE_FOR_ONE = str.maketrans(
    {"’": "'", "‘": "'", "[": "(", "]": ")", "\n": " ", "\t": " ", "\u00a0": " ", "\u202f": " "}
)
_WORD = re.compile(r"[^\W_]+(?:[^\w\s—–…]*[^\W_]+|_+[^\W_]+)*")
_HISSES, _BREATHS = "szʃʒʧʤ", "ptkfθ"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text and its phonemes."""

    at: int  # offset in the text
    end: int
    ids: tuple[int, ...]  # of the models' alphabet; empty where nothing is said
    gap: bool  # a space follows
    breaks: bool  # a clause ends here


@dataclass(frozen=True, slots=True)
class Sound:
    """When a stretch of the text is heard."""

    at: int
    end: int
    start_s: float
    end_s: float


class English:
    """Reads English aloud on paper: text and overrides in, tokens with phoneme ids out. British or American."""

    def __init__(self, british: bool) -> None:
        self._g2p, self._alphabet = _grammar(british), _alphabet()

    def tokens(self, text: str, sounds: Mapping[str, str]) -> list[Token]:
        """Every token of `text` in order, `sounds` (word -> respelling or /phonemes/) in place of the lexicon's guess.

        Raises BadInput for a phoneme the models do not have, ValueError if the reading altered the text, which would leave
        words without a place.
        """
        plain = text.translate(_ONE_FOR_ONE)
        known = {word.translate(_ONE_FOR_ONE): self._phonemes(word, sound) for word, sound in sounds.items()}
        read = self._g2p.phonemize_tokens(self._g2p.tokenize(_linked(plain, known)))
        return list(self._placed(plain, read))

    def read(self, text: str, sounds: Mapping[str, str]) -> list[tuple[str, str]]:
        """The words of `text` with their phonemes, as dictionaries write them between slashes; "" where nothing is said."""
        return [(text[t.at : t.end], self.letters(t.ids)) for t in self.tokens(text, sounds)]

    def letters(self, ids: Sequence[int]) -> str:
        """The phonemes of these ids, as written."""
        names = {number: letter for letter, number in self._alphabet.items()}
        return "".join(names[i] for i in ids)

    def _phonemes(self, word: str, sound: str) -> str:
        """The phonemes of one dictionary entry: as written between slashes, or a respelling read as English."""
        if sound.startswith("/"):
            phonemes = sound.strip("/")
        else:
            phonemes = str(self._g2p(sound.lower().replace("-", " "), normalize_text=False)).replace(" ", "")
        if strange := [p for p in phonemes if p not in self._alphabet]:
            raise BadInput(
                "pronunciation",
                f"{word!r} has no such sound as {strange[0]!r}",
                "use phonemes as `vitalreel say` prints them",
            )
        return phonemes

    def _placed(self, plain: str, read: Sequence[Any]) -> Iterator[Token]:
        cursor = 0
        for token in read:
            at = plain.index(token.text, cursor)
            cursor = at + len(token.text)
            ids = tuple(self._alphabet[p] for p in token.phonemes or "" if p in self._alphabet)
            yield Token(at, cursor, ids, bool(token.whitespace), token.text[-1] in ",;:.—…!?")

    @property
    def space(self) -> int:
        return self._alphabet[" "]


@cache
def _grammar(british: bool) -> G2P:
    return G2P(british=british)


@cache
def _alphabet() -> dict[str, int]:
    ids: dict[str, int] = json.loads((Path(hibari.tts.ASSETS) / "vocab.json").read_text(encoding="utf-8"))
    return ids


def _linked(text: str, known: Mapping[str, str]) -> str:
    """`text` with overridden words as misaki links, [word](/phonemes/), possessives included."""
    if not known:
        return text
    longest_first = sorted(known, key=len, reverse=True)
    words = "|".join(f"(?P<w{number}>{word_pattern(word)})" for number, word in enumerate(longest_first))

    def link(found: re.Match[str]) -> str:
        phonemes = next(known[w] for n, w in enumerate(longest_first) if found[f"w{n}"])
        return f"[{found.group()}](/{phonemes}{_possessive(phonemes) if found['s'] else ''}/)"

    return re.sub(rf"(?<!\w)(?:{words})(?P<s>'s)?(?!\w)", link, text)


def _possessive(phonemes: str) -> str:
    last = phonemes.rstrip("ː")[-1:]
    return "ᵻz" if last in _HISSES else "s" if last in _BREATHS else "z"


def passes(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens in runs of at most LONGEST phonemes each, cut where a clause ends, or failing that between words."""
    runs: list[list[Token]] = []
    rest = [part for token in tokens for part in _short(token)]
    while rest:
        size, last = _fit(rest), 0
        if size < len(rest):
            last = max((i + 1 for i in range(size // 2, size) if rest[i].breaks), default=0)
            last = last or max((i + 1 for i in range(size) if rest[i].gap), default=0)
        cut = last or size
        runs.append(list(rest[:cut]))
        rest = rest[cut:]
    return runs


def _short(token: Token) -> Iterator[Token]:
    """One token longer than a whole pass (no word is; a paste may be) in pieces that fit."""
    if len(token.ids) <= LONGEST:
        yield token
        return
    for first in range(0, len(token.ids), LONGEST):
        yield Token(token.at, token.end, token.ids[first : first + LONGEST], False, False)


def _fit(tokens: Sequence[Token]) -> int:
    total = 0
    for count, token in enumerate(tokens):
        total += len(token.ids) + token.gap
        if total > LONGEST and count:
            return count
    return len(tokens)


def spelled(run: Sequence[Token], space: int) -> tuple[list[int], list[tuple[int, int]]]:
    """The ids of one pass without the model's end pads, and each token's half-open range in them."""
    ids: list[int] = []
    ranges = []
    for token in run:
        ranges.append((len(ids), len(ids) + len(token.ids)))
        ids.extend(token.ids)
        if token.gap and token is not run[-1]:
            ids.append(space)
    return ids, ranges


def heard(
    run: Sequence[Token], ranges: Sequence[tuple[int, int]], frames: NDArray[np.float32], start_s: float
) -> Iterator[Sound]:
    """When each sounded token of a pass is heard.

    frames: (ids + 2,) the model's duration of every id in FRAME_S, end pads included. start_s: where the pass begins.
    """
    edges = start_s + np.concatenate(([0.0], np.cumsum(frames, dtype=np.float64))) * FRAME_S
    for token, (first, last) in zip(run, ranges, strict=True):
        if last > first:
            yield Sound(token.at, token.end, float(edges[first + 1]), float(edges[last + 1]))


def words(text: str, sounds: Sequence[Sound]) -> tuple[SpokenWord, ...]:
    """The words of `text` with their times.

    A word is letters and digits joined without a space ("forty-one", "O'Connor's"). Several words in one sound share its
    time by their length; a word without any sound stands, without length, where the one before it ended.
    """
    spoken = []
    clock = 0.0
    for found in _WORD.finditer(text):
        within = [s for s in sounds if s.at < found.end() and s.end > found.start()]
        start, end = (_moment(within[0], found.start()), _moment(within[-1], found.end())) if within else (clock, clock)
        start = max(start, clock)
        clock = max(end, start)
        spoken.append(SpokenWord(found.group(), found.start(), start, clock))
    return tuple(spoken)


def _moment(sound: Sound, offset: int) -> float:
    share = min(max((offset - sound.at) / (sound.end - sound.at), 0.0), 1.0)
    return sound.start_s + share * (sound.end_s - sound.start_s)
