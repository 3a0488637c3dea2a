"""The account among its peers: bands grow from the median, peers appear, the account's dots travel to their values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from vitalreel.briefs.peers import SPREAD_LEAST
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture, BenchmarkRow
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import fill, rounded, rule, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import MOVE, Clock, cue
from vitalreel.video.scenes.marks import Key, Travel, cramped, dot, keys, middle, names, travelling, widest
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_LABEL_LEAST, _LABEL_MOST = 280.0, 500.0
_BAND_H, _TICK_H, _PEER_R, _YOU_R = 30.0, 46.0, 3.5, 17.0
_LEAST_W = 320.0  # a narrower scale shows nothing
_LEAST_PITCH = 92.0  # rows that stand closer have their names beside the scale
_YOURS_S = 1.1
_GOLDEN = 0.618034


@dataclass(frozen=True, slots=True)
class _Chart:
    """Where everything stands. The scale runs left to right in every language, in its place on the page."""

    scale: Box  # physical, over all rows
    low: float
    high: float
    ys: tuple[float, ...]  # of each row's strip
    size: float  # of marks, 0..1: rows that stand close are drawn smaller
    labels: tuple[Block, ...]
    values: tuple[Block, ...]
    besides: tuple[Block, ...]
    label_x: float
    value_x: float  # from the page's start
    beside_x: float  # to its end
    side: bool  # names, scale and values side by side; else names and values over their scale

    def x(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.scale.left + (self.scale.right - self.scale.left) * min(1.0, max(0.0, share))


def elements(picture: BenchmarkPicture, stage: Stage, top: float) -> list[Element]:
    for row in picture.rows:
        if len(row.peers) < SPREAD_LEAST:
            raise Refused(
                f"the benchmark {row.label.shown!r}",
                f"{len(row.peers)} peers are too few to be shown unnamed",
                f"show it to segments with {SPREAD_LEAST} peers or more",
            )
    if not picture.rows:
        raise empty("benchmark", "row")
    chart = _chart(picture, stage, top)
    made = _grid(picture, chart, stage)
    order = sorted(range(len(picture.rows)), key=lambda n: picture.behind(picture.rows[n]))
    for turn, n in enumerate(order):
        made += _row(picture, picture.rows[n], n, turn, chart, stage)
    return made + (_heads(picture, chart, stage) if stage.page.wide else _key(picture, stage, top))


# Layout


def _chart(picture: BenchmarkPicture, stage: Stage, top: float) -> _Chart:
    """Side by side on the wide page, and where rows stand close; else names and values over their scale."""
    foot = stage.page.content_bottom - 12 - stage.type.axis.size
    if stage.page.wide or (foot - top - 54) / len(picture.rows) < _LEAST_PITCH:
        return _beside(picture, stage, top)
    return _below(picture, stage, top, foot)


def _beside(picture: BenchmarkPicture, stage: Stage, top: float) -> _Chart:
    """Name, scale and value side by side."""
    page, text, count, wide = stage.page, stage.type, len(picture.rows), stage.page.wide
    first, last = (
        (top + 28, page.content_bottom - 94) if wide else (top + 82, page.content_bottom - 58 - text.axis.size)
    )
    pitch = min(112.0, (last - first) / max(1, count - 1))
    spare = last - first - pitch * (count - 1)
    ys = tuple(first + 0.3 * spare + n * pitch for n in range(count))
    said = text.label_medium if wide else replace(text.label_medium, size=text.label_medium.size * 0.86)
    natural = max(stage.lettering.width(r.label.shown, said) for r in picture.rows)
    label_w = min(_LABEL_MOST, max(_LABEL_LEAST, natural)) if wide else min(310.0, natural)
    labels = names(stage, [r.label.shown for r in picture.rows], said, label_w, pitch - 8)
    number = replace(text.row_number, tnum=False, size=text.row_number.size * (0.95 if wide else 0.72))
    values = tuple(stage.lettering.fit(r.yours_text.shown, number, 400) for r in picture.rows)
    aside = text.axis if wide else replace(text.axis, size=text.axis.size * 0.9)
    besides = tuple(stage.lettering.fit(r.middle_text.shown, aside, 330) for r in picture.rows)
    beside_w, value_w = widest(stage, besides), widest(stage, values)
    gap = 1.0 if wide else 0.5
    value_x = page.right - beside_w - 28 * gap - value_w
    left, right = page.left + label_w + 64 * gap, value_x - 48 * gap
    _wide_enough(picture, right - left, _LEAST_W if wide else 0.7 * _LEAST_W)
    size = min(1.0, pitch / 72)
    box = stage.box(left, ys[0] - 44 * size, right, ys[-1] + 44 * size)
    return _Chart(box, *_ends(picture), ys, size, labels, values, besides, page.left, value_x, page.right, True)


def _below(picture: BenchmarkPicture, stage: Stage, top: float, last: float) -> _Chart:
    """Name and value over their scale. last: where the numbers of the scale begin."""
    page, text, count = stage.page, stage.type, len(picture.rows)
    first = top + 54
    pitch = min(120.0 if cramped(stage, top) else 200.0, (last - first) / count)
    size = min(1.0, pitch / 104)
    number = replace(text.row_number, tnum=False, size=text.row_number.size * (0.4 + 0.4 * size))
    values = tuple(stage.lettering.fit(r.yours_text.shown, number, 420) for r in picture.rows)
    besides = tuple(stage.lettering.fit(r.middle_text.shown, text.axis, 330) for r in picture.rows)
    beside_w, value_w = widest(stage, besides), widest(stage, values)
    value_x = page.right - beside_w - 18 - value_w
    room, width = pitch - 58 * size, value_x - 32 - page.left
    labels = names(stage, [r.label.shown for r in picture.rows], text.label_medium, width, room)
    ys = tuple(first + (n + 1) * pitch - 30 * size for n in range(count))
    _wide_enough(picture, page.right - page.left - 2 * _YOU_R, _LEAST_W)
    box = stage.box(page.left + _YOU_R, ys[0] - 24 * size, page.right - _YOU_R, ys[-1] + 24 * size)
    return _Chart(box, *_ends(picture), ys, size, labels, values, besides, page.left, value_x, page.right, False)


def _wide_enough(picture: BenchmarkPicture, width: float, least: float) -> None:
    if width < least:
        raise Refused(
            f"the benchmark of {', '.join(repr(r.label.shown) for r in picture.rows)}",
            "names and values leave no room for the scale",
            "shorten the labels in the module, or give the facts a larger unit",
        )


def _ends(picture: BenchmarkPicture) -> tuple[float, float]:
    values = [v for v, _ in picture.ticks] + [v for r in picture.rows for v in (*r.peers, r.yours)]
    return min(values), max(values)


# Drawing


def _grid(picture: BenchmarkPicture, chart: _Chart, stage: Stage) -> list[Element]:
    """Gridlines through all rows, or where names stand between the rows through each strip only; numbers at the foot."""
    clock, theme = Clock(0.35, 0.5), stage.theme
    reach = 24 * chart.size
    spans = [(chart.scale.top, chart.scale.bottom)] if chart.side else [(y - reach, y + reach) for y in chart.ys]
    xs = [chart.x(value) for value, _ in picture.ticks]

    def draw(canvas: Any, way: float) -> None:
        for x in xs:
            for top, bottom in spans:
                canvas.drawLine(x, top, x, bottom, rule(theme.ink, look.GRID_W, theme.grid_strength * way))

    made = [stage.shape(chart.scale.grown(3), clock, draw)]
    flat, style = stage.unrolled, stage.type.axis
    y = chart.scale.bottom + (42 if stage.page.wide else style.size + 4)
    halves = [stage.lettering.width(text.shown, style) / 2 for _, text in picture.ticks]
    places = [min(max(x, flat.page.left + half), flat.page.right - half) for x, half in zip(xs, halves, strict=True)]
    numbered = _numbered(places, halves)
    for n in numbered:
        made.append(flat.text(places[n], y, picture.ticks[n][1].shown, style, theme.ink3, clock, anchor="centre"))
    return made


def _numbered(places: list[float], halves: list[float]) -> range:
    """Which gridlines have their number: all, or every second, third and so on, until none touches the next."""
    count = len(places)
    for every in range(1, count):
        shown = range(0, count, every)
        if all(places[b] - halves[b] - places[a] - halves[a] >= 20 for a, b in pairwise(shown)):
            return shown
    return range(1)


def _row(picture: BenchmarkPicture, row: BenchmarkRow, n: int, turn: int, chart: _Chart, stage: Stage) -> list[Element]:
    theme, y, behind = stage.theme, chart.ys[n], picture.behind(row)
    start = cue(row.at_s, _YOURS_S + 0.08 * turn + (0.5 if behind and turn else 0.0))
    label, value, beside = chart.labels[n], chart.values[n], chart.besides[n]
    row_y = y if chart.side else y - 56 * chart.size - label.height / 2
    made = stage.block(chart.label_x, middle(label, row_y), label, theme.ink, Clock(0.4 + 0.06 * n, 0.5))
    made.append(_band(row, n, chart, stage))
    made.append(_peers(row, n, chart, stage))
    ink = theme.warn_fill if behind else theme.accent
    travel = Travel(chart.x(row.middle), chart.x(row.yours), y, _YOU_R * chart.size, ink, Clock(start, 0.7, MOVE))
    made.append(travelling(stage, travel))
    arrived = Clock(start + 0.6, 0.5)
    text_ink = theme.warn if behind else theme.accent
    baseline = middle(value, row_y)
    made += stage.block(chart.value_x, baseline, value, text_ink, arrived)
    return made + stage.block(chart.beside_x, baseline - 4, beside, theme.ink2, arrived, anchor="end")


def _band(row: BenchmarkRow, n: int, chart: _Chart, stage: Stage) -> Element:
    """The middle half, grown from the median outwards, and the median's tick."""
    theme, y = stage.theme, chart.ys[n]
    half, tick = _BAND_H / 2 * chart.size, _TICK_H / 2 * chart.size
    low, mid, high = (chart.x(v) for v in (row.low, row.middle, row.high))

    def draw(canvas: Any, way: float) -> None:
        left, right = mid + (low - mid) * way - half * 0.5, mid + (high - mid) * way + half * 0.5
        rounded(canvas, Box(left, y - half, right, y + half), half, fill(theme.grey2))
        canvas.drawLine(mid, y - tick, mid, y + tick, stroke(theme.ink2, 4, min(1.0, 2 * way)))

    return stage.shape(Box(low, y - tick, high, y + tick).grown(half + 4), Clock(0.5 + 0.06 * n, 0.6, MOVE), draw)


