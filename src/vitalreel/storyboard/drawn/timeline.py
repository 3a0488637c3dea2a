"""An event stands at the date written at it."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.timeline import TimelinePicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: TimelinePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    for event in picture.events:
        if not event.date_text.facts or ledger[event.date_text.facts[0]].value != event.day:
            yield Untraced(where, str(event.day), "is not the date written at it")
