"""A headline with its paragraphs beside a list: in a column of their own on the wide page, above the list on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitalreel.video.element import Element
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import STAGGER_S, Clock
from vitalreel.video.stage import Stage

_COLUMN_W = 620.0
_SMALLER = 0.8  # a headline over a list, on the square page


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    strong: bool = False
    gap: float = 0.0  # more room above it, px


def headline(stage: Stage, text: str) -> tuple[list[Element], float]:
    """The headline, and its last baseline; empty: where the first would have been, less a line."""
    page, style, width, most = stage.page, stage.type.headline, _COLUMN_W, 4
    y = page.headline_y + 22
    if not page.wide:
        by = _SMALLER if page.height == page.width else 1.0
        style = replace(style, size=style.size * by, lead=style.lead * by)
        width, most, y = page.headline_w, page.headline_lines, page.headline_y - (1 - by) * 40
    if not text:
        return [], y - style.lead
    block = stage.lettering.fit(text, style, width, most)
    made: list[Element] = []
    for i, line in enumerate(block.lines):
        one = Block((line,), block.style)
        made += stage.block(
            page.left - 2, y + i * block.style.lead, one, stage.theme.ink, Clock(0.1 + STAGGER_S * i), 28
        )
    return made, y + block.height


def paragraphs(
    stage: Stage, texts: Sequence[Paragraph], y: float, bottom: float, start_s: float
) -> tuple[list[Element], float]:
    """Paragraphs from the baseline `y`, and the last baseline of them. Raises Refused where they pass `bottom`."""
    made: list[Element] = []
    label = _style(stage)
    width = _COLUMN_W - 40 if stage.page.wide else stage.page.right - stage.page.left
    last = y
    for i, one in enumerate(texts):
        style = replace(label, role="semibold") if one.strong else label
        y += one.gap
        room = max(1, 1 + int((bottom - y) // style.lead))
        block = stage.lettering.fit(one.text, style, width, room)
        ink = stage.theme.ink if one.strong else stage.theme.ink2
        made += stage.block(stage.page.left, y, block, ink, Clock(start_s + STAGGER_S * i), 16)
        last = y + block.height
        y = last + style.lead
    return made, last


def paragraphs_height(stage: Stage, texts: Sequence[Paragraph]) -> float:
    """How far the last baseline of the paragraphs is below their first; on pages where they stand above or below a list."""
    style, width = _style(stage), stage.page.right - stage.page.left
    lines = [len(stage.lettering.wrap(t.text, style, width)) for t in texts]
    return (sum(lines) - 1) * style.lead + sum(t.gap for t in texts)


def _style(stage: Stage) -> Style:
    """Paragraphs are labels; on the square page, where a list needs the room, notes."""
    page = stage.page
    size = stage.type.note.size if page.height == page.width else stage.type.label.size
    return Style("sans", size, round(size * 1.41 if page.wide else size * 1.32))
