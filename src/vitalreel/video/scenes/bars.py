"""Before and now, one row a thing: what was stands first and makes room for what is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.video import look
from vitalreel.video.counting import counter
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import bar as draw_bar
from vitalreel.video.ink import fill, rule
from vitalreel.video.lettering import Block
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.stage import Line, Stage

_LABEL_W, _LABEL_MOST = 286.0, 470.0
_LABEL_GAP = 18.0  # between the labels and the axis
_PITCH = 110.0
_BEFORE_H, _GAP_H, _NOW_H, _FULL_H = 22.0, 6.0, 50.0, 78.0
_CHANGE_GAP = 56.0
_LEAST_W = 160.0  # narrower than this, bars say nothing
_STAGE_S = 2.6


@dataclass(frozen=True, slots=True)
class _Chart:
    """Where everything stands: one scale for all rows, zero inside it."""

    top: float
    pitch: float
    zero: float
    per_unit: float  # px
    left: float
    labels: tuple[Block, ...]
    notes: tuple[Block | None, ...]
    changes: tuple[Block | None, ...]
    stage_s: float

    def x(self, value: float) -> float:
        return self.zero + value * self.per_unit

    def y(self, row: int) -> float:
        return self.top + row * self.pitch

    @property
    def tall(self) -> float:
        """Heights shrink with the pitch so that five rows fit under two lines of headline."""
        return min(1.0, self.pitch / _PITCH)


def elements(picture: BarsPicture, stage: Stage, top: float) -> list[Element]:
    flat = stage.unrolled
    chart = _chart(picture, flat, top)
    made = [_axis(chart, flat, len(picture.bars))]
    for row, bar in enumerate(picture.bars):
        made += _row(picture, bar, row, chart, flat)
    return made


def _chart(picture: BarsPicture, stage: Stage, top: float) -> _Chart:
    fit, width = stage.lettering.fit, stage.lettering.width
    natural = max((width(b.label.shown, stage.type.label_medium) for b in picture.bars), default=0.0)
    label_w = min(_LABEL_MOST, max(_LABEL_W, natural))
    labels = tuple(fit(b.label.shown, stage.type.label_medium, label_w, 2, one_line_first=True) for b in picture.bars)
    changes = tuple(
        fit(b.change_text.shown, stage.type.row_number, 420) if b.change_text.shown else None for b in picture.bars
    )
    change_w = max((width(c.lines[0], c.style) for c in changes if c is not None), default=0.0)
    left = stage.page.left + label_w + _LABEL_GAP
    right = stage.page.right - (change_w + _CHANGE_GAP if change_w else 0)
    notes = tuple(fit(b.note.shown, stage.type.label, 640, 2) if b.note.shown else None for b in picture.bars)
    rows = max(1, len(picture.bars))
    first = top + (24 if rows > 3 else 40)
    pitch = min(_PITCH if rows > 3 else 136.0, (stage.page.content_bottom - 6 - first) / rows)
    zero, per_unit = _scale(picture, stage, left, right, notes)
    return _Chart(first, pitch, zero, per_unit, left, labels, notes, changes, cue(picture.stage_at_s, _STAGE_S))


def _scale(
    picture: BarsPicture, stage: Stage, left: float, right: float, notes: tuple[Block | None, ...]
) -> tuple[float, float]:
    """Zero's place and px per unit: the largest at which every value's words, and every note, still fit beside it."""
    values = [v for b in picture.bars for v in (b.before, b.now) if v is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    negative = _widest_text(picture, stage) + 20 if low < 0 else 0.0
    room, span = right - left - negative, (high - low) or 1.0
    per_unit = room / span
    for row, bar in enumerate(picture.bars):
        for value, text_w in _words(picture, bar, row, stage, notes[row]):
            reach = max(0.0, value or 0.0) - low
            if text_w > room:
                per_unit = 0.0
            elif reach > 0:
                per_unit = min(per_unit, (room - text_w) / reach)
    if per_unit * span < _LEAST_W:
        raise Refused(
            f"the bars of {', '.join(repr(b.label.shown) for b in picture.bars)}",
            "the words beside them leave no room",
            "shorten their labels, units or notes in the module",
        )
    return left + negative - low * per_unit, per_unit


def _words(
    picture: BarsPicture, bar: Bar, row: int, stage: Stage, note: Block | None
) -> tuple[tuple[float | None, float], ...]:
    """Each bar's value and the width of what stands to its right."""
    before = stage.lettering.width(_before_words(picture, bar, row), stage.type.note) + 20
    now = stage.lettering.width(_now_words(picture, bar, row), stage.type.label_strong) + 20
    if note is not None:
        now += 112 + max(stage.lettering.width(line, note.style) for line in note.lines)
    return (bar.before, before), (bar.now, now)


