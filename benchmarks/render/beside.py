"""What our encoding is compared with: plain x264 of the same ready pictures, and how like the drawn pictures each film is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from benchmarks.render.content import FPS, H, W
from vitalreel.edges.encoders.colour import Planes
from vitalreel.video.frame import Frame

Picture = NDArray[np.uint8]
"""(height * 3 // 2, width), yuv420p."""


def ready(frames: Iterator[Frame]) -> tuple[list[Picture], list[int]]:
    """Every different picture of a scene in YUV, and which of them each frame shows."""
    planes, pictures, shown = Planes(W, H), [], []
    for frame in frames:
        planes.update(frame.pixels, frame.changed)
        if frame.changed != ():
            pictures.append(planes.buffer.copy())
        shown.append(len(pictures) - 1)
    return pictures, shown


def plain(pictures: Sequence[Picture], shown: Sequence[int]) -> bytes:
    """libx264 veryfast at crf 20 with its own defaults, one thread, in an MP4: what one writes first."""
    out = io.BytesIO()
    with av.open(out, "w", "mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt, stream.codec_context.thread_count = W, H, "yuv420p", 1
        for number, which in enumerate(shown):
            container.mux(stream.encode(_frame(pictures[which], number)))
        container.mux(stream.encode(None))
    return out.getvalue()


def likeness(film: bytes, pictures: Sequence[Picture], shown: Sequence[int]) -> dict[str, float]:
    """Mean structural similarity and signal to noise of luma, by libavfilter's ssim and psnr, over every frame.

    Raises AssertionError where the film has another number of frames than were drawn.
    """
    ssim, psnr = _Compared("ssim"), _Compared("psnr")
    seen: list[tuple[float, float]] = []
    with av.open(io.BytesIO(film)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            was, got = pictures[shown[number]], frame.to_ndarray()
            seen.append((float(ssim.of(was, got)["lavfi.ssim.Y"]), float(psnr.of(was, got)["lavfi.psnr.psnr.y"])))
    assert len(shown) == len(seen), f"{len(seen)} frames of {len(shown)}"
    return {"ssim": float(np.mean([s for s, _ in seen])), "psnr": float(np.mean([p for _, p in seen]))}


class _Compared:
    """One of libavfilter's comparisons, picture by picture."""

    def __init__(self, name: str) -> None:
        graph = Graph()
        inputs = [graph.add_buffer(width=W, height=H, format="yuv420p", time_base=Fraction(1, FPS)) for _ in range(2)]
        compare, self._out = graph.add(name), graph.add("buffersink")
        for number, one in enumerate(inputs):
            one.link_to(compare, 0, number)
        compare.link_to(self._out)
        graph.configure()
        self._graph, self._inputs, self._number = graph, inputs, 0

    def of(self, was: Picture, got: Picture) -> dict[str, str]:
        for one, picture in zip(self._inputs, (was, got), strict=True):
            one.push(_frame(np.ascontiguousarray(picture), self._number))
        self._number += 1
        return dict(self._out.pull().metadata)


def _frame(picture: Picture, number: int) -> Any:
    frame = av.VideoFrame.from_numpy_buffer(picture, "yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame
