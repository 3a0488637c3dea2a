"""Sentences set large."""

from __future__ import annotations

from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, text_of
from vitalreel.storyboard.pictures.statement import StatementPicture


def picture(scene: Scene) -> tuple[StatementPicture, float]:
    lines = tuple(text_of(t) for t in cast("list[Plain]", scene.scene.show["statement"]))
    return StatementPicture(lines, scene.text("credit")), 2.0
