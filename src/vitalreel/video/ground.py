"""The ground every scene stands on: a short ramp with one soft light, dithered so that it shows no bands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vitalreel.video.frame import Pixels


@lru_cache(maxsize=4)
def ground(bg0: str, bg1: str, width_px: int, height_px: int) -> Pixels:
    """(height, width, 4) BGRA, read-only, made once per size and palette.

    35% of the way from bg0 to bg1 is vertical, 65% radial from (22%, 12%); dithered by +-0.5 of a level with an 8 x 8
    ordered tile, which x264 keeps or flattens evenly.
    """
    low, high = (np.array([int(c[i : i + 2], 16) for i in (5, 3, 1)], np.float32) for c in (bg0, bg1))
    x = np.arange(width_px, dtype=np.float32)[None, :] / width_px
    y = np.arange(height_px, dtype=np.float32)[:, None] / height_px
    far = np.hypot((x - 0.22) / 0.9, (y - 0.12) / 1.15)
    way = np.clip(0.35 * y + 0.65 * np.clip(far, 0, 1) ** 1.4, 0, 1)
    tile = _bayer(3)
    noise = np.tile(tile, (height_px // 8 + 1, width_px // 8 + 1))[:height_px, :width_px]
    pixels = np.full((height_px, width_px, 4), 255, np.uint8)
    level = np.empty_like(way)
    for channel in range(3):  # in place: page faults of temporary arrays cost more than the sums
        np.multiply(high[channel] - low[channel], way, out=level)
        level += low[channel]
        level += noise
        level += np.float32(0.5)
        pixels[..., channel] = level.astype(np.uint8)  # 0.007 to 255.993: cut off is rounded
    pixels.setflags(write=False)
    return pixels


def _bayer(order: int) -> NDArray[np.float32]:
    """The ordered dither tile of side 2**order, in -0.5..0.5."""
    tile = np.zeros((1, 1))
    for _ in range(order):
        tile = np.block([[4 * tile, 4 * tile + 2], [4 * tile + 3, 4 * tile + 1]])
    return ((tile + 0.5) / tile.size - 0.5).astype(np.float32)
