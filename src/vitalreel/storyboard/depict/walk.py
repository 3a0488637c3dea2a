"""Captures of the product in order, each step in on its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, name_of, text_of
from vitalreel.storyboard.pictures.walk import Area, WalkPicture, WalkStep


def picture(scene: Scene) -> tuple[WalkPicture, float]:
    parts = scene.parts("walk")
    steps = tuple(_step(part, scene, n, len(parts)) for n, part in enumerate(parts))
    return WalkPicture(steps), max([1.6, *(step.at_s + 1.2 for step in steps)])


def _step(part: Mapping[str, Plain], scene: Scene, number: int, count: int) -> WalkStep:
    image = str(scene.ledger[name_of(part["image"])].value)
    line = text_of(part["caption"])
    return WalkStep(image, line, area(part.get("area")), scene.cue(line) or _start(scene, number, count))


def _start(scene: Scene, number: int, count: int) -> float:
    """With its sentence where there is one a step; else the speech is shared out evenly."""
    starts = scene.timing.starts_s
    if number == 0:
        return 0.0
    if len(starts) == count:
        return starts[number]
    return starts[0] + (scene.timing.speech_end_s - starts[0]) * number / count


def area(given: Plain) -> Area | None:
    """[left, top, width, height] in per cent of a capture as its sides in shares."""
    if not isinstance(given, list):
        return None
    left, top, width, height = (float(cast("float", v)) / 100 for v in given)
    return left, top, left + width, top + height
