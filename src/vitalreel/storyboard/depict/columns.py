"""Figures side by side, each coming in on its word."""

from __future__ import annotations

from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, text_of
from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture


def picture(scene: Scene) -> tuple[ColumnsPicture, float]:
    columns = []
    for part in scene.parts("columns"):
        number = text_of(part["number"])
        workings = tuple(text_of(w) for w in cast("list[Plain]", part.get("workings", [])))
        columns.append(
            Column(
                text_of(part["label"]),
                number,
                text_of(part["comparison"]),
                workings,
                bool(part.get("accent")),
                scene.cue(number),
            )
        )
    return ColumnsPicture(tuple(columns)), max([2.6, *(c.at_s + 1.0 for c in columns)])
