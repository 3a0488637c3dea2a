"""Text to glyphs: shaped by HarfBuzz, measured, wrapped and fitted, drawn by skia as text blobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import skia
import uharfbuzz as hb

from vitalreel.errors import Refused
from vitalreel.video.bidi import is_rtl, runs
from vitalreel.video.breaking import pieces, tokens
from vitalreel.video.element import Box, union
from vitalreel.video.faces import Face, Faces

_FIGURES = "0123456789"
SHRINK = 0.8  # text may go down to this share of its size before it is refused

TRACKING = {
    "serif": -0.012,
    "sans": -0.006,
    "medium": -0.008,
    "semibold": -0.01,
    "display": -0.018,
    "display_bold": -0.014,
}
"""Letter spacing by role, in ems; joined scripts take none."""


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set. Sizes in px of the page."""

    role: str
    size: float
    lead: float = 0.0  # baseline to baseline
    tnum: bool = False  # figures of equal width: counters and columns only


@dataclass(frozen=True, slots=True)
class Shaped:
    """A line ready to be drawn at a baseline; everything in layout px from the baseline's start."""

    text: str  # as it is drawn
    blob: Any  # skia.TextBlob, None for an empty line
    advance: float
    ink: Box  # around the outlines, to the pixel


@dataclass(frozen=True, slots=True)
class Block:
    """Text fitted into a width."""

    lines: tuple[str, ...]
    style: Style

    @property
    def height(self) -> float:
        """First baseline to last baseline."""
        return (len(self.lines) - 1) * self.style.lead


