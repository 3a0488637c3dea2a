"""Our own clips and photographs, decoded for drawing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from PIL import Image

from vitalreel.errors import BadInput
from vitalreel.video.frame import Pixels
from vitalreel.video.media import Photo


def photo(data: bytes) -> Photo:
    """A kept photograph or capture: BGRA, opaque."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        rgb = np.asarray(image.convert("RGB"))
    pixels = np.full((*rgb.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = rgb[..., ::-1]
    return Photo(pixels)


class Reel:
    """A kept clip's film as Footage: decoded in order, from the start again where an earlier picture is asked for."""

    def __init__(self, film: bytes, count: int, fps: float = 30.0) -> None:
        self._film, self.count, self.fps = film, count, fps
        self._shown: Pixels | None = None
        self._at = -1
        self._container: Any = None
        self._frames: Iterator[Any] = iter(())
        self.width_px, self.height_px = self._open()

    def picture(self, number: int) -> Pixels:
        """One picture. Raises BadInput where the film ends before it."""
        if self._shown is None or number < self._at:
            self._open()
        frame = None
        while self._at < number:
            frame = next(self._frames, None)
            if frame is None:
                raise BadInput("clip", f"its film ends before picture {number}", "add the clip again")
            self._at += 1
        if frame is not None:
            self._shown = frame.to_ndarray(format="bgra")
        assert self._shown is not None  # the first call opens before picture 0
        return self._shown

    def _open(self) -> tuple[int, int]:
        if self._container is not None:
            self._container.close()
        self._container = av.open(io.BytesIO(self._film), format="mp4")
        stream = self._container.streams.video[0]
        stream.thread_count = 1
        self._frames, self._at, self._shown = self._container.decode(stream), -1, None
        return stream.width, stream.height
