"""One or two sentences set large: what is not known, what a feature does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.statement import StatementPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video import look
from vitalreel.video.element import Element
from vitalreel.video.furniture import heading
from vitalreel.video.ink import rule
from vitalreel.video.lettering import Block
from vitalreel.video.motion import MOVE, Clock
from vitalreel.video.page import WIDE
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_LEFT_SPLIT = 860.0
_HEADLINE_W = 640.0
_STAGGER_S = 0.5
_STACKED = (1.2, 1.1, 1.0, 0.92, 0.84, 0.76)  # sizes of sentences below a headline, of a statement's own
_BESIDE = {
    108.0: 2,
    92.0: 2,
    78.0: 3,
    64.0: 9,
    56.0: 9,
}  # size of sentences beside a headline: lines each may have at it
_ALONE = (96.0, 80.0, 68.0, 56.0)  # sizes of sentences that fill the page
_ALONE_H = 560.0  # of the wide page's height, for their lines
_CAP = 0.68  # height of Newsreader's capitals, as a share of their size


def elements(picture: StatementPicture, scene: Scene, stage: Stage) -> list[Element]:
    """With a headline: it stands left, the sentences right, each under a rule. Without: the sentences fill the page."""
    if not picture.lines:
        raise empty("statement", "sentence")
    if not scene.headline.shown:
        return _alone(picture, stage)
    return _split(picture, scene.headline.shown, stage) if stage.page.wide else _stacked(picture, scene, stage)


def _split(picture: StatementPicture, headline: str, stage: Stage) -> list[Element]:
    block = stage.lettering.fit(headline, stage.type.headline, _HEADLINE_W, 5)
    made: list[Element] = []
    for i, line in enumerate(block.lines):
        one = Block((line,), block.style)
        made += stage.block(
            stage.page.left - 2, 258 + i * block.style.lead, one, stage.theme.ink, Clock(0.1 + 0.08 * i), 28
        )
    y = 200.0
    rows = _rows(picture, stage)
    for i, row in enumerate(rows):
        start, size = 0.45 + _STAGGER_S * i, row.style.size
        made.append(_rule(stage, _LEFT_SPLIT, y, i == 0, start))
        made += stage.block(_LEFT_SPLIT, y + size * 1.4, row, stage.theme.ink, Clock(start), 20)
        y += row.height + size * 2.4
    return [*made, *_credit(picture, stage, _LEFT_SPLIT, y + 14, 0.45 + _STAGGER_S * len(rows))]


def _stacked(picture: StatementPicture, scene: Scene, stage: Stage) -> list[Element]:
    """The headline, and below it the sentences, each under a rule, at the largest size that leaves room for all."""
    page = stage.page
    made, top = heading(stage, scene.headline.shown)
    style, credit = stage.type.statement, _credit_block(picture, stage, page.right - page.left)
    room = page.content_bottom - top - (credit.height + credit.style.lead + 14 if credit is not None else 0.0)
    for share in _STACKED:
        style = replace(
            stage.type.statement, size=stage.type.statement.size * share, lead=stage.type.statement.lead * share
        )
        rows = [Block(stage.lettering.wrap(line.shown, style, page.right - page.left), style) for line in picture.lines]
        heights = [row.height + style.size * (_CAP + 1.1) for row in rows]
        if sum(heights) <= room:
            break
    else:
        raise Refused(
            f"the statement {picture.lines[0].shown!r}",
            "its sentences do not fit below the headline",
            "shorten them in the module",
        )
    spare, y = min((room - sum(heights)) / max(1, len(rows)), style.size * 1.1), top
    for i, (row, height) in enumerate(zip(rows, heights, strict=True)):
        start = 0.45 + _STAGGER_S * i
        made.append(_rule(stage, page.left, y, i == 0, start))
        made += stage.block(
            page.left, y + style.size * (_CAP + 0.55) + spare / 2, row, stage.theme.ink, Clock(start), 20
        )
        y += height + spare
    return [*made, *_credit(picture, stage, page.left, y + stage.type.note.size * 0.8, 0.45 + _STAGGER_S * len(rows))]


def _rows(picture: StatementPicture, stage: Stage) -> list[Block]:
    """The sentences at the largest size that leaves room above the captions; the largest are for few words."""
    width, room = stage.page.right - _LEFT_SPLIT, stage.page.content_bottom - 200 - (50 if picture.credit.shown else 0)
    for size, longest in _BESIDE.items():
        style = replace(stage.type.statement, size=size, lead=size * (1.16 if size > 64 else 1.26))
        rows = [Block(stage.lettering.wrap(line.shown, style, width), style) for line in picture.lines]
        if all(len(row.lines) <= longest for row in rows) and sum(row.height + size * 2.4 for row in rows) <= room:
            return rows
    most = max(1, 9 // max(1, len(picture.lines)))
    return [stage.lettering.fit(line.shown, stage.type.statement, width, most) for line in picture.lines]


def _alone(picture: StatementPicture, stage: Stage) -> list[Element]:
    lines = [line.shown for line in picture.lines]
    size, blocks = _largest(lines, stage)
    gap = size * 0.6
    height = sum(block.height + block.style.lead for block in blocks) + gap * (len(blocks) - 1)
    y = stage.page.middle - height / 2 + size
    made: list[Element] = []
    for i, block in enumerate(blocks):
        ink = stage.theme.ink if i == 0 else stage.theme.ink2
        made += stage.block(stage.page.left - 3, y, block, ink, Clock(0.1 + _STAGGER_S * i, 0.7), 32)
        y += block.height + block.style.lead + gap
    return [*made, *_credit(picture, stage, stage.page.left, y - gap + 24, 0.1 + _STAGGER_S * len(blocks))]


def _largest(lines: Sequence[str], stage: Stage) -> tuple[float, list[Block]]:
    """The largest of four sizes at which all sentences together stay above the captions."""
    page = stage.page
    room = _ALONE_H * (page.content_bottom - page.chrome_y) / (WIDE.content_bottom - WIDE.chrome_y)
    for size in _ALONE:
        style = replace(stage.type.next_step, size=size, lead=size * 1.16)
        wrapped = [Block(stage.lettering.wrap(line, style, page.headline_w), style) for line in lines]
        if sum(len(block.lines) for block in wrapped) * style.lead + size * 0.6 * (len(lines) - 1) <= room:
            return size, wrapped
    smallest = replace(stage.type.next_step, size=56.0, lead=65.0)
    most = (8 if page.wide else int(room // 65)) // max(1, len(lines))
    return 56.0, [stage.lettering.fit(line, smallest, page.headline_w, max(1, most)) for line in lines]


def _credit(picture: StatementPicture, stage: Stage, x: float, y: float, start: float) -> list[Element]:
    block = _credit_block(picture, stage, stage.page.right - x)
    return [] if block is None else stage.block(x, y, block, stage.theme.ink3, Clock(start))


def _credit_block(picture: StatementPicture, stage: Stage, width: float) -> Block | None:
    return stage.lettering.fit(picture.credit.shown, stage.type.note, width, 2) if picture.credit.shown else None


def _rule(stage: Stage, start_x: float, y: float, first: bool, start: float) -> Element:
    left, right = stage.x(start_x), stage.x(stage.page.right)
    ink, width = stage.theme.ink, look.AXIS_W if first else look.GRID_W
    alpha = 1.0 if first else stage.theme.grid_strength

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(left, y, left + (right - left) * way, y, rule(ink, width, alpha))

    return stage.shape(stage.box(start_x, y - 3, stage.page.right, y + 3), Clock(start, 0.6, MOVE), draw)
