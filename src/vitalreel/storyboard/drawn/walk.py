"""Captures are those of the ledger, and what is lit lies on them."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.walk import WalkPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: WalkPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    held = {fact.value for fact in ledger.values() if fact.origin.table == "screens"}
    for step in picture.steps:
        if step.image not in held:
            yield Untraced(where, step.image[:12], "is no capture of the ledger")
        left, top, right, bottom = step.area or (0.0, 0.0, 1.0, 1.0)
        if not (0 <= left < right <= 1 + 1e-9 and 0 <= top < bottom <= 1 + 1e-9):
            yield Untraced(where, f"area {left:.0%} {top:.0%} {right:.0%} {bottom:.0%}", "is not on the capture")
