"""Golden frames: a scene at rest looks as it did.

Rewrite them with `REWRITE_GOLDEN=1 python -m pytest tests/video/test_golden.py`, look at each, and commit.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.video.boards import board, faces, film, hard, kit
from vitalreel.video.film import rest_s, still

FOLDER = Path(__file__).parent / "golden"
MEAN_LEVELS = 0.5
"""Mean difference allowed, in levels of 255: another processor or font rasteriser may round a stroke's edge."""
MOST_PIXELS = 0.002
"""Share of values that may differ by more than 24 levels: 580 of 292,032, less than one word of a label."""

CASES = {f"{one.kind}-light": (one, "light", "en") for one in film()}
CASES |= {f"{one.kind}-dark": (one, "dark", "en") for one in film()[:2]}
CASES |= {"right-to-left-light": (hard()["right to left"][0], "light", "ar")}


@pytest.mark.parametrize("name", CASES)
def test_a_scene_at_rest_looks_as_it_did(name: str) -> None:
    """A change of the look is made on purpose, seen by a person, and raises film.ENGINE (V6, V12)."""
    one, theme, language = CASES[name]
    made = board([one], 416, 234, theme, language)
    shown = still(one, made, kit(), faces(), rest_s(one, made))[..., 2::-1]
    path = FOLDER / f"{name}.png"
    if os.environ.get("REWRITE_GOLDEN"):
        Image.fromarray(np.ascontiguousarray(shown)).save(path, optimize=True)
    with Image.open(path) as image:
        difference = np.abs(np.asarray(image.convert("RGB")).astype(int) - shown)

    assert path.stat().st_size < 60_000
    assert difference.mean() <= MEAN_LEVELS
    assert (difference > 24).mean() <= MOST_PIXELS
