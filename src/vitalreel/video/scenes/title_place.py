"""Where a title's words and its bloom stand: side by side, or one below the other where the page is narrow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.breaking import joined
from vitalreel.video.element import Box
from vitalreel.video.lettering import SHRINK, Block
from vitalreel.video.stage import Stage

_CENTRE = (1400.0, 486.0)  # of the wide page's bloom
_INNER, _OUTER = 108.0, 424.0  # its radii, where petals begin and the longest may end
_TOP, _TOP_LOW = 60.0, 122.0  # how high its petals may reach: beside the account's name, below it
_NAME_W = 300.0  # a name wider than this stands above the bloom
_WIDTH_WITH_BLOOM = 850.0
_MOST_LINES = 3
_HOLLOW_SQUARE, _HOLLOW_TALL = 0.36, 0.3  # of a bloom's radius, open for its number
_LONGER = 1.15  # a longest petal that points into a corner may pass the circle by so much


@dataclass(frozen=True, slots=True)
class Ring:
    """A bloom, left to right."""

    x: float
    y: float
    inner: float
    middle: float  # where petals are as wide as their pitch
    outer: float  # where the longest petal ends
    number: float  # sizes of what stands in its eye, and their baselines below its middle
    number_dy: float
    unit: float
    unit_dy: float


@dataclass(frozen=True, slots=True)
class Place:
    kicker: Block
    kicker_y: float
    title: Block
    title_y: float
    below: Block | None  # whom it was prepared for
    below_y: float
    bloom: Ring | None


def place_of(picture: TitlePicture, scene: Scene, stage: Stage) -> Place:
    """Raises Refused where a text does not fit."""
    if stage.page.wide:
        return _beside(picture, scene, stage)
    return _square(picture, stage) if stage.page.height < 1.2 * stage.page.width else _tall(picture, stage)


def _title(picture: TitlePicture, stage: Stage, width: float) -> Block:
    """The storyboard's lines where they fit, on the wide page smaller where they must; else the whole title anew."""
    style, lines = stage.type.title, tuple(line.shown for line in picture.lines)
    least = SHRINK if stage.page.wide else 1.0  # a phone's page has room for another line rather than for smaller ones
    if (own := stage.lettering.as_broken(lines, style, width, least)) is not None:
        return own
    whole = joined(lines)
    two = None if stage.page.wide else stage.lettering.fitted(whole, style, width, 2)
    return two or stage.lettering.fit(whole, style, width, _MOST_LINES)


def _beside(picture: TitlePicture, scene: Scene, stage: Stage) -> Place:
    """The bloom keeps clear of the account's name at the top right."""
    page, fit = stage.page, stage.lettering.fit
    width = _WIDTH_WITH_BLOOM if picture.petals else page.right - page.left
    title = _title(picture, stage, width)
    first = 456 - (len(title.lines) - 2) * title.style.lead / 2
    kicker = fit(picture.kicker.shown, stage.type.kicker, width, 2)
    below = fit(picture.prepared_for.shown, stage.type.label, width, 4) if picture.prepared_for.shown else None
    ring = None
    if picture.petals:
        top = _TOP if stage.lettering.width(scene.chrome.shown, stage.type.chrome) <= _NAME_W else _TOP_LOW
        box = Box(-math.inf, top, math.inf, page.content_bottom - 4)
        outer = _outer(picture.petals, _CENTRE, _INNER, _OUTER, box)
        ring = Ring(
            *_CENTRE,
            _INNER,
            _INNER + (_OUTER - _INNER) / 2,
            outer,
            stage.type.eye.size,
            18.0,
            stage.type.note.size,
            56.0,
        )
    return Place(kicker, first - 134 - kicker.height, title, first, below, first + title.height + 94, ring)


