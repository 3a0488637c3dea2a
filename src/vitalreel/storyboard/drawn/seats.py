"""Every group has as many seats as the number beside it, and the source says what a dot stands for."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: SeatsPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    for group in (picture.active, picture.quiet, picture.free):
        if group is not None and (not group.number.facts or ledger[group.number.facts[0]].value != group.seats):
            yield Untraced(where, f"{group.note.shown}: {group.seats}", "is not the number beside it")
    known = [ledger[name].value for name in picture.facts.facts]
    if known != [picture.seats, picture.per_dot]:
        yield Untraced(where, f"{picture.seats} seats, {picture.per_dot} a dot", "are not those of the ledger")
    elif picture.per_dot != 1 and picture.facts.facts[1] not in scene.source.facts:
        yield Untraced(where, f"{picture.per_dot} seats a dot", "are not told in the source line")
