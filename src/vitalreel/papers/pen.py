"""What pictures on paper are drawn with: a width, the brand's colours, and SVG text and shapes.

Colours stand in the pictures themselves: not every printer applies a page's styles inside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from vitalreel.video.kit import Theme

WIDE, NARROW = 660.0, 330.0
"""Units of a picture's width on a desk and on A4, and on a phone; a unit is about a pixel on either."""
SIZE = 12.5
LETTER = 0.56
"""Average width of a letter of Inter as a share of its size."""


@dataclass(frozen=True, slots=True)
class Pen:
    wide: float
    theme: Theme

    @property
    def narrow(self) -> bool:
        return self.wide < 500

    def text(
        self,
        x: float,
        y: float,
        words: str,
        anchor: str = "start",
        fill: str = "",
        weight: int = 400,
        size: float = SIZE,
    ) -> str:
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill or self.theme.ink2}" font-family="Inter, sans-serif" '
            f'font-size="{size}" font-weight="{weight}">{escape(words)}</text>'
        )

    def path(
        self, d: str, stroke: str, width: float = 1, dash: str = "", fill: str = "none", opacity: float = 1
    ) -> str:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        seen = f' fill-opacity="{opacity}"' if opacity < 1 else ""
        line = f'stroke="{stroke}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"{dashed}'
        return f'<path d="{d}" fill="{fill}"{seen} {line}/>'

    def dot(self, x: float, y: float, r: float, fill: str, stroke: str = "none", width: float = 0) -> str:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'

    def rect(self, x: float, y: float, wide: float, high: float, fill: str, round_: float = 2) -> str:
        return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{high:.1f}" rx="{round_}" fill="{fill}"/>'

    def svg(self, height: float, said: str, drawn: Sequence[str]) -> str:
        size = f'width="{self.wide:.0f}" height="{height:.0f}" viewBox="0 0 {self.wide:.0f} {height:.0f}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(said)}">{"".join(drawn)}</svg>'

    def room(self, words: str, size: float = SIZE) -> float:
        """About how wide words are."""
        return len(words) * size * LETTER

    def fits(self, x: float, words: str, size: float = SIZE) -> tuple[float, str]:
        """(x, anchor) for words about `x` that keeps them inside the picture."""
        half = self.room(words, size) / 2
        if x - half < 0:
            return 0.0, "start"
        return (self.wide, "end") if x + half > self.wide else (x, "middle")
