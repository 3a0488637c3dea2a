"""Sentiment and topics without asking anybody: VADER's rated words with a customer-success vocabulary over them, and phrases of topics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

from vitalreel.identity import fingerprint
from vitalreel.ports import Annotation
from vitalreel.signals.passages import Passage, sentences
from vitalreel.signals.phrases import pattern
from vitalreel.signals.sentiment import of_text, readable
from vitalreel.signals.topics import Finder, Topic

RULES = 1
"""Raised when a text would be read otherwise by the same words: what was kept is then read again."""
_PHRASE = re.compile(r"\s|\*")
_NEVER = re.compile(r"(?!)")


class Offline:
    """An Annotator for English, on this machine. Sources: Hutto and Gilbert 2014 (VADER); `sentiment.yaml`, `topics.yaml`."""

    by = "offline"

    def __init__(self, words: Mapping[str, float], topics: tuple[Topic, ...]) -> None:
        self._words, self._topics = words, topics
        self._valences: dict[str, str] = {}  # a phrase as it was found -> its token

    @cached_property
    def name(self) -> str:
        made = fingerprint(RULES, version("vaderSentiment"), self._words, self._topics)
        return f"offline:{made[:16]}"

    def annotate(self, passages: Sequence[Passage]) -> Sequence[Annotation | None]:
        """One each. A text in another language has topics, if any, and no sentiment."""
        return [self._read(p.text) for p in passages]

    def _read(self, text: str) -> Annotation:
        sentiment = round(of_text([self._valence(s) for s in sentences(text)]), 3) if readable(text) else None
        return Annotation(sentiment, self._finder.topics_of(text))

    def _valence(self, sentence: str) -> float:
        marked = self._phrases.sub(self._token, sentence.replace("’", "'"))
        return float(self._vader.polarity_scores(marked)["compound"])

    def _token(self, found: re.Match[str]) -> str:
        """A phrase as one word that VADER knows the valence of."""
        text = " ".join(found[0].casefold().split())
        if text not in self._valences:
            meant = next(p for p in sorted(self._words, key=len, reverse=True) if pattern([p]).fullmatch(text))
            self._valences[text] = self._tokens[self._words[meant]]
        return self._valences[text]

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._topics)

    @cached_property
    def _phrases(self) -> re.Pattern[str]:
        phrases = [p for p in self._words if _PHRASE.search(p)]
        return pattern(phrases) if phrases else _NEVER

    @cached_property
    def _tokens(self) -> Mapping[float, str]:
        """Valence -> the word that stands for phrases of it."""
        return {valence: f"phrasevalued{n}" for n, valence in enumerate(sorted(set(self._words.values())))}

    @cached_property
    def _vader(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # few commands read texts

        vader = SentimentIntensityAnalyzer()
        vader.lexicon.update({w: v for w, v in self._words.items() if not _PHRASE.search(w)})
        vader.lexicon.update({token: valence for valence, token in self._tokens.items()})
        return vader
