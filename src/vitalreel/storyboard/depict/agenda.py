"""A meeting's questions, each in on its word."""

from __future__ import annotations

from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, text_of
from vitalreel.storyboard.pictures.agenda import AgendaItem, AgendaPicture


def picture(scene: Scene) -> tuple[AgendaPicture, float]:
    items = []
    for part in scene.parts("agenda"):
        question, about, minutes = (text_of(part.get(key)) for key in ("question", "about", "minutes"))
        at_s = next((at for text in (question, about, minutes) if (at := scene.cue(text)) > 0), 0.0)
        items.append(AgendaItem(question, about, minutes, at_s))
    details = tuple(text_of(d) for d in cast("list[Plain]", scene.scene.show.get("details", [])))
    landed = max([0.5 + 0.25 * len(items), *(item.at_s for item in items)])
    return AgendaPicture(tuple(items), scene.text("when"), details), landed + 0.6
