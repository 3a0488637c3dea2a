"""The geometry of a line over time: scale, gutter, stretches, gaps and labels, laid out before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.video.element import Box
from vitalreel.video.lettering import Block
from vitalreel.video.scenes.geometry import Point, crosses, text_box
from vitalreel.video.scenes.plot_number import TipBlock, above, beside
from vitalreel.video.stage import Anchor, Stage

_FOOT = 72.0  # below the axis, for the labels of time
_HIGHEST = 330.0  # a grid starts here at most, beside a number that rides the tip
_TIP_GAP = 40.0  # from the tip to the number beside it
_DOT_ROOM = 18.0  # the tip's dot keeps inside the margin
_CLOSE = 52.0  # gridlines nearer than this to the threshold give way
_THRESHOLD_SETTINGS = ((1.0, 12), (1.0, 5), (0.9, 5), (0.82, 5), (0.74, 5))  # its name's size, and the room round it
_TICK_ROOM = 74.0  # between gridlines on a narrow page
_GUTTER_GAP = 30.0


@dataclass(frozen=True, slots=True)
class Plot:
    box: Box  # gridlines and axis
    data_left: float  # where the first point stands: right of the labels where the line would cross them
    low: float
    high: float
    values: tuple[float | None, ...]
    stretches: tuple[tuple[Point, ...], ...]  # unbroken pieces of the line
    grid: tuple[tuple[float, str, bool], ...]  # y, label, whether it is the axis
    time_labels: tuple[tuple[float, Block, Anchor], ...]
    threshold: tuple[float, Block, float, float] | None  # y; label, its x and baseline
    gaps: tuple[tuple[Box, Block | None], ...]
    tip: TipBlock

    @staticmethod
    def of(picture: LinePicture, stage: Stage, top: float) -> Plot:
        return _plot(picture, stage, top)

    @property
    def first(self) -> int:
        return _first(self.values)

    @property
    def last(self) -> int:
        return len(self.values) - 1 - next(i for i, value in enumerate(reversed(self.values)) if value is not None)

    @property
    def last_value(self) -> float:
        return self.values[self.last] or 0.0

    @property
    def count(self) -> int:
        return sum(value is not None for value in self.values)

    @property
    def drawn(self) -> Box:
        """Everything line and glow touch."""
        return Box(self.data_left, self.box.top, self.box.right, self.box.bottom).grown(48)

    def x(self, index: float) -> float:
        return _x(index, len(self.values), self.data_left, self.box.right)

    def y(self, value: float) -> float:
        return _y(value, self.low, self.high, self.box)

    def at(self, index: float) -> tuple[float, float, float]:
        """Place and value at a point between the points; within a gap it stays at the last known one."""
        whole = min(int(index), self.last)
        known = next(i for i in range(whole, -1, -1) if self.values[i] is not None)
        here = self.values[known] or 0.0
        after = self.values[known + 1] if known + 1 < len(self.values) else None
        if known < whole or after is None:
            return self.x(known), self.y(here), here
        value = here + (after - here) * (index - known)
        return self.x(index), self.y(value), value


def _plot(picture: LinePicture, stage: Stage, top: float) -> Plot:
    page = stage.page
    if page.wide:
        top = max(top, _HIGHEST)
        tip = beside(picture, stage, top)
        right = tip.x - _TIP_GAP
    else:
        tip, top = above(picture, stage, top)
        right = page.right - _DOT_ROOM
    box = Box(page.left, top, right, page.content_bottom - _FOOT)
    known = [value for value in picture.values if value is not None]
    levels = [value for value, _ in picture.ticks] + known + ([picture.threshold[0]] if picture.threshold else [])
    low, high = (min(levels), max(levels)) if levels else (0.0, 1.0)
    high = high if high > low else low + 1
    grid = _grid(picture, stage, low, high, box)
    data_left = _data_left(picture, stage, grid, low, high, box)
    stretches = _stretches(picture.values, low, high, box, data_left)
    labels = [_label_box(stage, box, y, label) for y, label, _ in grid]
    leaders = [] if page.wide else _leaders(picture, box, data_left)
    return Plot(
        box=box,
        data_left=data_left,
        low=low,
        high=high,
        values=picture.values,
        stretches=stretches,
        grid=grid,
        time_labels=_time_labels(picture, stage, box, data_left),
        threshold=_threshold(picture, stage, low, high, box, stretches, [*labels, *leaders]),
        gaps=_gaps(picture, stage, box, data_left),
        tip=tip,
    )


def _x(index: float, count: int, left: float, right: float) -> float:
    return left + (right - left) * index / (count - 1) if count > 1 else left


def _y(value: float, low: float, high: float, box: Box) -> float:
    return box.bottom - (value - low) / (high - low) * (box.bottom - box.top)


def _grid(picture: LinePicture, stage: Stage, low: float, high: float, box: Box) -> tuple[tuple[float, str, bool], ...]:
    """The ticks; one that the threshold stands next to gives way to it, and on a narrow page those that stand too close."""
    rows: list[tuple[float, str, bool]] = []
    for i, (value, label) in enumerate(picture.ticks):
        is_top = i == len(picture.ticks) - 1
        y = _y(value, low, high, box)
        close = picture.threshold is not None and abs(_y(picture.threshold[0], low, high, box) - y) < _CLOSE
        crowded = not stage.page.wide and bool(rows) and min(rows[-1][0] - y, y - box.top) < _TICK_ROOM
        if (close or crowded) and i > 0 and not is_top:
            continue
        beside = stage.page.wide or not picture.end_value.shown
        unit = f" {picture.unit.shown}" if is_top and beside and picture.unit.shown else ""
        rows.append((y, label.shown + unit, i == 0))
    return tuple(rows)


def _label_box(stage: Stage, box: Box, y: float, label: str) -> Box:
    return text_box(stage.lettering, Block((label,), stage.type.axis), box.left, y - 12)


def _data_left(
    picture: LinePicture,
    stage: Stage,
    grid: Sequence[tuple[float, str, bool]],
    low: float,
    high: float,
    box: Box,
) -> float:
    """The plot's left edge, or right of the labels where the line would run through one of them."""
    labels = [_label_box(stage, box, y, label) for y, label, _ in grid]
    if (
        sum(value is not None for value in picture.values) == 1
    ):  # a large dot: inside the margin, and clear of the labels
        beside = max((label.right for label in labels), default=box.left) + _GUTTER_GAP
        return box.left + 30 if stage.page.wide else beside
    stretches = _stretches(picture.values, low, high, box, box.left)
    below_top = [label for label in labels if label.bottom > box.top]
    first_named = any(mark.index == _first(picture.values) for mark in picture.marks)
    named = [Box(x, y - 64, x + 90, y + 60) for x, y in stretches[0][:1]] if stretches and first_named else []
    clear = not any(crosses(stretches, label.grown(16)) or any(label.meets(n) for n in named) for label in below_top)
    if clear:
        return box.left
    return max(label.right for label in below_top) + _GUTTER_GAP


