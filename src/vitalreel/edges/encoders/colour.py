"""BGRA to planar YUV 4:2:0, BT.709 in limited range, only where the picture changed.

Fixed point, 16 fractional bits, rounded half up; chroma is the mean of each 2 x 2 block (centre siting). The compiled loops
and the numpy ones compute the same integers, so a machine where numba is absent makes the same film, only more slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalreel.edges.encoders.machine_code import compiled
from vitalreel.ports import Rect

Plane = NDArray[np.uint8]

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709, table 3
_ONE = 1 << 16


def _weights() -> tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]:
    """Weights of (blue, green, red) for Y, Cb and Cr, scaled to 219 and 224 levels.

    Each row is rounded so that it sums exactly: white is 235 and grey has no colour.
    """
    kg = 1 - _KR - _KB
    luma, chroma = 219 / 255 * _ONE, 224 / 255 * _ONE
    y_blue, y_red = round(_KB * luma), round(_KR * luma)
    cb_red, cb_blue = round(-_KR / (2 * (1 - _KB)) * chroma), round(chroma / 2)
    cr_blue, cr_red = round(-_KB / (2 * (1 - _KR)) * chroma), round(chroma / 2)
    y_green = round((_KB + kg + _KR) * luma) - y_blue - y_red
    return (y_blue, y_green, y_red), (cb_blue, -cb_blue - cb_red, cb_red), (cr_blue, -cr_blue - cr_red, cr_red)


WEIGHTS = np.array(_weights(), np.int32)  # rows Y, Cb, Cr; columns blue, green, red
_Y_OFFSET = (16 << 16) + (1 << 15)
_C_OFFSET = (128 << 18) + (1 << 17)


Convert = Callable[[NDArray[np.uint8], Plane, Plane, Plane, int, int, int, int], None]


class Planes:
    """One picture in YUV 4:2:0, kept and updated in place.

    buffer: (height * 3 // 2, width) uint8, the layout libavcodec calls yuv420p.
    """

    def __init__(self, width_px: int, height_px: int, convert: Convert | None = None) -> None:
        self.buffer: Plane = np.zeros((height_px * 3 // 2, width_px), np.uint8)
        half = height_px // 2
        self.y = self.buffer[:height_px]
        flat = self.buffer[height_px:].reshape(-1)
        size = half * (width_px // 2)
        self.u, self.v = flat[:size].reshape(half, -1), flat[size:].reshape(half, -1)
        self._convert = convert or fastest()
        self._whole = Rect(0, 0, width_px, height_px)

    def update(self, pixels: NDArray[np.uint8], changed: tuple[Rect, ...] | None) -> None:
        """Convert what changed (None: everything). Areas are widened to even pixels, as 4:2:0 needs."""
        for rect in (self._whole,) if changed is None else changed:
            left, top = max(0, rect.left) & ~1, max(0, rect.top) & ~1
            right = min(self._whole.right, (rect.right + 1) & ~1)
            bottom = min(self._whole.bottom, (rect.bottom + 1) & ~1)
            if left < right and top < bottom:
                self._convert(pixels, self.y, self.u, self.v, left, top, right, bottom)


def with_numpy(
    pixels: NDArray[np.uint8], y: Plane, u: Plane, v: Plane, left: int, top: int, right: int, bottom: int
) -> None:
    """The reference: the same integers as the compiled loops, with temporary arrays."""
    area = pixels[top:bottom, left:right, :3].astype(np.int32)
    y[top:bottom, left:right] = (area @ WEIGHTS[0] + _Y_OFFSET) >> 16
    block = area[0::2, 0::2] + area[0::2, 1::2] + area[1::2, 0::2] + area[1::2, 1::2]
    rows, columns = slice(top // 2, bottom // 2), slice(left // 2, right // 2)
    u[rows, columns] = (block @ WEIGHTS[1] + _C_OFFSET) >> 18
    v[rows, columns] = (block @ WEIGHTS[2] + _C_OFFSET) >> 18


def _bgra_to_yuv(
    words: Any, y: Any, u: Any, v: Any, weights: Any, width: int, left: int, top: int, right: int, bottom: int
) -> None:
    """The loops to be compiled, over flat arrays: a pixel is one int32, blue lowest.

    Row by row and all in 32 bits, which LLVM turns into vectors: 1.7 ms for a 1080p picture.
    """
    yb, yg, yr = weights[0], weights[1], weights[2]
    ub, ug, ur = weights[3], weights[4], weights[5]
    vb, vg, vr = weights[6], weights[7], weights[8]
    low, half, half_c = np.int32(255), np.int32(_Y_OFFSET), np.int32(_C_OFFSET)
    for row in range(top, bottom):
        for at in range(row * width + left, row * width + right):
            p = words[at]
            blue, green, red = np.int32(p & low), np.int32((p >> 8) & low), np.int32((p >> 16) & low)
            y[at] = np.uint8(np.int32(blue * yb + green * yg + red * yr + half) >> 16)
    for row in range(top >> 1, bottom >> 1):
        above = 2 * row * width + left
        below, at = above + width, row * (width >> 1) + (left >> 1)
        for i in range((right - left) >> 1):
            p, q, r, s = words[above + 2 * i], words[above + 2 * i + 1], words[below + 2 * i], words[below + 2 * i + 1]
            blue = np.int32((p & low) + (q & low) + (r & low) + (s & low))
            green = np.int32(((p >> 8) & low) + ((q >> 8) & low) + ((r >> 8) & low) + ((s >> 8) & low))
            red = np.int32(((p >> 16) & low) + ((q >> 16) & low) + ((r >> 16) & low) + ((s >> 16) & low))
            u[at + i] = np.uint8(np.int32(blue * ub + green * ug + red * ur + half_c) >> 18)
            v[at + i] = np.uint8(np.int32(blue * vb + green * vg + red * vr + half_c) >> 18)


_fastest: list[Convert] = []


def fastest() -> Convert:
    """The loops as machine code, kept from process to process where a folder can be written; numpy without numba."""
    if not _fastest:
        _fastest.append(_as_machine_code() or with_numpy)
    return _fastest[0]


def _as_machine_code() -> Convert | None:
    call = compiled(_bgra_to_yuv, ("int32", "uint8", "uint8", "uint8", "int32"), 5)
    if call is None:
        return None

    def convert(
        pixels: NDArray[np.uint8], y: Plane, u: Plane, v: Plane, left: int, top: int, right: int, bottom: int
    ) -> None:
        packed = np.ascontiguousarray(pixels)
        places = (plane.ctypes.data for plane in (packed, y, u, v, WEIGHTS))
        call(*places, y.shape[1], left, top, right, bottom)

    return convert
