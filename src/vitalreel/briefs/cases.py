"""Questions inside a module: the language of conditions, asked of the film's own facts.

The module's facts are names, and a fact may stand on both sides: `wau_now < 10% of wau_before`, `arr >= 50000 USD`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.briefs.fact import Value
from vitalreel.briefs.script import Brief
from vitalreel.conditions import facts as language
from vitalreel.conditions.tree import Tree

CIRCUMSTANCES: Mapping[str, str] = {
    "segment": "name",
    "tier": "count",
    "trigger": "name",
    "use_case": "name",
    "role": "name",
    "outcome": "name",
}
"""What any module may ask of the viewer and the occasion, beside its facts (V3), with units: whose film it is decides what is
in it, not only what is said. `trigger` is the play that ordered the film, "" where a person did; `outcome` is what the customer
wants from the product, in its own words."""


def circumstances(brief: Brief) -> dict[str, Value]:
    """The answers for one film; what is not recorded is left out, and is unknown."""
    known: dict[str, Value] = {"segment": brief.segment, "tier": brief.tier, "trigger": brief.play or ""}
    for name, fact in (("use_case", "account.use_case"), ("role", "contact.role"), ("outcome", "account.outcome")):
        if fact in brief.facts:
            known[name] = brief.facts[fact].value
    return known


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    tree: Tree


def read_question(text: str, units: Mapping[str, str]) -> Question:
    """units: the facts that may be asked about, with their units. Raises ValueError with a sentence for the author.

    All counts may be set beside each other: people against seats is a question a module asks.
    """
    kinds = {name: "count" if unit.startswith("count") else unit for name, unit in units.items()}
    checked = language.check(text, kinds)
    if checked.tree is None:
        raise ValueError("; ".join(str(mistake) for mistake in checked.errors))
    return Question(text, checked.tree)


def holds(question: Question, values: Mapping[str, Value]) -> bool:
    """Whether the answer is yes. A fact that is not in `values` is unknown, and unknown is not yes."""
    return language.holds(question.tree, values) is True
