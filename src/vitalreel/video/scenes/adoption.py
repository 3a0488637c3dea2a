"""Features by site or month as a grid of shades: rows wipe in, cells without use come last, in amber, with their word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import skia

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.adoption import AdoptionPicture, Cell
from vitalreel.video import look
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import fill, mixed, rounded, rule, stroke
from vitalreel.video.kit import contrast
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock, cue
from vitalreel.video.scenes.marks import cramped, middle, names, unbroken
from vitalreel.video.scenes.refusals import below_zero, empty
from vitalreel.video.stage import Stage

_SHADES = (0.09, 0.22, 0.40, 1.0)
_GAP, _RADIUS = 6.0, 8.0
_CELL_W, _CELL_H, _CELL_LEAST_W, _CELL_LEAST_H = 212.0, 76.0, 44.0, 32.0
_ROW_S, _ROW_LATER_S, _WIPE_S = 0.4, 0.08, 0.4
_NOTE_W, _LEADER = 300.0, 36.0
_HEAD_LINES = 3
_HEAD_LEAST = 18.0  # px: a word is broken rather than set smaller
_NUMBER_LEAST, _OFF_LEAST = 20.0, 15.0  # smaller ones cannot be read on a phone; the dashes say the same as the word


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells in px of a page that runs left to right; months keep that direction on every page."""

    left: float
    top: float
    cell_w: float
    cell_h: float
    columns: int
    rows: int
    labels: tuple[Block, ...]
    heads: tuple[Block, ...]
    number: Style
    off: Block
    months: bool

    @property
    def right(self) -> float:
        return self.left + self.columns * (self.cell_w + _GAP) - _GAP

    @property
    def bottom(self) -> float:
        return self.y(self.rows) - _GAP

    def y(self, row: int) -> float:
        return self.top + row * (self.cell_h + _GAP)

    def cell(self, row: int, column: int, stage: Stage) -> Box:
        """Where a cell stands on the page as it is read."""
        left = self.left + column * (self.cell_w + _GAP)
        if stage.rtl and self.months:
            left = self.right - self.cell_w - column * (self.cell_w + _GAP)
        return stage.box(left, self.y(row), left + self.cell_w, self.y(row) + self.cell_h)


def elements(picture: AdoptionPicture, stage: Stage, top: float) -> list[Element]:
    if not picture.rows or not picture.columns:
        raise empty("adoption grid", "feature")
    for row_ in picture.rows:
        if (least := min((c.value for c in row_.cells if c.value is not None), default=0.0)) < 0:
            raise below_zero(f"use of {row_.label.shown!r}", least)
    beside = stage.page.wide and bool(picture.note.shown)
    note = _note_below(picture, stage) if not beside else None
    grid = _grid(picture, stage, top, beside, note)
    made: list[Element] = []
    clock = Clock(0.35, 0.5)
    for column, head in enumerate(grid.heads):
        box = grid.cell(0, column, stage)
        y = grid.top - 20 - head.height
        made += stage.unrolled.block((box.left + box.right) / 2, y, head, stage.theme.ink2, clock, anchor="centre")
    for row, label in enumerate(grid.labels):
        y = middle(label, grid.y(row) + grid.cell_h / 2)
        made += stage.block(stage.page.left, y, label, stage.theme.ink, Clock(_ROW_S + _ROW_LATER_S * row, 0.5))
        made += _row(picture, row, grid, stage)
    if picture.note.shown:
        at_s = cue(picture.note_at_s, _off_s(picture) + 0.6)
        made += _note_beside(picture, grid, stage, at_s) if note is None else _under(note, grid, stage, at_s)
    return made


def _off_s(picture: AdoptionPicture) -> float:
    """When the cells without use come in: all at once, after the last row."""
    return _ROW_S + _ROW_LATER_S * (len(picture.rows) - 1) + _WIPE_S + 0.3


# Layout


