"""The account's own line over time: it draws itself at the speed of time, its value riding the tip."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import skia

from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.text import Text
from vitalreel.video import look
from vitalreel.video.counting import counter
from vitalreel.video.element import Box, Drawn, Element, offset
from vitalreel.video.ink import fill, polyline, rounded, rule, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock, cue, steady
from vitalreel.video.scenes.geometry import crosses, text_box
from vitalreel.video.scenes.plot import Plot
from vitalreel.video.scenes.plot_marks import cleared, mark_elements
from vitalreel.video.sprite import Sprite
from vitalreel.video.stage import Line, Stage

_START_S = 1.1  # when the line sets off
_DRAW_S = 2.5  # how long it takes where the voice gives no landing


def elements(picture: LinePicture, stage: Stage, top: float) -> list[Element]:
    """top: where content starts under the headline."""
    flat = stage.unrolled
    plot = Plot.of(picture, flat, top)
    land = cue(picture.land_at_s, _START_S + _DRAW_S)
    start = min(_START_S, max(0.4, land - 1.2))
    made = [*_scale(plot, flat), *_threshold(plot, flat), *_gaps(plot, flat)]
    if not plot.stretches:
        return [*made, *_threshold_name(plot, flat), *_nothing(picture, plot, flat)]
    reveal = _Reveal(plot, start, land)
    made += [_line(plot, flat, reveal), _first_dot(plot, flat, reveal), *_tip(picture, plot, flat, reveal)]
    made += _threshold_name(plot, flat)
    return [*made, *mark_elements(picture, plot, flat, reveal.passes, land)]


class _Reveal:
    """How far the line has come: at the landing it is whole."""

    def __init__(self, plot: Plot, start_s: float, land_s: float) -> None:
        self._plot, self.start_s, self.land_s = plot, start_s, land_s

    def way(self, t: float) -> float:
        return steady((t - self.start_s) / (self.land_s - self.start_s))

    def tip(self, t: float) -> tuple[float, float, float] | None:
        """Place of the tip and the value there; within a gap the last known one."""
        way = self.way(t)
        if way <= 0:
            return None
        return self._plot.at(self._plot.first + way * (self._plot.last - self._plot.first))

    def passes(self, index: int) -> float:
        """The scene time at which the tip reaches a point."""
        span = max(1, self._plot.last - self._plot.first)
        share, low, high = (index - self._plot.first) / span, self.start_s, self.land_s
        for _ in range(24):
            middle = (low + high) / 2
            low, high = (middle, high) if self.way(middle) < share else (low, middle)
        return high


def _scale(plot: Plot, stage: Stage) -> list[Element]:
    """Gridlines with their labels above them, the axis, and the labels of time."""
    theme, clock = stage.theme, Clock(0.35, 0.5)

    def draw(canvas: Any, way: float) -> None:
        for y, _, is_axis in plot.grid:
            strength_ = way if is_axis else way * theme.grid_strength
            paint = rule(theme.ink, look.AXIS_W if is_axis else look.GRID_W, strength_)
            canvas.drawLine(plot.box.left, y, plot.box.right, y, paint)

    made = [stage.shape(plot.box.grown(4), clock, draw)]
    for y, label, _ in plot.grid:
        made += stage.block(plot.box.left, y - 12, Block((label,), stage.type.axis), theme.ink3, clock)
    for x, text, anchor in plot.time_labels:
        made += stage.block(x, plot.box.bottom + 14 + stage.type.label.size, text, theme.ink2, clock, anchor=anchor)
    return made


def _threshold(plot: Plot, stage: Stage) -> list[Element]:
    """A row of dots across the plot."""
    if plot.threshold is None:
        return []
    y, sweep = plot.threshold[0], Clock(0.6, 0.5)

    def draw(canvas: Any, way: float) -> None:
        paint = stroke(stage.theme.ink2, 3, 0.85 * min(1.0, way * 2), dash=(0.1, 9))
        canvas.drawLine(plot.box.left, y, plot.box.left + (plot.box.right - plot.box.left) * way, y, paint)

    return [stage.shape(Box(plot.box.left, y - 4, plot.box.right, y + 4).grown(4), sweep, draw)]


def _threshold_name(plot: Plot, stage: Stage) -> list[Element]:
    """Where the line leaves room; on a cleared ground over it where the name is too long for that."""
    if plot.threshold is None:
        return []
    _, label, x, baseline = plot.threshold
    box, clock = text_box(stage.lettering, label, x, baseline), Clock(0.8, 0.5)
    under = cleared(box, stage, clock) if crosses(plot.stretches, box) else []
    return [*under, *stage.block(x, baseline, label, stage.theme.ink2, clock)]


def _gaps(plot: Plot, stage: Stage) -> list[Element]:
    """A grey panel for every stretch without data; its reason where it has room. Never a bridge."""
    made: list[Element] = []
    for panel, note in plot.gaps:

        def draw(canvas: Any, way: float, panel: Box = panel) -> None:
            rounded(canvas, panel, 10, fill(stage.theme.grey2, 0.5 * way))

        made.append(stage.shape(panel.grown(2), Clock(0.6, 0.5), draw))
        if note is not None:
            centre, y = (panel.left + panel.right) / 2, panel.top + 52
            made += stage.block(centre, y, note, stage.theme.ink2, Clock(0.8, 0.5), anchor="centre")
    return made


def _nothing(picture: LinePicture, plot: Plot, stage: Stage) -> list[Element]:
    """No value at all: the plot stays empty and says so in the storyboard's words."""
    text: Text = picture.gap_note if picture.gap_note.shown else picture.end_note
    if not text.shown:
        return []
    block = stage.lettering.fit(text.shown, stage.type.statement, plot.box.right - plot.box.left - 80, 2)
    middle = _between(plot, block.height + 1.6 * block.style.size)
    centre = (plot.box.left + plot.box.right) / 2
    first = middle + block.style.size / 3 - block.height / 2
    return stage.block(centre, first, block, stage.theme.ink2, Clock(0.8), 20, "centre")


