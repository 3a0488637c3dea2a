"""Questions inside a module: the language of conditions, asked of the film's own facts.

The module's facts are names, and a fact may stand on both sides: `wau_now < 10% of wau_before`, `arr >= 50000 USD`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.briefs.fact import Value
from vitalreel.conditions import facts as language
from vitalreel.conditions.tree import Tree


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
