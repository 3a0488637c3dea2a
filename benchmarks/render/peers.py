"""The peers: where they are installed (`make bench-render` does that), and how each makes the common scene."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.render.content import ANNA, CAPTION_FADE_S, CAPTION_S, MONTHS, PANELS
from benchmarks.render.processes import Cost, counted

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FACES = ROOT / "var" / "assets" / "faces"
MOVIEPY = ROOT / "var" / "bench" / "moviepy" / "bin" / "python"
REMOTION = HERE / "remotion"
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")

Make = Callable[[Path], Cost]
"""Makes the scene's film at a path, in processes of its own."""


def peers(folder: Path) -> dict[str, Make | str]:
    """By name: how to make the scene, or why it cannot be made here. folder: for what is made once, before any timing."""
    return {"MoviePy 2": _moviepy(), "Remotion 4": _remotion(folder)}


def _moviepy() -> Make | str:
    if not MOVIEPY.exists():
        return "not installed: run `make bench-render` where packages can be had"
    return lambda out: counted([str(MOVIEPY), str(HERE / "moviepy_peer.py"), str(out), str(FACES)], HERE)


def _remotion(folder: Path) -> Make | str:
    node, browser = shutil.which("node"), next(filter(None, map(shutil.which, BROWSERS)), None)
    if not (REMOTION / "node_modules" / "remotion").is_dir():
        return "not installed: run `make bench-render` where packages can be had"
    if node is None or browser is None:
        return "no Node or no Chromium: run `make setup-test`"
    content = folder / "content.json"
    shape = {"panels": PANELS, "months": MONTHS, "caption_s": CAPTION_S, "caption_fade_s": CAPTION_FADE_S}
    content.write_text(json.dumps(dataclasses.asdict(ANNA) | shape), encoding="utf-8")

    def run(out: Path) -> Cost:
        built = str(folder / "bundle")
        return counted([node, "render.mjs", str(out), str(FACES), browser, str(content), built], REMOTION)

    run(folder / "none.mp4")  # bundles the scripts, which is done once for all films and not counted
    return run
