"""Elements drawn once into an image and shown many times: shadows, glows, a whole scene as it leaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import skia

from vitalreel.video.element import Box


class Sprite:
    """A picture of what `draw` draws inside `box`, at the canvas's own resolution.

    draw: takes a skia.Canvas in layout px. scale: canvas px per layout px.
    """

    def __init__(self, box: Box, scale: float, draw: Callable[[Any], None]) -> None:
        self._scale = scale
        self._left, self._top = math.floor(box.left * scale), math.floor(box.top * scale)
        width = max(1, math.ceil(box.right * scale) - self._left)
        height = max(1, math.ceil(box.bottom * scale) - self._top)
        self.box = Box(
            self._left / scale, self._top / scale, (self._left + width) / scale, (self._top + height) / scale
        )
        info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)
        surface = skia.Surface.MakeRaster(info)
        canvas = surface.getCanvas()
        canvas.translate(-self._left, -self._top)
        canvas.scale(scale, scale)
        draw(canvas)
        self._image = surface.makeImageSnapshot()

    def draw(self, canvas: Any, alpha: float = 1.0, rise: float = 0.0) -> None:
        """Show it, `rise` layout px lower than drawn, at an opacity of 0..1."""
        paint = skia.Paint()
        paint.setAlphaf(alpha)
        canvas.save()
        canvas.scale(1 / self._scale, 1 / self._scale)
        sampling = skia.SamplingOptions(skia.FilterMode.kLinear)
        canvas.drawImage(self._image, self._left, self._top + rise * self._scale, sampling, paint)
        canvas.restore()
