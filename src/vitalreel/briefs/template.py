"""A module's text: its own words with slots for facts, cut into sentences, filled into Lines.

`{wau_now}` is the fact, `{wau_now with unit}` the fact and the thing counted ("1 person", "412 people"), `//` a breath.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.figures import noun
from vitalreel.briefs.script import Line, Run

_SLOT = re.compile(r"\{([a-z][\w.]*)( with unit)?\}")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\s*//\s*")


@dataclass(frozen=True, slots=True)
class Slot:
    fact: str
    with_unit: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    parts: tuple[str | Slot, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Names of the facts it uses, in order, each once."""
        return tuple(dict.fromkeys(p.fact for p in self.parts if isinstance(p, Slot)))


def read_template(text: str) -> Template:
    """Raises ValueError where a brace opens no slot."""
    parts: list[str | Slot] = []
    at = 0
    for found in _SLOT.finditer(text):
        parts += [text[at : found.start()], Slot(found[1], found[2] is not None)]
        at = found.end()
    parts.append(text[at:])
    if any(isinstance(p, str) and ("{" in p or "}" in p) for p in parts):
        raise ValueError(f"a brace without a fact's name in {text!r}; write {{name}} or {{name with unit}}")
    return Template(tuple(p for p in parts if p != ""))


def read_sentences(text: str) -> tuple[Template, ...]:
    """One template a sentence or breath, in order."""
    return tuple(read_template(s.strip()) for s in _SENTENCE_END.split(text) if s.strip())


def fill(template: Template, ledger: Mapping[str, Fact], opens: bool = True) -> Line:
    """The template with its facts in shown and said form; a fact that opens a sentence is said with a capital.

    opens: whether the text begins a sentence. Raises KeyError naming a fact that is not in the ledger.
    """
    runs: list[Run] = []
    for number, part in enumerate(template.parts):
        if isinstance(part, str):
            runs.append(Run(part, part))
            continue
        fact = ledger[part.fact]
        said = fact.said[:1].upper() + fact.said[1:] if opens and number == 0 else fact.said
        runs.append(Run(fact.shown, said, fact.name))
        if part.with_unit and (thing := noun(fact.value, fact.unit)):
            runs.append(Run(f" {thing}", f" {thing}"))
    return Line(tuple(runs))
