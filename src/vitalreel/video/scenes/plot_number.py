"""Where a line's last value stands: riding the tip beside the plot, or above it where the page is narrow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.video.lettering import Block
from vitalreel.video.scenes.marks import name
from vitalreel.video.stage import Stage

_TIP_MIN, _TIP_MAX = 328.0, 640.0  # width of the number's column
_NUMBER_TO_NOTE = 58.0
_CAP = 0.727  # height of figures, as a share of their size (Inter)
_NUMBER_LEAST = 0.5  # size of a huge number, of its own
_WORDS_GAP = 28.0  # from the number to the words beside it


@dataclass(frozen=True, slots=True)
class TipBlock:
    """The number that rides the tip and the note below it."""

    x: float
    number: Block
    highest: float  # limits of the number's baseline; equal where it stands above the plot
    lowest: float
    note: Block | None
    note_x: float
    note_gap: float = _NUMBER_TO_NOTE  # from the number's baseline
    unit: Block | None = None  # beside a number that stands above the plot
    unit_x: float = 0.0
    unit_gap: float = 0.0

    def number_y(self, tip_y: float) -> float:
        return min(max(tip_y + 8, self.highest), self.lowest)


def beside(picture: LinePicture, stage: Stage, top: float) -> TipBlock:
    """Number and note in a column at the right margin, as wide as the number needs within limits."""
    natural = stage.lettering.width(picture.end_value.shown, stage.type.tip) if picture.end_value.shown else 0.0
    least, note, fitted = min(_TIP_MAX, max(_TIP_MIN, natural + 4)), None, stage.lettering.fitted
    widths = [width for width in (least, 1.4 * _TIP_MIN, _TIP_MAX) if width >= least]
    width = least
    if picture.end_note.shown:
        said = picture.end_note.shown, stage.type.label_medium
        width, note = next(((w, b) for w in widths if (b := fitted(*said, w, 4)) is not None), (_TIP_MAX, None))
        note = note or stage.lettering.fit(*said, _TIP_MAX, 4)
    number = name(stage, picture.end_value.shown, stage.type.tip, width, math.inf, 1, _NUMBER_LEAST)
    lowest = stage.page.content_bottom - 12 - (_NUMBER_TO_NOTE + note.height if note else 0)
    left = stage.page.right - width
    return TipBlock(left, number, top + 70, lowest, note, left + 4)


def above(picture: LinePicture, stage: Stage, top: float) -> tuple[TipBlock, float]:
    """Number with its words beside it, below it where there is no room; and where the grid may start."""
    page, fitted = stage.page, stage.lettering.fitted
    label, plain = stage.type.label_medium, stage.type.label
    words = (picture.unit.shown, plain), (picture.end_note.shown, label)
    if all(value is None for value in picture.values):
        return TipBlock(page.left, Block(("",), stage.type.tip), top, top, None, page.left), top + stage.type.axis.size
    if not picture.end_value.shown:
        note = stage.lettering.fit(picture.end_note.shown, label, page.right - page.left, 2)
        shown = note if picture.end_note.shown else None
        y = top + _CAP * label.size
        grid = y + (note.height + _grid_gap(stage) if shown else 0.0)
        return TipBlock(page.left, Block(("",), stage.type.tip), y, y, shown, page.left, 0.0), grid
    number = name(stage, picture.end_value.shown, stage.type.tip, page.right - page.left, math.inf, 1, _NUMBER_LEAST)
    y = top + _CAP * number.style.size
    right_of = page.left + stage.lettering.width(number.lines[0], number.style) + _WORDS_GAP
    rows = [fitted(text, style, page.right - right_of) if text else None for text, style in words]
    unit, note_ = rows
    if all(row is not None for row, (text, _) in zip(rows, words, strict=True) if text):
        lead = plain.lead if unit is not None and note_ is not None else 0.0
        made = TipBlock(page.left - 4, number, y, y, note_, right_of, 0.0, unit, right_of, -lead)
        return made, y + _grid_gap(stage)
    below = number.style.size * 0.2 + label.size + 6
    full = page.right - page.left
    if unit is None and picture.unit.shown:
        unit = stage.lettering.fit(picture.unit.shown, plain, full)
        unit_x, unit_gap, note_gap = page.left, below, below + plain.lead
    else:
        unit_x, unit_gap, note_gap = right_of, 0.0, below
    note_ = stage.lettering.fit(picture.end_note.shown, label, full, 3) if picture.end_note.shown else None
    last = note_gap + note_.height if note_ is not None else unit_gap
    made = TipBlock(page.left - 4, number, y, y, note_, page.left, note_gap, unit, unit_x, unit_gap)
    return made, y + last + _grid_gap(stage)


def _grid_gap(stage: Stage) -> float:
    """From the last baseline above the plot to its topmost gridline, whose label stands between them."""
    return 36 + stage.type.axis.size
