"""The common scene made of the engine's elements: what we draw where our peers draw theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vitalreel.edges import gl

gl.ensure()

import skia  # noqa: E402

from benchmarks.render.content import (  # noqa: E402
    CAPTION_FADE_S,
    CAPTION_S,
    FPS,
    FRAMES,
    MONTHS,
    PANELS,
    Content,
    H,
    W,
    clamp,
    eased,
    smooth,
)
from vitalreel.video.canvas import Canvas  # noqa: E402
from vitalreel.video.element import Box, Drawn, Element, offset, strength  # noqa: E402
from vitalreel.video.faces import Faces  # noqa: E402
from vitalreel.video.frame import Frame  # noqa: E402
from vitalreel.video.ground import ground  # noqa: E402
from vitalreel.video.ink import colour, fill, gradient, polyline, rounded, rule, stroke  # noqa: E402
from vitalreel.video.kit import Kit, Mark, Theme  # noqa: E402
from vitalreel.video.lettering import Lettering, Style  # noqa: E402
from vitalreel.video.sprite import Sprite  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
NIGHT, DEEP, WHITE, SKY, AMBER, GREEN, BLACK = (
    "#0B1220",
    "#1E3A8A",
    "#FFFFFF",
    "#93C5FD",
    "#F59E0B",
    "#34D399",
    "#000000",
)
TITLE, SUBTITLE = Style("semibold", 72), Style("sans", 36)
NUMBER, MONTH, AMOUNT = Style("semibold", 26), Style("sans", 24), Style("semibold", 40)
PERSON, ROLE, CAPTION = Style("semibold", 40), Style("sans", 28), Style("medium", 40)
FILES = {"sans": "Inter-400.ttf", "medium": "Inter-500.ttf", "semibold": "Inter-600.ttf"}
_THEME = Theme(DEEP, NIGHT, NIGHT, WHITE, WHITE, WHITE, SKY, SKY, GREEN, NIGHT, AMBER, AMBER, BLACK, 0.5, 0.1)
_KIT = Kit("Nordwind", Mark("M 0 0 Z", 1), {role: (name,) for role, name in FILES.items()}, _THEME, _THEME, "")


class Maker:
    """Draws scenes one after the other, as a worker does: the faces are read once, all else is made anew for each scene."""

    def __init__(self) -> None:
        folder = ROOT / "var" / "assets" / "faces"
        self._faces = Faces({name: (folder / name).read_bytes() for name in FILES.values()}, _KIT)

    def frames(self, content: Content) -> Iterator[Frame]:
        """Every frame of the scene, in order."""
        canvas = Canvas(ground(DEEP, NIGHT, W, H))
        elements = _Scene(content, Lettering(self._faces)).elements()
        for number in range(FRAMES):
            yield canvas.show(elements, number / FPS)

    def still(self, content: Content, at_s: float) -> Iterator[Frame]:
        """One moment of the scene, held for its whole length: a card on which nothing moves."""
        canvas = Canvas(ground(DEEP, NIGHT, W, H))
        elements = _Scene(content, Lettering(self._faces)).elements()
        for _ in range(FRAMES):
            yield canvas.show(elements, at_s)


class _Scene:
    def __init__(self, content: Content, lettering: Lettering) -> None:
        self._content, self._lettering = content, lettering

    def elements(self) -> list[Element]:
        bars = [self._bar(i, value) for i, value in enumerate(self._content.bars)]
        return [self._panels(), *self._titles(), *bars, *self._line(), self._lower_third(), *self._captions()]

    def _text(
        self, x: float, y: float, text: str, style: Style, ink: str, alpha: float = 1.0, share: float = 0.0
    ) -> Drawn:
        """A line with its start (share 0), middle (0.5) or end (1) at `x`."""
        shaped = self._lettering.shape(text, style)
        left = x - share * shaped.advance

        def draw(canvas: Any) -> None:
            canvas.drawTextBlob(shaped.blob, left, y, fill(ink, alpha))

        return Drawn((text, left, y, alpha), shaped.ink.moved(left, y).grown(2), draw)

    def _panels(self) -> Element:
        """Both panels, their grids and the months: drawn once, shown as one picture."""
        months = [self._text(163 + 75 * i, 800, month, MONTH, "#CBD5E1", share=0.5) for i, month in enumerate(MONTHS)]

        def draw(canvas: Any) -> None:
            for left, top, width, height in PANELS:
                rounded(canvas, Box(left, top, left + width, top + height), 24, fill(WHITE, 18 / 255))
                for k in range(1, 5):
                    y = top + 112 * k
                    canvas.drawLine(left + 24, y, left + width - 24, y, rule(WHITE, 1, 24 / 255))
            for month in months:
                month.draw(canvas)

        sprite = Sprite(Box(96, 260, 1824, 820), 1.0, draw)
        shown = Drawn(("panels",), sprite.box, sprite.draw, image=True)
        return lambda t: shown

    def _titles(self) -> list[Element]:
        def rising(text: str, y: float, style: Style, ink: str, at_s: float) -> Element:
            def element(t: float) -> Drawn | None:
                way = eased((t - at_s) / 0.8)
                return self._text(96, y + offset(60 * (1 - way)), text, style, ink, strength(way)) if way > 0 else None

            return element

        content = self._content
        return [rising(content.title, 150, TITLE, WHITE, 0.0), rising(content.subtitle, 210, SUBTITLE, SKY, 0.3)]

    def _bar(self, index: int, value: int) -> Element:
        left = 136 + 75 * index
        paint = gradient((0, 300), (0, 770), (colour("#60A5FA"), colour("#2563EB")))

        def element(t: float) -> Drawn | None:
            way = eased((t - 0.8 - 0.08 * index) / 1.2)
            top = 770 - offset(2.9 * value * way)
            if top >= 770:
                return None
            number = self._text(left + 27, top - 12, str(round(value * way)), NUMBER, WHITE, share=0.5)
            bar = Box(left, top, left + 54, 770)

            def draw(canvas: Any) -> None:
                rounded(canvas, bar, 8, paint)
                number.draw(canvas)

            return Drawn((*number.key, top), Box(left - 8, min(top, number.box.top), left + 62, 771), draw)

        return element

    def _line(self) -> list[Element]:
        """The line with its area, drawn once and uncovered from left to right; the tip that leads it; the amount above."""
        values = self._content.line
        points = [(1150 + i * 644 / 59, 800 - (value - 80) * 0.52) for i, value in enumerate(values)]
        glow, white = fill(GREEN, 0.66, blur=8), fill(WHITE)
        sprite = Sprite(Box(1140, 262, 1822, 801), 1.0, lambda canvas: _whole_line(canvas, points))

        def place(t: float) -> float:
            return smooth((t - 3) / 3) * (len(points) - 1)

        def line(t: float) -> Drawn | None:
            edge = round(1150 + place(t) * 644 / 59) if place(t) < len(points) - 1 else 1822
            if place(t) <= 0:
                return None

            def draw(canvas: Any) -> None:
                canvas.save()
                canvas.clipRect(skia.Rect.MakeLTRB(1140, 262, edge, 801))
                sprite.draw(canvas)
                canvas.restore()

            def since(earlier: tuple[Any, ...]) -> Box:
                return Box(earlier[0] - 1, sprite.box.top, edge + 1, sprite.box.bottom)

            return Drawn((edge,), sprite.box, draw, since=since, image=True)

        def tip(t: float) -> Drawn | None:
            whole, part = divmod(place(t), 1)
            if place(t) <= 0:
                return None
            (x0, y0), (x1, y1) = points[int(whole)], points[min(int(whole) + 1, len(points) - 1)]
            x, y = x0 + (x1 - x0) * part, y0 + (y1 - y0) * part

            def draw(canvas: Any) -> None:
                canvas.drawCircle(x, y, 14, glow)
                canvas.drawCircle(x, y, 8, white)

            return Drawn((x, y), Box(x - 40, y - 40, x + 40, y + 40), draw)

        def amount(t: float) -> Drawn | None:
            return (
                self._text(1150, 310, f"€ {values[int(place(t))] * 10:,.0f}", AMOUNT, WHITE) if place(t) > 0 else None
            )

        return [line, tip, amount]

    def _lower_third(self) -> Element:
        def element(t: float) -> Drawn | None:
            way = eased((t - 5) / 0.7)
            left = offset(-720 + 816 * way)
            if left <= -560:
                return None
            card, edge = Box(left, 848, left + 560, 952), Box(left, 848, left + 10, 952)
            person = self._text(left + 36, 894, self._content.person, PERSON, WHITE)
            role = self._text(left + 36, 934, self._content.role, ROLE, "#FCD34D")

            def draw(canvas: Any) -> None:
                rounded(canvas, card, 14, fill("#020617", 0.86))
                canvas.drawRect(skia.Rect.MakeLTRB(*edge), fill(AMBER))
                person.draw(canvas)
                role.draw(canvas)

            return Drawn((left,), card.grown(1), draw)

        return element

    def _captions(self) -> list[Element]:
        return [self._caption(index, text) for index, text in enumerate(self._content.captions)]

    def _caption(self, index: int, text: str) -> Element:
        start, width = index * CAPTION_S, self._lettering.width(text, CAPTION)
        card = Box(960 - width / 2 - 28, 978, 960 + width / 2 + 28, 1050)

        def element(t: float) -> Drawn | None:
            alpha = strength(clamp((t - start) / CAPTION_FADE_S))
            if alpha <= 0 or t >= start + CAPTION_S:
                return None
            words = self._text(960, 1028, text, CAPTION, WHITE, alpha, share=0.5)

            def draw(canvas: Any) -> None:
                rounded(canvas, card, 16, fill(BLACK, 0.59 * alpha))
                words.draw(canvas)

            return Drawn((alpha,), card.grown(1), draw)

        return element


def _whole_line(canvas: Any, points: list[tuple[float, float]]) -> None:
    area = polyline([*points, (points[-1][0], 800.0), (points[0][0], 800.0)])
    area.close()
    canvas.drawPath(area, gradient((0, 300), (0, 800), (colour(GREEN, 0.53), colour(GREEN, 0))))
    canvas.drawPath(polyline(points), stroke(GREEN, 5))
