"""A recorded clip, edge to edge: scrims above and below so that white reads on it, and the speaker's name below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import skia

from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.frame import Pixels
from vitalreel.video.ink import colour, fill, mixed, rounded
from vitalreel.video.kit import MIN_CONTRAST, contrast
from vitalreel.video.lettering import Block, Style
from vitalreel.video.media import Footage, cover, footage, image
from vitalreel.video.motion import EXIT, EXIT_S, Clock
from vitalreel.video.page import Page
from vitalreel.video.stage import Stage

WHITE = "#FFFFFF"
_NAME_AT_S, _ROLE_AT_S, _ENTER_S, _HOLD_S = 0.5, 0.6, 0.5, 4.5
_TOP_REACH, _TOP_LEAST = 300.0, 0.46  # the upper scrim, on the wide page
_LOW_FROM, _LOW_LEAST, _LOW_MOST = 0.398, 0.86, 0.94  # the lower one: where it begins, as a share of the page's height
_STOPS = 9
_LOOKS = 5  # pictures of the clip that are looked at to choose the scrims
_BELOW_CHROME = 56.0  # baseline of the disclosure
_ROOM = 1.34  # a page may be so much wider, against its height, than a clip that fills it


@dataclass(frozen=True, slots=True)
class _Scrims:
    """How dark the upper and the lower scrim are, where the lower begins, and the lightest ground text may stand on."""

    top: float
    low: float
    low_from: float
    ground: str


def backdrop(picture: TalentPicture, stage: Stage) -> tuple[Stage, list[Element]]:
    """The clip and its scrims, and the stage with everything on it in white."""
    clip = footage(stage.media, picture.clip)
    part, box = _crop(clip, picture, stage)
    dark = mixed(stage.kit.dark.bg1, stage.kit.light.accent, 0.12)
    reach = stage.page.chrome_y + (_BELOW_CHROME + 10 if picture.disclosure.shown else 12)
    scrims = _scrims(clip, part, stage, dark, reach)
    plain = replace(
        stage.theme, ink=WHITE, ink2=WHITE, ink3=WHITE, accent=WHITE, bg0=scrims.ground, bg1=scrims.ground
    )  # fmt: skip
    over = replace(stage, theme=plain)
    under = [_clip(clip, part, box, dark, stage.page), _shade(scrims, dark, stage)]
    return over, [*under, *_disclosure(picture, over)]


def elements(picture: TalentPicture, scene: Scene, stage: Stage) -> list[Element]:
    """The lower third: there for a few seconds, then gone. The scene's headline is not drawn."""
    page = stage.page
    name = stage.lettering.fit(picture.name.shown, _name(stage), _width(stage), 2, one_line_first=True)
    role = stage.lettering.fit(picture.role.shown, stage.type.label, _width(stage), 2)
    last = page.caption_y - 124 if page.wide else page.caption_y - stage.type.caption.lead * 2
    role_y = last - role.height
    name_y = role_y - (56 if picture.role.shown else 0) * name.style.size / 72 - name.height
    x = page.left + (28 if stage.kit.lower_third != "plain" else 0)
    made = _behind(stage, Box(page.left, name_y - name.style.size, 0, last + 24), name, role)
    for i, line in enumerate(name.lines):
        one = Block((line,), name.style)
        made += stage.block(x - 2, name_y + i * name.style.lead, one, WHITE, Clock(_NAME_AT_S, _ENTER_S), 20)
    if picture.role.shown:
        made += stage.block(x, role_y, role, WHITE, Clock(_ROLE_AT_S, _ENTER_S), 20)
    return [_held(element) for element in made]


def _disclosure(picture: TalentPicture, stage: Stage) -> list[Element]:
    """That a computer made the clip: below the company's name, from the first frame to the last."""
    if not picture.disclosure.shown:
        return []
    page, style = stage.page, stage.type.note
    block = stage.lettering.fit(picture.disclosure.shown, style, page.right - page.left)
    return stage.block(page.left, page.chrome_y + _BELOW_CHROME, block, WHITE)


def _name(stage: Stage) -> Style:
    size = stage.type.headline.size + 4
    return Style("serif", size, size * 1.08)


def _width(stage: Stage) -> float:
    return 1000.0 if stage.page.wide else stage.page.right - stage.page.left - 28


def _behind(stage: Stage, around: Box, name: Block, role: Block) -> list[Element]:
    """What the brand puts behind or beside the name: nothing, a bar, or a tile of its accent."""
    style, width = stage.kit.lower_third, stage.lettering.width
    if style == "plain":
        return []
    accent = stage.kit.dark.accent if style == "bar" else stage.kit.light.accent
    longest = max([*(width(s, name.style) for s in name.lines), *(width(s, role.style) for s in role.lines if s)])
    box = stage.box(around.left, around.top, around.left + (8 if style == "bar" else longest + 60), around.bottom)

    def draw(canvas: Any) -> None:
        rounded(canvas, box, 3 if style == "bar" else 12, fill(accent))

    return [stage.sprite(box.grown(2), Clock(_NAME_AT_S, _ENTER_S), 20, draw)]


