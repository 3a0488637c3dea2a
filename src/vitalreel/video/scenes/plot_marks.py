"""Points of a line that are named when the voice reaches them: a dot, a leader, and words where there is room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vitalreel.storyboard.pictures.line import LinePicture, Mark
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import fill, rounded, rule
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock
from vitalreel.video.scenes.geometry import crosses, text_box
from vitalreel.video.scenes.marks import unbroken
from vitalreel.video.scenes.plot import Plot
from vitalreel.video.stage import Anchor, Stage

_LABEL_W = 340.0
_BESIDE_FIRST: tuple[Anchor, float] = ("start", 10.0)
_BESIDE_LAST: tuple[Anchor, float] = ("end", -10.0)
_LEADERS = (118.0, 76.0, 170.0, 240.0, 320.0, 420.0)
_SIDES: tuple[tuple[Anchor, float], ...] = (("start", 20.0), ("end", -20.0))  # of a leader


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float  # first baseline
    anchor: Anchor
    leader_to: float | None  # where the leader from the point ends; None: the label stands beside the point
    box: Box  # of the words
    leader: Box | None


def mark_elements(
    picture: LinePicture, plot: Plot, stage: Stage, passes: Callable[[int], float], land_s: float
) -> list[Element]:
    """passes: scene time at which the tip reaches a point; a mark never shows before it."""
    taken = [
        text_box(stage.lettering, Block((label,), stage.type.axis), plot.box.left, y - 12) for y, label, _ in plot.grid
    ]
    if plot.threshold is not None:
        _, name, x, baseline = plot.threshold
        taken.append(text_box(stage.lettering, name, x, baseline))
    made: list[Element] = []
    for mark in picture.marks:
        value = plot.values[mark.index] if 0 <= mark.index < len(plot.values) else None
        if value is None or (mark.index == plot.last and mark.label.shown == picture.end_value.shown):
            continue
        start = max(passes(mark.index), mark.at_s) if mark.at_s > 0 else _default(mark, plot, passes, land_s)
        block = _words(mark.label.shown, stage)
        place = _place(mark.index, plot, stage, block, taken)
        taken.append(place.box)
        made += _mark(mark.index, plot, stage, block, place, Clock(start, 0.5))
    return made


def _words(text: str, stage: Stage) -> Block:
    """In the look's width, or a wider one where that would break a word."""
    blocks = [stage.lettering.fitted(text, stage.type.label_strong, width, 3) for width in (_LABEL_W, 1.4 * _LABEL_W)]
    whole = next((block for block in blocks if block is not None and unbroken(block.lines, text)), None)
    return whole or stage.lettering.fit(text, stage.type.label_strong, _LABEL_W, 3)


def _default(mark: Mark, plot: Plot, passes: Callable[[int], float], land_s: float) -> float:
    """The first point is named as the line sets off, every other after the number has landed."""
    return passes(mark.index) if mark.index == plot.first else land_s + 0.8


def _place(index: int, plot: Plot, stage: Stage, block: Block, taken: list[Box]) -> _Place:
    """The candidate that meets the fewest things; the first among equals."""
    places = _candidates(index, plot, stage, block)
    return min(places, key=lambda place: _cost(place, plot, taken))


def _cost(place: _Place, plot: Plot, taken: list[Box]) -> float:
    roomy = place.box.grown(10)
    cost = 4.0 * crosses(plot.stretches, roomy) + 3.0 * sum(roomy.meets(other) for other in taken)
    if place.leader is not None:
        cost += 3.0 * sum(place.leader.meets(other) for other in taken)
    inside = place.box.left >= plot.box.left and place.box.right <= plot.box.right + 10
    return cost + 10.0 * (not inside) + 10.0 * (place.box.top < plot.box.top - 20 or place.box.bottom > plot.box.bottom)


def _candidates(index: int, plot: Plot, stage: Stage, block: Block) -> list[_Place]:
    value = plot.values[index]
    x, y = plot.x(index), plot.y(0.0 if value is None else value)
    found = []

    def add(text_x: float, baseline: float, anchor: Anchor, leader_to: float | None) -> None:
        box = text_box(stage.lettering, block, text_x, baseline, anchor)
        low, high = (y + 22, leader_to) if leader_to is None or leader_to > y else (leader_to, y - 22)
        leader = None if high is None else Box(x - 6, low, x + 6, high)
        found.append(_Place(text_x, baseline, anchor, leader_to, box, leader))

    if index in (plot.first, plot.last):
        anchor, aside = _BESIDE_FIRST if index == plot.first else _BESIDE_LAST
        add(x + aside, y + 50, anchor, None)
        add(x + aside, y - 30 - block.height, anchor, None)
    for length in _LEADERS:
        for anchor, aside in _SIDES:
            add(x + aside, y + 22 + length - 8 - block.height, anchor, y + 22 + length)
            add(x + aside, y - 22 - length + 26, anchor, y - 22 - length)
    return found


def _mark(index: int, plot: Plot, stage: Stage, block: Block, place: _Place, clock: Clock) -> list[Element]:
    value = plot.values[index]
    x, y = plot.x(index), plot.y(0.0 if value is None else value)
    theme = stage.theme
    under = cleared(place.box, stage, clock) if crosses(plot.stretches, place.box) else []
    if place.leader_to is None:
        return [*under, *stage.block(place.x, place.y, block, theme.accent, clock, anchor=place.anchor)]
    end, ring = place.leader_to, look.DOT_START + look.DOT_RING
    sign = 1 if end > y else -1

    def draw(canvas: Any, way: float) -> None:
        canvas.drawCircle(x, y, ring, fill(stage.ground, way))
        canvas.drawCircle(x, y, look.DOT_START, fill(theme.ink, way))
        start = y + sign * 22
        canvas.drawLine(x, start, x, start + (end - start) * way, rule(theme.ink, look.LEADER_W, way))

    box = Box(x - ring, min(y - ring, end), x + ring, max(y + ring, end)).grown(2)
    words = stage.block(place.x, place.y, block, theme.ink, clock, anchor=place.anchor)
    return [stage.shape(box, clock, draw), *under, *words]


def cleared(box: Box, stage: Stage, clock: Clock) -> list[Element]:
    """Ground under words that found no place clear of the line: it passes behind them, and they can be read."""
    panel = box.grown(8)

    def draw(canvas: Any, way: float) -> None:
        rounded(canvas, panel, 12, fill(stage.ground, 0.86 * way))

    return [stage.shape(panel.grown(2), clock, draw)]
