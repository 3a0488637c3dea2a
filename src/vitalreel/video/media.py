"""Photographs, screen captures and clips as a drawing is handed them: decoded by a door, named by what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import skia

from vitalreel.errors import Refused
from vitalreel.video.frame import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A still picture: (height, width, 4) BGRA, opaque."""

    pixels: Pixels


class Footage(Protocol):
    """A recorded clip, decoded picture by picture as it is asked for."""

    @property
    def fps(self) -> float: ...
    @property
    def count(self) -> int:
        """Pictures in it."""
        ...

    @property
    def width_px(self) -> int: ...
    @property
    def height_px(self) -> int: ...

    def picture(self, number: int) -> Pixels:
        """One picture, (height, width, 4) BGRA, opaque; valid until the next is asked for."""
        ...


Shown = Mapping[str, Photo | Footage]
"""Media id -> what it shows. An id is a fingerprint of the file, so a scene's own fingerprint covers its pictures."""
MOST_GROWN = 2.0
NO_MEDIA: Shown = MappingProxyType({})


def photo(media: Shown, name: str) -> Photo:
    """Raises Refused where the photograph is not there."""
    found = media.get(name)
    if not isinstance(found, Photo):
        raise _missing("photograph", name)
    return found


def footage(media: Shown, name: str) -> Footage:
    """Raises Refused where the clip is not there."""
    found = media.get(name)
    if found is None or isinstance(found, Photo):
        raise _missing("clip", name)
    return found


def _missing(kind: str, name: str) -> Refused:
    return Refused(f"the {kind} {name[:12]}", "it is not among the media the drawing was given", "add it again")


def image(pixels: Pixels) -> Any:
    """The pixels as an opaque skia.Image: a copy. Opaque, for skia multiplies every pixel by its alpha otherwise.

    Taken from a surface over them: an image made from skia.Data reads freed memory once Python lets go of the data.
    """
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kOpaque_AlphaType)
    return skia.Surface.MakeRasterDirect(info, np.ascontiguousarray(pixels)).makeImageSnapshot()


SMOOTH = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


@lru_cache(maxsize=8)
def still_image(shown: Photo) -> Any:
    """A photograph's skia.Image, made once; drawn smaller, skia keeps its mipmaps with it."""
    return image(shown.pixels)


def cover(width: float, height: float, into_w: float, into_h: float, at: tuple[float, float]) -> Any:
    """The part (skia.Rect) of a width x height picture that fills a box whole, as near as it can be to `at` (shares 0..1)."""
    scale = max(into_w / width, into_h / height)
    kept_w, kept_h = into_w / scale, into_h / scale
    left = min(max(0.0, at[0] * width - kept_w / 2), width - kept_w)
    top = min(max(0.0, at[1] * height - kept_h / 2), height - kept_h)
    return skia.Rect.MakeLTRB(left, top, left + kept_w, top + kept_h)


def contain(width: float, height: float, into_w: float, into_h: float) -> tuple[float, float]:
    """The largest size of a width x height picture that fits a box whole, at most twice its own: more would blur it."""
    scale = min(into_w / width, into_h / height, MOST_GROWN)
    return width * scale, height * scale
