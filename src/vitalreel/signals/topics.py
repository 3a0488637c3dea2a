"""What a text is about: the topics of topics.yaml, by phrases that people edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.errors import BadConfiguration
from vitalreel.signals.phrases import pattern

MOST = 3
"""Topics a text is said to be about, at most."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing customers write about."""

    name: str
    label: str  # as people read it
    phrases: tuple[str, ...]


def read_topics(raw: object, where: str) -> tuple[Topic, ...]:
    """topics.yaml, in its order. Raises BadConfiguration naming the topic and what to write."""
    if not isinstance(raw, Mapping) or raw.get("topics") != 1:
        raise BadConfiguration(where, "is not a topics.yaml of version 1", "begin it with `topics: 1`")
    return tuple(_topic(str(name), block, where) for name, block in raw.items() if name != "topics")


def _topic(name: str, block: object, where: str) -> Topic:
    if not _NAME.fullmatch(name):
        raise BadConfiguration(where, f"{name!r} is no topic's name", "use small letters, digits and _, a letter first")
    good = isinstance(block, Mapping) and set(block) == {"label", "phrases"}
    phrases = block["phrases"] if isinstance(block, Mapping) and good else None
    if not isinstance(phrases, list) or not phrases or not isinstance(block, Mapping):
        raise BadConfiguration(
            f"{where}: {name}", "needs a label and phrases", "write {label: Billing, phrases: [invoice*]}"
        )
    return Topic(name, str(block["label"]), tuple(str(p) for p in phrases))


class Finder:
    """Finds topics; its patterns are built once."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self._patterns = {t.name: pattern(t.phrases) for t in topics}

    def topics_of(self, text: str) -> tuple[str, ...]:
        """Up to MOST topics of a text, the one with most different phrases first; a first line (a subject) counts twice."""
        plain = text.replace("’", "'")
        subject = plain.partition("\n")[0]
        counts = {name: len(_found(p, plain)) + len(_found(p, subject)) for name, p in self._patterns.items()}
        ranked = sorted((name for name, n in counts.items() if n), key=lambda name: -counts[name])
        return tuple(ranked[:MOST])


def _found(phrases: re.Pattern[str], text: str) -> set[str]:
    return {m[0].casefold() for m in phrases.finditer(text)}
