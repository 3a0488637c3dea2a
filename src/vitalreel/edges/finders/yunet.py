"""YuNet on the CPU: a small network that finds faces with eyes, nose and mouth, run as it was published, without OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vitalreel.errors import Unavailable
from vitalreel.ports import Face, Grey

if TYPE_CHECKING:
    import onnxruntime as ort

LEAST = 0.6
"""How sure it must be. See `python -m benchmarks.faces`."""
_STRIDES = (8, 16, 32)
_PARTS = ("cls", "obj", "bbox", "kps")
_SAME = 0.3
"""Two boxes that share so much of what they cover together are one face."""
_EDGE = 0.012
"""A box that comes so near to an edge of the picture, in shares of it, may have been cut there."""
_REACH_LOW, _REACH_HIGH = np.array([1.05, 1.5]), np.array([1.05, 1.25])
"""How far a face reaches left and up, right and down from half way between eyes and mouth, in distances between these two."""

Point = NDArray[np.float32]


class YuNet:
    """One thread; the model, some 230 KB, is loaded at the first picture."""

    def __init__(self, assets: Path) -> None:
        """assets: the folder `make setup` fills. Nothing is read from it yet."""
        self._model = assets / "sight" / "yunet.onnx"

    @property
    def name(self) -> str:
        return "yunet-2023mar"

    def find(self, picture: Grey) -> tuple[Face, ...]:
        height, width = picture.shape
        rows, columns = (-(-side // 32) * 32 for side in (height, width))
        given = np.zeros((1, 3, rows, columns), np.float32)
        given[0, :, :height, :width] = picture
        names = [f"{part}_{stride}" for stride in _STRIDES for part in _PARTS]
        told = dict(zip(names, self._session.run(names, {"input": given}), strict=True))
        found = [face for stride in _STRIDES for face in _read(told, stride, columns // stride, (width, height))]
        return tuple(_apart(sorted(found, key=lambda face: -face.sure)))

    @cached_property
    def _session(self) -> ort.InferenceSession:
        import onnxruntime  # a third of a second, which only an upload need spend

        if not self._model.is_file():
            raise Unavailable("the finder of faces", f"{self._model} is missing", "run `make setup`")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # it warns that the shapes of its outputs were written down for one size
        return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])


def _read(told: dict[str, NDArray[np.float32]], stride: int, columns: int, size: tuple[int, int]) -> Iterator[Face]:
    """The faces of one grid of cells, each of which tells of a face round about itself."""
    sure, there, boxes, marks = (told[f"{part}_{stride}"][0] for part in _PARTS)
    scores = np.sqrt(np.clip(sure[:, 0], 0, 1) * np.clip(there[:, 0], 0, 1))
    for cell in np.flatnonzero(scores >= LEAST):
        at = np.array([cell % columns, cell // columns])
        middle, half = (at + boxes[cell, :2]) * stride, np.exp(boxes[cell, 2:]) * stride / 2
        points = (marks[cell].reshape(5, 2) + at) * stride
        low, high = _whole(middle - half, middle + half, points, size)
        shares = tuple((float(x), float(y)) for x, y in points / size)
        yield Face(float(low[0]), float(low[1]), float(high[0]), float(high[1]), float(scores[cell]), shares)


def _whole(low: Point, high: Point, marks: NDArray[np.float32], size: tuple[int, int]) -> tuple[Point, Point]:
    """The box's corners in shares of the picture, beyond its edges where the face goes on there.

    The network draws a box around what is seen of a face, but tells its marks where they are even beyond the edge.
    """
    eyes, mouth = marks[:2].mean(0), marks[3:].mean(0)
    tall, middle = float(np.hypot(*(mouth - eyes))), (eyes + mouth) / 2
    low_there, high_there = middle - tall * _REACH_LOW, middle + tall * _REACH_HIGH
    whole = np.asarray(size, np.float32)
    low = np.where(low < _EDGE * whole, np.minimum(low, low_there), low)
    high = np.where(high > (1 - _EDGE) * whole, np.maximum(high, high_there), high)
    return low / whole, high / whole


def _apart(faces: list[Face]) -> list[Face]:
    """The surest of all boxes that are of one face."""
    kept: list[Face] = []
    for face in faces:
        if all(_shared(face, one) <= _SAME for one in kept):
            kept.append(face)
    return kept


def _shared(a: Face, b: Face) -> float:
    across, down = min(a.right, b.right) - max(a.left, b.left), min(a.bottom, b.bottom) - max(a.top, b.top)
    common = max(0.0, across) * max(0.0, down)
    return common / ((a.right - a.left) * a.height + (b.right - b.left) * b.height - common)
