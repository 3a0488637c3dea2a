"""Named points of a line: their words stay clear of the line, and where nothing is clear the line passes behind them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.video.boards import board, faces, kit, line
from vitalreel.storyboard.pictures.line import LinePicture, Mark
from vitalreel.storyboard.text import Text
from vitalreel.video.film import still, text_boxes

SIZES = [(1920, 1080), (1080, 1080), (1080, 1920)]


def jagged(seed: int) -> LinePicture:
    """A few people, up and down every week: the hardest line to write on."""
    values = np.random.default_rng(seed).integers(2, 12, 27).astype(float).tolist()
    picture = line().picture
    assert isinstance(picture, LinePicture)
    ticks = tuple((float(v), Text(str(v))) for v in (0, 7, 13))
    mark = Mark(13, Text(f"{values[13]:.0f} a quarter ago"), 3.0)
    return replace(picture, values=tuple(values), ticks=ticks, marks=(mark,), threshold=None)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("seed", range(6))
def test_the_words_of_a_mark_can_be_read_on_any_line(seed: int, size: tuple[int, int]) -> None:
    """V6: no text lies on the line's own ink."""
    one = board([replace(line(), picture=jagged(seed))], *size)
    box = next(t for t in text_boxes(one.scenes[0], one, kit(), faces()) if "a quarter ago" in t.text).box
    drawn = still(one.scenes[0], one, kit(), faces(), 5.5)
    around = drawn[int(box.top) : int(box.bottom), int(box.left) : int(box.right), :3].astype(int)
    accent = np.array([int(kit().theme("light").accent[i : i + 2], 16) for i in (5, 3, 1)])

    assert (np.abs(around - accent).sum(axis=2) < 60).mean() < 0.002
