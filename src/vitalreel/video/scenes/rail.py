"""A line of time with its dots, whichever way it runs: it draws itself at the speed of time, up to today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalreel.storyboard.pictures.timeline import TimelinePicture
from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.ink import fill, mixed, stroke
from vitalreel.video.motion import Clock
from vitalreel.video.scenes.geometry import Point
from vitalreel.video.stage import Stage

START_S, END_S = 0.5, 2.7


@dataclass(frozen=True, slots=True)
class Rail:
    """Places along the line in px, and where they are on the page."""

    begin: float
    today: float
    end: float
    at: Callable[[float], Point]

    def reached(self, place: float) -> float:
        """Scene time at which the line, at constant speed, reaches a place; what is to come follows after today."""
        if place > self.today + 0.5:
            return END_S + 0.2
        return START_S + (END_S - START_S) * (place - self.begin) / max(1.0, self.today - self.begin)


def share_of(picture: TimelinePicture, day: date) -> float:
    """0..1, true to time between the first and the last day on the picture, today among them; 0.5 where all are one."""
    days = [event.day.toordinal() for event in picture.events] + [picture.today.toordinal()]
    span = max(days) - min(days)
    share = (day.toordinal() - min(days)) / span if span else 0.5
    return min(1.0, max(0.0, share))


def apart(starts: Sequence[float], sizes: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Where things start so that none touches the next, moved as little as needed: first on in order, then back inside."""
    starts = list(starts)
    for i in range(len(starts)):
        starts[i] = max(starts[i], starts[i - 1] + sizes[i - 1] + gap if i else low)
    for i in range(len(starts) - 1, -1, -1):
        starts[i] = min(starts[i], (starts[i + 1] - gap if i + 1 < len(starts) else high) - sizes[i])
    return starts


def rail_elements(rail: Rail, stage: Stage) -> list[Element]:
    """What has passed, drawn as time went; then what is to come, dotted."""
    made: list[Element] = []
    if rail.today > rail.begin:
        made.append(_past(rail, stage))
    if rail.end > max(rail.today, rail.begin):
        start, end = rail.at(max(rail.today, rail.begin)), rail.at(rail.end)

        def future(canvas: Any, way: float) -> None:
            canvas.drawLine(*end, *start, stroke(stage.theme.ink3, 4, way, dash=(0.1, 12)))

        made.append(stage.shape(_around(start, end), Clock(END_S, 0.6), future))
    return made


def _past(rail: Rail, stage: Stage) -> Element:
    sweep, begin = Clock(START_S, END_S - START_S, lambda x: min(1.0, max(0.0, x))), rail.at(rail.begin)
    box = _around(begin, rail.at(rail.today))

    def element(t: float) -> Drawn | None:
        way = sweep.at(t)
        if way <= 0:
            return None
        place = rail.begin + (rail.today - rail.begin) * way
        tip = rail.at(place)

        def since(earlier: tuple[object, ...]) -> Box | None:
            return _around(rail.at(earlier[0]), tip) if isinstance(earlier[0], float) else None

        def draw(canvas: Any) -> None:
            canvas.drawLine(*begin, *tip, stroke(stage.theme.accent, 6))

        return Drawn((place,), box, draw, since=since)

    return element


def _around(one: Point, other: Point) -> Box:
    xs, ys = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return Box(xs[0], ys[0], xs[1], ys[1]).grown(6)


def dot(kind: str, at: Point, stage: Stage, clock: Clock) -> Element:
    """An event's dot: large for a turning point and today, a ring for what is to come."""
    radius, theme, (x, y) = (18.0 if kind in ("turning", "today") else 12.0), stage.theme, at
    ground = mixed(theme.bg0, theme.bg1, 0.55)

    def draw(canvas: Any, way: float) -> None:
        canvas.drawCircle(x, y, (radius + 7) * way, fill(ground))
        if kind == "future":
            canvas.drawCircle(x, y, radius * way, stroke(theme.ink2, 4))
        else:
            canvas.drawCircle(x, y, radius * way, fill(theme.accent))

    reach = radius + 9
    return stage.shape(Box(x - reach, y - reach, x + reach, y + reach), clock, draw)