def _grid(picture: AdoptionPicture, stage: Stage, top: float, beside: bool, note: Block | None) -> _Grid:
    page, text, count, down = stage.page, stage.type, len(picture.columns), len(picture.rows)
    said = text.label_medium if page.wide else replace(text.label_medium, size=text.axis.size, lead=text.axis.lead)
    share = 0.3 if page.wide else 0.24
    natural = max(stage.lettering.width(row.label.shown, said) for row in picture.rows)
    label_w = min(share * (page.right - page.left), natural)
    left = page.left + label_w + (44 if page.wide else 18)
    right = page.right - (_NOTE_W + _LEADER + 42 if beside else 0)
    cell_w = min(_CELL_W, (right - left + _GAP) / count - _GAP)
    heads, raised = _heads(picture, stage, cell_w)
    first = top + (4 if page.wide else 14 if cramped(stage, top) else 50) + raised
    foot = page.content_bottom - (note.height + note.style.lead + 26 if note is not None else 10)
    cell_h = min(_CELL_H if page.wide else 96.0, (foot - first + _GAP) / down - _GAP)
    if cell_w < _CELL_LEAST_W or cell_h < _CELL_LEAST_H:
        raise Refused(
            f"the grid of {', '.join(repr(r.label.shown) for r in picture.rows)}",
            f"{down} rows of {count} do not fit the page",
            "ask for fewer features, sites or months in the module",
        )
    labels = names(stage, [r.label.shown for r in picture.rows], said, label_w, cell_h)
    number = _numbers(picture, stage, cell_w, cell_h)
    off = _off_word(picture, stage, cell_w, cell_h, number.size)
    return _Grid(left, first, cell_w, cell_h, count, down, labels, heads, number, off, picture.months)


def _heads(picture: AdoptionPicture, stage: Stage, cell_w: float) -> tuple[tuple[Block, ...], float]:
    """The words over the columns, all of one size, and how much their lines raise them.

    They shrink down to _HEAD_LEAST before a word is broken; then it is broken at the largest size, before it is refused.
    """
    base, width = stage.type.note, cell_w + (2 if stage.page.wide else -8)
    shown = [column.shown for column in picture.columns]
    styles = [Style("medium", size, size * 1.2) for step in range(21) if (size := base.size * (1 - 0.02 * step))]
    whole = [style for style in styles if style.size >= _HEAD_LEAST]
    for style, broken in [*((style, False) for style in whole), *((style, True) for style in styles)]:
        blocks = tuple(Block(stage.lettering.wrap(text, style, width), style) for text in shown)
        if all(
            len(b.lines) <= _HEAD_LINES and (broken or unbroken(b.lines, text))
            for b, text in zip(blocks, shown, strict=True)
        ):
            break
    if most := [text for b, text in zip(blocks, shown, strict=True) if len(b.lines) > _HEAD_LINES + 1]:
        raise Refused(
            f"the column {most[0]!r}",
            f"it does not fit {width:.0f} px",
            "shorten it in the source, or ask for fewer columns",
        )
    return blocks, max(b.height for b in blocks)


def _numbers(picture: AdoptionPicture, stage: Stage, cell_w: float, cell_h: float) -> Style:
    """One size for all numbers: the largest at which the longest of them fits."""
    base = stage.type.label_medium
    shown = {cell.text.shown for row in picture.rows for cell in row.cells if cell.value}
    longest = max(shown, key=lambda text: stage.lettering.width(text, base), default="0")
    size = min(base.size, base.size * (cell_w - 8) / stage.lettering.width(longest, base), cell_h * 0.62)
    if size < _NUMBER_LEAST:
        raise Refused(
            f"the cell {longest!r}",
            f"it does not fit {cell_w:.0f} px",
            "ask for fewer sites or months in the module",
        )
    return replace(base, size=size)


def _off_word(picture: AdoptionPicture, stage: Stage, cell_w: float, cell_h: float, most: float) -> Block:
    """The word of cells without use, in the one or two lines that let it be largest."""
    size = most
    while size >= _OFF_LEAST:
        style = Style("semibold", size, size * 1.08)
        lines = stage.lettering.wrap(picture.off.shown, style, cell_w - min(28.0, 0.24 * cell_w))
        if len(lines) <= 2 and len(lines) * style.lead <= cell_h - 6 and unbroken(lines, picture.off.shown):
            return Block(lines, style)
        size -= 0.5
    raise Refused(
        f"the word {picture.off.shown!r}",
        f"it does not fit a cell of {cell_w:.0f} px at a size that can be read",
        "use a shorter `off:` in the module, or ask for fewer sites or months",
    )


# Cells


