"""The greeting: who it is for, a title, and the data bloom, one petal a week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import skia

from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import colour, fill, gradient, mixed, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock
from vitalreel.video.stage import Stage

_CENTRE = (1400.0, 486.0)
_INNER, _OUTER = 108.0, 424.0
_TOP, _TOP_LOW = 60.0, 122.0  # how high petals may reach: beside the account's name, below it
_NAME_W = 300.0  # a name wider than this stands above the bloom
_TICK_LENGTH = 34.0
_PETAL_WIDTH = 0.62  # half-width, as a share of the pitch at mid-length
_WIDTH_WITH_BLOOM = 850.0
_MOST_LINES = 3
_SLIM = 34  # petals are never wider than in a ring of this many


def elements(picture: TitlePicture, scene: Scene, stage: Stage) -> list[Element]:
    """The bloom keeps clear of the account's name at the top right."""
    width = _WIDTH_WITH_BLOOM if picture.petals else stage.page.right - stage.page.left
    title = _title(picture, stage, width)
    theme = stage.theme
    top = 456 - (len(title.lines) - 2) * title.style.lead / 2
    kicker = stage.lettering.fit(picture.kicker.shown, stage.type.kicker, width, 2)
    made = stage.block(stage.page.left, top - 134 - kicker.height, kicker, theme.ink2, Clock(0.3), 20)
    for i, line in enumerate(title.lines):
        block = Block((line,), title.style)
        made += stage.block(
            stage.page.left - 5, top + i * title.style.lead, block, theme.ink, Clock(0.45 + 0.1 * i, 0.7), 36
        )
    if picture.prepared_for.shown:
        below = stage.lettering.fit(picture.prepared_for.shown, stage.type.label, width, 2)
        made += stage.block(stage.page.left, top + title.height + 94, below, theme.ink2, Clock(0.9))
    if not picture.petals:
        return made
    top = _TOP if stage.lettering.width(scene.chrome.shown, stage.type.chrome) <= _NAME_W else _TOP_LOW
    return [*_bloom(picture, stage, _outer(picture.petals, top, stage.page.content_bottom - 4)), *made]


def _title(picture: TitlePicture, stage: Stage, width: float) -> Block:
    """The storyboard's lines where they fit; else the whole title wrapped anew, smaller where it must."""
    fits = [stage.lettering.width(line.shown, stage.type.title) <= width for line in picture.lines]
    if all(fits):
        return Block(tuple(line.shown for line in picture.lines), stage.type.title)
    return stage.lettering.fit(" ".join(line.shown for line in picture.lines), stage.type.title, width, _MOST_LINES)


def _bloom(picture: TitlePicture, stage: Stage, outer: float) -> list[Element]:
    petals = picture.petals
    known = [i for i, value in enumerate(petals) if value is not None]
    highest = max((value for value in petals if value is not None), default=0.0)
    x, y = stage.x(_CENTRE[0]), _CENTRE[1]
    made = []
    for i, value in enumerate(petals):
        turn = 360 / len(petals) * i * (-1 if stage.rtl else 1)
        start = 0.15 + min(0.022, 1.2 / len(petals)) * i
        if value is None:
            made.append(_tick(stage, (x, y), turn, Clock(start, 0.5)))
            continue
        length = (outer - _INNER) * max(0.0, value) / highest if highest > 0 else 0.0
        age = i / (known[-1] or 1)
        made.append(_petal(stage, (x, y), turn, max(length, 8.0), len(petals), age, i == known[-1], Clock(start, 0.7)))
    fade = Clock(1.2)
    if picture.centre.shown:
        eye = stage.lettering.fit(picture.centre.shown, stage.type.eye, 2 * _INNER - 40)
        made += stage.block(_CENTRE[0], y + 18, eye, stage.theme.ink, fade, anchor="centre")
    if picture.centre_unit.shown:
        unit = stage.lettering.fit(picture.centre_unit.shown, stage.type.note, 2 * _INNER - 60)
        made += stage.block(_CENTRE[0], y + 56, unit, stage.theme.ink2, fade, anchor="centre")
    return made


def _outer(petals: Sequence[float | None], top: float, bottom: float) -> float:
    """The longest petal's radius: the largest at which no petal leaves the space above the captions and below `top`, above `bottom`."""
    highest = max((value for value in petals if value is not None), default=0.0)
    if highest <= 0:
        return _OUTER
    longest = _OUTER - _INNER
    for i, value in enumerate(petals):
        up = math.cos(2 * math.pi * i / len(petals))
        share = max(0.0, value or 0.0) / highest
        if share > 0 and abs(up) > 1e-9:
            room = (_CENTRE[1] - top) / up if up > 0 else (bottom - _CENTRE[1]) / -up
            longest = min(longest, (room - _INNER) / share)
    return _INNER + longest


def _petal(
    stage: Stage, at: tuple[float, float], turn: float, length: float, count: int, age: float, last: bool, clock: Clock
) -> Element:
    """One week: its length is the value, its tint deepens with time, the last one is solid."""
    theme = stage.theme
    pitch = 2 * math.pi * (_INNER + (_OUTER - _INNER) / 2) / max(count, _SLIM)
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
        canvas.translate(0, -_INNER)
        canvas.drawPath(path, paint)
        canvas.restore()

    return stage.shape(_turned(at, turn, half, _INNER, _INNER + length), clock, draw)


def _petal_path(half: float, length: float) -> Any:
    path = skia.Path()
    path.moveTo(0, 0)
    path.cubicTo(half * 0.89, -length * 0.35, half, -length * 0.88, 0, -length)
    path.cubicTo(-half, -length * 0.88, -half * 0.89, -length * 0.35, 0, 0)
    path.close()
    return path


def _tick(stage: Stage, at: tuple[float, float], turn: float, clock: Clock) -> Element:
    """A week without data, past or to come."""

    def element(t: float) -> Drawn | None:
        way = strength(clock.at(t))
        if way <= 0:
            return None
        return Drawn((way,), _turned(at, turn, 3, _INNER, _INNER + _TICK_LENGTH), lambda canvas: draw(canvas, way))

    def draw(canvas: Any, way: float) -> None:
        canvas.save()
        canvas.translate(*at)
        canvas.rotate(turn)
        canvas.drawLine(0, -_INNER, 0, -_INNER - _TICK_LENGTH * way, stroke(stage.theme.ink3, 3, 0.8 * way))
        canvas.restore()

    return element


def _turned(at: tuple[float, float], turn: float, half: float, inner: float, outer: float) -> Box:
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
