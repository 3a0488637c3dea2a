"""The language of conditions: one question to every account as of a day, read, checked, written, compiled and answered."""

from vitalreel.conditions.answer import Answer, answers, evaluate
from vitalreel.conditions.before import older_values, opening_values
from vitalreel.conditions.compile import compile_conditions
from vitalreel.conditions.form import from_json, to_json
from vitalreel.conditions.language import Checked, parse, parse_json
from vitalreel.conditions.mistake import CODES, ConditionError, Mistake
from vitalreel.conditions.tree import Tree
from vitalreel.conditions.words import VERSION
from vitalreel.conditions.write import write
from vitalreel.signals.features import freshness

__all__ = [
    "CODES",
    "VERSION",
    "Answer",
    "Checked",
    "ConditionError",
    "Mistake",
    "Tree",
    "answers",
    "compile_conditions",
    "evaluate",
    "freshness",
    "from_json",
    "older_values",
    "opening_values",
    "parse",
    "parse_json",
    "to_json",
    "write",
]
