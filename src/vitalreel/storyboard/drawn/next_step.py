"""The code holds the link of the ledger, and the face is that of the person named."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.drawn.person import photographed
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: NextStepPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    if picture.qr != ledger["asks.url"].value:
        yield Untraced(where, picture.qr, "is not the link of the ledger")
    yield from photographed(picture.person, picture.portrait, ledger, where)
