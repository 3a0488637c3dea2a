"""A bar is as long as the value written beside it."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.bars import BarsPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: BarsPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    for bar in picture.bars:
        for drawn, text in ((bar.before, bar.before_text), (bar.now, bar.now_text)):
            if not text.facts or ledger[text.facts[0]].value != drawn:
                yield Untraced(where, f"{bar.label.shown}: {drawn}", "is not the value beside it")