def _widest_text(picture: BarsPicture, stage: Stage) -> float:
    return max(
        (stage.lettering.width(_now_words(picture, b, i), stage.type.label_strong) for i, b in enumerate(picture.bars)),
        default=0.0,
    )


def _before_words(picture: BarsPicture, bar: Bar, row: int) -> str:
    unit = f" {picture.before_unit.shown}" if row == 0 and picture.before_unit.shown else ""
    return bar.before_text.shown + unit if bar.before_text.shown else ""


def _now_words(picture: BarsPicture, bar: Bar, row: int) -> str:
    unit = f" {picture.now_unit.shown}" if row == 0 and picture.now_unit.shown else ""
    return bar.now_text.shown + unit if bar.now_text.shown else ""


def _axis(chart: _Chart, stage: Stage, rows: int) -> Element:
    top, bottom = chart.top - 14, chart.top + (rows - 1) * chart.pitch + _FULL_H * chart.tall + 12

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(chart.zero, top, chart.zero, bottom, rule(stage.theme.ink, look.AXIS_W, way))

    return stage.shape(Box(chart.zero - 3, top, chart.zero + 3, bottom), Clock(0.35, 0.5), draw)


def _row(picture: BarsPicture, bar: Bar, row: int, chart: _Chart, stage: Stage) -> list[Element]:
    now_s = cue(bar.at_s, chart.stage_s + 0.08 * row)
    staged = min(now_s, chart.stage_s)
    label, y = chart.labels[row], chart.y(row) + 50 * chart.tall
    made = stage.block(stage.page.left, y - label.height / 2, label, stage.theme.ink, Clock(0.4 + 0.06 * row, 0.5))
    made += _before(picture, bar, row, chart, stage, staged)
    made += _now(picture, bar, row, chart, stage, now_s)
    change = chart.changes[row]
    if change is not None:
        ink = stage.theme.warn if bar.exception else stage.theme.ink
        at = chart.y(row) + 66 * chart.tall
        made += stage.block(stage.page.right, at, change, ink, Clock(now_s + 0.6, 0.5), anchor="end")
    return made + _note(picture, bar, row, chart, stage, now_s + 1.5)


def _before(picture: BarsPicture, bar: Bar, row: int, chart: _Chart, stage: Stage, staged: float) -> list[Element]:
    """What was: full height at first, slim once what is arrives."""
    y, theme = chart.y(row), stage.theme
    grow, slim = Clock(0.5 + 0.06 * row, 0.7, MOVE), Clock(max(0.0, staged - 0.6), 0.5, MOVE)
    words = _before_words(picture, bar, row)
    made: list[Element] = []
    if bar.before is not None and bar.before != 0:
        end = chart.x(bar.before)
        box = Box(min(chart.zero, end), y, max(chart.zero, end), y + _FULL_H * chart.tall).grown(1)
        made.append(_growing(box, chart.zero, end, grow, slim, lambda way: (y, y + _before_h(chart, way)), theme.grey))
    if words:
        clock = Clock(0.9 + 0.06 * row, 0.4)
        x = (chart.x(max(0.0, bar.before)) if bar.before is not None else chart.zero) + 16

        def at(t: float) -> Line | None:
            alpha = strength(clock.at(t))
            middle = y + _before_h(chart, slim.at(t)) / 2
            return (
                Line(x, middle + 10, words, stage.type.note, theme.ink2, alpha, settled=slim.at(t) >= 1)
                if alpha
                else None
            )

        made.append(stage.live(at))
    return made


