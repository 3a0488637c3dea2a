"""What scenes are built with: the kit's colours, lettering, the page mirrored for right-to-left languages, elements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from vitalreel.video.bidi import is_rtl
from vitalreel.video.element import Box, Drawn, Element, TextBox, offset, strength
from vitalreel.video.ink import fill, mixed
from vitalreel.video.kit import Kit, Theme, contrast
from vitalreel.video.lettering import Block, Lettering, Style
from vitalreel.video.media import NO_MEDIA, Shown
from vitalreel.video.motion import Clock
from vitalreel.video.page import Page, Type
from vitalreel.video.sprite import Sprite

Anchor = Literal["start", "centre", "end"]
ALWAYS = Clock(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text at one moment."""

    x: float
    y: float  # baseline
    text: str
    style: Style
    colour: str
    alpha: float = 1.0
    anchor: Anchor = "start"
    settled: bool = True  # at rest: shown as it will stay
    ground: str = ""  # what it stands on; empty: the scene's ground


@dataclass(frozen=True, slots=True)
class Stage:
    lettering: Lettering
    kit: Kit
    theme: Theme
    page: Page
    scale: float  # canvas px per layout px
    rtl: bool
    length_s: float
    media: Shown = field(default_factory=lambda: NO_MEDIA)

    # The page

    @property
    def type(self) -> Type:
        return self.page.text

    def x(self, x: float) -> float:
        """A place of the left-to-right page where it stands on this page."""
        return self.page.width - x if self.rtl else x

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A box of the left-to-right page where it stands on this page."""
        return (
            Box(self.page.width - right, top, self.page.width - left, bottom)
            if self.rtl
            else Box(left, top, right, bottom)
        )

    @property
    def ground(self) -> str:
        """The ground's colour between its two ends: rings round dots are cut out with it."""
        return mixed(self.theme.bg0, self.theme.bg1, 0.5)

    @property
    def unrolled(self) -> Stage:
        """The same stage, never mirrored: time and number scales run left to right in every language."""
        return replace(self, rtl=False)

    # Elements

    def live(self, at: Callable[[float], Line | None]) -> Element:
        """Text that changes or moves: `at` says what stands where at a scene time."""

        shown: list[tuple[Line, Drawn | None]] = []  # the last one: most lines rest most of the time

        def element(t: float) -> Drawn | None:
            line = at(t)
            if line is None:
                return None
            if not shown or shown[0][0] != line:
                shown[:] = [(line, self._drawn(line))]
            return shown[0][1]

        return element

    def text(
        self,
        x: float,
        y: float,
        text: str,
        style: Style,
        colour: str,
        clock: Clock = ALWAYS,
        rise: float = 0.0,
        anchor: Anchor = "start",
        ground: str = "",
    ) -> Element:
        """Text that comes in once, rising by `rise` px, and stays."""

        def at(t: float) -> Line | None:
            way = clock.at(t)
            if way <= 0:
                return None
            y_now = y + offset((1 - way) * rise * self.page.rise)
            return Line(x, y_now, text, style, colour, strength(way), anchor, way >= 1, ground)

        return self.live(at)

    def block(
        self,
        x: float,
        y: float,
        block: Block,
        colour: str,
        clock: Clock = ALWAYS,
        rise: float = 0.0,
        anchor: Anchor = "start",
        ground: str = "",
    ) -> list[Element]:
        """Fitted lines, the first baseline at `y`; on an unmirrored page, lines that run right to left end below each other."""
        if anchor == "start" and not self.rtl and len(block.lines) > 1 and is_rtl(block.lines[0]):
            x, anchor = x + max(self.lettering.width(line, block.style) for line in block.lines), "end"
        return [
            self.text(x, y + i * block.style.lead, line, block.style, colour, clock, rise, anchor, ground)
            for i, line in enumerate(block.lines)
        ]

    def shape(self, box: Box, clock: Clock, draw: Callable[[Any, float], None]) -> Element:
        """Something that comes in once: `draw(canvas, way)` with way 0..1 draws inside `box`."""

        def element(t: float) -> Drawn | None:
            way = strength(clock.at(t))
            return Drawn((way,), box, lambda canvas: draw(canvas, way)) if way > 0 else None

        return element

    def sprite(self, box: Box, clock: Clock, rise: float, draw: Callable[[Any], None]) -> Element:
        """Something drawn once that fades in as a whole, rising by `rise` px."""
        made: list[Sprite] = []

        def element(t: float) -> Drawn | None:
            alpha, shift = strength(clock.at(t)), offset((1 - clock.at(t)) * rise * self.page.rise)
            if alpha <= 0:
                return None
            if not made:
                made.append(Sprite(box, self.scale, draw))
            place = made[0].box.moved(0, shift).grown(1)
            return Drawn((alpha, shift), place, lambda canvas: made[0].draw(canvas, alpha, shift), image=True)

        return element

    # Inside

    def _drawn(self, line: Line) -> Drawn | None:
        shaped = self.lettering.shape(line.text, line.style)
        if shaped.blob is None or line.alpha <= 0:
            return None
        x = self._start(line, shaped.advance)
        ink = shaped.ink.moved(x, line.y)
        texts: tuple[TextBox, ...] = ()
        if line.settled:
            ground = line.ground or min(
                (self.theme.bg0, self.theme.bg1), key=lambda ground: contrast(line.colour, ground)
            )
            texts = (TextBox(shaped.text, ink, line.style.size, line.colour, ground),)
        key = (line.text, x, line.y, line.style, line.colour, line.alpha)

        def draw(canvas: Any) -> None:
            canvas.drawTextBlob(shaped.blob, x, line.y, fill(line.colour, line.alpha))

        return Drawn(key, ink.grown(2), draw, texts)

    def _start(self, line: Line, advance: float) -> float:
        """The left end of the baseline, from an anchor that follows the page's direction."""
        share = {"start": 0.0, "centre": 0.5, "end": 1.0}[line.anchor]
        return self.x(line.x) - advance * ((1 - share) if self.rtl else share)
