"""When one meets, and the questions one meets about: one row a question, each in on its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.agenda import AgendaItem, AgendaPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text
from vitalreel.video import look
from vitalreel.video.element import Element
from vitalreel.video.ink import rule
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes import aside
from vitalreel.video.scenes.aside import Paragraph
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_LEFT, _TOP = 860.0, 186.0  # of the list on the wide page
_SIZES = (1.0, 0.92, 0.84, 0.76, 0.68)
_ASCENT, _DESCENT = 1.16, 0.3  # from a rule to the question below it, and below the last line; of its size
_LEAST_AIR = 0.5  # between a row and the next rule, of its size
_MOST = 5


@dataclass(frozen=True, slots=True)
class _List:
    left: float
    top: float  # of the first rule
    bottom: float  # nothing below
    size: float  # of a question


@dataclass(frozen=True, slots=True)
class _Row:
    item: AgendaItem
    question: Block
    about: Block | None
    minutes: Block | None
    height: float  # first baseline to last


def elements(picture: AgendaPicture, scene: Scene, stage: Stage) -> list[Element]:
    """The headline, when and with whom; beside or below them the questions."""
    if not picture.items and not picture.when.shown and not picture.details:
        raise empty("agenda", "question")
    page = stage.page
    made, last = aside.headline(stage, scene.headline.shown)
    facts = [Paragraph(picture.when.shown, strong=True)] if picture.when.shown else []
    facts += [Paragraph(d.shown) for d in picture.details[:3]]
    if page.wide:
        y = max(560.0, last + 140)
        made += aside.paragraphs(stage, facts, y, page.content_bottom, 0.3)[0]
        room = _List(_LEFT, _TOP, page.content_bottom, 50)
    else:
        gap = 58 if page.height == page.width else 100
        if facts:
            paragraphs, last = aside.paragraphs(stage, facts, last + gap, page.content_bottom, 0.3)
            made += paragraphs
        top = last + gap * 0.62
        room = _List(page.left, top, page.content_bottom, stage.type.label.size * 1.3)
    return [*made, *_list(picture.items[:_MOST], stage, room)]


def _list(items: Sequence[AgendaItem], stage: Stage, room: _List) -> list[Element]:
    """Rows at the largest size at which they stay above the captions.

    On short pages what a question is about gives way first: the voice says it. Raises Refused where even questions alone
    are too many.
    """
    if not items:
        return []
    fitted = _fitted(items, stage, room)
    if fitted is None and not stage.page.wide:
        fitted = _fitted([replace(item, about=Text("")) for item in items], stage, room)
    if fitted is None:
        raise Refused(
            f"an agenda of {len(items)} questions", "they do not fit the page", "shorten them or leave one out"
        )
    rows, size, below = fitted
    made, y = [], room.top
    for i, row in enumerate(rows):
        start = cue(row.item.at_s, 0.5 + 0.25 * i)
        made += _drawn(row, i, stage, room, y, size, Clock(start))
        y += size * _ASCENT + row.height + below
    return made


def _fitted(items: Sequence[AgendaItem], stage: Stage, room: _List) -> tuple[list[_Row], float, float] | None:
    """The rows, the size of a question, and the room below each; None where no size will do."""
    for by in _SIZES:
        size = room.size * by
        found = [_row(item, stage, room, size) for item in items]
        rows = [row for row in found if row is not None]
        if len(rows) < len(items):
            continue
        spare = room.bottom - room.top - size * _DESCENT - sum(size * _ASCENT + row.height for row in rows)
        below = min(size, spare / max(1, len(rows) - 1))
        if below >= size * _LEAST_AIR or (len(rows) == 1 and spare >= 0):
            return rows, size, below
    return None


def _row(item: AgendaItem, stage: Stage, room: _List, size: float) -> _Row | None:
    """None where the question or what it is about does not fit at this size."""
    fit, fitted = stage.lettering.fit, stage.lettering.fitted
    small = max(stage.type.label.size * 0.76, min(stage.type.label.size, size * 0.78))
    label = replace(stage.type.label, size=small, lead=small * 1.24)
    minutes = fit(item.minutes.shown, replace(label, role="medium", tnum=True), 240) if item.minutes.shown else None
    taken = stage.lettering.width(minutes.lines[0], minutes.style) + size * 0.8 if minutes else 0.0
    width = stage.page.right - room.left - size * 1.92
    asked = item.question.shown, Style("serif", size, size * 1.16), width - taken
    question = fitted(*asked, 2) or fitted(*asked, 3)
    about = fitted(item.about.shown, label, width, 2) if item.about.shown else None
    if question is None or (about is None and item.about.shown):
        return None
    height = question.height + (about.height + size * 1.04 if about else 0.0)
    return _Row(item, question, about, minutes, height)


def _drawn(
    row: _Row, index: int, stage: Stage, room: _List, top: float, size: float, clock: Clock
) -> list[Element]:  # fmt: skip
    """A row from its rule: it draws, and the row rises to it."""
    theme, right = stage.theme, stage.page.right
    y = top + size * _ASCENT
    made = [_rule(stage, room.left, right, top, index == 0, Clock(clock.start_s, 0.6, MOVE))]
    numeral = Block((str(index + 1),), Style("serif", size))
    made += stage.block(room.left, y, numeral, theme.accent, clock, 20)
    made += stage.block(room.left + size * 1.92, y, row.question, theme.ink, clock, 20)
    if row.minutes is not None:
        made += stage.block(right, y, row.minutes, theme.ink2, clock, 20, "end")
    if row.about is not None:
        below = y + row.question.height + size * 1.04
        made += stage.block(room.left + size * 1.92, below, row.about, theme.ink2, clock, 20)
    return made


def _rule(stage: Stage, left: float, right: float, y: float, first: bool, clock: Clock) -> Element:
    start, end = stage.x(left), stage.x(right)
    width, alpha = (look.AXIS_W, 1.0) if first else (look.GRID_W, stage.theme.grid_strength)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, y, start + (end - start) * way, y, rule(stage.theme.ink, width, alpha))

    return stage.shape(stage.box(left, y - 3, right, y + 3), clock, draw)
