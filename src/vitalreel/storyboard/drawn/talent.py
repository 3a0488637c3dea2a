"""A clip is one of the ledger, its speaker is named, and one that a computer made says so."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: TalentPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    clips = {fact.value: name for name, fact in ledger.items() if fact.origin.table == "clips"}
    if picture.clip not in clips:
        yield Untraced(where, picture.clip[:12], "is no clip of the ledger")
    elif picture.name.facts != (f"{clips[picture.clip]}.speaker",):
        yield Untraced(where, picture.name.shown, "is not the name of the person recorded")
    made = ledger.get(f"{clips.get(picture.clip)}.disclosure")
    if made is not None and picture.disclosure.shown != made.shown:
        yield Untraced(where, picture.clip[:12], "is shown without saying that a computer made it")
