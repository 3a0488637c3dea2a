"""What the contract says this year and next: a table that fades in row by row, the total last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.terms import TermRow, TermsPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import look
from vitalreel.video.element import Element
from vitalreel.video.ink import rule
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes import aside
from vitalreel.video.scenes.aside import Paragraph
from vitalreel.video.scenes.marks import name
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

NONE = "–"
_LEFT = 800.0  # of the table on the wide page
_HEAD_Y = 232.0
_SIZES = (1.0, 0.92, 0.84, 0.76)
_FADE_S = 0.5
_SMALLEST = 0.55  # size of a value that would not fit its column, of its own
_LONGEST = 4.0  # height of a very long name, of its size
_TIGHTEST = 1.7  # a row of one line, of its text's size
_HEAD, _FIRST, _ROW, _TOTAL = 0.33, 0.21, 0.64, 0.94
"""In rows: head to rule, rule to the first row, a row's top to its baseline, the last rule to the total's baseline."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The table's columns and how its rows are set."""

    left: float
    now: float  # right edges
    coming: float
    what_w: float
    now_w: float
    coming_w: float
    cell: Style
    pitch: float  # of a row of one line
    total: Style


@dataclass(frozen=True, slots=True)
class _Row:
    row: TermRow
    what: Block
    now: Block
    coming: Block

    @property
    def more(self) -> float:
        """Height beyond a row of one line."""
        return max(self.what.height, self.now.height, self.coming.height)


def elements(picture: TermsPicture, scene: Scene, stage: Stage) -> list[Element]:
    """The headline and the paragraphs beside the table, or above and below it."""
    if not picture.rows and picture.total is None:
        raise empty("terms", "row")
    made, last = aside.headline(stage, scene.headline.shown)
    page = stage.page
    head_y = _HEAD_Y if page.wide else last + (76 if page.height == page.width else 110)
    head_y += max(head.height for head in _heads(picture, stage, _grid(picture, stage, 1.0)))
    grid, rows, total = _fitted(picture, stage, head_y, page.content_bottom - 20)
    table, bottom = _table(picture, stage, grid, rows, total, head_y)
    notes = [Paragraph(note.shown, gap=0 if i == 0 else 60) for i, note in enumerate(picture.notes[:2])]
    if page.wide:
        y = max(456.0, last + 138)
        return [*made, *table, *aside.paragraphs(stage, notes, y, page.content_bottom, 0.3)[0]]
    y = bottom + 88
    if notes and y + aside.paragraphs_height(stage, notes) <= page.content_bottom:
        made += aside.paragraphs(stage, notes, y, page.content_bottom, 0.3)[0]
    return [*made, *table]  # on a short page the paragraphs are left to the voice, which says them


def _fitted(picture: TermsPicture, stage: Stage, head_y: float, bottom: float) -> tuple[_Grid, list[_Row], _Row | None]:
    """The table at the largest size at which it ends above `bottom`. Raises Refused where none does."""
    for by in _SIZES:
        grid = _grid(picture, stage, by)
        rows = [_row(row, stage, grid, grid.cell) for row in picture.rows]
        total = _row(picture.total, stage, grid, grid.total) if picture.total is not None else None
        if head_y + _height(grid, rows, total, bool(picture.total_note.shown)) <= bottom:
            return grid, rows, total
        tight = replace(
            grid, pitch=max(grid.cell.size * _TIGHTEST, _pitch_for(grid, rows, total, picture, bottom - head_y))
        )
        if head_y + _height(tight, rows, total, bool(picture.total_note.shown)) <= bottom:
            return tight, rows, total
    raise Refused(f"{len(picture.rows)} rows of terms", "they do not fit the page", "leave some out, or shorten them")


def _grid(picture: TermsPicture, stage: Stage, by: float) -> _Grid:
    page, rows = stage.page, [*picture.rows, *((picture.total,) if picture.total else ())]
    if page.wide:
        cell = Style("sans", 38 * by, 46 * by, tnum=True)
        now_w = _widest(stage, [row.now.shown for row in rows], cell, 220, 290)
        total = replace(stage.type.row_number, lead=64.0)
        return _Grid(_LEFT, 1420, page.right, 600 - now_w, now_w, 380, cell, 84, total)
    width, size = page.right - page.left, stage.type.label.size * by
    cell = Style("sans", size, size * 1.2, tnum=True)
    total = replace(stage.type.row_number, size=size * 1.32, lead=size * 1.5)
    now_w = _widest(stage, [row.now.shown for row in rows], cell, 0.2 * width, 0.3 * width)
    coming_w = _widest(
        stage, [row.coming.shown for row in rows], replace(cell, role="semibold"), 0.33 * width, 0.4 * width
    )
    now = page.right - coming_w - 24
    return _Grid(page.left, now, page.right, now - now_w - 24 - page.left, now_w, coming_w, cell, size * 2.5, total)


def _widest(stage: Stage, texts: Sequence[str], style: Style, least: float, most: float) -> float:
    """What a column of values asks for, within limits."""
    return min(most, max([least, *(stage.lettering.width(text, style) + 2 for text in texts)]))


def _row(row: TermRow, stage: Stage, grid: _Grid, coming: Style) -> _Row:
    """What it is in at most two lines, its values in one if they can."""
    total = coming is grid.total
    what = replace(grid.cell, role="semibold" if total else "sans", tnum=False)
    bold = coming if total else replace(grid.cell, role="semibold" if row.changes else "medium")
    return _Row(
        row,
        stage.lettering.fitted(row.what.shown, what, grid.what_w, 2)
        or name(stage, row.what.shown, what, grid.what_w, _LONGEST * what.size, 5),
        _value(row.now.shown or NONE, grid.cell, grid.now_w, stage),
        _value(row.coming.shown or NONE, bold, grid.coming_w, stage),
    )


