"""The greeting's picture: its lines, and a bloom of weeks where there is a series."""

from __future__ import annotations

from typing import cast

from vitalreel.briefs.windows import read_values
from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, text_of
from vitalreel.storyboard.pictures.title import TitlePicture


def picture(scene: Scene) -> tuple[TitlePicture, float]:
    lines = tuple(text_of(t) for t in cast("list[Plain]", scene.scene.show["title"]))
    petals = read_values(str(scene.fact("bloom").value)) if "bloom" in scene.scene.show else ()
    picture = TitlePicture(
        scene.text("kicker"), lines, scene.text("prepared_for"), petals, scene.text("centre"), scene.text("centre_unit")
    )
    return picture, 2.4
