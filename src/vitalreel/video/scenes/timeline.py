"""Dated events on a true time scale: the line runs at the speed of time, each date appears when it is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalreel.storyboard.pictures.timeline import TimelineEvent, TimelinePicture
from vitalreel.video import look
from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.ink import fill, mixed, polyline, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock
from vitalreel.video.page import Page
from vitalreel.video.stage import Stage

_Y = 610.0
_INSET = 10.0  # of the line's ends from the margins
_STEM_FROM, _STEM_TO = 20.0, 84.0
_TEXT_W, _TEXT_GAP = 300.0, 28.0
_START_S, _END_S = 0.5, 2.7


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
        return []
    placed = _placed(picture, events, flat)
    today = _x(picture, events, picture.today, flat)
    reach = _reach(placed, today)
    made = [*_rails(placed, today, flat)]
    for one in placed:
        made += _event(one, flat, max(one.event.at_s, reach(one.x)))
    return made


def _x(picture: TimelinePicture, events: Sequence[TimelineEvent], day: date, stage: Stage) -> float:
    """True to time between the first and the last day on the picture, today among them."""
    days = [event.day.toordinal() for event in events] + [picture.today.toordinal()]
    span = max(days) - min(days)
    share = (day.toordinal() - min(days)) / span if span else 0.5
    left, right = stage.page.left + _INSET, stage.page.right - _INSET
    return left + (right - left) * min(1.0, max(0.0, share))


def _reach(placed: Sequence[_Placed], today: float) -> Any:
    """Scene time at which the line, at constant speed, reaches a place; what is to come follows after today."""
    begin = min(one.x for one in placed)

    def at(x: float) -> float:
        if x > today + 0.5:
            return _END_S + 0.2
        return _START_S + (_END_S - _START_S) * (x - begin) / max(1.0, today - begin)

    return at


def _placed(picture: TimelinePicture, events: Sequence[TimelineEvent], stage: Stage) -> list[_Placed]:
    """Texts alternate above and below; on each side they are pushed apart until none touches its neighbour."""
    sides: dict[bool, list[TimelineEvent]] = {True: list(events[0::2]), False: list(events[1::2])}
    placed = []
    for up, side in sides.items():
        if not side:
            continue
        widest = min(_TEXT_W, (stage.page.right - stage.page.left) / len(side) - _TEXT_GAP)
        rows = [
            (_fit(stage, e.date_text.shown, stage.type.label_strong, widest, 1), _what(stage, e, widest)) for e in side
        ]
        widths = [max(stage.lettering.width(s, b.style) for b in row for s in b.lines) for row in rows]
        xs = [_x(picture, events, event.day, stage) for event in side]
        lefts = _apart([_wanted(x, w, stage.page) for x, w in zip(xs, widths, strict=True)], widths, stage.page)
        placed += [_Placed(event, x, up, left, *row) for event, x, left, row in zip(side, xs, lefts, rows, strict=True)]
    return sorted(placed, key=lambda one: one.x)


def _fit(stage: Stage, text: str, style: Style, width: float, lines: int) -> Block:
    return stage.lettering.fit(text, style, width, lines)


def _what(stage: Stage, event: TimelineEvent, width: float) -> Block:
    return _fit(stage, event.what.shown, stage.type.label, width, 3)


def _wanted(x: float, width: float, page: Page) -> float:
    """Text starts at its stem; at the right end it ends there."""
    return x - 10 if x - 10 + width <= page.right else page.right - width


def _apart(lefts: list[float], widths: list[float], page: Page) -> list[float]:
    """The texts' left edges moved as little as needed: first to the right in order, then back inside the margin."""
    for i in range(len(lefts)):
        least = lefts[i - 1] + widths[i - 1] + _TEXT_GAP if i else page.left
        lefts[i] = max(lefts[i], least)
    for i in range(len(lefts) - 1, -1, -1):
        most = (lefts[i + 1] - _TEXT_GAP if i + 1 < len(lefts) else page.right) - widths[i]
        lefts[i] = min(lefts[i], most)
    return lefts


def _rails(placed: Sequence[_Placed], today: float, stage: Stage) -> list[Element]:
    begin, end = min(one.x for one in placed), max(one.x for one in placed)
    made: list[Element] = []
    if today > begin:
        sweep = Clock(_START_S, _END_S - _START_S, lambda x: min(1.0, max(0.0, x)))

        def past(t: float) -> Drawn | None:
            way = sweep.at(t)
            if way <= 0:
                return None
            tip = begin + (today - begin) * way
            box = Box(begin, _Y - 3, today, _Y + 3).grown(3)

            def since(earlier: tuple[object, ...]) -> Box | None:
                was = earlier[0]
                return Box(was - 4, _Y - 6, tip + 4, _Y + 6) if isinstance(was, float) else None

            def draw(canvas: Any) -> None:
                canvas.drawLine(begin, _Y, tip, _Y, stroke(stage.theme.accent, 6))

            return Drawn((tip,), box, draw, since=since)

        made.append(past)
    if end > max(today, begin):
        start = max(today, begin)

        def future(canvas: Any, way: float) -> None:
            canvas.drawLine(end, _Y, start, _Y, stroke(stage.theme.ink3, 4, way, dash=(0.1, 12)))

        made.append(stage.shape(Box(start, _Y - 3, end, _Y + 3).grown(3), Clock(_END_S, 0.6), future))
    return made


def _event(one: _Placed, stage: Stage, at_s: float) -> list[Element]:
    made = [_stem(one, stage, Clock(at_s, 0.2)), _dot(one, stage, Clock(at_s, 0.3))]
    accent = one.event.kind in ("turning", "today")
    ink = stage.theme.accent if accent else stage.theme.ink
    first = _Y + _STEM_TO + 38 if not one.up else _Y - _STEM_TO - 18 - one.what.height - stage.type.label.lead
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


def _dot(one: _Placed, stage: Stage, clock: Clock) -> Element:
    big = one.event.kind in ("turning", "today")
    radius, theme = (18.0 if big else 12.0), stage.theme
    ground = mixed(theme.bg0, theme.bg1, 0.55)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawCircle(one.x, _Y, (radius + 7) * way, fill(ground))
        if one.event.kind == "future":
            canvas.drawCircle(one.x, _Y, radius * way, stroke(theme.ink2, 4))
        else:
            canvas.drawCircle(one.x, _Y, radius * way, fill(theme.accent))

    reach = radius + 9
    return stage.shape(Box(one.x - reach, _Y - reach, one.x + reach, _Y + reach), clock, draw)
