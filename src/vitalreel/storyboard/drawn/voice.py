"""The voice is said to be synthetic, the words approved only where the ledger has it, the photograph the speaker's."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.drawn.person import photographed
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.storyboard import Scene

TOLD = "Spoken by a computer."


def untraced(picture: VoicePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    yield from photographed(picture.name, picture.portrait, ledger, where)
    if not picture.disclosure.shown.startswith(TOLD):
        yield Untraced(where, picture.disclosure.shown, "does not say that the voice is synthetic")
    approved = [fact for fact in picture.disclosure.facts if fact.endswith(".approved_on")]
    if "approved" in picture.disclosure.shown and not approved:
        yield Untraced(where, picture.disclosure.shown, "no approval is recorded")
    if not 0 <= picture.starts_s < picture.ends_s or any(not 0 <= level <= 1 for level in picture.levels):
        yield Untraced(where, f"{picture.starts_s:.1f} to {picture.ends_s:.1f} s", "is no stretch of a voice")
