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
        areas = [(slice(rect.top, rect.bottom), slice(rect.left, rect.right)) for rect in rects]
        for area in areas:
            self._draft[area] = self._ground[area]
        boxes = [self._box(rect) for rect in rects]
        for one in drawn:
            if one is not None:
                hit = [rect for rect, box in zip(rects, boxes, strict=True) if one.box.meets(box)]
                if hit:
                    self._draw(one, hit)
        for area in areas:
            self.pixels[area] = self._draft[area]

    def _draw(self, one: Drawn, hit: Sequence[Rect]) -> None:
        for rect in hit if one.image else hit[:1]:
            self._canvas.save()
            if one.image:
                self._canvas.clipRect(skia.Rect.MakeLTRB(rect.left, rect.top, rect.right, rect.bottom))
            self._canvas.scale(self.scale, self.scale)
            one.draw(self._canvas)
            self._canvas.restore()

    def _box(self, rect: Rect) -> Box:
        scale = self.scale
        return Box(rect.left / scale, rect.top / scale, rect.right / scale, rect.bottom / scale)

    def _rects(self, boxes: Sequence[Box]) -> tuple[Rect, ...]:
        """Boxes of the layout as even-aligned pixel areas, joined where joining costs little."""
        if not boxes:
            return ()
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


def _difference(old: Drawn | None, new: Drawn | None) -> Sequence[Box]:
    if old is new:
        return ()
    if old is None or new is None:
        return [one.box for one in (old, new) if one is not None]
    if old.key == new.key:
        return ()
    if new.since is not None and (narrow := new.since(old.key)) is not None:
        return [narrow]
    return [old.box, new.box]


def _joined(rects: list[Rect], slack: float) -> list[Rect]:
    """Pairs joined where they overlap, and while the joint area is at most `slack` times their sum."""
    edges = [(r.left, r.top, r.right, r.bottom, (r.right - r.left) * (r.bottom - r.top)) for r in rects]
    i = 0
    while i < len(edges):
        left, top, right, bottom, area = edges[i]
        for j in range(i + 1, len(edges)):
            left2, top2, right2, bottom2, area2 = edges[j]
            west, east = min(left, left2), max(right, right2)
            north, south = min(top, top2), max(bottom, bottom2)
            both = (east - west) * (south - north)
            overlap = left < right2 and left2 < right and top < bottom2 and top2 < bottom
            if overlap or both <= slack * (area + area2):
                edges[i] = (west, north, east, south, both)
                del edges[j]
                i = -1
                break
        i += 1
    return [Rect(*edge[:4]) for edge in edges]