def _square(picture: TitlePicture, stage: Stage) -> Place:
    """Words at the top; in the lower half the bloom right, and beside it whom it was prepared for."""
    page, fit, full = stage.page, stage.lettering.fit, stage.page.right - stage.page.left
    kicker = fit(picture.kicker.shown, stage.type.kicker, full, 2)
    title = _title(picture, stage, full)
    kicker_y = page.headline_y - 6 if picture.petals else page.middle - 150 - title.height / 2
    first = kicker_y + kicker.height + 108
    last = first + title.height
    if not picture.petals:
        below = fit(picture.prepared_for.shown, stage.type.label, full, 2) if picture.prepared_for.shown else None
        return Place(kicker, kicker_y, title, first, below, last + 86, None)
    top, bottom = last + 44, page.content_bottom
    radius = (bottom - top) / 2
    x, y = page.right - radius, (top + bottom) / 2
    width = x - radius - 36 - page.left
    below = fit(picture.prepared_for.shown, stage.type.label, width, 4) if picture.prepared_for.shown else None
    inner = _HOLLOW_SQUARE * radius
    outer = _outer(picture.petals, (x, y), inner, _LONGER * radius, Box(x - radius, top, page.right, bottom))
    below_y = y + 12 - (below.height / 2 if below is not None else 0)
    return Place(kicker, kicker_y, title, first, below, below_y, _ring(x, y, inner, radius, outer, stage))


def _tall(picture: TitlePicture, stage: Stage) -> Place:
    """The title, whom it is for, and the bloom, one below the other."""
    page, fit, full = stage.page, stage.lettering.fit, stage.page.right - stage.page.left
    kicker = fit(picture.kicker.shown, stage.type.kicker, full, 2)
    title = _title(picture, stage, full)
    first = page.headline_y + 8 if picture.petals else page.middle - title.height
    kicker_y = first + title.height + 88
    below_y = kicker_y + kicker.height + 66
    below = fit(picture.prepared_for.shown, stage.type.label, full, 2) if picture.prepared_for.shown else None
    if not picture.petals:
        return Place(kicker, kicker_y, title, first, below, below_y, None)
    top = (below_y + below.height if below is not None else kicker_y + kicker.height) + 58
    radius = min(page.content_bottom - top, full) / 2
    x, y = page.width / 2, (top + page.content_bottom) / 2
    inner = _HOLLOW_TALL * radius
    box = Box(page.left, top, page.right, page.content_bottom)
    outer = _outer(picture.petals, (x, y), inner, _LONGER * radius, box)
    return Place(kicker, kicker_y, title, first, below, below_y, _ring(x, y, inner, radius, outer, stage))


def _ring(x: float, y: float, inner: float, radius: float, outer: float, stage: Stage) -> Ring:
    """Number and unit as large as the eye holds; the unit stays readable in a small one."""
    number, unit = min(0.8 * inner, stage.type.eye.size), min(max(26.0, 0.26 * inner), stage.type.note.size)
    whole = 0.727 * number + 1.28 * unit
    number_dy = 0.727 * number - whole / 2
    return Ring(x, y, inner, (inner + radius) / 2, outer, number, number_dy, unit, number_dy + 1.28 * unit)


def _outer(petals: Sequence[float | None], centre: tuple[float, float], inner: float, most: float, box: Box) -> float:
    """The longest petal's radius: at most `most`, the largest at which no petal leaves the box."""
    highest = max((value for value in petals if value is not None), default=0.0)
    if highest <= 0:
        return most
    longest = most - inner
    for i, value in enumerate(petals):
        angle = 2 * math.pi * i / len(petals)
        up, right, share = math.cos(angle), math.sin(angle), max(0.0, value or 0.0) / highest
        rooms = (
            ((centre[1] - box.top) / up if up > 0 else (box.bottom - centre[1]) / -up) if abs(up) > 1e-9 else math.inf,
            ((box.right - centre[0]) / right if right > 0 else (centre[0] - box.left) / -right)
            if abs(right) > 1e-9
            else math.inf,
        )
        if share > 0:
            longest = min(longest, *((room - inner) / share for room in rooms))
    return inner + longest
