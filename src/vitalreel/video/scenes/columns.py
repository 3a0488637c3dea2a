"""One to three figures side by side under rules: value, terms in brief, comparison with peers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture
from vitalreel.video import look
from vitalreel.video.counting import counter, unit
from vitalreel.video.element import Element, strength
from vitalreel.video.ink import rule
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.stage import Line, Stage

_GUTTER = 66.0
_COUNT_S = 0.9
_SMALLEST_NUMBER = 88.0  # what does not fit at this size is not a figure but a phrase ("Enterprise, yearly")


def elements(picture: ColumnsPicture, stage: Stage, top: float) -> list[Element]:
    """top: where content starts under the headline."""
    count = max(2, len(picture.columns))
    width = (stage.page.right - stage.page.left - (count - 1) * _GUTTER) / count
    figures = [column for column in picture.columns if _is_figure(column, stage, width)]
    size = min((_largest(column, stage, width) for column in figures), default=stage.type.hero.size)
    y = top + 8
    made: list[Element] = []
    for i, column in enumerate(picture.columns):
        left = stage.page.left + i * (width + _GUTTER)
        made += _column(column, stage, left, y, width, size, i, cue(column.at_s, 0.45 + 0.35 * i))
    return made


def _is_figure(column: Column, stage: Stage, width: float) -> bool:
    return _number_width(column, stage, _SMALLEST_NUMBER) <= width


def _largest(column: Column, stage: Stage, width: float) -> float:
    """The largest size at which number and unit fit the column: all columns share the smallest of these."""
    at_full = _number_width(column, stage, stage.type.hero.size)
    return (
        min(stage.type.hero.size, max(_SMALLEST_NUMBER, stage.type.hero.size * width / at_full - 1))
        if at_full
        else stage.type.hero.size
    )


def _number_width(column: Column, stage: Stage, size: float) -> float:
    number, word = unit(column.number.shown)
    width = stage.lettering.width(number, replace(stage.type.hero, size=size))
    if word:
        width += size * 0.08 + stage.lettering.width(word, replace(stage.type.hero, size=size * look.UNIT_SHARE))
    return width


def _column(
    column: Column, stage: Stage, left: float, y: float, width: float, size: float, index: int, start: float
) -> list[Element]:
    theme, fit = stage.theme, stage.lettering.fit
    made = [_rule(stage, left, y, width, column.accent, Clock(0.35 + 0.08 * index, 0.6, MOVE))]
    label = fit(column.label.shown, stage.type.label, width, 2)
    made += stage.block(left, y + 74, label, theme.ink2, Clock(start), 20)
    number_y = y + 74 + label.height + size * 0.72 + 50
    if _is_figure(column, stage, width):
        made += _number(column, stage, left, number_y, size, start)
    else:
        phrase = fit(column.number.shown, replace(stage.type.label_strong, size=56.0, lead=66.0), width, 3)
        ink = theme.accent if column.accent else theme.ink
        number_y = y + 74 + label.height + 96
        made += stage.block(left, number_y, phrase, ink, Clock(start), 20)
        number_y += phrase.height
    comparison = fit(column.comparison.shown, stage.type.label_medium, width, 2)
    late = Clock(start + 0.55, 0.5)
    made += stage.block(left, number_y + 76, comparison, theme.ink, late)
    below = number_y + 76 + comparison.height + 64
    for note in column.workings:
        block = fit(note.shown, stage.type.note, width - 20, 3)
        made += stage.block(left, below, block, theme.ink3, late)
        below += block.height + stage.type.note.lead
    return made


def _rule(stage: Stage, left: float, y: float, width: float, accent: bool, clock: Clock) -> Element:
    weight = 4.0 if accent else look.AXIS_W
    ink = stage.theme.accent if accent else stage.theme.ink
    start, end = stage.x(left), stage.x(left + width)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, y, start + (end - start) * way, y, rule(ink, weight))

    return stage.shape(stage.box(left, y - 3, left + width, y + 3), clock, draw)


def _number(column: Column, stage: Stage, left: float, y: float, size: float, start: float) -> list[Element]:
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
