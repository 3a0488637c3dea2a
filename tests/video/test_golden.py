"""Golden frames: every kind of scene, on every page and in both themes, looks as it did.

Rewrite them as test_golden_engine.py says, look at each, and commit. A picture is a strip of moments from left to right.
Where one fails, var/test/golden holds expected, drawn and difference, one below the other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.video.boards import ROOT, SIZES, board, faces, hard, kit
from tests.video.every import every
from tests.video.people import media
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.film import rest_s, still
from vitalreel.video.scenes import SCENES

FOLDER, FAILED = Path(__file__).parent / "golden", ROOT / "var" / "test" / "golden"
MEAN_LEVELS = 0.5
"""Mean difference allowed, in levels of 255: another processor or font rasteriser may round a stroke's edge."""
MOST_VALUES = 0.001
"""Share of values that may differ by more than 24 levels: 1,166 of a strip of three wide pictures, one word of a label."""
STEP = 8
"""Pictures are kept in steps of so many levels: without the ground's dither a file is a quarter as large."""
MOMENTS_S = (0.9, 1.8)
"""Before the moment of rest, in the light theme: things coming in, and things on their way."""

CASES = {
    f"{one.kind}-{size}-{theme}": (one, size, theme, "en")
    for one in every()
    for size in SIZES
    for theme in ("light", "dark")
}
CASES |= {f"right-to-left-{size}-light": (hard()["right to left"][0], size, "light", "ar") for size in SIZES}


@pytest.mark.parametrize("name", CASES)
def test_a_scene_looks_as_it_did(name: str, pytestconfig: pytest.Config) -> None:
    """A change of the look is made on purpose, seen by a person, and raises film.ENGINE (V6, V12)."""
    shown, path = _strip(*CASES[name]), FOLDER / f"{name}.png"
    if pytestconfig.getoption("--rewrite-golden"):
        Image.fromarray(shown).save(path, optimize=True)
    with Image.open(path) as image:
        golden = np.asarray(image.convert("RGB"))
    assert golden.shape == shown.shape
    difference = np.abs(golden.astype(int) - shown)
    close = difference.mean() <= MEAN_LEVELS and (difference > 24).mean() <= MOST_VALUES
    if not close:
        _keep(name, golden, shown, difference)

    assert close, f"look at {FAILED / name}.png"
    assert path.stat().st_size < 80_000


def test_every_kind_that_can_be_drawn_is_held() -> None:
    """A new kind comes with a scene in tests/video/every.py."""
    assert set(SCENES) == {type(one.picture) for one in every()}


def test_no_golden_frame_is_left_of_a_scene_that_is_gone() -> None:
    """Each is compared, or it is deleted."""
    assert set() == {path.stem for path in FOLDER.glob("*.png")} - set(CASES)


def _strip(one: Scene, size: str, theme: str, language: str) -> NDArray[np.uint8]:
    """(height, width, 3) RGB: the scene's moments side by side, at rest last; in the dark at rest only."""
    made = board([one], *SIZES[size], theme, language)
    times = [*(MOMENTS_S if theme == "light" else ()), rest_s(one, made)]
    pictures = [still(made.scenes[0], made, kit(), faces(), t, media())[..., 2::-1] for t in times]
    levels = np.concatenate(pictures, 1).astype(int)
    return np.minimum((levels + STEP // 2) // STEP * STEP, 255).astype(np.uint8)


def _keep(name: str, golden: NDArray[np.uint8], shown: NDArray[np.uint8], difference: NDArray[np.int_]) -> None:
    FAILED.mkdir(parents=True, exist_ok=True)
    seen = np.minimum(difference * 4, 255).astype(np.uint8)
    Image.fromarray(np.concatenate([golden, shown, seen])).save(FAILED / f"{name}.png")