def _leaders(picture: LinePicture, box: Box, left: float) -> list[Box]:
    """Where the leaders of named points may run: the threshold's name keeps out of their way."""
    count, first = len(picture.values), _first(picture.values)
    xs = [_x(mark.index, count, left, box.right) for mark in picture.marks if first < mark.index < count - 1]
    return [Box(x - 18, box.top, x + 18, box.bottom) for x in xs]


def _first(values: Sequence[float | None]) -> int:
    return next((i for i, value in enumerate(values) if value is not None), -1)


def _stretches(
    values: Sequence[float | None], low: float, high: float, box: Box, left: float
) -> tuple[tuple[Point, ...], ...]:
    found: list[list[Point]] = [[]]
    for i, value in enumerate(values):
        if value is not None:
            found[-1].append((_x(i, len(values), left, box.right), _y(value, low, high, box)))
        elif found[-1]:
            found.append([])
    return tuple(tuple(points) for points in found if points)


def _time_labels(picture: LinePicture, stage: Stage, box: Box, left: float) -> tuple[tuple[float, Block, Anchor], ...]:
    """Labels under their points, held inside the plot; one that would touch the label before it is left out."""
    placed: list[tuple[float, Block, Anchor]] = []
    free_from = -1e9
    for index, text in picture.labels:
        block = Block((text.shown,), stage.type.label)
        width, x = stage.lettering.width(text.shown, stage.type.label), _x(index, len(picture.values), left, box.right)
        anchor: Anchor = "start" if x - width / 2 < left else "end" if x + width / 2 > box.right + 20 else "centre"
        if anchor == "end":
            x = min(x, box.right)
        start = text_box(stage.lettering, block, x, 0, anchor).left
        if start >= free_from:
            placed.append((x, block, anchor))
            free_from = start + width + 24
    return tuple(placed)


