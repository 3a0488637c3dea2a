"""Tickets by month: one square a ticket, stacked month by month; late ones amber, with a key in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.support import SupportMonth, SupportPicture
from vitalreel.video import look
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import fill, rounded, rule, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock, cue
from vitalreel.video.scenes.marks import Key, keys, widest
from vitalreel.video.scenes.refusals import below_zero, empty
from vitalreel.video.stage import Line, Stage

IN_TIME, LATE, UNKNOWN = "in time", "late", "unknown"
_SQUARE, _GAP, _RADIUS = 41.0, 7.0, 6.0
_START_S, _ROW_S, _LATE_ROW_S, _STACKED_S = 0.5, 0.06, 0.09, 2.6
_LEADER = 64.0
_ACROSS_LEAST, _ACROSS_MOST, _STEP_LEAST = 2, 28, 4.5


@dataclass(frozen=True, slots=True)
class _Chart:
    """Squares of one size for all months; months run left to right in every language."""

    left: float
    base: float  # lower edge of the lowest squares
    pitch: float  # of the months
    square: float
    gap: float
    across: int  # squares side by side
    months: tuple[SupportMonth, ...]

    @property
    def step(self) -> float:
        return self.square + self.gap

    def x(self, month: int) -> float:
        return self.left + month * self.pitch

    def squares(self, month: int) -> tuple[str, ...]:
        """The state of each square, from the bottom up."""
        one = self.months[month]
        return tuple(
            state
            for state, count in ((IN_TIME, one.in_time), (LATE, one.late), (UNKNOWN, one.unknown))
            for _ in range(count)
        )

    def rows(self, month: int) -> int:
        return math.ceil(len(self.squares(month)) / self.across)

    def top(self, month: int) -> float:
        return self.base - self.rows(month) * self.step


def elements(picture: SupportPicture, stage: Stage, top: float) -> list[Element]:
    if not picture.months:
        raise empty("support picture", "month")
    for one in picture.months:
        if (least := min(one.in_time, one.late, one.unknown)) < 0:
            raise below_zero(f"tickets of {one.label.shown}", least)
    made, chart, at = _placed(picture, stage, top)
    times = tuple(_times(chart))
    made += _foot(picture, chart, stage)
    for month in range(len(picture.months)):
        made += _month(picture, month, chart, times[month], stage)
    return made + at(_note_s(picture, times))


_Noted = Callable[[float], list[Element]]
"""The note, told when it comes in."""


def _placed(picture: SupportPicture, stage: Stage, top: float) -> tuple[list[Element], _Chart, _Noted]:
    """The key, the chart and the note: on the wide page beside the hardest month where there is room, else above and below."""
    page, notes = stage.page, _notes(picture, stage)
    note_h = sum(b.height + b.style.lead for b in notes)
    labels = 20 + stage.type.label.lead
    number = stage.type.label_strong.size + 24
    key_h = stage.type.axis.lead * _key_lines(picture, stage)
    if page.wide:
        chart = _chart(picture, stage, page.content_bottom - labels, top - 34 + number)
        if place := _room(picture, notes, chart, stage, top):
            x, y, line = place
            key = _keys(picture, stage.unrolled, x, y + note_h + 20, page.right)
            return key, chart, lambda at_s: _beside(notes, x, y, line, stage, at_s)
        first = top - 12
        chart = _chart(picture, stage, page.content_bottom - labels, first + key_h + note_h + number)
        key = _keys(picture, stage, page.left, first, page.right)
        return key, chart, lambda at_s: _blocks(notes, page.left, first + key_h + 16, stage, at_s)
    base = page.content_bottom - labels - (note_h + 12 if notes else 0)
    chart = _chart(picture, stage, base, top + 6 + key_h + number)
    key = _keys(picture, stage, page.left, top + 16, page.right)
    return key, chart, lambda at_s: _blocks(notes, page.left, base + labels + 12 + stage.type.label.size, stage, at_s)


# Layout


def _chart(picture: SupportPicture, stage: Stage, base: float, ceiling: float) -> _Chart:
    """The largest squares, up to the look's own, at which the fullest month still fits below `ceiling`."""
    page, count = stage.page, len(picture.months)
    fullest = max(m.count for m in picture.months)
    pitch = min(176.0, (page.right - page.left) / count)
    best: tuple[float, int] = (0.0, _ACROSS_LEAST)
    for across in range(_ACROSS_LEAST, _ACROSS_MOST + 1):
        rows = math.ceil(fullest / across)
        step = min(_SQUARE + _GAP, 0.78 * pitch / across, (base - ceiling) / max(1, rows))
        best = max(best, (step, across), key=lambda one: (round(one[0], 2), -one[1]))
    step, across = best
    if step < _STEP_LEAST:
        raise Refused(
            f"{fullest} tickets in one month",
            "so many squares cannot be told from each other",
            "show them as bars or columns",
        )
    gap = step * _GAP / (_SQUARE + _GAP)
    return _Chart(page.left, base, pitch, step - gap, gap, across, picture.months)


