"""The geometry of a line over time: scale, gutter, stretches, gaps and labels, laid out before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.video.element import Box
from vitalreel.video.lettering import Block
from vitalreel.video.scenes.geometry import Point, crosses, text_box
from vitalreel.video.stage import Anchor, Stage

_BOTTOM = 798.0
_TIP_GAP = 40.0  # from the tip to the number beside it
_TIP_MIN, _TIP_MAX = 328.0, 640.0  # width of the number's column
_GUTTER_GAP = 30.0
_NUMBER_TO_NOTE = 58.0


@dataclass(frozen=True, slots=True)
class TipBlock:
    """The number that rides the tip and the note below it."""

    x: float
    width: float
    number: Block
    note: Block | None
    highest: float  # limits of the number's baseline
    lowest: float
    note_gap: float = _NUMBER_TO_NOTE

    def number_y(self, tip_y: float) -> float:
        return min(max(tip_y + 8, self.highest), self.lowest)


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
        return _plot(picture, stage, max(top, 330.0))

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


def tip_block(picture: LinePicture, stage: Stage, top: float) -> TipBlock:
    """Number and note in a column at the right margin, as wide as the number needs within limits."""
    natural = stage.lettering.width(picture.end_value.shown, stage.type.tip) if picture.end_value.shown else 0.0
    width = min(_TIP_MAX, max(_TIP_MIN, natural + 4))
    number = stage.lettering.fit(picture.end_value.shown, stage.type.tip, width, 1)
    note = (
        stage.lettering.fit(picture.end_note.shown, stage.type.label_medium, width, 4)
        if picture.end_note.shown
        else None
    )
    lowest = stage.page.content_bottom - 12 - (_NUMBER_TO_NOTE + note.height if note else 0)
    return TipBlock(stage.page.right - width, width, number, note, top + 70, lowest)


def _plot(picture: LinePicture, stage: Stage, top: float) -> Plot:
    tip = tip_block(picture, stage, top)
    box = Box(stage.page.left, top, tip.x - _TIP_GAP, _BOTTOM)
    known = [value for value in picture.values if value is not None]
    levels = [value for value, _ in picture.ticks] + known + ([picture.threshold[0]] if picture.threshold else [])
    low, high = (min(levels), max(levels)) if levels else (0.0, 1.0)
    high = high if high > low else low + 1
    grid = _grid(picture, low, high, box)
    data_left = _data_left(picture, stage, grid, low, high, box)
    stretches = _stretches(picture.values, low, high, box, data_left)
    labels = [_label_box(stage, box, y, label) for y, label, _ in grid]
    return Plot(
        box=box,
        data_left=data_left,
        low=low,
        high=high,
        values=picture.values,
        stretches=stretches,
        grid=grid,
        time_labels=_time_labels(picture, stage, box, data_left),
        threshold=_threshold(picture, stage, low, high, box, stretches, labels),
        gaps=_gaps(picture, stage, box, data_left),
        tip=tip,
    )


def _x(index: float, count: int, left: float, right: float) -> float:
    return left + (right - left) * index / (count - 1) if count > 1 else left


def _y(value: float, low: float, high: float, box: Box) -> float:
    return box.bottom - (value - low) / (high - low) * (box.bottom - box.top)


def _grid(picture: LinePicture, low: float, high: float, box: Box) -> tuple[tuple[float, str, bool], ...]:
    """The ticks; one that the threshold stands next to gives way to it."""
    rows = []
    for i, (value, label) in enumerate(picture.ticks):
        is_top = i == len(picture.ticks) - 1
        y = _y(value, low, high, box)
        close = picture.threshold is not None and abs(_y(picture.threshold[0], low, high, box) - y) < 52
        if close and i > 0 and not is_top:
            continue
        unit = f" {picture.unit.shown}" if is_top and picture.unit.shown else ""
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
    if sum(value is not None for value in picture.values) == 1:
        return box.left + 30  # a lone reading is a large dot, and keeps inside the margin
    stretches = _stretches(picture.values, low, high, box, box.left)
    labels = [_label_box(stage, box, y, label) for y, label, _ in grid]
    below_top = [label for label in labels if label.bottom > box.top]
    first_named = any(mark.index == _first(picture.values) for mark in picture.marks)
    named = [Box(x, y - 64, x + 90, y + 60) for x, y in stretches[0][:1]] if stretches and first_named else []
    clear = not any(crosses(stretches, label.grown(16)) or any(label.meets(n) for n in named) for label in below_top)
    if clear:
        return box.left
    return max(label.right for label in below_top) + _GUTTER_GAP


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
    block = stage.lettering.fit(text.shown, stage.type.label_medium, box.right - box.left - 60, 1)
    width = stage.lettering.width(block.lines[0], block.style)
    places = [box.left + 180 + 40 * k for k in range(max(1, int((box.right - box.left - 180 - width) // 40)))]
    for baseline in (y - 16, y + 40):
        for x in places:
            area = text_box(stage.lettering, block, x, baseline).grown(12)
            if area.bottom < box.bottom and not crosses(stretches, area) and not any(area.meets(b) for b in labels):
                return y, block, x, baseline
    return y, block, places[0], y - 16


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
