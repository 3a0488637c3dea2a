"""One drawn picture, and which part of it is new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(height, width, 4) BGRA, opaque, rows from the top."""


@dataclass(frozen=True, slots=True)
class Rect:
    """Pixels that changed: half-open, [left, right) x [top, bottom), even-aligned by the encoder."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: BGRA pixels, and what changed since the one before (empty: exact repeat; None: everything)."""

    pixels: Pixels  # (height, width, 4) BGRA, opaque; valid until the next frame is asked for
    changed: tuple[Rect, ...] | None
