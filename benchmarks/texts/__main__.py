"""Precision of the offline annotator on texts labelled by hand, with its interval.

    python -m benchmarks.texts [--keep] [--show]

A mood is the sentiment by the programme's own limits (positive from 0.2, negative to -0.2). Intervals are Wilson's, 95%.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from benchmarks.machine import keep, stated
from vitalreel.edges.annotators.offline import Offline
from vitalreel.ports import Annotation
from vitalreel.signals.passages import Passage
from vitalreel.signals.sentiment import read_words
from vitalreel.signals.tone import Limits, mood
from vitalreel.signals.topics import read_topics
from vitalreel.store.workspace import LIBRARY, read_yaml

MOODS = {"-": "negative", "0": "neutral", "+": "positive"}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95%; 0 to 1 of nothing."""
        if not self.whole:
            return 0.0, 1.0
        n, p, z = self.whole, self.part / self.whole, 1.959964
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)

    def __str__(self) -> str:
        low, high = self.interval
        share = f"{self.part / self.whole:.0%}" if self.whole else "none"
        return f"{share} ({self.part} of {self.whole}; {low:.0%} to {high:.0%})"


def annotator() -> Offline:
    """The offline annotator as it ships."""
    words, topics = (read_yaml(LIBRARY / f"{n}.yaml", f"{n}.yaml") for n in ("sentiment", "topics"))
    return Offline(read_words(words, "sentiment.yaml"), read_topics(topics, "topics.yaml"))


def labelled(name: str) -> list[dict[str, Any]]:
    """mood, topics and text of each."""
    found: list[dict[str, Any]] = read_yaml(Path(__file__).with_name(f"{name}.yaml"), name)
    return found


def mood_of(said: Annotation | None) -> str | None:
    limits = Limits()
    return mood(said.sentiment if said else None, limits.positive, limits.negative)


def figures(texts: Sequence[dict[str, Any]], said: Sequence[Annotation | None]) -> dict[str, Share]:
    """What is right, by kind."""
    pairs = [(MOODS[t["mood"]], mood_of(s)) for t, s in zip(texts, said, strict=True)]
    found = {"mood right": Share(sum(a == b for a, b in pairs), len(pairs))}
    for kind in MOODS.values():
        found[f"{kind}: precision"] = Share(sum(a == b == kind for a, b in pairs), sum(b == kind for _, b in pairs))
        found[f"{kind}: recall"] = Share(sum(a == b == kind for a, b in pairs), sum(a == kind for a, _ in pairs))
    found["negative said positive, or the other way"] = Share(
        sum({a, b} == {"negative", "positive"} for a, b in pairs), len(pairs)
    )
    topics = [(set(t["topics"]), s.topics if s else ()) for t, s in zip(texts, said, strict=True)]
    found["topics: precision"] = Share(sum(len(a & set(b)) for a, b in topics), sum(len(b) for _, b in topics))
    found["topics: recall"] = Share(sum(len(a & set(b)) for a, b in topics), sum(len(a) for a, _ in topics))
    first = [(a, b[0]) for a, b in topics if b]
    found["first topic right"] = Share(sum(b in a for a, b in first), len(first))
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--keep", action="store_true", help="Add the figures to benchmarks/results.md.")
    arguments.add_argument("--show", action="store_true", help="List the texts that are read wrongly.")
    given, reader, lines = arguments.parse_args(), annotator(), []
    for name in ("tuning", "measured"):
        texts = labelled(name)
        began = time.process_time()
        said = reader.annotate([Passage("x", t["text"]) for t in texts])
        spent = time.process_time() - began
        lines += [f"{name}: {len(texts)} texts, {1000 * spent / len(texts):.2f} CPU ms each"]
        lines += [f"  {what}: {share}" for what, share in figures(texts, said).items()]
        for text, one in zip(texts, said, strict=True):
            if (
                given.show
                and one is not None
                and (mood_of(one) != MOODS[text["mood"]] or set(one.topics) != set(text["topics"]))
            ):
                print(f"{text['mood']} {text['topics']} -> {one.sentiment} {one.topics}: {text['text'][:110]!r}")
    print("\n".join(lines))
    if given.keep:
        keep("How texts are read", "python -m benchmarks.texts", f"{stated()}\n\n```\n{chr(10).join(lines)}\n```")


if __name__ == "__main__":
    main()
