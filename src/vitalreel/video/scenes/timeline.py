"""Dated events on a true time scale, left to right, or downwards where the page is narrow (timeline_down)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalreel.storyboard.pictures.timeline import TimelineEvent, TimelinePicture
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import polyline, stroke
from vitalreel.video.lettering import Block
from vitalreel.video.motion import Clock
from vitalreel.video.page import Page
from vitalreel.video.scenes import timeline_down
from vitalreel.video.scenes.marks import name
from vitalreel.video.scenes.rail import Rail, apart, dot, rail_elements, share_of
from vitalreel.video.scenes.refusals import empty
from vitalreel.video.stage import Stage

_Y = 610.0
_INSET = 10.0  # of the line's ends from the margins
_STEM_FROM, _STEM_TO = 20.0, 84.0
_TEXT_W, _TEXT_GAP = 300.0, 28.0
_DEEPEST = 150.0  # of an event's words


@dataclass(frozen=True, slots=True)
class _Placed:
    event: TimelineEvent
    x: float  # of its date on the scale
    up: bool
    left: float  # of its text
    date: Block
    what: Block


def elements(picture: TimelinePicture, stage: Stage, top: float) -> list[Element]:
    flat = stage.unrolled
    events = sorted(picture.events, key=lambda event: event.day)
    if not events:
        raise empty("timeline", "date")
    if not stage.page.wide:
        return timeline_down.elements(picture, stage, top)
    placed = _placed(picture, events, flat)
    rail = Rail(min(p.x for p in placed), _x(picture, picture.today, flat), max(p.x for p in placed), lambda x: (x, _Y))
    made = rail_elements(rail, flat)
    for one in placed:
        made += _event(one, flat, max(one.event.at_s, rail.reached(one.x)))
    return made


def _x(picture: TimelinePicture, day: date, stage: Stage) -> float:
    left, right = stage.page.left + _INSET, stage.page.right - _INSET
    return left + (right - left) * share_of(picture, day)


def _placed(picture: TimelinePicture, events: Sequence[TimelineEvent], stage: Stage) -> list[_Placed]:
    """Texts alternate above and below; on each side they are pushed apart until none touches its neighbour."""
    sides: dict[bool, list[TimelineEvent]] = {True: list(events[0::2]), False: list(events[1::2])}
    placed = []
    for up, side in sides.items():
        if not side:
            continue
        rows = _texts(side, stage)
        widths = [max(stage.lettering.width(s, b.style) for b in row for s in b.lines) for row in rows]
        xs = [_x(picture, event.day, stage) for event in side]
        wanted = [_wanted(x, w, stage.page) for x, w in zip(xs, widths, strict=True)]
        lefts = apart(wanted, widths, _TEXT_GAP, stage.page.left, stage.page.right)
        placed += [_Placed(event, x, up, left, *row) for event, x, left, row in zip(side, xs, lefts, rows, strict=True)]
    return sorted(placed, key=lambda one: one.x)


def _texts(side: Sequence[TimelineEvent], stage: Stage) -> list[tuple[Block, Block]]:
    """Dates and words of one side in columns of the look's width, or wider ones where few events leave the room; else smaller."""
    room = (stage.page.right - stage.page.left) / len(side) - _TEXT_GAP
    fitted, widths = stage.lettering.fitted, [min(wide, room) for wide in (_TEXT_W, 1.4 * _TEXT_W, 1.8 * _TEXT_W)]
    for width in dict.fromkeys(widths):
        days = [fitted(e.date_text.shown, stage.type.label_strong, width) for e in side]
        whats = [fitted(e.what.shown, stage.type.label, width, 3) for e in side]
        found = [(day, what) for day, what in zip(days, whats, strict=True) if day is not None and what is not None]
        if len(found) == len(side):
            return found
    strong, plain, width = stage.type.label_strong, stage.type.label, widths[-1]
    dated = [stage.lettering.fit(e.date_text.shown, strong, width) for e in side]
    return list(zip(dated, [name(stage, e.what.shown, plain, width, _DEEPEST) for e in side], strict=True))


def _wanted(x: float, width: float, page: Page) -> float:
    """Text starts at its stem; at the right end it ends there."""
    return x - 10 if x - 10 + width <= page.right else page.right - width


def _event(one: _Placed, stage: Stage, at_s: float) -> list[Element]:
    made = [_stem(one, stage, Clock(at_s, 0.2)), dot(one.event.kind, (one.x, _Y), stage, Clock(at_s, 0.3))]
    accent = one.event.kind in ("turning", "today")
    ink = stage.theme.accent if accent else stage.theme.ink
    below = one.what.height + stage.type.label.lead if one.event.what.shown else 0.0
    first = _Y + _STEM_TO + 38 if not one.up else _Y - _STEM_TO - 18 - below
    clock = Clock(at_s + 0.1, 0.3)
    made += stage.block(one.left, first, one.date, ink, clock)
    return made + stage.block(one.left, first + stage.type.label.lead, one.what, stage.theme.ink2, clock)


def _stem(one: _Placed, stage: Stage, clock: Clock) -> Element:
    """Straight up or down to the text; bent where the text had to make room for its neighbour."""
    sign = -1 if one.up else 1
    foot = one.x if one.left - 2 <= one.x <= one.left + _TEXT_W else one.left + 10
    points = [
        (one.x, _Y + sign * _STEM_FROM),
        (one.x, _Y + sign * 40),
        (foot, _Y + sign * 64),
        (foot, _Y + sign * _STEM_TO),
    ]

    def draw(canvas: Any, way: float) -> None:
        canvas.drawPath(polyline(points), stroke(stage.theme.ink3, look.LEADER_W, way))

    xs, ys = [x for x, _ in points], [y for _, y in points]
    return stage.shape(Box(min(xs), min(ys), max(xs), max(ys)).grown(3), clock, draw)