def _notes(picture: SupportPicture, stage: Stage) -> tuple[Block, ...]:
    width = 800.0 if stage.page.wide else stage.page.right - stage.page.left
    styles = (stage.type.label_medium, stage.type.label)
    return tuple(
        stage.lettering.fit(text.shown, style, width, 3)
        for text, style in zip((picture.note, picture.note_more), styles, strict=True)
        if text.shown
    )


# Motion


def _times(chart: _Chart) -> Iterator[tuple[float, float]]:
    """When each month's first row stands, and how long a row takes; months with more late tickets are slower.

    A year of tickets still stands in _STACKED_S: rows are then faster, in the same proportions.
    """
    late = max((m.late for m in chart.months), default=0)
    slow = [_LATE_ROW_S if late and m.late == late else _ROW_S for m in chart.months]
    whole = sum(chart.rows(n) * s for n, s in enumerate(slow))
    faster = min(1.0, (_STACKED_S - _START_S) / whole) if whole else 1.0
    at = _START_S
    for n, row_s in enumerate(slow):
        yield at, row_s * faster
        at += chart.rows(n) * row_s * faster


def _note_s(picture: SupportPicture, times: tuple[tuple[float, float], ...]) -> float:
    return cue(picture.note_at_s, times[-1][0] + 0.8)


# Drawing


def _foot(picture: SupportPicture, chart: _Chart, stage: Stage) -> list[Element]:
    """The line the squares stand on, and the months."""
    right, y = chart.x(len(chart.months) - 1) + chart.pitch, chart.base + 8
    right = stage.page.right if stage.page.right - right < 80 else min(right, stage.page.right)
    clock = Clock(0.35, 0.5)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(chart.left, y, right, y, rule(stage.theme.ink, look.AXIS_W, way))

    made = [stage.shape(Box(chart.left, y - 3, right, y + 3), clock, draw)]
    style = stage.type.label
    widths = [stage.lettering.width(m.label.shown, style) for m in picture.months]
    fits = max(widths) + 20 <= chart.pitch
    smaller = (
        style if fits else replace(style, size=max(style.size * (chart.pitch - 20) / max(widths), 0.6 * style.size))
    )
    every = 1 if max(stage.lettering.width(m.label.shown, smaller) for m in picture.months) + 4 <= chart.pitch else 2
    for n, month in enumerate(picture.months):
        if n % every == 0:
            ink = stage.theme.ink if n == picture.hardest else stage.theme.ink2
            at = (chart.x(n), chart.base + 14 + style.size)
            made.append(stage.unrolled.text(*at, month.label.shown, smaller, ink, clock))
    return made


