"""What is kept of the faces in a clip: where they are, and how alike the speaker's is before and after every moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.photographs import COLLINS, HOPPER, with_head
from tests.video.people import someone
from vitalreel.edges.finders.yunet import YuNet
from vitalreel.ports import FaceFinder
from vitalreel.review.preflight import Limits
from vitalreel.video.likeness import Face, Likeness, Looks, alike, likeness, square

ROOM = np.ascontiguousarray(someone(320, 180)[..., 2::-1])


@pytest.fixture(scope="module")
def finder(assets: Path) -> FaceFinder:
    return YuNet(assets)


def spoken(finder: FaceFinder, who: str, height: float = 0.5, light: float = 1.0) -> list[np.ndarray]:
    """Nine looks at somebody who sways, as people who speak do."""
    found = []
    for number in range(9):
        at = 0.5 + 0.006 * (number % 4), 0.45 + 0.008 * (number % 3)
        picture = np.asarray(Image.fromarray(with_head(ROOM, who, at, height)).convert("L"))
        picture = np.clip(picture * light, 0, 255).astype(np.uint8)
        found.append(square(picture, finder.find(picture)[0]))
    return found


def least(squares: list[np.ndarray]) -> tuple[float, int]:
    """Where before and after are least alike."""
    return min((share, number) for number, share in enumerate(alike(squares)) if share is not None)


def test_a_face_is_itself_in_another_light_and_size_and_nobody_else(finder: FaceFinder) -> None:
    """V8: a darker room or a nearer camera after a cut is the same person; the moment another speaks is told where it is."""
    near, limits = spoken(finder, COLLINS), Limits()
    dark, nearer, other = spoken(finder, COLLINS, 0.5, 0.5), spoken(finder, COLLINS, 0.65), spoken(finder, HOPPER)

    assert all(least(near + after)[0] > limits.surely_same_face for after in (near, dark, nearer))
    assert least(near + other)[0] < limits.same_face and least(near + other)[1] in range(7, 12)


def test_looks_without_a_face_say_nothing() -> None:
    """V8: nor do the ends of a clip, where there is no before or no after."""
    one = np.ones(4, np.float32) / 2
    told = alike([one] * 24)

    assert (None,) * 24 == alike([None] * 24)
    assert told[:7] == told[-6:][:1] * 7 == (None,) * 7 and set(told[7:-6]) == {1.0}
    assert {None, 1.0} == set(alike([one, None] * 15))


def test_the_largest_face_is_the_speakers() -> None:
    """And the middle of where it mostly is is what a crop keeps; without a face there is none."""
    small, large = Face(0.1, 0.1, 0.2, 0.2, 0.9, ((0.15, 0.15),) * 5), Face(0.5, 0.2, 0.7, 0.6, 0.8, ((0.6, 0.4),) * 5)
    seen = likeness(Looks(np.zeros((2, 18, 32), np.uint8), 0.2), [(small, large), ()])

    assert (0.4, 0.1) == tuple(round(face.height, 3) for face in seen.looks[0])
    assert (0.6, 0.4) == tuple(round(share, 3) for share in seen.middle or ())
    assert Likeness(0.2, 1.0, ((), ()), (None, None)).middle is None
