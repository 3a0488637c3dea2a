"""Dated events on a true time scale that runs downwards: a line at the margin, date and words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.timeline import TimelineEvent, TimelinePicture
from vitalreel.video import look
from vitalreel.video.element import Box, Element
from vitalreel.video.ink import polyline, stroke
from vitalreel.video.lettering import Block, Style
from vitalreel.video.motion import Clock
from vitalreel.video.scenes.rail import Rail, apart, dot, rail_elements, share_of
from vitalreel.video.stage import Stage

_RAIL, _TEXT = 20.0, 92.0  # from the margin
_STEM = (28.0, 38.0, 54.0, 62.0)  # from the line: where a stem starts, bends, has bent and ends
_CAP = 0.727  # height of capitals, as a share of their size (Inter)
_SETTINGS = (
    *((share, False) for share in (1.0, 0.95, 0.9)),
    *((share, beside) for share in (1.0, 0.95, 0.9, 0.85, 0.8, 0.76, 0.72, 0.68) for beside in (False, True)),
)
"""Sizes of text, of their own, and whether words stand beside their dates; from the best."""
_AIR = 0.72  # between events, as a share of the text's size
_COLUMN_GAP = 26.0


@dataclass(frozen=True, slots=True)
class _Words:
    """An event's texts: the words below the date, or beside it."""

    event: TimelineEvent
    date: Block
    what: Block
    beside: float  # where the words stand from the date's left end; 0: below it

    @property
    def height(self) -> float:
        """From the date's capitals to the last baseline."""
        if self.beside:
            return _CAP * self.date.style.size + self.what.height
        return _CAP * self.date.style.size + self.what.style.lead + self.what.height


def elements(picture: TimelinePicture, stage: Stage, top: float) -> list[Element]:
    """top: where content starts under the headline. Raises Refused where the events do not fit below each other."""
    events = sorted(picture.events, key=lambda event: event.day)
    low, high = top, stage.page.content_bottom - 8
    words = _words(events, stage, high - low)
    half = _CAP * words[0].date.style.size / 2
    first, last = low + half, high - words[-1].height + half
    if all(event.day == picture.today for event in events):
        last = first
    places = [first + (last - first) * share_of(picture, event.day) for event in events]
    today = first + (last - first) * share_of(picture, picture.today)
    air = _AIR * words[0].date.style.size
    tops = apart([y - half for y in places], [one.height for one in words], air, low, high)
    x = stage.x(stage.page.left + _RAIL)
    rail = Rail(places[0], today, places[-1], lambda y: (x, y))
    made = rail_elements(rail, stage)
    for one, place, y in zip(words, places, tops, strict=True):
        made += _event(one, place, y, half, stage, max(one.event.at_s, rail.reached(place)))
    return made


def _words(events: Sequence[TimelineEvent], stage: Stage, room: float) -> list[_Words]:
    """The largest setting at which all events fit below each other; words below their dates where there is room."""
    for share, beside in _SETTINGS:
        made = [one for one in _set(events, stage, share, beside) if one is not None]
        air = _AIR * stage.type.label.size * share
        if len(made) == len(events) and sum(one.height for one in made) + air * (len(made) - 1) <= room:
            return made
    raise Refused(
        f"the events {', '.join(repr(event.what.shown) for event in events)}",
        "they do not fit below each other",
        "shorten them or name fewer in the module",
    )


def _set(events: Sequence[TimelineEvent], stage: Stage, share: float, beside: bool) -> list[_Words | None]:
    strong, plain = _sized(stage.type.label_strong, share), _sized(stage.type.label, share)
    width = stage.page.right - stage.page.left - _TEXT
    column = max(stage.lettering.width(event.date_text.shown, strong) for event in events) + _COLUMN_GAP
    if beside and column > width * 0.55:
        return []
    made: list[_Words | None] = []
    for event in events:
        day = stage.lettering.fitted(event.date_text.shown, strong, width)
        what = stage.lettering.fitted(event.what.shown, plain, width - column if beside else width, 2)
        made.append(_Words(event, day, what, column if beside else 0.0) if day and what else None)
    return made


def _sized(style: Style, by: float) -> Style:
    return replace(style, size=style.size * by, lead=style.lead * by)


def _event(one: _Words, place: float, top: float, half: float, stage: Stage, at_s: float) -> list[Element]:
    """place: of its dot. top, half: of its date's capitals, and half their height."""
    accent = one.event.kind in ("turning", "today")
    ink, clock = (stage.theme.accent if accent else stage.theme.ink), Clock(at_s + 0.1, 0.3)
    left, first = stage.page.left + _TEXT, top + 2 * half
    made = [
        _stem(place, top + half, stage, Clock(at_s, 0.2)),
        dot(one.event.kind, (stage.x(stage.page.left + _RAIL), place), stage, Clock(at_s, 0.3)),
    ]
    made += stage.block(left, first, one.date, ink, clock)
    below = 0.0 if one.beside else one.what.style.lead
    return made + stage.block(left + one.beside, first + below, one.what, stage.theme.ink2, clock)


def _stem(place: float, to: float, stage: Stage, clock: Clock) -> Element:
    """Straight to the date; bent where it had to make room for its neighbour."""
    xs = [stage.x(stage.page.left + _RAIL + x) for x in _STEM]
    points = list(zip(xs, (place, place, to, to), strict=True))

    def draw(canvas: Any, way: float) -> None:
        canvas.drawPath(polyline(points), stroke(stage.theme.ink3, look.LEADER_W, way))

    box = Box(min(xs), min(place, to), max(xs), max(place, to))
    return stage.shape(box.grown(3), clock, draw)
