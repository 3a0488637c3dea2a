"""Golden frames change only with film.ENGINE: what was drawn before is never found again under a key that draws otherwise now.

`golden/engine.json` keeps the digest of every frame and the engine that drew it. Raise the engine, then rewrite frames and digests
in one go:
`python -m pytest -n0 tests/video/test_golden.py tests/video/test_states.py tests/video/test_golden_engine.py --rewrite-golden`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from vitalreel.video.film import ENGINE

FOLDER = Path(__file__).parent / "golden"
KEPT = FOLDER / "engine.json"


def digests() -> dict[str, str]:
    """Frame, by its place below the folder -> digest of its file."""
    return {
        str(path.relative_to(FOLDER).with_suffix("")): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path != KEPT
    }


def redrawn(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Frames that look otherwise. New ones, and those of scenes that are gone, do not count."""
    return sorted(name for name, digest in before.items() if now.get(name, digest) != digest)


def test_a_golden_frame_changes_only_with_the_engine(pytestconfig: pytest.Config) -> None:
    """V12: raise film.ENGINE, or scenes drawn before are published beside new ones."""
    kept, now = json.loads(KEPT.read_text(encoding="utf-8")), digests()
    others = redrawn(kept["frames"], now)
    assert not others or kept["engine"] != ENGINE, f"raise film.ENGINE: {len(others)} frames changed, {others[0]} first"
    if pytestconfig.getoption("--rewrite-golden"):
        KEPT.write_text(json.dumps({"engine": ENGINE, "frames": now}, indent=1) + "\n", encoding="utf-8")


def test_every_golden_frame_is_kept_under_this_engine() -> None:
    """V12: else the next change would go unseen; see the head of this file."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))

    assert {"engine": ENGINE, "frames": digests()} == kept


def test_a_changed_frame_is_told_from_a_new_one_and_from_one_that_is_gone() -> None:
    """V12: a frame of a scene that is gone was not redrawn, nor one that nobody had."""
    assert ["b"] == redrawn({"a": "1", "b": "2", "gone": "3"}, {"a": "1", "b": "9", "new": "4"})