def _peers(row: BenchmarkRow, n: int, chart: _Chart, stage: Stage) -> Element:
    """Each peer as a small dot, shaken up and down so that equals can be told from one."""
    spread = 14 * chart.size
    places = [(chart.x(v), chart.ys[n] + ((i * _GOLDEN) % 1 - 0.5) * spread, _PEER_R) for i, v in enumerate(row.peers)]
    box = Box(chart.x(row.peers[0]), chart.ys[n] - spread, chart.x(row.peers[-1]), chart.ys[n] + spread).grown(6)

    def draw(canvas: Any, way: float) -> None:
        paint = fill(stage.theme.ink3, 0.42 * way)
        for x, y, radius in places:
            canvas.drawCircle(x, y, radius, paint)

    return stage.shape(box, Clock(0.7 + 0.06 * n, 0.5), draw)


def _heads(picture: BenchmarkPicture, chart: _Chart, stage: Stage) -> list[Element]:
    """Words over the first row's median and dot, moved apart where they would touch."""
    row, style, flat = picture.rows[0], stage.type.note, stage.unrolled
    strong = replace(stage.type.label_strong, size=style.size)
    ink = stage.theme.warn if picture.behind(row) else stage.theme.accent
    heads = sorted(
        [
            (chart.x(row.middle), picture.middle.shown, replace(style, role="medium"), stage.theme.ink2),
            (chart.x(row.yours), picture.you.shown, strong, ink),
        ],
        key=lambda head: head[0],
    )
    widths = [stage.lettering.width(text, style_) for _, text, style_, _ in heads]
    xs = [x - w / 2 for (x, *_), w in zip(heads, widths, strict=True)]
    overlap = xs[0] + widths[0] + 28 - xs[1]
    if overlap > 0:
        xs = [xs[0] - overlap / 2, xs[1] + overlap / 2]
    xs[1] = min(xs[1], chart.scale.right + 40 - widths[1])
    xs[0] = max(min(xs[0], xs[1] - 28 - widths[0]), chart.scale.left - 40)
    xs[1] = max(xs[1], xs[0] + widths[0] + 28)
    clock = Clock(0.9, 0.5)
    return [
        flat.text(x, chart.ys[0] - 60, text, style_, ink, clock)
        for x, (_, text, style_, ink) in zip(xs, heads, strict=True)
    ]


def _key(picture: BenchmarkPicture, stage: Stage, top: float) -> list[Element]:
    """What the marks mean, in a line above the rows."""
    theme = stage.theme

    def tick(canvas: Any, box: Box) -> None:
        x = (box.left + box.right) / 2
        canvas.drawLine(x, box.top - 1, x, box.bottom + 1, stroke(theme.ink2, 4))

    def you(canvas: Any, box: Box) -> None:
        dot(canvas, (box.left + box.right) / 2, (box.top + box.bottom) / 2, 12, theme.accent, stage.ground)

    entries = (Key(picture.you.shown, 26, you), Key(picture.middle.shown, 14, tick))
    return keys(stage, entries, stage.page.left, top + 26, stage.page.right, stage.type.axis, Clock(0.9, 0.5))
