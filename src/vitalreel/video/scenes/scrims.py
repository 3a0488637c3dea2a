"""What darkens a clip above and below, so that white text reads on it whatever was filmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import skia

from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.frame import Pixels
from vitalreel.video.ink import colour, mixed
from vitalreel.video.kit import MIN_CONTRAST, contrast
from vitalreel.video.media import Footage
from vitalreel.video.page import Page
from vitalreel.video.stage import Stage

WHITE = "#FFFFFF"
_TOP_REACH, _TOP_LEAST = 300.0, 0.46  # the upper scrim, on the wide page
_TOP_TIMES = 2.6  # it reaches so much further than the text on it: at the text two thirds of it are left
_LOW_FROM, _LOW_LEAST, _LOW_MOST = 0.398, 0.86, 0.94  # the lower one: where it begins, as a share of the page's height
_STOPS = 9
_LOOKS = 5  # pictures of the clip that are looked at to choose the scrims


@dataclass(frozen=True, slots=True)
class Scrims:
    """How dark the upper and the lower scrim are, where the lower begins, and the lightest ground text may stand on."""

    top: float
    low: float
    low_from: float
    ground: str
    reach: float  # where the upper one ends


@dataclass(frozen=True, slots=True)
class OnClip:
    """Where text on the clip ends at the top, and where it begins again below."""

    upper: float
    lower: float


def shade(laid: Scrims, dark: str, stage: Stage) -> Element:
    """Both scrims: smooth at both ends, so that no edge shows where they begin."""
    page = stage.page

    def draw(canvas: Any) -> None:
        for top, bottom, start, end in (
            (0.0, laid.reach, laid.top, 0.0),
            (laid.low_from, page.height, 0.0, laid.low),
        ):
            shares = [i / (_STOPS - 1) for i in range(_STOPS)]
            colours = [colour(dark, start + (end - start) * _smooth(s)).toColor() for s in shares]
            points = [skia.Point(0, top), skia.Point(0, bottom)]
            paint = skia.Paint(AntiAlias=True, Dither=True)
            paint.setShader(skia.GradientShader.MakeLinear(points, colours, shares))
            canvas.drawRect(skia.Rect.MakeLTRB(0, top, page.width, bottom), paint)

    return lambda _: Drawn((), Box(0, 0, page.width, page.height), draw)


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


def _reach(page: Page, text: OnClip) -> float:
    """Where the upper scrim ends: further down where a disclosure stands below the company's name."""
    return max(_TOP_REACH * page.chrome_y / 94, _TOP_TIMES * text.upper)


def scrims(clip: Footage, part: Any, stage: Stage, dark: str, text: OnClip) -> Scrims:
    """As light as the look has them, or as dark as the clip's own lightest places under text ask for."""
    page = stage.page
    seen = [_seen(clip.picture(number), part) for number in _numbers(clip)]
    above, below = _zone(page, page.chrome_y - 40, text.upper), _zone(page, text.lower, page.height)
    light_top, light_low = _lightest(seen, above), _lightest(seen, below)
    reach = _reach(page, text)
    inside = 1 - _smooth(text.upper / reach)
    top = min(0.95, max(_TOP_LEAST, _needed(light_top, dark) / inside))
    low_from, low = page.height * _LOW_FROM, _LOW_LEAST
    wanted = _needed(light_low, dark)
    while low_from > -page.height and _LOW_MOST * _at(page, low_from, text.lower) < wanted:
        low_from -= page.height / 40
    low = min(_LOW_MOST, max(_LOW_LEAST, wanted / max(0.05, _at(page, low_from, text.lower))))
    grounds = (mixed(light_top, dark, top * inside), mixed(light_low, dark, low * _at(page, low_from, text.lower)))
    return Scrims(top, low, low_from, min(grounds, key=lambda ground: contrast(WHITE, ground)), reach)


def text_top(page: Page) -> float:
    return page.caption_y - 236 if page.wide else page.caption_y - 260


def _at(page: Page, low_from: float, text_top: float) -> float:
    """How much of the lower scrim there is where text begins."""
    return _smooth(max(0.0, (text_top - low_from) / (page.height - low_from)))


def _numbers(clip: Footage) -> list[int]:
    return sorted({round(i * (clip.count - 1) / (_LOOKS - 1)) for i in range(_LOOKS)})


def _seen(pixels: Pixels, part: Any) -> Pixels:
    left, top, right, bottom = (round(v) for v in (part.left(), part.top(), part.right(), part.bottom()))
    return np.array(pixels[top : max(top + 1, bottom) : 4, left : max(left + 1, right) : 4, :3])


def _zone(page: Page, top: float, bottom: float) -> Callable[[Pixels], Pixels]:
    return lambda pixels: pixels[int(top / page.height * len(pixels)) : max(1, int(bottom / page.height * len(pixels)))]


def _lightest(seen: list[Pixels], zone: Callable[[Pixels], Pixels]) -> str:
    """The 98th percentile of each channel in a zone, over all pictures looked at."""
    levels = np.concatenate([zone(pixels).reshape(-1, 3) for pixels in seen])
    blue, green, red = (int(v) for v in np.percentile(levels, 98, axis=0))
    return f"#{red:02X}{green:02X}{blue:02X}"


def _needed(light: str, dark: str) -> float:
    """How much of the scrim must lie on `light` for white to read on it."""
    steps = (i / 100 for i in range(101))
    return next((a for a in steps if contrast(WHITE, mixed(light, dark, a)) >= MIN_CONTRAST), 1.0)
