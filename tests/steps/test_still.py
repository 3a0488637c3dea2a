"""A still is what is on screen: the same pixels as the film's own frame, on its grid, and nothing else in its place."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from tests.video.boards import board, face_files, faces, kit, line, title
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.identity import VideoId, fingerprint
from vitalreel.steps.still import board_of, still_png
from vitalreel.store.media import Media
from vitalreel.storyboard.document import written
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.video.film import still


def film() -> Storyboard:
    return replace(board([title(), line()]), brand=fingerprint(kit()))


def pixels(png: bytes) -> np.ndarray:
    with av.open(io.BytesIO(png)) as picture:
        return next(picture.decode(video=0)).to_ndarray(format="rgb24")


@pytest.mark.parametrize(("scene", "inside_s", "shown_s"), [(0, 0.5, 0.5), (1, 0.0, 0.0), (1, 2.512, 2.5)])
def test_a_still_is_the_frame_on_screen(tmp_path: Path, scene: int, inside_s: float, shown_s: float) -> None:
    """V12: a half-open grid: the frame at a joint is the next scene's first."""
    whole = film()
    at_s = sum(s.frames for s in whole.scenes[:scene]) / whole.fps + inside_s
    drawn = still(whole.scenes[scene], whole, kit(), faces(), shown_s)

    assert np.array_equal(drawn[:, :, 2::-1], pixels(still_png(Media(tmp_path), kit(), face_files(), whole, at_s)))


@pytest.mark.parametrize("at_s", [-0.1, 99.0])
def test_a_time_outside_the_film_is_refused(tmp_path: Path, at_s: float) -> None:
    with pytest.raises(BadInput, match=r"the film is \d+\.\d\d s long"):
        still_png(Media(tmp_path), kit(), face_files(), film(), at_s)


def test_a_film_in_another_brand_is_not_drawn_in_this_one(tmp_path: Path) -> None:
    """Else a still would show what no viewer ever saw."""
    with pytest.raises(Refused, match="the brand kit has changed"):
        still_png(Media(tmp_path), kit(), face_files(), replace(film(), brand="other"), 0.5)


def test_the_document_is_the_film_s_own(tmp_path: Path) -> None:
    """Read from its folder; a folder without one, or with a damaged one, says what to do."""
    media, video = Media(tmp_path), VideoId("ab" * 16)
    folder = tmp_path / "videos" / video
    folder.mkdir(parents=True)
    with pytest.raises(NotFound, match="make the film again"):
        board_of(media, video)
    (folder / "storyboard.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="is no JSON"):
        board_of(media, video)
    (folder / "storyboard.json").write_text(json.dumps(written(film())), encoding="utf-8")

    assert [s.frames for s in film().scenes] == [s.frames for s in board_of(media, video).scenes]
