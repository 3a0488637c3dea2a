"""A human being who answers: portrait, name, what they do, and how to reach them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.person import PersonPicture, Way
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import look
from vitalreel.video.element import Element
from vitalreel.video.ink import rule
from vitalreel.video.lettering import SHRINK, Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.portrait import Standing, portrait, standing, words
from vitalreel.video.stage import Stage

_MOST = 4
_RADIUS = 24.0


def elements(picture: PersonPicture, scene: Scene, stage: Stage) -> list[Element]:
    """It sets the person's name large; the scene's headline is not drawn."""
    at = standing(stage)
    made = portrait(stage, picture.name.shown, picture.portrait, at.picture, _RADIUS, Clock(0.1, 0.5))
    named, last = words(stage, at, picture.name.shown, picture.role.shown, (Clock(0.2), Clock(0.28)))
    made += named
    y = max(at.below, last)
    if picture.line.shown:
        page = stage.page
        style = stage.type.label if page.height == page.width else stage.type.line
        block = stage.lettering.fit(picture.line.shown, style, at.right - at.left, 3)
        y += style.size * 2.1 if page.wide else style.size * 1.8
        made += stage.block(at.left, y, block, stage.theme.ink2, Clock(0.4), 20)
        y += block.height
    return [*made, *_ways(picture.ways[:_MOST], stage, at, y)]


def _ways(ways: tuple[Way, ...], stage: Stage, at: Standing, above: float) -> list[Element]:
    """Each under a rule, its label left and the address large; spread over what room there is."""
    if not ways:
        return []
    page, theme = stage.page, stage.theme
    value = stage.type.label_medium
    value = replace(value, size=value.size * (1.0 if page.height == page.width else 1.16))
    least, most = value.size * 1.5, value.size * 2.4
    bottom = page.content_bottom - 20  # of the portrait, on the wide page
    top = above + value.size * 1.1
    pitch = min(most, (bottom - top) / len(ways))
    if pitch < least:
        raise Refused(f"{len(ways)} ways to reach a person", "they do not fit the page", "leave one out")
    if page.wide:
        top = bottom - pitch * len(ways)
    made: list[Element] = []
    label_w = max(stage.lettering.width(w.label.shown, stage.type.label) for w in ways)
    for i, way in enumerate(ways):
        clock = Clock(cue(way.at_s, 0.6 + 0.12 * i))
        y = top + i * pitch
        baseline = y + pitch * 0.5 + value.size * 0.35
        made.append(_rule(stage, at.left, at.right, y, i == 0, Clock(clock.start_s, 0.6, MOVE)))
        label = stage.lettering.fit(way.label.shown, stage.type.label, label_w + 1)
        made += stage.block(at.left, baseline, label, theme.ink2, clock, 16)
        x = at.left + label_w + value.size * 1.2
        block = _address(way.value.shown, value, at.right - x, stage)
        made += stage.block(at.right, baseline - block.height / 2, block, theme.ink, clock, 16, "end")
    return made


def _address(text: str, style: Style, width: float, stage: Stage) -> Block:
    """An address in one line, or broken at its sign in two smaller ones."""
    name, at, place = text.partition("@")
    if not at or stage.lettering.width(text, style) * SHRINK <= width:
        return stage.lettering.fit(text, style, width)
    small = replace(style, size=style.size * 0.7, lead=style.size * 0.8)
    parts = [stage.lettering.fit(part, small, width) for part in (name + at, place)]
    size = min(part.style.size for part in parts)
    return Block((parts[0].lines[0], parts[1].lines[0]), replace(small, size=size))


def _rule(stage: Stage, left: float, right: float, y: float, first: bool, clock: Clock) -> Element:
    start, end = stage.x(left), stage.x(right)
    width, alpha = (look.AXIS_W, 1.0) if first else (look.GRID_W, stage.theme.grid_strength)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, y, start + (end - start) * way, y, rule(stage.theme.ink, width, alpha))

    return stage.shape(stage.box(left, y - 3, right, y + 3), clock, draw)
