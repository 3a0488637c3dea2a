"""The contract of a finder of faces: photographed faces are found where they are, each once, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.photographs import COLLINS, HOPPER, Rgb, with_head
from tests.video.people import someone
from vitalreel.edges.finders.yunet import YuNet
from vitalreel.errors import Unavailable
from vitalreel.ports import FaceFinder, Grey

ROOM = np.ascontiguousarray(someone(480, 270)[..., 2::-1])


@pytest.fixture(scope="module", params=[YuNet])
def finder(request: pytest.FixtureRequest, assets: Path) -> FaceFinder:
    made: FaceFinder = request.param(assets)
    return made


def grey(picture: Rgb) -> Grey:
    return np.asarray(Image.fromarray(picture).convert("L"))


@pytest.mark.parametrize("who", [COLLINS, HOPPER])
@pytest.mark.parametrize(("at", "height"), [((0.5, 0.42), 0.3), ((0.2, 0.5), 0.135), ((0.7, 0.5), 0.75)])
def test_a_face_is_found_where_it_is(finder: FaceFinder, who: str, at: tuple[float, float], height: float) -> None:
    """V8: small in a room or filling the picture, once, down to 36 px, its eyes above its mouth."""
    found = finder.find(grey(with_head(ROOM, who, at, height)))
    face = found[0]
    right, left, nose, *mouth = face.marks

    assert 1 == len(found)
    assert abs((face.left + face.right) / 2 - at[0]) < 0.1 * height
    assert abs((face.top + face.bottom) / 2 - at[1]) < 0.1 * height
    assert abs(face.height / height - 1) < 0.2
    assert right[0] < nose[0] < left[0] and max(right[1], left[1]) < nose[1] < min(m[1] for m in mouth)


def test_every_face_is_found(finder: FaceFinder) -> None:
    """V8: somebody else in the picture is not missed."""
    both = with_head(with_head(ROOM, COLLINS, (0.25, 0.5)), HOPPER, (0.75, 0.5), 0.2)

    assert [0.2, 0.3] == sorted(round(face.height, 1) for face in finder.find(grey(both)))


def test_what_is_no_face_is_none(finder: FaceFinder) -> None:
    """V8: a drawn head, a back of a head, noise and an empty wall."""
    noise = np.random.default_rng(5).integers(0, 255, (270, 480), np.uint8)
    bald = grey(with_head(ROOM, COLLINS))[:, ::-1].copy()
    bald[60:180, 195:285] = 120

    assert [(), (), (), ()] == [finder.find(p) for p in (grey(ROOM), bald, noise, np.full((270, 480), 200, np.uint8))]


def test_without_its_model_it_says_what_to_run(finder: FaceFinder, tmp_path: Path) -> None:
    """At the first look, not before: a workspace without uploads needs no finder."""
    with pytest.raises(Unavailable, match="run `make setup`"):
        type(finder)(tmp_path).find(grey(ROOM))  # type: ignore[call-arg]
