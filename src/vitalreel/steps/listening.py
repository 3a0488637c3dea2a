"""Listens to a film: sentences nobody has heard yet, in its own published sound, several to a hearing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vitalreel.edges.voices.cache import Sentence
from vitalreel.edges.voices.hearings import Hearings
from vitalreel.errors import Unavailable
from vitalreel.ports import HeardWord, Recogniser, Samples, Speech
from vitalreel.sound.heard import Hearing, late, missing

WINDOW_S = 26.0
"""A recogniser takes about as long for 30 s as for one sentence, so sentences are heard together."""
GAP_S = 2.0
"""Sentences further apart than this are heard apart: music alone makes recognisers invent words."""
EDGE_S = 0.3
NEAR_S = 0.5
"""A word whose middle lies further than this from every sentence was said by nobody."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens, when, and where what was heard is kept."""

    recogniser: Recogniser
    hearings: Hearings
    mode: str  # always | new
    languages: frozenset[str] = frozenset({"en"})  # that the recogniser knows


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a film, and where it is in the film's sound."""

    sentence: Sentence
    speech: Speech
    start_s: float

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.speech.samples) / self.speech.rate_hz

    @property
    def voice_end_s(self) -> float:
        """When its last word is out."""
        return self.start_s + self.speech.words[-1].end_s if self.speech.words else self.end_s


def listen(ears: Ears, said: Sequence[Said], sound: Samples, rate_hz: int) -> tuple[list[Hearing | None], str]:
    """What is heard of every sentence, and why nobody listened ("" where somebody did).

    sound: (n, 2), the film's. A hearing in which no number is lost is kept beside its take; in mode "new" it is not heard again.
    Raises Unavailable in mode "always" where the recogniser is not installed.
    """
    by = ears.recogniser.name
    known = [ears.hearings.find(one.sentence, by) if ears.mode == "new" else None for one in said]
    waiting = [number for number, heard in enumerate(known) if heard is None]
    for group in _together(said, waiting):
        try:
            found = _heard(ears.recogniser, [said[n] for n in group], sound, rate_hz)
        except Unavailable as error:
            if ears.mode == "always":
                raise
            return [None] * len(said), str(error)
        for number, heard in zip(group, found, strict=True):
            known[number] = heard
            if not missing(said[number].sentence.text, heard.again or heard.text):
                ears.hearings.keep(said[number].sentence, by, heard)
    return known, ""


def _together(said: Sequence[Said], waiting: Sequence[int]) -> Iterator[list[int]]:
    """Sentences that are heard at once: neighbours, as many as a window holds."""
    group: list[int] = []
    for number in waiting:
        far = bool(group) and (
            said[number].start_s - said[group[-1]].end_s > GAP_S
            or said[number].end_s - said[group[0]].start_s > WINDOW_S
            or number != group[-1] + 1
        )
        if far:
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _heard(recogniser: Recogniser, group: Sequence[Said], sound: Samples, rate_hz: int) -> list[Hearing]:
    """Neighbouring sentences heard in the film, and those that lost a number once more, alone."""
    begin = max(0.0, group[0].start_s - EDGE_S)
    part = sound[round(begin * rate_hz) : round((group[-1].end_s + EDGE_S) * rate_hz)]
    words = recogniser.hear(np.ascontiguousarray(part.mean(axis=1, dtype=np.float32)), rate_hz)
    mine = _shared(group, words, begin)
    return [_judged(recogniser, one, of) for one, of in zip(group, mine, strict=True)]


def _shared(group: Sequence[Said], words: Sequence[HeardWord], begin_s: float) -> list[list[tuple[str, float]]]:
    """Every word with the sentence in whose time it was heard, timed from that sentence's start.

    What is heard while nobody speaks is left out: recognisers make words of music.
    """
    shares: list[list[tuple[str, float]]] = [[] for _ in group]
    for word in words:
        middle = begin_s + (word.start_s + word.end_s) / 2
        apart = [max(one.start_s - middle, middle - one.voice_end_s, 0.0) for one in group]
        nearest = min(range(len(group)), key=apart.__getitem__)
        if apart[nearest] <= NEAR_S:
            shares[nearest].append((word.text, begin_s + word.start_s - group[nearest].start_s))
    return shares


def _judged(recogniser: Recogniser, one: Said, words: Sequence[tuple[str, float]]) -> Hearing:
    text = " ".join(word for word, _ in words)
    again = ""
    if missing(one.sentence.text, text):
        pause = np.zeros(round(EDGE_S * one.speech.rate_hz), np.float32)
        alone = np.concatenate((pause, one.speech.samples, pause))
        again = " ".join(w.text for w in recogniser.hear(alone, one.speech.rate_hz))
    return Hearing(text, again, late([(w.text, w.start_s) for w in one.speech.words], words))
