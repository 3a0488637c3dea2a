"""A canvas that remembers what it shows and redraws only where something differs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import skia

from vitalreel.video.element import Box, Drawn, Element
from vitalreel.video.frame import Frame, Pixels, Rect
from vitalreel.video.page import page_for

_MOST_RECTS = 12  # more separate areas than this cost more in overhead than they save in pixels


class Canvas:
    """Shows elements over a ground, frame after frame.

    ground: (height, width, 4) BGRA; its size is the canvas's size. The page of its shape is scaled to it.
    """

    def __init__(self, ground: Pixels) -> None:
        self._ground = ground
        self.height_px, self.width_px = ground.shape[:2]
        self.scale = self.width_px / page_for(self.width_px, self.height_px).width
        self.pixels = np.array(ground)
        self._draft = np.array(ground)
        self._canvas = _surface(self._draft).getCanvas()
        self._shown: list[Drawn | None] | None = None

    def show(self, elements: Sequence[Element], t: float) -> Frame:
        """The picture at scene time `t`; the same elements, in the same order, each time."""
        coming = [element(t) for element in elements]
        if self._shown is None:
            self._redraw((Rect(0, 0, self.width_px, self.height_px),), coming)
            self._shown = coming
            return Frame(self.pixels, None)
        pairs = zip(self._shown, coming, strict=True)
        changed = self._rects([box for old, new in pairs for box in _difference(old, new)])
        self._redraw(changed, coming)
        self._shown = coming
        return Frame(self.pixels, changed)

    def _redraw(self, rects: Sequence[Rect], drawn: Sequence[Drawn | None]) -> None:
        """Draw what meets the areas on a draft and take only the areas over.

        Shapes are drawn whole: skia rounds the edge of a shape differently, by a few levels, where a clip cuts it, and
        then a picture would depend on what had moved before. Images are cut to the areas, which changes nothing in them.
        """
        areas = [(rect, slice(rect.top, rect.bottom), slice(rect.left, rect.right)) for rect in rects]
        for _, rows, columns in areas:
            self._draft[rows, columns] = self._ground[rows, columns]
        for one in drawn:
            hit = [rect for rect in rects if one is not None and one.box.meets(self._box(rect))]
            if one is not None and hit:
                self._draw(one, hit)
        for _, rows, columns in areas:
            self.pixels[rows, columns] = self._draft[rows, columns]

    def _draw(self, one: Drawn, hit: Sequence[Rect]) -> None:
        for rect in hit if one.image else hit[:1]:
            self._canvas.save()
            if one.image:
                self._canvas.clipRect(skia.Rect.MakeLTRB(rect.left, rect.top, rect.right, rect.bottom))
            self._canvas.scale(self.scale, self.scale)
            one.draw(self._canvas)
            self._canvas.restore()

    def _box(self, rect: Rect) -> Box:
        return Box(*(edge / self.scale for edge in (rect.left, rect.top, rect.right, rect.bottom)))

    def _rects(self, boxes: Sequence[Box]) -> tuple[Rect, ...]:
        """Boxes of the layout as even-aligned pixel areas, joined where joining costs little."""
        rects = [rect for box in boxes if (rect := self._pixels(box)) is not None]
        slack = 1.1
        while True:
            rects = _joined(rects, slack)
            if len(rects) <= _MOST_RECTS:
                return tuple(rects)
            slack *= 1.5

    def _pixels(self, box: Box) -> Rect | None:
        left, top = (max(0, math.floor(edge * self.scale)) & ~1 for edge in box[:2])
        right = min(self.width_px, (math.ceil(box.right * self.scale) + 1) & ~1)
        bottom = min(self.height_px, (math.ceil(box.bottom * self.scale) + 1) & ~1)
        return Rect(left, top, right, bottom) if left < right and top < bottom else None


def _surface(pixels: Pixels) -> skia.Surface:
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
    return skia.Surface.MakeRasterDirect(info, pixels)


def _difference(old: Drawn | None, new: Drawn | None) -> list[Box]:
    if old is None or new is None:
        return [one.box for one in (old, new) if one is not None]
    if old.key == new.key:
        return []
    if new.since is not None and (narrow := new.since(old.key)) is not None:
        return [narrow]
    return [old.box, new.box]


def _area(rect: Rect) -> int:
    return (rect.right - rect.left) * (rect.bottom - rect.top)


def _joined(rects: list[Rect], slack: float) -> list[Rect]:
    """Pairs joined where they overlap, and while the joint area is at most `slack` times their sum."""
    rects = list(rects)
    i = 0
    while i < len(rects):
        for j in range(i + 1, len(rects)):
            a, b = rects[i], rects[j]
            both = Rect(min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom))
            overlap = a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
            if overlap or _area(both) <= slack * (_area(a) + _area(b)):
                rects[i] = both
                del rects[j]
                i = -1
                break
        i += 1
    return rects
