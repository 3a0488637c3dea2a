"""Start, goal and latest value stand where their words say."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.outcome import OutcomePicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: OutcomePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    for drawn, text in ((picture.start, picture.start_text), (picture.now, picture.now_text)):
        if not text.facts or ledger[text.facts[0]].value != drawn:
            yield Untraced(where, f"{text.shown}: {drawn}", "is not the value beside it")
    if picture.target is not None and picture.target not in [ledger[f].value for f in picture.target_text.facts]:
        yield Untraced(where, f"{picture.target_text.shown}: {picture.target}", "is not the goal beside it")