def _between(plot: Plot, room: float) -> float:
    """The middle of the plot, or of the strip between two gridlines nearest to it that is as high as `room`: no line strikes words out."""
    whole = (plot.box.top + plot.box.bottom) / 2
    ys = sorted({plot.box.top, plot.box.bottom, *(y for y, _, _ in plot.grid)})
    strips = [(a + b) / 2 for a, b in pairwise(ys) if b - a >= room]
    return min(strips, key=lambda y: abs(y - whole), default=whole)


def _line(plot: Plot, stage: Stage, reveal: _Reveal) -> Element:
    """Line and glow are drawn once; each frame shows them up to the tip."""
    accent = stage.theme.accent
    made: list[Sprite] = []

    def whole(canvas: Any) -> None:
        for points in plot.stretches:
            path = polyline(points)
            canvas.save()
            canvas.translate(0, 14)
            canvas.drawPath(path, stroke(accent, look.LINE_W + 3, 0.20, 10))
            canvas.restore()
            canvas.drawPath(path, stroke(accent, look.LINE_W))

    def element(t: float) -> Drawn | None:
        tip = reveal.tip(t)
        if tip is None:
            return None
        if not made:
            made.append(Sprite(plot.drawn, stage.scale, whole))
        edge = tip[0] if reveal.way(t) < 1 else plot.drawn.right
        box = Box(plot.drawn.left, plot.drawn.top, max(edge, plot.drawn.left + 1), plot.drawn.bottom)

        def draw(canvas: Any) -> None:
            canvas.save()
            canvas.clipRect(skia.Rect.MakeLTRB(*box))
            made[0].draw(canvas)
            canvas.restore()

        def since(earlier: tuple[object, ...]) -> Box | None:
            was = earlier[0]
            return Box(was - 1, box.top, box.right + 1, box.bottom) if isinstance(was, float) and was <= edge else None

        return Drawn((edge,), box.grown(1), draw, since=since, image=True)

    return element


def _first_dot(plot: Plot, stage: Stage, reveal: _Reveal) -> Element:
    x, y = plot.stretches[0][0]
    return _dot(stage, x, y, look.DOT_START, stage.theme.accent, Clock(reveal.start_s, 0))


def _dot(stage: Stage, x: float, y: float, radius: float, ink: str, clock: Clock) -> Element:
    ring = radius + look.DOT_RING

    def draw(canvas: Any, way: float) -> None:
        canvas.drawCircle(x, y, ring, fill(stage.ground, way))
        canvas.drawCircle(x, y, radius, fill(ink, way))

    return stage.shape(Box(x - ring, y - ring, x + ring, y + ring).grown(2), clock, draw)


def _tip(picture: LinePicture, plot: Plot, stage: Stage, reveal: _Reveal) -> list[Element]:
    """The dot that leads the line, the number beside it, and what the number means."""
    theme = stage.theme
    ink = theme.warn if picture.falling else theme.accent
    block = plot.tip
    shown, style = picture.end_value.shown, block.number.style
    parts = counter(shown)

    def dot(t: float) -> Drawn | None:
        tip = reveal.tip(t)
        if tip is None:
            return None
        landed = reveal.way(t) >= 1
        x, y, colour = tip[0], tip[1], (theme.warn_fill if landed and picture.falling else theme.accent)
        ring = look.DOT_END + look.DOT_RING

        def draw(canvas: Any) -> None:
            canvas.drawCircle(x, y, ring, fill(stage.ground))
            canvas.drawCircle(x, y, look.DOT_END, fill(colour))

        return Drawn((x, y, colour), Box(x - ring, y - ring, x + ring, y + ring).grown(2), draw)

    def number(t: float) -> Line | None:
        tip = reveal.tip(t)
        if tip is None:
            return None
        landed = reveal.way(t) >= 1
        counts = parts is not None and parts.counts(plot.last_value)
        if not landed and not counts:
            return None
        text = shown if landed or parts is None else parts.write(tip[2])
        y = block.number_y(offset(tip[1]))
        return Line(block.x, y, text, style, ink if landed else theme.accent, 1.0, settled=landed)

    note = Clock(cue(picture.note_at_s, reveal.land_s + 0.4), 0.5)
    below = block.number_y(plot.stretches[-1][-1][1]) + block.note_gap
    made: list[Element] = [dot] if plot.count > 1 else [_dot(stage, *plot.stretches[0][0], 15, theme.accent, note)]
    made.append(stage.live(number))
    if block.note is not None:
        made += stage.block(block.note_x, below, block.note, theme.ink, note)
    if block.unit is not None:
        at = block.highest + block.unit_gap
        made += stage.block(block.unit_x, at, block.unit, theme.ink2, Clock(reveal.start_s, 0.5))
    return made