class Lettering:
    """Shapes with one set of faces and remembers every line it has shaped."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces
        self._shaped: dict[tuple[str, str, float, bool], Shaped] = {}
        self._fonts: dict[tuple[str, float], Any] = {}
        self._clean: dict[tuple[str, str], str] = {}
        self._fitted: dict[tuple[str, Style, float, int, bool, bool], Block | None] = {}
        self._parts: dict[tuple[str, str], list[tuple[Face, str, bool]]] = {}

    def clean(self, text: str, role: str) -> str:
        """`text` as it can be drawn in `role`; see Faces.drawable. Raises Refused for a letter no face has."""
        key = (text, role)
        if key not in self._clean:
            self._clean[key] = self._faces.drawable(role, text)
        return self._clean[key]

    def shape(self, text: str, style: Style) -> Shaped:
        key = (text, style.role, style.size, style.tnum)
        if key not in self._shaped:
            self._shaped[key] = self._shape(self.clean(text, style.role), style)
        return self._shaped[key]

    def width(self, text: str, style: Style) -> float:
        return self.shape(text, style).advance

    def wrap(self, text: str, style: Style, width: float, most: int = 99) -> tuple[str, ...]:
        """Lines no wider than `width`, balanced, a break after punctuation preferred where there are two."""
        parts = tokens(self.clean(text, style.role))
        lines = self._greedy(parts, style, width)
        if len(lines) < 2 or len(lines) > most:
            return tuple(lines)
        if len(lines) == 2 and (pair := self._best_pair(parts, style, width)):
            return pair
        words = [w for w in (self.width(part.strip(), style) for part in parts) if w <= width]
        low, high = max([width * 0.4, *words]), width  # no narrower than a word, which would be broken
        for _ in range(12):
            middle = (low + high) / 2
            if len(self._greedy(parts, style, middle)) <= len(lines):
                high = middle
            else:
                low = middle
        balanced = self._greedy(parts, style, high)
        return tuple(balanced if self._fits(balanced, style, width) else lines)

    def fit(self, text: str, style: Style, width: float, lines: int = 1, one_line_first: bool = False) -> Block:
        """`text` in at most `lines` lines of `width`, at its size or down to 80% of it.

        one_line_first: shrink before wrapping (names, values) instead of after (sentences).
        Raises Refused, naming the text, where it does not fit: nothing is ever cut or ended with dots.
        """
        found = self.fitted(text, style, width, lines, one_line_first)
        if found is not None:
            return found
        raise Refused(
            f"the text {text!r}",
            f"it does not fit {lines} line{'s' if lines > 1 else ''} of {width:.0f} px even at {SHRINK:.0%} of its size",
            "shorten it in the source or the module",
        )

    def as_broken(self, lines: tuple[str, ...], style: Style, width: float, least: float = SHRINK) -> Block | None:
        """Lines that are broken already, at their size or down to `least` of it; None where they are wider."""
        for step in range(round((1 - least) / 0.02) + 1):
            by = 1 - 0.02 * step
            smaller = replace(style, size=style.size * by, lead=style.lead * by)
            if self._fits(lines, smaller, width):
                return Block(lines, smaller)
        return None

    def fitted(
        self,
        text: str,
        style: Style,
        width: float,
        lines: int = 1,
        one_line_first: bool = False,
        broken: bool = True,
    ) -> Block | None:
        """As `fit`; None where the text does not fit. A word is broken only where no size keeps all words whole.

        broken: whether a word may be broken at all.
        """
        key = (text, style, width, lines, one_line_first, broken)
        if key not in self._fitted:
            self._fitted[key] = self._largest(*key)
        return self._fitted[key]

    def _largest(
        self, text: str, style: Style, width: float, lines: int, one_line_first: bool, broken: bool
    ) -> Block | None:
        sizes = [style.size * (1 - 0.02 * step) for step in range(round((1 - SHRINK) / 0.02) + 1)]
        order = [(n, z) for n in ([1, lines] if one_line_first and lines > 1 else [lines]) for z in sizes]
        for whole in (True, False)[: 1 + broken]:
            for most, size in order:
                smaller = replace(style, size=size, lead=style.lead * size / style.size)
                if whole and not self._whole(text, smaller, width):
                    continue
                wrapped = self.wrap(text, smaller, width, most)
                if len(wrapped) <= most and self._fits(wrapped, smaller, width):
                    return Block(wrapped, smaller)
        return None

    def _whole(self, text: str, style: Style, width: float) -> bool:
        """Whether every word is at most as wide as a line."""
        return all(self.width(t.strip(), style) <= width for t in tokens(self.clean(text, style.role)))

    def _fits(self, lines: list[str] | tuple[str, ...], style: Style, width: float) -> bool:
        return all(self.width(line, style) <= width + 0.01 for line in lines)

    def _greedy(self, parts: Sequence[str], style: Style, width: float) -> list[str]:
        lines: list[str] = []
        current = ""
        for token in (part for whole in parts for part in self._breakable(whole, style, width)):
            longer = current + token
            if current and self.width(longer.strip(), style) > width:
                lines.append(current.strip())
                current = token.lstrip()
            else:
                current = longer
        return [*lines, current.strip()] if current.strip() or not lines else lines

    def _breakable(self, token: str, style: Style, width: float) -> list[str]:
        """A single word wider than a line is broken wherever it must be; every other word is kept whole."""
        if self.width(token.strip(), style) <= width or len(token) < 2:
            return [token]
        return [part for piece in pieces(token) for part in self._breakable(piece, style, width)]

    def _best_pair(self, parts: Sequence[str], style: Style, width: float) -> tuple[str, str] | None:
        """The best two lines: even, the second not longer, the first ending in punctuation if neither gets too short."""
        best: tuple[float, tuple[str, str]] | None = None
        for k in range(1, len(parts)):
            first, second = "".join(parts[:k]).strip(), "".join(parts[k:]).strip()
            one, two = self.width(first, style), self.width(second, style)
            if max(one, two) > width or min(one, two) < 0.5 * max(one, two) or not first:
                continue
            cost = abs(one - two) / max(one, two) - (0.42 if first[-1] in ",.;:?!،。、" else 0) + 0.15 * (two > one)
            cost += 0.3 * (first[-1] == "-")  # a word is kept whole where its neighbours allow
            if best is None or cost < best[0]:
                best = (cost, (first, second))
        return best[1] if best else None

    def _shape(self, text: str, style: Style) -> Shaped:
        builder, x, inked = skia.TextBlobBuilder(), 0.0, [Box(0.0, 0.0, 0.0, 0.0)]
        for face, part, rtl in self._items(text, style.role):
            glyphs, places, x = _glyphs(face, part, rtl, style, x)
            if glyphs:
                builder.allocRunPos(self._font(face, style.size), glyphs, [skia.Point(*place) for place in places])
                inked += _ink(face, style.size, glyphs, places)
        if text and not is_rtl(text):
            x -= TRACKING[style.role] * style.size  # no letter follows the last one
        return Shaped(text, builder.make() if text else None, max(0.0, x), union(inked))

    def _items(self, text: str, role: str) -> list[tuple[Face, str, bool]]:
        """Parts of one face and one direction, in the order they are drawn from left to right; the same at every size."""
        if (text, role) not in self._parts:
            self._parts[text, role] = self._itemised(text, role)
        return self._parts[text, role]

    def _itemised(self, text: str, role: str) -> list[tuple[Face, str, bool]]:
        items: list[tuple[Face, str, bool]] = []
        for run in runs(text, is_rtl(text)):
            parts: list[tuple[Face, str]] = []
            for character in text[run.start : run.end]:
                face = self._face(role, character, parts[-1][0] if parts else None)
                if parts and parts[-1][0] is face:
                    parts[-1] = (face, parts[-1][1] + character)
                else:
                    parts.append((face, character))
            items += [(face, part, run.rtl) for face, part in (reversed(parts) if run.rtl else parts)]
        return items

    def _face(self, role: str, character: str, current: Face | None) -> Face:
        """Spaces, marks and punctuation stay with the face before them where it has them: words are shaped whole."""
        if current is not None and not character.isalnum() and (current.has(character) or not character.isprintable()):
            return current
        return self._faces.for_character(role, character) or current or self._faces.first(role)

    def _font(self, face: Face, size: float) -> Any:
        key = (face.file, size)
        if key not in self._fonts:
            font = skia.Font(face.typeface, size)
            font.setSubpixel(True)
            font.setHinting(skia.FontHinting.kNone)
            font.setEdging(skia.Font.Edging.kAntiAlias)
            font.setLinearMetrics(True)
            font.setBaselineSnap(False)
            self._fonts[key] = font
        return self._fonts[key]


def _glyphs(
    face: Face, text: str, rtl: bool, style: Style, x: float
) -> tuple[list[int], list[tuple[float, float]], float]:
    """Glyph ids and places of one part that starts at `x`, and where it ends."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(face.shaper, buffer, {"kern": True, "liga": True, "calt": True, "pnum": True})
    scale, track = style.size / face.units, 0.0 if rtl else TRACKING[style.role] * style.size
    cell = _figure_cell(face) if style.tnum else 0
    glyphs, places = [], []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        figure = bool(cell) and text[info.cluster] in _FIGURES
        aside = (cell - position.x_advance) / 2 if figure else 0
        glyphs.append(info.codepoint)
        places.append((x + (position.x_offset + aside) * scale, -position.y_offset * scale))
        x += (cell if figure else position.x_advance) * scale + track
    return glyphs, places, x


def _figure_cell(face: Face) -> int:
    """The cell tabular figures stand in, in font units: that of the face's own tabular nought.

    Its other tabular figures are not used: Inter puts a foot under the 1, and a number would change form as it settles.
    """
    buffer = hb.Buffer()
    buffer.add_str("0")
    buffer.guess_segment_properties()
    hb.shape(face.shaper, buffer, {"tnum": True})
    return int(buffer.glyph_positions[0].x_advance)


def _ink(face: Face, size: float, glyphs: list[int], places: list[tuple[float, float]]) -> list[Box]:
    """What each glyph's outline covers; HarfBuzz gives bearings upwards, the page runs downwards."""
    scale, boxes = size / face.units, []
    for glyph, (x, y) in zip(glyphs, places, strict=True):
        extents = face.shaper.get_glyph_extents(glyph)
        if extents is not None and extents.width:
            left, top = x + extents.x_bearing * scale, y - extents.y_bearing * scale
            boxes.append(Box(left, top, left + extents.width * scale, top - extents.height * scale))
    return boxes
