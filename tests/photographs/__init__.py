"""Two people's faces, so that what looks for faces has real ones to find. Official photographs of the United States
government (NASA, Navy) and in the public domain: Eileen Collins, as scikit-image carries it, and Grace Hopper, as matplotlib does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Rgb = NDArray[np.uint8]
COLLINS, HOPPER = "collins", "hopper"
FACES = {COLLINS: (59, 66, 149, 176), HOPPER: (39, 77, 176, 243)}
"""Where the face is in each, as left, top, right, bottom in px."""


@cache
def photograph(who: str) -> Image.Image:
    with Image.open(Path(__file__).parent / f"{who}.jpg") as image:
        return image.convert("RGB")


@cache
def _soft_edge(who: str) -> Image.Image:
    head = photograph(who)
    edge = Image.new("L", head.size, 0)
    ImageDraw.Draw(edge).rounded_rectangle((6, 6, head.width - 7, head.height - 7), 60, 255)
    return edge.filter(ImageFilter.GaussianBlur(4))


def with_head(room: Rgb, who: str, at: tuple[float, float] = (0.5, 0.42), height: float = 0.3) -> Rgb:
    """The picture with somebody's head in it: the middle of the face at `at`, so tall, in shares of the picture."""
    head, (left, top, right, bottom) = photograph(who), FACES[who]
    by = height * room.shape[0] / (bottom - top)
    size = round(head.width * by), round(head.height * by)
    middle = at[0] * room.shape[1] - (left + right) / 2 * by, at[1] * room.shape[0] - (top + bottom) / 2 * by
    made = Image.fromarray(np.ascontiguousarray(room))
    made.paste(
        head.resize(size, Image.Resampling.BICUBIC), (round(middle[0]), round(middle[1])), _soft_edge(who).resize(size)
    )
    return np.asarray(made)
