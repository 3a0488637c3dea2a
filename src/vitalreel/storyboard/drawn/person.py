"""A photograph is that of the person named beside it."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.person import PersonPicture
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text


def untraced(picture: PersonPicture | VoicePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    yield from photographed(picture.name, picture.portrait, ledger, where)


def photographed(name: Text, portrait: str | None, ledger: Ledger, where: str) -> Iterator[Untraced]:
    """A photograph needs a name, and must be the one the ledger has for it."""
    stem = name.facts[0].rpartition(".")[0] if name.facts else ""
    held = ledger.get(f"{stem}.portrait")
    if portrait is not None and (held is None or held.value != portrait):
        yield Untraced(where, portrait[:12], f"is not the portrait of {name.shown or 'anyone'}")