def _before_h(chart: _Chart, slimmed: float) -> float:
    return (_FULL_H - (_FULL_H - _BEFORE_H) * slimmed) * chart.tall


def _now(picture: BarsPicture, bar: Bar, row: int, chart: _Chart, stage: Stage, now_s: float) -> list[Element]:
    theme, grow = stage.theme, Clock(now_s, 0.8, MOVE)
    top = chart.y(row) + (_BEFORE_H + _GAP_H) * chart.tall
    bottom = top + _NOW_H * chart.tall
    words, made = _now_words(picture, bar, row), list[Element]()
    value = bar.now if bar.now is not None else 0.0
    if value != 0:
        end = chart.x(value)
        box = Box(min(chart.zero, end), top, max(chart.zero, end), bottom).grown(1)
        shape_ink = theme.warn_fill if bar.exception else theme.accent
        made.append(_growing(box, chart.zero, end, grow, grow, lambda _: (top, bottom), shape_ink))
    if words:
        made.append(stage.live(_riding(words, bar, value, chart, grow, (top + bottom) / 2 + 12, stage)))
    return made


def _riding(words: str, bar: Bar, value: float, chart: _Chart, grow: Clock, y: float, stage: Stage) -> Any:
    """The value beside the bar's end, counting as the bar grows."""
    ink, parts = (stage.theme.warn if bar.exception else stage.theme.accent), counter(bar.now_text.shown)
    rest = words[len(bar.now_text.shown) :]

    def at(t: float) -> Line | None:
        if t < grow.start_s:
            return None
        way = grow.at(t)
        text = words if parts is None or way >= 1 else parts.write(parts.value * way) + rest
        if value < 0:
            return Line(chart.x(value * way) - 16, y, text, stage.type.label_strong, ink, 1.0, "end", way >= 1)
        return Line(chart.x(value * way) + 16, y, text, stage.type.label_strong, ink, 1.0, "start", way >= 1)

    return at


def _growing(box: Box, zero: float, end: float, grow: Clock, slim: Clock, span: Any, ink: str) -> Element:
    """A bar from zero to its end; span: how far the slimming has come -> (top, bottom)."""

    def element(t: float) -> Drawn | None:
        way = grow.at(t)
        top, bottom = span(slim.at(t))
        if way <= 0:
            return None
        tip = zero + (end - zero) * way
        return Drawn(
            (tip, bottom), box, lambda canvas: draw_bar(canvas, zero, tip, top, bottom, look.BAR_RADIUS, fill(ink))
        )

    return element


def _note(picture: BarsPicture, bar: Bar, row: int, chart: _Chart, stage: Stage, start: float) -> list[Element]:
    """Why a row is the exception: a leader from its value to a sentence."""
    block = chart.notes[row]
    if block is None:
        return []
    value = max(0.0, bar.now) if bar.now is not None else 0.0
    words = stage.lettering.width(_now_words(picture, bar, row), stage.type.label_strong)
    left = chart.x(value) + 16 + words + 20
    y = chart.y(row) + 54 * chart.tall
    clock = Clock(start, 0.5)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(left, y, left + 72 * way, y, rule(stage.theme.ink, look.LEADER_W, way))

    first = y + 12 - block.height / 2
    leader = stage.shape(Box(left, y - 2, left + 72, y + 2), clock, draw)
    return [leader, *stage.block(left + 92, first, replace(block), stage.theme.ink, clock)]
