"""The language's front door: text or JSON in, a checked condition or its mistake out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from vitalreel.conditions.check import Checker
from vitalreel.conditions.form import Json, from_json, to_json
from vitalreel.conditions.mistake import ConditionError, Mistake, wrong
from vitalreel.conditions.parser import read_text
from vitalreel.conditions.tree import NOWHERE, Tree
from vitalreel.conditions.words import MAX_CHARS
from vitalreel.conditions.write import write
from vitalreel.signals.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition read against a catalogue: sound (a tree and its written form), or not (its first mistake)."""

    text: str
    tree: Tree | None
    canonical: str | None
    errors: tuple[Mistake, ...]  # empty, or the first mistake: what follows one is often only its echo

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def sound(self) -> Tree:
        """The tree. Raises ConditionError with the mistake where there is none."""
        if self.tree is None:
            raise ConditionError(self.errors[0])
        return self.tree


def parse(text: str, catalogue: Catalogue, before: Collection[str] = (), module: bool = False) -> Checked:
    """Read and check a condition; never raises for what was written.

    before: signals of which `90% of before` may be said, in `closes_when` and `success` (see `before.older_values`).
    module: the catalogue is a film's facts, which may stand on both sides and have no history (see `facts`).
    """
    names = frozenset(catalogue.signals) | {alias for s in catalogue.signals.values() for alias in s.aliases}
    try:
        tree = Checker(text, catalogue, frozenset(before), module).check(read_text(text, names))
        canonical = write(tree)
        if len(canonical) > MAX_CHARS:
            why = f"Written out, this has more than {MAX_CHARS} characters: split the play."
            raise wrong("E_TOO_LONG", (0, len(text)), why)
    except ConditionError as error:
        return Checked(text, None, None, (error.mistake,))
    return Checked(text, tree, canonical, ())


def parse_json(node: Json, catalogue: Catalogue, before: Collection[str] = ()) -> Checked:
    """Check a form's tree through its text, of which places then speak; it must come back as it went in (E_TREE)."""
    try:
        tree = from_json(node)
        text = write(tree)
    except ConditionError as error:
        return Checked("", None, None, (error.mistake,))
    checked = parse(text, catalogue, before)
    if checked.tree is not None and to_json(checked.tree) != node:
        mistake = wrong("E_TREE", NOWHERE, "This tree is not in canonical form.").mistake
        return Checked(text, None, None, (mistake,))
    return checked
