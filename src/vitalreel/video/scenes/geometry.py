"""Where lines and boxes meet: what labels need to know to keep clear of the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from vitalreel.video.element import Box
from vitalreel.video.lettering import Block, Lettering
from vitalreel.video.stage import Anchor

Point = tuple[float, float]


def crosses(stretches: Iterable[Sequence[Point]], box: Box) -> bool:
    """Whether any of the polylines touches the box."""
    for points in stretches:
        if any(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in points):
            return True
        if any(_segment_meets(a, b, box) for a, b in pairwise(points)):
            return True
    return False


def _segment_meets(a: Point, b: Point, box: Box) -> bool:
    """Liang and Barsky's clipping: is there a part of the segment inside the box?"""
    enter, leave = 0.0, 1.0
    for start, delta, low, high in (
        (a[0], b[0] - a[0], box.left, box.right),
        (a[1], b[1] - a[1], box.top, box.bottom),
    ):
        if delta == 0:
            if not low <= start <= high:
                return False
            continue
        one, other = sorted(((low - start) / delta, (high - start) / delta))
        enter, leave = max(enter, one), min(leave, other)
    return enter <= leave


def text_box(lettering: Lettering, block: Block, x: float, y: float, anchor: Anchor = "start") -> Box:
    """What fitted lines cover when their first baseline is at `y`, on a page that runs left to right."""
    width = max((lettering.width(line, block.style) for line in block.lines), default=0.0)
    left = x - width * {"start": 0.0, "centre": 0.5, "end": 1.0}[anchor]
    return Box(left, y - 0.78 * block.style.size, left + width, y + block.height + 0.24 * block.style.size)