def _month(
    picture: SupportPicture, month: int, chart: _Chart, times: tuple[float, float], stage: Stage
) -> list[Element]:
    squares, (start, row_s) = chart.squares(month), times
    x, theme, rows = chart.x(month), stage.theme, chart.rows(month)
    flat = stage.unrolled
    box = Box(x, chart.top(month), x + chart.across * chart.step, chart.base).grown(2)
    paints = {IN_TIME: theme.accent, LATE: theme.warn_fill}

    def element(t: float) -> Drawn | None:
        shown = rows if t >= start + rows * row_s else max(0, math.floor((t - start) / row_s + 1e-6))
        if shown <= 0:
            return None

        def draw(canvas: Any) -> None:
            for n, state in enumerate(squares[: shown * chart.across]):
                left = x + (n % chart.across) * chart.step
                top = chart.base - (n // chart.across + 1) * chart.step + chart.gap
                place = Box(left, top, left + chart.square, top + chart.square)
                _square(canvas, place, paints.get(state), stage)

        return Drawn((shown,), box, draw)

    style = stage.type.label_strong
    total = picture.months[month].total.shown
    width = stage.lettering.width(total, style)
    if width > chart.pitch - 6:
        style = replace(style, size=style.size * (chart.pitch - 6) / width)
    clock = Clock(start + rows * row_s, 0.3)

    def number(t: float) -> Line | None:
        way = clock.at(t)
        return (
            Line(x, chart.top(month) - 12, total, style, theme.ink, strength(way), settled=way >= 1)
            if way > 0
            else None
        )

    return [element, flat.live(number)]


def _square(canvas: Any, place: Box, ink: str | None, stage: Stage) -> None:
    """A ticket; of one that is not known the outline only."""
    radius = _RADIUS * (place.right - place.left) / _SQUARE
    if ink is None:
        rounded(canvas, place.grown(-1.25), radius, stroke(stage.theme.ink3, 2.5))
    else:
        rounded(canvas, place, radius, fill(ink))


# Key and note


def _entries(picture: SupportPicture, stage: Stage) -> list[Key]:
    """A word for each state that is there; the first always."""
    theme = stage.theme
    states = [
        (picture.in_time, theme.accent, True),
        (picture.late, theme.warn_fill, any(m.late for m in picture.months)),
        (picture.unknown, None, any(m.unknown for m in picture.months)),
    ]

    def mark(ink: str | None) -> Any:
        def draw(canvas: Any, box: Box) -> None:
            middle = (box.top + box.bottom) / 2
            _square(canvas, Box(box.left, middle - 13, box.left + 26, middle + 13), ink, stage)

        return draw

    return [Key(text.shown, 26.0, mark(ink)) for text, ink, there in states if there and text.shown]


def _key_lines(picture: SupportPicture, stage: Stage) -> int:
    x, lines = 0.0, 1
    for entry in _entries(picture, stage):
        width = entry.width + 14 + stage.lettering.width(entry.word, stage.type.axis)
        if x and x + width > stage.page.right - stage.page.left:
            x, lines = 0.0, lines + 1
        x += width + 44
    return lines


def _keys(picture: SupportPicture, stage: Stage, x: float, y: float, right: float) -> list[Element]:
    return keys(stage, _entries(picture, stage), x, y, right, stage.type.axis, Clock(0.9, 0.5))


def _room(
    picture: SupportPicture, notes: tuple[Block, ...], chart: _Chart, stage: Stage, top: float
) -> tuple[float, float, tuple[float, float]] | None:
    """Where the note may stand to the right of its month: its left, its first baseline, and the ends of its leader.

    It needs the key's room below it, over all months that follow. None: there is none, or nothing to note.
    """
    hardest = picture.hardest
    if hardest is None or not notes:
        return None
    edge = chart.x(hardest) + chart.across * chart.step
    x = max(edge + 10 + _LEADER + 18, chart.x(hardest) + stage.lettering.width("0" * 4, stage.type.label_strong) + 120)
    key_w = sum(e.width + 58 + stage.lettering.width(e.word, stage.type.axis) for e in _entries(picture, stage)) - 44
    right = x + max(widest(stage, notes), key_w)
    height = sum(b.height + b.style.lead for b in notes) + 20 + 14
    over = [chart.top(n) - 12 - stage.type.label_strong.size - 20 for n in range(hardest + 1, len(chart.months))
            if chart.x(n) < right + 30]  # fmt: skip
    lowest = min([chart.base - 24, *over]) - height
    y = min(max(top + 20, chart.top(hardest) + 24), lowest)
    return (x, y, (edge + 10, x - 18)) if right <= stage.page.right and y >= top + 6 else None


def _beside(
    notes: tuple[Block, ...], x: float, y: float, line: tuple[float, float], stage: Stage, at_s: float
) -> list[Element]:
    level = y - 12

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(line[0], level, line[1], level, rule(stage.theme.ink, look.LEADER_W, way))

    leader = stage.shape(Box(line[0], level - 2, line[1], level + 2), Clock(at_s, 0.5), draw)
    return [leader, *_blocks(notes, x, y, stage.unrolled, at_s)]


def _blocks(notes: tuple[Block, ...], x: float, y: float, stage: Stage, at_s: float) -> list[Element]:
    made: list[Element] = []
    for n, block in enumerate(notes):
        made += stage.block(x, y, block, stage.theme.ink if n == 0 else stage.theme.ink2, Clock(at_s, 0.5))
        y += block.height + block.style.lead
    return made