def _value(text: str, style: Style, width: float, stage: Stage) -> Block:
    """In one line as long as it is not much smaller for it, else in two, or three of many words; a figure is never broken.

    Raises Refused where a word of it does not fit.
    """
    whole = stage.lettering.width(text, style)
    if whole <= width:
        return Block((text,), style)
    longest = max(stage.lettering.width(word, style) for word in text.split(" "))
    by = width / whole if " " not in text or whole * _SMALLEST <= width else min(1.0, width / longest)
    if by < _SMALLEST:
        raise Refused(
            f"the value {text!r}", f"it does not fit {width:.0f} px", "shorten it in the source or the module"
        )
    smaller = replace(style, size=style.size * by * 0.995, lead=style.lead * by)
    if whole * by <= width + 0.5:
        return stage.lettering.fit(text, smaller, width)
    return stage.lettering.fitted(text, smaller, width, 2) or name(
        stage, text, smaller, width, _LONGEST * style.size, 3, _SMALLEST
    )


def _height(grid: _Grid, rows: Sequence[_Row], total: _Row | None, note: bool) -> float:
    """From the head's baseline to the last baseline of the table."""
    height = (_HEAD + _FIRST) * grid.pitch + sum(grid.pitch + row.more for row in rows)
    if total is not None:
        height += _TOTAL * grid.pitch + total.more + (grid.cell.size * 1.32 if note else 0)
    return height


def _pitch_for(
    grid: _Grid, rows: Sequence[_Row], total: _Row | None, picture: TermsPicture, room: float
) -> float:  # fmt: skip
    """The pitch at which the table is exactly as high as its room, as far as rows of one line decide it."""
    now = _height(grid, rows, total, bool(picture.total_note.shown))
    pitches = (_height(replace(grid, pitch=grid.pitch + 1), rows, total, bool(picture.total_note.shown))) - now
    return grid.pitch - (now - room + 1) / pitches if pitches > 0 else grid.pitch


def _heads(picture: TermsPicture, stage: Stage, grid: _Grid) -> tuple[Block, Block]:
    """What stands over the two columns."""
    size = min(stage.type.label.size, grid.cell.size)
    fit, now = stage.lettering.fit, Style("medium", size, size * 1.16)
    coming, most = replace(now, role="semibold"), 2 if stage.page.wide else 3
    return (
        fit(picture.now_head.shown, now, grid.now_w + 40, most),
        fit(picture.coming_head.shown, coming, grid.coming_w, most),
    )


def _table(
    picture: TermsPicture, stage: Stage, grid: _Grid, rows: Sequence[_Row], total: _Row | None, y: float
) -> tuple[list[Element], float]:
    """The table from its head's last baseline, and its own last baseline."""
    theme, page = stage.theme, stage.page
    made: list[Element] = []
    for x, block, ink in zip(
        (grid.now, grid.coming), _heads(picture, stage, grid), (theme.ink2, theme.accent), strict=True
    ):
        made += stage.block(x, y - block.height, block, ink, Clock(0.3, _FADE_S), anchor="end")
    made.append(_rule(stage, grid.left, page.right, y + _HEAD * grid.pitch, theme.ink, look.AXIS_W, 1.0, 0.3))
    top, last = y + (_HEAD + _FIRST) * grid.pitch, y
    landed = 0.5
    for i, one in enumerate(rows):
        start = cue(one.row.at_s, 0.5 + 0.08 * i)
        landed = max(landed, start + 0.08)
        last = top + _ROW * grid.pitch
        made += _cells(stage, grid, one, last, Clock(start, _FADE_S))
        top = top + grid.pitch + one.more
        if i < len(rows) - 1 or total is None:
            ends = i == len(rows) - 1
            strength = 1.0 if ends else theme.grid_strength
            made.append(_rule(stage, grid.left, page.right, top, theme.ink, look.GRID_W, strength, start))
        last += one.more
    if total is None:
        return made, top
    if rows:
        made.append(_rule(stage, grid.left, page.right, top, theme.ink, look.AXIS_W, 1.0, landed))
    start = cue(total.row.at_s, landed + 0.3)
    last = top + _TOTAL * grid.pitch
    made += _cells(stage, grid, total, last, Clock(start, _FADE_S), theme.accent)
    last += total.more
    if picture.total_note.shown:
        last += grid.cell.size * 1.32
        small = replace(stage.type.note, size=min(stage.type.note.size, grid.cell.size))
        note = stage.lettering.fit(picture.total_note.shown, small, page.right - grid.left)
        made += stage.block(grid.coming, last, note, theme.ink2, Clock(start + 0.3, _FADE_S), anchor="end")
    return made, last


def _cells(
    stage: Stage, grid: _Grid, one: _Row, y: float, clock: Clock, accent: str | None = None
) -> list[Element]:  # fmt: skip
    theme = stage.theme
    made = stage.block(grid.left, y, one.what, theme.ink if accent else theme.ink2, clock)
    made += stage.block(grid.now, y, one.now, theme.ink2, clock, anchor="end")
    return made + stage.block(grid.coming, y, one.coming, accent or theme.ink, clock, anchor="end")


def _rule(
    stage: Stage, left: float, right: float, y: float, ink: str, width: float, alpha: float, start_s: float
) -> Element:
    start, end = stage.x(left), stage.x(right)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, y, start + (end - start) * way, y, rule(ink, width, alpha))

    return stage.shape(stage.box(left, y - 3, right, y + 3), Clock(start_s, 0.6, MOVE), draw)
