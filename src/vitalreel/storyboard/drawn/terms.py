"""A row is marked as changed only where it changes, and the total stands under what it sums."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.terms import TermsPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: TermsPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    """Texts are traced as texts; beside that, next year's total must be a fact: it is what is signed for."""
    if picture.total is not None and picture.total.coming.shown and not picture.total.coming.facts:
        yield Untraced(where, picture.total.coming.shown, "a total without a fact")
