"""A scene of the script as its picture's maker sees it: what it shows, the ledger, and when the voice says what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from vitalreel.briefs.fact import Fact, Ledger
from vitalreel.briefs.script import Brief, Line, ScriptScene
from vitalreel.identity import Plain
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import Timing

NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene of the script with what its picture may draw from."""

    scene: ScriptScene
    ledger: Ledger
    timing: Timing
    brief: Brief

    def text(self, key: str) -> Text:
        return text_of(self.scene.show.get(key))

    def fact(self, key: str) -> Fact:
        return self.ledger[name_of(self.scene.show[key])]

    def parts(self, key: str) -> list[Mapping[str, Plain]]:
        return cast("list[Mapping[str, Plain]]", self.scene.show.get(key, []))

    def cue(self, text: Text) -> float:
        """When the voice says the first of the text's facts that it says at all; 0.0 if none."""
        return next((at for f in text.facts if (at := self.timing.cue(f)) > 0), 0.0)


def text_of(value: Plain) -> Text:
    """A picture's text: `{"text": [[shown, fact], ...]}`, or nothing."""
    if not isinstance(value, Mapping):
        return NOTHING
    runs = cast("list[list[Plain]]", value["text"])
    facts = dict.fromkeys(str(fact) for _, fact in runs if fact is not None)
    return Text("".join(str(shown) for shown, _ in runs), tuple(facts))


def text_of_line(line: Line) -> Text:
    return Text(line.shown, tuple(dict.fromkeys(line.facts)))


def quoted(fact: Fact) -> Text:
    return Text(fact.shown, (fact.name,))


def name_of(value: Plain) -> str:
    return str(cast("Mapping[str, Plain]", value)["fact"])


def number_of(fact: Fact) -> float:
    return float(cast("float", fact.value))


def signed(fact: Fact) -> Text:
    """A fact with the minus of its value: the ledger shows a percentage by its size."""
    low = fact.unit.startswith("percent") and number_of(fact) < 0
    return Text(f"−{fact.shown}" if low else fact.shown, (fact.name,))