def _threshold(
    picture: LinePicture,
    stage: Stage,
    low: float,
    high: float,
    box: Box,
    stretches: Sequence[Sequence[Point]],
    labels: Sequence[Box],
) -> tuple[float, Block, float, float] | None:
    """The threshold's name above it, or below, at the first place along it where neither line nor label is met."""
    if picture.threshold is None:
        return None
    value, text = picture.threshold
    y = _y(value, low, high, box)
    inset, step = (180.0, 40) if stage.page.wide else (0.0, 20)
    fallback: tuple[int, Block, float, float] | None = None
    for share, room in _THRESHOLD_SETTINGS[:1] if stage.page.wide else _THRESHOLD_SETTINGS:
        style = stage.type.label_medium
        style = replace(style, size=style.size * share, lead=style.lead * share)
        block = stage.lettering.fit(text.shown, style, box.right - box.left - 60, 1)
        last = box.right - stage.lettering.width(block.lines[0], block.style)
        places = [box.left + inset + step * k for k in range(max(1, int((last - box.left - inset) // step)))]
        for baseline in (y - 16, y + 6 + block.style.size):
            for x in places if stage.page.wide else [*places, last]:
                area = text_box(stage.lettering, block, x, baseline).grown(room)
                meets = sum(crosses((pair,), area) for points in stretches for pair in pairwise(points))
                meets += 100 * sum(area.meets(label) for label in labels) + 100 * (area.bottom >= box.bottom)
                if meets == 0 and not crosses(stretches, area):
                    return y, block, x, baseline
                if fallback is None or meets < fallback[0]:
                    fallback = meets, block, x, baseline
    assert fallback is not None
    return y, *fallback[1:]


def _gaps(picture: LinePicture, stage: Stage, box: Box, left: float) -> tuple[tuple[Box, Block | None], ...]:
    """A panel for each stretch of None; the reason stands in the widest where its words fit."""
    values, panels, i = picture.values, [], 0
    if all(value is None for value in values):
        return ()
    while i < len(values):
        j = i
        while j < len(values) and values[j] is None:
            j += 1
        if j > i:
            start = _x(i - 1, len(values), left, box.right) + 14 if i else left
            end = _x(j, len(values), left, box.right) - 14 if j < len(values) else box.right
            panels.append(Box(start, box.top + 10, max(end, start + 4), box.bottom - 3))
        i = max(j, i + 1)
    widest = max(panels, key=lambda panel: panel.right - panel.left, default=None)
    return tuple((panel, _gap_note(picture, stage, panel) if panel is widest else None) for panel in panels)


def _gap_note(picture: LinePicture, stage: Stage, panel: Box) -> Block | None:
    """The reason inside its panel; a panel too narrow for words keeps its colour and the voice says why."""
    if not picture.gap_note.shown:
        return None
    wrapped = stage.lettering.wrap(picture.gap_note.shown, stage.type.axis, max(80.0, panel.right - panel.left - 24))
    fits = len(wrapped) <= 5 and all(
        stage.lettering.width(w, stage.type.axis) <= panel.right - panel.left - 16 for w in wrapped
    )
    return Block(wrapped, stage.type.axis) if fits else None