def _row(picture: AdoptionPicture, row: int, grid: _Grid, stage: Stage) -> list[Element]:
    cells = picture.rows[row].cells
    boxes = [grid.cell(row, column, stage) for column in range(len(cells))]
    known = [(box, cell) for box, cell in zip(boxes, cells, strict=True) if cell.value != 0]
    made: list[Element] = []
    start = _ROW_S + _ROW_LATER_S * row
    if known:
        made.append(_wipe(picture, known, stage, Clock(start, _WIPE_S)))
    flat = stage.unrolled
    for box, cell in zip(boxes, cells, strict=True):
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if cell.value == 0:
            clock = Clock(_off_s(picture), 0.3)
            made.append(_dashed(box, stage, clock))
            made += flat.block(x, middle(grid.off, y), grid.off, stage.theme.warn, clock, anchor="centre")
        elif cell.value is not None:
            shade = _shade(cell, picture, stage)
            on = max((stage.theme.on_accent, stage.theme.ink), key=lambda ink: contrast(ink, shade))
            reached = start + _WIPE_S * 0.3 * (boxes.index(box) + 1) / len(boxes)
            y += grid.number.size * 0.36
            clock = Clock(reached, 0.3)
            made.append(flat.text(x, y, cell.text.shown, grid.number, on, clock, anchor="centre", ground=shade))
    return made


def _shade(cell: Cell, picture: AdoptionPicture, stage: Stage) -> str:
    """One of four steps, a quarter of the fullest cell each; the last is the accent itself."""
    share = max(0.0, cell.value or 0.0) / picture.full if picture.full else 0.0
    step = min(3, int(share * 4 - 1e-9)) if share < 1 else 3
    return mixed(stage.ground, stage.theme.accent, _SHADES[step])


def _wipe(picture: AdoptionPicture, known: Sequence[tuple[Box, Cell]], stage: Stage, clock: Clock) -> Element:
    """The row's cells, uncovered from where reading begins; a cell that is not known is a faint outline."""
    boxes = [box for box, _ in known]
    around = Box(min(b.left for b in boxes), boxes[0].top, max(b.right for b in boxes), boxes[0].bottom)
    shades = [(box, None if cell.value is None else _shade(cell, picture, stage)) for box, cell in known]
    forward = not stage.rtl or picture.months

    def element(t: float) -> Drawn | None:
        way = strength(clock.at(t))
        if way <= 0:
            return None
        width = (around.right - around.left) * way
        edge = (around.left, around.left + width) if forward else (around.right - width, around.right)

        def draw(canvas: Any) -> None:
            canvas.save()
            if way < 1:
                canvas.clipRect(skia.Rect.MakeLTRB(edge[0] - 2, around.top - 2, edge[1] + 2, around.bottom + 2))
            for box, shade in shades:
                if shade is None:
                    rounded(canvas, box.grown(-1.0), _RADIUS, stroke(stage.theme.ink, 2, stage.theme.grid_strength))
                else:
                    rounded(canvas, box, _RADIUS, fill(shade))
            canvas.restore()

        return Drawn((way,), around.grown(3), draw)

    return element


def _dashed(box: Box, stage: Stage, clock: Clock) -> Element:
    def draw(canvas: Any, way: float) -> None:
        paint = stroke(stage.theme.warn, 3, way, dash=(9, 8))
        paint.setStrokeCap(skia.Paint.kButt_Cap)
        rounded(canvas, box.grown(-2), _RADIUS, paint)

    return stage.shape(box.grown(2), clock, draw)


# The note


def _gap_row(picture: AdoptionPicture) -> int:
    """The row with most cells without use, the last of equals; the last row where there is none."""
    blank = [sum(cell.value == 0 for cell in row.cells) for row in picture.rows]
    return max(range(len(blank)), key=lambda n: (blank[n], n))


def _note_beside(picture: AdoptionPicture, grid: _Grid, stage: Stage, at_s: float) -> list[Element]:
    """A leader from the row's end to a sentence."""
    page, clock = stage.page, Clock(at_s, 0.5)
    y = grid.y(_gap_row(picture)) + grid.cell_h / 2
    start = grid.right + 10
    left = start + _LEADER + 16
    block = stage.lettering.fit(picture.note.shown, stage.type.label, page.right - left, 6)
    first = min(max(middle(block, y), grid.top + block.style.size), page.content_bottom - 8 - block.height)
    line = stage.box(start, y - 2, start + _LEADER, y + 2)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(line.left, y, line.right, y, rule(stage.theme.ink, look.LEADER_W, way))

    return [stage.shape(line, clock, draw), *stage.block(left, first, block, stage.theme.ink, clock)]


def _note_below(picture: AdoptionPicture, stage: Stage) -> Block | None:
    if not picture.note.shown:
        return None
    return stage.lettering.fit(picture.note.shown, stage.type.label, stage.page.right - stage.page.left, 3)


def _under(note: Block, grid: _Grid, stage: Stage, at_s: float) -> list[Element]:
    first = grid.bottom + 18 + note.style.size
    return stage.block(stage.page.left, first, note, stage.theme.ink, Clock(at_s, 0.5))
