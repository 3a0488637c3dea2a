"""From what a script says of a picture to the picture: figures from the ledger, and the times at which the voice says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vitalreel.storyboard.depict import (
    adoption,
    agenda,
    bars,
    benchmark,
    columns,
    line,
    next_step,
    outcome,
    person,
    seats,
    similar,
    statement,
    support,
    talent,
    terms,
    timeline,
    title,
    voice,
    walk,
)
from vitalreel.storyboard.depict.scene import Scene
from vitalreel.storyboard.pictures import Picture

MAKERS: Mapping[str, Callable[[Scene], tuple[Picture, float]]] = {
    "adoption": adoption.picture,
    "benchmark": benchmark.picture,
    "outcome": outcome.picture,
    "seats": seats.picture,
    "similar": similar.picture,
    "support": support.picture,
    "bars": bars.picture,
    "columns": columns.picture,
    "line": line.picture,
    "next_step": next_step.picture,
    "statement": statement.picture,
    "timeline": timeline.picture,
    "title": title.picture,
    "agenda": agenda.picture,
    "person": person.picture,
    "talent": talent.picture,
    "terms": terms.picture,
    "voice": voice.picture,
    "walk": walk.picture,
}


def depict(scene: Scene) -> tuple[Picture, float]:
    """The picture, and when its last part lands (scene time, seconds). Raises KeyError for a kind it cannot draw."""
    return MAKERS[scene.scene.kind](scene)
