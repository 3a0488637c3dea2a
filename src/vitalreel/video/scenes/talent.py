"""A recorded clip, edge to edge: scrims above and below so that white reads on it, and the speaker's name below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import skia

from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.ink import fill, mixed, rounded
from vitalreel.video.lettering import Block, Style
from vitalreel.video.media import Footage, cover, footage, image
from vitalreel.video.motion import EXIT, EXIT_S, Clock
from vitalreel.video.page import Page
from vitalreel.video.scenes.scrims import WHITE, OnClip, scrims, shade, text_top
from vitalreel.video.stage import Stage

_NAME_AT_S, _ROLE_AT_S, _ENTER_S, _HOLD_S = 0.5, 0.6, 0.5, 4.5
_LONG = 0.64  # size of a name that does not fit two lines, of its own
_CLEAR = 8.0  # between a name's ink and its role's
_BELOW_CHROME = 56.0  # baseline of the disclosure
_ROOM = 1.34  # a page may be so much wider, against its height, than a clip that fills it


def backdrop(picture: TalentPicture, stage: Stage) -> tuple[Stage, list[Element]]:
    """The clip and its scrims, and the stage with everything on it in white."""
    clip = footage(stage.media, picture.clip)
    part, box = _crop(clip, picture, stage)
    dark = mixed(stage.kit.dark.bg1, stage.kit.light.accent, 0.12)
    text = OnClip(
        stage.page.chrome_y + (_BELOW_CHROME + 10 if picture.disclosure.shown else 12),
        min(text_top(stage.page), _placed(picture, stage).top),
    )
    laid = scrims(clip, part, stage, dark, text)
    plain = replace(
        stage.theme, ink=WHITE, ink2=WHITE, ink3=WHITE, accent=WHITE, bg0=laid.ground, bg1=laid.ground
    )  # fmt: skip
    over = replace(stage, theme=plain)
    under = [_clip(clip, part, box, dark, stage.page), shade(laid, dark, stage)]
    return over, [*under, *_disclosure(picture, over)]


def elements(picture: TalentPicture, scene: Scene, stage: Stage) -> list[Element]:
    """The lower third: there for a few seconds, then gone. The scene's headline is not drawn."""
    page = stage.page
    at = _placed(picture, stage)
    name, role = at.name, at.role
    x = page.left + (28 if stage.kit.lower_third != "plain" else 0)
    made = _behind(stage, Box(page.left, at.name_y - name.style.size, 0, at.role_y + role.height + 24), name, role)
    for i, line in enumerate(name.lines):
        one = Block((line,), name.style)
        made += stage.block(x - 2, at.name_y + i * name.style.lead, one, WHITE, Clock(_NAME_AT_S, _ENTER_S), 20)
    if picture.role.shown:
        made += stage.block(x, at.role_y, role, WHITE, Clock(_ROLE_AT_S, _ENTER_S), 20)
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
    return Style("serif", size, size * 1.2)  # room for an accent under a letter that hangs low


@dataclass(frozen=True, slots=True)
class _LowerThird:
    name: Block
    role: Block
    name_y: float  # first baselines
    role_y: float

    @property
    def top(self) -> float:
        """Of the name's capitals and accents."""
        return self.name_y - 0.77 * self.name.style.size


def _placed(picture: TalentPicture, stage: Stage) -> _LowerThird:
    """The last line of the role stands above the captions; without a role the name does."""
    page = stage.page
    name = _fitted(picture.name.shown, stage)
    role = stage.lettering.fit(picture.role.shown, stage.type.label, _width(stage), 2)
    last = page.caption_y - 124 if page.wide else page.caption_y - stage.type.caption.lead * 2
    role_y = last - role.height
    name_y = role_y - (_above(name, role, stage) if picture.role.shown else 0.0) - name.height
    return _LowerThird(name, role, name_y, role_y)


def _above(name: Block, role: Block, stage: Stage) -> float:
    """From the name's last baseline to the role's first: as the look has it, or as far as letters that hang low ask for."""
    over, under = (stage.lettering.shape(b.lines[n], b.style).ink for b, n in ((name, -1), (role, 0)))
    return max(56 * name.style.size / 72, over.bottom - under.top + _CLEAR)


def _fitted(text: str, stage: Stage) -> Block:
    """A name in one line or two; the longest ones smaller, in three: none is cut."""
    style, width = _name(stage), _width(stage)
    small = replace(style, size=style.size * _LONG, lead=style.lead * _LONG)
    two = stage.lettering.fitted(text, style, width, 2, one_line_first=True)
    return two or stage.lettering.fit(text, small, width, 3)


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
