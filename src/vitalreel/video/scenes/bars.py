"""Before and now, one row a thing: what was stands first and makes room for what is."""

from __future__ import annotations

from typing import Any

from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.video import look
from vitalreel.video.counting import counter
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import bar as draw_bar
from vitalreel.video.ink import fill, rule
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.bars_chart import Chart, before_words, chart_of, now_words
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Line, Stage

_MIDDLE = 12 / 34  # from the middle of figures to their baseline, as a share of their size


def elements(picture: BarsPicture, stage: Stage, top: float) -> list[Element]:
    """Laid out left to right and drawn as the page is read: bars have no scale of numbers that would have to stay."""
    if not picture.bars:
        raise empty("bars", "row")
    chart = chart_of(picture, stage.unrolled, top)
    made = _axis(chart, stage)
    for row, bar in enumerate(picture.bars):
        made += _row(picture, bar, row, chart, stage)
    return made


def _axis(chart: Chart, stage: Stage) -> list[Element]:
    x = stage.x(chart.zero)

    def piece(top: float, bottom: float) -> Element:
        def draw(canvas: Any, way: float) -> None:
            canvas.drawLine(x, top, x, bottom, rule(stage.theme.ink, look.AXIS_W, way))

        return stage.shape(Box(x - 3, top, x + 3, bottom), Clock(0.35, 0.5), draw)

    return [piece(top, bottom) for top, bottom in chart.axis]


def _row(picture: BarsPicture, bar: Bar, row: int, chart: Chart, stage: Stage) -> list[Element]:
    now_s = cue(bar.at_s, chart.stage_s + 0.08 * row)
    staged = min(now_s, chart.stage_s)
    enters = Clock(0.4 + 0.06 * row, 0.5)
    made = stage.block(stage.page.left, chart.label_ys[row], chart.labels[row], stage.theme.ink, enters)
    made += _before(picture, bar, row, chart, stage, staged)
    made += _now(picture, bar, row, chart, stage, now_s)
    change = chart.changes[row]
    if change is not None:
        ink = stage.theme.warn if bar.exception else stage.theme.ink
        late = Clock(now_s + 0.6, 0.5)
        made += stage.block(stage.page.right, chart.change_ys[row], change, ink, late, anchor="end")
    return made + _note(picture, bar, row, chart, stage, now_s + 1.5)


def _before(picture: BarsPicture, bar: Bar, row: int, chart: Chart, stage: Stage, staged: float) -> list[Element]:
    """What was: full height at first, slim once what is arrives."""
    y, theme = chart.tops[row], stage.theme
    grow, slim = Clock(0.5 + 0.06 * row, 0.7, MOVE), Clock(max(0.0, staged - 0.6), 0.5, MOVE)
    words = before_words(picture, bar, row)
    made: list[Element] = []
    if bar.before is not None and bar.before != 0:
        ends = stage.x(chart.zero), stage.x(chart.x(bar.before))
        box = Box(min(ends), y, max(ends), y + chart.heights.full).grown(1)
        made.append(_growing(box, *ends, grow, slim, lambda way: (y, y + _before_h(chart, way)), theme.grey))
    if words:
        clock, style = Clock(0.9 + 0.06 * row, 0.4), chart.words.before
        x = (chart.x(max(0.0, bar.before)) if bar.before is not None else chart.zero) + 16

        def at(t: float) -> Line | None:
            alpha = strength(clock.at(t))
            middle = y + _before_h(chart, slim.at(t)) / 2
            return (
                Line(x, middle + style.size * 10 / 28, words, style, theme.ink2, alpha, settled=slim.at(t) >= 1)
                if alpha
                else None
            )

        made.append(stage.live(at))
    return made


def _before_h(chart: Chart, slimmed: float) -> float:
    return chart.heights.full - (chart.heights.full - chart.heights.before) * slimmed


def _now(picture: BarsPicture, bar: Bar, row: int, chart: Chart, stage: Stage, now_s: float) -> list[Element]:
    theme, grow = stage.theme, Clock(now_s, 0.8, MOVE)
    top = chart.tops[row] + chart.heights.before + chart.heights.gap
    bottom = top + chart.heights.now
    words, made = now_words(picture, bar, row), list[Element]()
    value = bar.now if bar.now is not None else 0.0
    if value != 0:
        ends = stage.x(chart.zero), stage.x(chart.x(value))
        box = Box(min(ends), top, max(ends), bottom).grown(1)
        shape_ink = theme.warn_fill if bar.exception else theme.accent
        made.append(_growing(box, *ends, grow, grow, lambda _: (top, bottom), shape_ink))
    if words:
        made.append(
            stage.live(
                _riding(words, bar, value, chart, grow, (top + bottom) / 2 + _MIDDLE * chart.words.now.size, stage)
            )
        )
    return made


def _riding(words: str, bar: Bar, value: float, chart: Chart, grow: Clock, y: float, stage: Stage) -> Any:
    """The value beside the bar's end, counting as the bar grows."""
    ink, parts = (stage.theme.warn if bar.exception else stage.theme.accent), counter(bar.now_text.shown)
    rest = words[len(bar.now_text.shown) :]

    def at(t: float) -> Line | None:
        if t < grow.start_s:
            return None
        way = grow.at(t)
        text = words if parts is None or way >= 1 else parts.write(parts.value * way) + rest
        if value < 0:
            return Line(chart.x(value * way) - 16, y, text, chart.words.now, ink, 1.0, "end", way >= 1)
        return Line(chart.x(value * way) + 16, y, text, chart.words.now, ink, 1.0, "start", way >= 1)

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


def _note(picture: BarsPicture, bar: Bar, row: int, chart: Chart, stage: Stage, start: float) -> list[Element]:
    """Why a row is the exception: a leader from its value to a sentence."""
    block = chart.notes[row]
    if block is None:
        return []
    clock, heights = Clock(start, 0.5), chart.heights
    middle = chart.tops[row] + heights.before + heights.gap + heights.now * 0.52
    if chart.notes_below:
        return stage.block(
            stage.page.left + 2, middle + heights.now * 0.48 + block.style.size * 1.1, block, stage.theme.ink, clock
        )
    value = max(0.0, bar.now) if bar.now is not None else 0.0
    words, leader = stage.lettering.width(now_words(picture, bar, row), chart.words.now), chart.words.leader_w
    left = chart.x(value) + 16 + words + 20
    start, end = stage.x(left), stage.x(left + leader)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawLine(start, middle, start + (end - start) * way, middle, rule(stage.theme.ink, look.LEADER_W, way))

    first = middle + _MIDDLE * block.style.size - block.height / 2
    line = stage.shape(stage.box(left, middle - 2, left + leader, middle + 2), clock, draw)
    return [line, *stage.block(left + leader + 20, first, block, stage.theme.ink, clock)]
