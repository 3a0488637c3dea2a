"""A bloom's petals are a series of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: TitlePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    if picture.petals and not any(
        f.unit == "series" and read_values(str(f.value)) == picture.petals for f in ledger.values()
    ):
        yield Untraced(where, "petals", "are no series of the ledger")
