"""One to three figures under rules: side by side, or one below the other where the page is narrow."""

from __future__ import annotations

from dataclasses import replace

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.columns import Column, ColumnsPicture
from vitalreel.video.element import Element
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes import column_rows
from vitalreel.video.scenes.figure import figure, figure_rule, number_width
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_GUTTER = 66.0
_SMALLEST_NUMBER = 88.0  # what does not fit at this size is not a figure but a phrase ("Enterprise, yearly")

_SETTINGS = ((1.0, True), (0.86, True), (0.74, True), (1.0, False), (0.8, False))
"""Air between texts, of the full one, and whether workings are shown: the finest print gives way; voice and ledger keep it."""


def elements(picture: ColumnsPicture, stage: Stage, top: float) -> list[Element]:
    """top: where content starts under the headline."""
    if not picture.columns:
        raise empty("columns", "figure")
    if not stage.page.wide:
        return column_rows.elements(picture, stage, top)
    count = max(2, len(picture.columns))
    width = (stage.page.right - stage.page.left - (count - 1) * _GUTTER) / count
    figures = [column for column in picture.columns if _is_figure(column, stage, width)]
    size = min((_largest(column, stage, width) for column in figures), default=stage.type.hero.size)
    for setting in _SETTINGS:
        made, lowest = list[Element](), top
        for i, column in enumerate(picture.columns):
            left = stage.page.left + i * (width + _GUTTER)
            start = cue(column.at_s, 0.45 + 0.35 * i)
            elements_, last = _column(column, stage, left, top + 8, width, size, i, start, setting)
            made += elements_
            lowest = max(lowest, last)
        if lowest <= stage.page.content_bottom:
            return made
    raise Refused(
        f"the figures {', '.join(repr(c.number.shown) for c in picture.columns)}",
        "they do not fit the page with their words",
        "shorten their labels, comparisons or workings in the module",
    )


def _is_figure(column: Column, stage: Stage, width: float) -> bool:
    return number_width(column, stage, _SMALLEST_NUMBER) <= width


def _largest(column: Column, stage: Stage, width: float) -> float:
    """The largest size at which number and unit fit the column: all columns share the smallest of these."""
    at_full = number_width(column, stage, stage.type.hero.size)
    return (
        min(stage.type.hero.size, max(_SMALLEST_NUMBER, stage.type.hero.size * width / at_full - 1))
        if at_full
        else stage.type.hero.size
    )


def _column(
    column: Column,
    stage: Stage,
    left: float,
    y: float,
    width: float,
    size: float,
    index: int,
    start: float,
    setting: tuple[float, bool],
) -> tuple[list[Element], float]:
    """One column and its last baseline."""
    (air, workings), theme, fit = setting, stage.theme, stage.lettering.fit
    made = [figure_rule(stage, left, y, width, column.accent, Clock(0.35 + 0.08 * index, 0.6, MOVE))]
    label = fit(column.label.shown, stage.type.label, width, 2)
    label_y = y + 74 * air
    made += stage.block(left, label_y, label, theme.ink2, Clock(start), 20)
    number_y = label_y + label.height + size * 0.72 + 50 * air
    if _is_figure(column, stage, width):
        made += figure(column, stage, left, number_y, size, start)
    else:
        phrase = fit(column.number.shown, replace(stage.type.label_strong, size=56.0, lead=66.0), width, 3)
        ink = theme.accent if column.accent else theme.ink
        number_y = label_y + label.height + 96 * air
        made += stage.block(left, number_y, phrase, ink, Clock(start), 20)
        number_y += phrase.height
    comparison = fit(column.comparison.shown, stage.type.label_medium, width, 2)
    late, comparison_y = Clock(start + 0.55, 0.5), number_y + 76 * air
    made += stage.block(left, comparison_y, comparison, theme.ink, late)
    last = comparison_y + comparison.height
    below = last + 64 * air
    for note in column.workings if workings else ():
        block = fit(note.shown, stage.type.note, width - 20, 3)
        made += stage.block(left, below, block, theme.ink3, late)
        last = below + block.height
        below = last + stage.type.note.lead
    return made, last
