"""A figure set large under a rule: how wide it is, how it counts up, and its unit beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vitalreel.storyboard.pictures.columns import Column
from vitalreel.video import look
from vitalreel.video.counting import counter, unit
from vitalreel.video.element import Element, strength
from vitalreel.video.ink import rule
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock
from vitalreel.video.stage import Line, Stage

_COUNT_S = 0.9


def number_width(column: Column, stage: Stage, size: float) -> float:
    number, word = unit(column.number.shown)
    width = stage.lettering.width(number, replace(stage.type.hero, size=size))
    if word:
        width += size * 0.08 + stage.lettering.width(word, replace(stage.type.hero, size=size * look.UNIT_SHARE))
    return width


def figure_rule(stage: Stage, left: float, y: float, width: float, accent: bool, clock: Clock) -> Element:
    weight = 4.0 if accent else look.AXIS_W
    ink = stage.theme.accent if accent else stage.theme.ink
    start, end = stage.x(left), stage.x(left + width)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, y, start + (end - start) * way, y, rule(ink, weight))

    return stage.shape(stage.box(left, y - 3, left + width, y + 3), clock, draw)


def figure(column: Column, stage: Stage, left: float, y: float, size: float, start: float) -> list[Element]:
    """The figure, counting up where it can be; a unit that is a word stands beside it, smaller."""
    ink = stage.theme.accent if column.accent else stage.theme.ink
    shown, word = unit(column.number.shown)
    style = replace(stage.type.hero, size=size)
    made = [stage.live(_counting(shown, style, ink, left - size * 0.03, y, start))]
    if word:
        smaller: Style = replace(stage.type.hero, size=size * look.UNIT_SHARE)
        beside = left - size * 0.03 + stage.lettering.width(shown, style) + size * 0.08
        made += stage.block(beside, y, Block((word,), smaller), ink, Clock(start + 0.1))
    return made


def _counting(shown: str, style: Style, ink: str, x: float, y: float, start: float) -> Any:
    appear, count, parts = Clock(start), Clock(start + 0.15, _COUNT_S), counter(shown)

    def at(t: float) -> Line | None:
        alpha = strength(min(1.0, appear.at(t) * 1.5))
        if alpha <= 0:
            return None
        way = count.at(t)
        text = shown if parts is None or way >= 1 else parts.write(parts.value * way)
        return Line(x, y, text, style, ink, alpha, settled=way >= 1)

    return at