def _held(element: Element) -> Element:
    """The element until it has been read, then gone in a blink of 240 ms."""
    leave = Clock(_ROLE_AT_S + _ENTER_S + _HOLD_S, EXIT_S, EXIT)

    def shown(t: float) -> Drawn | None:
        found, gone = element(t), round(leave.at(t) * 255) / 255
        if found is None or gone >= 1:
            return None
        if gone <= 0:
            return found
        box, draw = found.box, found.draw

        def faded(canvas: Any) -> None:
            canvas.saveLayerAlpha(skia.Rect.MakeLTRB(*box), round(255 * (1 - gone)))
            draw(canvas)
            canvas.restore()

        return Drawn((*found.key, gone), box, faded)

    return shown


# The clip


def shown_part(aspect: float, focus: tuple[float, float], page: Page) -> Box:
    """What a page shows of a clip, in shares of it. aspect: the clip's width over its height. focus: where the face is."""
    if (page.width / page.height) / aspect > _ROOM:
        return Box(0, 0, 1, 1)
    part = cover(aspect, 1.0, page.width, page.height, focus)
    return Box(part.left() / aspect, part.top(), part.right() / aspect, part.bottom())


def _crop(clip: Footage, picture: TalentPicture, stage: Stage) -> tuple[Any, Box]:
    """The part of the clip that is shown, and where.

    It fills the page: cropped at its sides round the face, or a little above and below. A clip so upright that more than a
    quarter of its height would go stands whole at the page's end, on the scrim's colour.
    """
    page = stage.page
    wide = (page.width / page.height) / (clip.width_px / clip.height_px)
    if wide > _ROOM:
        width = clip.width_px * page.height / clip.height_px
        left = page.right - width if page.right - width > page.width / 2 else page.width - width
        return skia.Rect.MakeWH(clip.width_px, clip.height_px), stage.box(left, 0, left + width, page.height)
    return cover(clip.width_px, clip.height_px, page.width, page.height, picture.focus), Box(
        0, 0, page.width, page.height
    )


def _clip(clip: Footage, part: Any, box: Box, dark: str, page: Page) -> Element:
    """Picture after picture at the clip's own rate; after the last, the last."""
    whole = Box(0, 0, page.width, page.height)

    def element(t: float) -> Drawn:
        number = min(clip.count - 1, max(0, int(t * clip.fps + 1e-6)))

        def draw(canvas: Any) -> None:
            if box != whole:
                canvas.drawRect(skia.Rect.MakeLTRB(*whole), fill(dark))
            sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
            canvas.drawImageRect(image(clip.picture(number)), part, skia.Rect.MakeLTRB(*box), sampling)

        return Drawn((number,), whole, draw)

    return element


# The scrims


def _shade(scrims: _Scrims, dark: str, stage: Stage) -> Element:
    """Both scrims: smooth at both ends, so that no edge shows where they begin."""
    page = stage.page
    reach = _reach(page)

    def draw(canvas: Any) -> None:
        for top, bottom, start, end in ((0.0, reach, scrims.top, 0.0), (scrims.low_from, page.height, 0.0, scrims.low)):
            shares = [i / (_STOPS - 1) for i in range(_STOPS)]
            colours = [colour(dark, start + (end - start) * _smooth(s)).toColor() for s in shares]
            points = [skia.Point(0, top), skia.Point(0, bottom)]
            paint = skia.Paint(AntiAlias=True, Dither=True)
            paint.setShader(skia.GradientShader.MakeLinear(points, colours, shares))
            canvas.drawRect(skia.Rect.MakeLTRB(0, top, page.width, bottom), paint)

    return lambda _: Drawn((), Box(0, 0, page.width, page.height), draw)


def _smooth(share: float) -> float:
    return share * share * (3 - 2 * share)


def _reach(page: Page) -> float:
    return _TOP_REACH * page.chrome_y / 94


def _scrims(clip: Footage, part: Any, stage: Stage, dark: str, reach: float) -> _Scrims:
    """As light as the look has them, or as dark as the clip's own lightest places under text ask for."""
    page = stage.page
    seen = [_seen(clip.picture(number), part) for number in _numbers(clip)]
    above, below = _zone(page, page.chrome_y - 40, reach), _zone(page, _text_top(page), page.height)
    light_top, light_low = _lightest(seen, above), _lightest(seen, below)
    inside = 1 - _smooth(reach / _reach(page))
    top = min(0.95, max(_TOP_LEAST, _needed(light_top, dark) / inside))
    low_from, low = page.height * _LOW_FROM, _LOW_LEAST
    wanted = _needed(light_low, dark)
    while low_from > 0 and _LOW_MOST * _at(page, low_from) < wanted:
        low_from -= page.height / 40
    low = min(_LOW_MOST, max(_LOW_LEAST, wanted / max(0.05, _at(page, low_from))))
    grounds = (mixed(light_top, dark, top * inside), mixed(light_low, dark, low * _at(page, low_from)))
    return _Scrims(top, low, low_from, min(grounds, key=lambda ground: contrast(WHITE, ground)))


def _text_top(page: Page) -> float:
    return page.caption_y - 236 if page.wide else page.caption_y - 260


def _at(page: Page, low_from: float) -> float:
    """How much of the lower scrim there is where text begins."""
    return _smooth(max(0.0, (_text_top(page) - low_from) / (page.height - low_from)))


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
