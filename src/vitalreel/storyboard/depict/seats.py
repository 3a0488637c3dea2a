"""Seats of the contract as dots, by whether they are in use."""

from __future__ import annotations

from vitalreel.storyboard.depict.scene import Scene, number_of, quoted
from vitalreel.storyboard.pictures.seats import SeatGroup, SeatsPicture
from vitalreel.storyboard.text import Text

FILLED_S = 2.2


def picture(scene: Scene) -> tuple[SeatsPicture, float]:
    seats, dot = scene.fact("seats"), scene.fact("dot")
    active = _group(scene, "active")
    assert active is not None  # a key the picture cannot be without (SHAPES)
    quiet, free = _group(scene, "quiet"), _group(scene, "free")
    picture = SeatsPicture(
        seats=number_of(seats),
        per_dot=number_of(dot),
        active=active,
        quiet=quiet,
        free=free,
        facts=Text(f"{seats.shown} {dot.shown}", (seats.name, dot.name)),
    )
    return picture, max([FILLED_S + 1.4, *(g.at_s + 1.0 for g in (active, quiet, free) if g is not None)])


def _group(scene: Scene, name: str) -> SeatGroup | None:
    if f"seats_{name}" not in scene.scene.show:
        return None
    fact = scene.fact(f"seats_{name}")
    return SeatGroup(number_of(fact), quoted(fact), scene.text(f"{name}_note"), scene.timing.cue(fact.name))
