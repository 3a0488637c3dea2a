"""A person's picture: the photograph where there is one, else their initials on a tile of the accent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import skia

from vitalreel.errors import Refused
from vitalreel.video.bidi import is_rtl
from vitalreel.video.element import Box, Drawn, Element, strength
from vitalreel.video.ink import colour, gradient, mixed
from vitalreel.video.lettering import Block, Style
from vitalreel.video.media import SMOOTH, cover, photo, still_image
from vitalreel.video.motion import ENTER, Clock
from vitalreel.video.stage import Stage

FACE = (0.5, 0.38)
"""Where a portrait's face is, in shares of the photograph: what stays when it is cropped."""
_LONG = 0.64  # size of a name that does not fit two lines, of its own
_CLEAR = 8.0  # between the ink of a name that hangs low and that of the words below it
_IDEOGRAPHS, _APART = 0x2E80, "\u200c"
_GROWN = 0.02  # how much larger than at rest a photograph begins


def portrait(
    stage: Stage, name: str, media_id: str | None, box: Box, radius: float, clock: Clock, rise: float = 0.0
) -> list[Element]:
    """The picture in `box` of the left-to-right page. Raises Refused where the photograph is not among the media."""
    if media_id is not None:
        return [_photograph(stage, media_id, box, radius, clock)]
    placed = stage.box(*box)
    made: list[Element] = [_tile(stage, placed, radius, clock, rise)]
    if letters := initials(name):
        side = min(box.right - box.left, box.bottom - box.top)
        block = stage.lettering.fit(letters, Style("serif", round(side * 0.375)), (box.right - box.left) * 0.82)
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2 + block.style.size * 0.335
        made += stage.block(x, y, block, stage.theme.on_accent, clock, rise, "centre", stage.theme.accent)
    return made


def initials(name: str) -> str:
    """The first letters of the first two words that begin with one; of a name of ideographs its first, the family's.

    Arabic letters stand apart: joined, they would be another word.
    """
    letters = [word[0] for word in name.split() if word[0].isalpha()][:2]
    if letters and ord(letters[0]) >= _IDEOGRAPHS:
        return letters[0]
    return (_APART if is_rtl(name) else "").join(letters).upper()


def _tile(stage: Stage, box: Box, radius: float, clock: Clock, rise: float) -> Element:
    """Three tones of the accent, as a portrait would be lit."""
    light = mixed(stage.theme.accent, stage.theme.on_accent, 0.12)
    deep = mixed(stage.theme.accent, stage.theme.ink, 0.12)

    def draw(canvas: Any) -> None:
        paint = gradient((box.left, box.top), (box.right, box.bottom), (colour(light), colour(deep)))
        canvas.drawRoundRect(skia.Rect.MakeLTRB(*box), radius, radius, paint)

    return stage.sprite(box.grown(2), clock, rise, draw)


def _photograph(stage: Stage, media_id: str, box: Box, radius: float, clock: Clock) -> Element:
    """Cropped to the box, never stretched; it fades in and settles from a little larger."""
    picture = still_image(photo(stage.media, media_id))
    placed = stage.box(*box)
    shape = skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(*placed), radius, radius)
    settle = Clock(clock.start_s, 0.8, ENTER)
    width, height = placed.right - placed.left, placed.bottom - placed.top

    def element(t: float) -> Drawn | None:
        alpha = strength(clock.at(t))
        if alpha <= 0:
            return None
        grown = 1 + _GROWN * round((1 - settle.at(t)) * 255) / 255

        def draw(canvas: Any) -> None:
            source = cover(picture.width(), picture.height(), width, height, FACE)
            inset_x, inset_y = source.width() * (1 - 1 / grown) / 2, source.height() * (1 - 1 / grown) / 2
            source = skia.Rect.MakeLTRB(
                source.left() + inset_x, source.top() + inset_y, source.right() - inset_x, source.bottom() - inset_y
            )
            paint = skia.Paint()
            paint.setAlphaf(alpha)
            canvas.save()
            canvas.clipRRect(shape, True)
            canvas.drawImageRect(picture, source, skia.Rect.MakeLTRB(*placed), SMOOTH, paint)
            canvas.restore()

        return Drawn((alpha, grown), placed.grown(1), draw)

    return element


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person's picture and words stand on a page."""

    picture: Box
    x: float  # of the words beside or below it
    width: float
    name_y: float  # first baseline
    name: Style
    below: float  # where the rest may begin at the earliest
    left: float  # of the rest
    right: float


def standing(stage: Stage) -> Standing:
    """Beside each other on the wide page, the rest beside the picture too; on others the rest is below both."""
    page = stage.page
    if page.wide:
        x = 712.0
        name = Style("serif", 96, 100)
        return Standing(
            Box(page.left, 190, page.left + 520, 850), x, page.right - x, 292, name, 352, x, page.right
        )  # fmt: skip
    if page.height == page.width:
        box = Box(page.left, 160, page.left + 264, 160 + 290)
        x = box.right + 48
        return Standing(
            box, x, page.right - x, 262, Style("serif", 76, 80), box.bottom, page.left, page.right
        )  # fmt: skip
    box = Box(page.left, 336, page.left + 380, 336 + 470)
    x = box.right + 52
    return Standing(
        box, x, page.right - x, 470, Style("serif", 108, 112), box.bottom, page.left, page.right
    )  # fmt: skip


def words(stage: Stage, at: Standing, name: str, role: str, clocks: tuple[Clock, Clock]) -> tuple[list[Element], float]:
    """Name and role, and the last baseline of them."""
    lettering = stage.lettering
    try:
        block = lettering.fit(name, at.name, at.width, 2, one_line_first=True)
    except Refused:  # a name is never cut: the longest ones stand smaller, in three lines
        style = replace(at.name, size=at.name.size * _LONG, lead=at.name.size * _LONG * 1.22)
        block = lettering.fit(name, style, at.width, 3 if stage.page.wide else 4)
    made: list[Element] = []
    for i, line in enumerate(block.lines):
        one = Block((line,), block.style)
        made += stage.block(at.x - 3, at.name_y + i * block.style.lead, one, stage.theme.ink, clocks[0], 20)
    y = at.name_y + block.height
    if role:
        below = lettering.fit(role, stage.type.label, at.width, 2 if stage.page.wide else 4)
        over, under = (lettering.shape(b.lines[n], b.style).ink for b, n in ((block, -1), (below, 0)))
        y += max(stage.type.label.size * 1.76, over.bottom - under.top + _CLEAR)
        made += stage.block(at.x, y, below, stage.theme.ink2, clocks[1], 20)
        y += below.height
    return made, y
