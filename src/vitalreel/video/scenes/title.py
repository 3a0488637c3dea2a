"""The greeting: who it is for, a title, and the data bloom, one petal a week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import skia

from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import colour, fill, gradient, mixed, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock
from vitalreel.video.scenes.geometry import Point
from vitalreel.video.scenes.refusals import below_zero
from vitalreel.video.scenes.title_place import Ring, place_of
from vitalreel.video.stage import Stage

_TICK_LENGTH = 34.0
_PETAL_WIDTH = 0.62  # half-width, as a share of the pitch at mid-length
_SLIM = 34  # petals are never wider than in a ring of this many
_SHORTEST = 8.0


def elements(picture: TitlePicture, scene: Scene, stage: Stage) -> list[Element]:
    """Words, and the bloom beside them or below. Raises Refused for a week below zero: a petal has no length below none."""
    if (least := min((value for value in picture.petals if value is not None), default=0.0)) < 0:
        raise below_zero("bloom", least)
    place = place_of(picture, scene, stage)
    theme, left = stage.theme, stage.page.left
    made = stage.block(left, place.kicker_y, place.kicker, theme.ink2, Clock(0.3), 20)
    for i, line in enumerate(place.title.lines):
        block = Block((line,), place.title.style)
        y = place.title_y + i * place.title.style.lead
        made += stage.block(left - 5, y, block, theme.ink, Clock(0.45 + 0.1 * i, 0.7), 36)
    if place.below is not None:
        made += stage.block(left, place.below_y, place.below, theme.ink2, Clock(0.9))
    return made if place.bloom is None else [*_bloom(picture, stage, place.bloom), *made]


def _bloom(picture: TitlePicture, stage: Stage, ring: Ring) -> list[Element]:
    petals = picture.petals
    known = [i for i, value in enumerate(petals) if value is not None]
    highest = max((value for value in petals if value is not None), default=0.0)
    at, made = (stage.x(ring.x), ring.y), list[Element]()
    for i, value in enumerate(petals):
        turn = 360 / len(petals) * i * (-1 if stage.rtl else 1)
        start = 0.15 + min(0.022, 1.2 / len(petals)) * i
        if value is None:
            made.append(_tick(stage, at, turn, ring, Clock(start, 0.5)))
            continue
        length = (ring.outer - ring.inner) * max(0.0, value) / highest if highest > 0 else 0.0
        age, last = i / (known[-1] or 1), i == known[-1]
        made.append(_petal(stage, at, turn, max(length, _SHORTEST), ring, len(petals), age, last, Clock(start, 0.7)))
    fade, inside = Clock(1.2), 2 * ring.inner
    if picture.centre.shown:
        style = replace(stage.type.eye, size=ring.number)
        eye = stage.lettering.fit(picture.centre.shown, style, inside * 176 / 216)
        made += stage.block(ring.x, ring.y + ring.number_dy, eye, stage.theme.ink, fade, anchor="centre")
    if picture.centre_unit.shown:
        style = replace(stage.type.note, size=ring.unit)
        unit = stage.lettering.fit(picture.centre_unit.shown, style, inside * 156 / 216)
        made += stage.block(ring.x, ring.y + ring.unit_dy, unit, stage.theme.ink2, fade, anchor="centre")
    return made


def _petal(
    stage: Stage, at: Point, turn: float, length: float, ring: Ring, count: int, age: float, last: bool, clock: Clock
) -> Element:
    """One week: its length is the value, its tint deepens with time, the last one is solid."""
    theme = stage.theme
    pitch = 2 * math.pi * ring.middle / max(count, _SLIM)
    half = pitch * 1.15 * _PETAL_WIDTH
    tint = mixed(mixed(theme.accent, theme.bg0, 0.52), theme.accent, age)
    solid = theme.accent if stage.theme == stage.kit.light else theme.ink

    def draw(canvas: Any, way: float) -> None:
        grown = length * way
        path = _petal_path(half, grown)
        if last:
            paint = fill(solid)
        else:
            paint = gradient((0, 0), (0, -grown), (colour(tint, 0.28), colour(tint, 0.95)))
        canvas.save()
        canvas.translate(*at)
        canvas.rotate(turn)
        canvas.translate(0, -ring.inner)
        canvas.drawPath(path, paint)
        canvas.restore()

    return stage.shape(_turned(at, turn, half, ring.inner, ring.inner + length), clock, draw)


def _petal_path(half: float, length: float) -> Any:
    path = skia.Path()
    path.moveTo(0, 0)
    path.cubicTo(half * 0.89, -length * 0.35, half, -length * 0.88, 0, -length)
    path.cubicTo(-half, -length * 0.88, -half * 0.89, -length * 0.35, 0, 0)
    path.close()
    return path


def _tick(stage: Stage, at: Point, turn: float, ring: Ring, clock: Clock) -> Element:
    """A week without data, past or to come."""
    length = _TICK_LENGTH * min(1.0, ring.inner / 108)

    def element(t: float) -> Drawn | None:
        way = strength(clock.at(t))
        if way <= 0:
            return None
        return Drawn((way,), _turned(at, turn, 3, ring.inner, ring.inner + length), lambda canvas: draw(canvas, way))

    def draw(canvas: Any, way: float) -> None:
        canvas.save()
        canvas.translate(*at)
        canvas.rotate(turn)
        canvas.drawLine(0, -ring.inner, 0, -ring.inner - length * way, stroke(stage.theme.ink3, 3, 0.8 * way))
        canvas.restore()

    return element


def _turned(at: Point, turn: float, half: float, inner: float, outer: float) -> Box:
    """The box around a strip from radius `inner` to `outer`, turned clockwise by `turn` degrees from upright."""
    angle = math.radians(turn)
    out, side = (math.sin(angle), -math.cos(angle)), (math.cos(angle), math.sin(angle))
    corners: Sequence[tuple[float, float]] = [
        (at[0] + r * out[0] + s * side[0], at[1] + r * out[1] + s * side[1])
        for r in (inner, outer)
        for s in (-half, half)
    ]
    return Box(
        min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners)
    ).grown(3)
