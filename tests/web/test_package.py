"""The player as an npm package: what is in it, what it leads to, and what somebody who installs it gets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "player"
ABOUT = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
CONSUMER = """import { watch, type Watching } from "vitalreel-player/events";
import { VitalReel } from "vitalreel-player";
const watching: Watching = watch(document.querySelector("video")!, "https://videos.example/e/TOKEN");
watching.tell("click");
// @ts-expect-error there is no such thing to tell
watching.tell("nonsense");
export const at: number = new VitalReel().video.currentTime;
"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    if not (FOLDER / "dist" / "types" / "client.d.ts").is_file():
        subprocess.run([shutil.which("npm") or "npm", "run", "build"], cwd=FOLDER, check=True, capture_output=True)


def _run(*command: str, folder: Path = FOLDER) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def test_it_may_be_published_and_holds_what_its_exports_lead_to():
    """Issue 6: an npm package: code, types, licence, how to begin; neither sources nor tests."""
    packed = json.loads(_run("npm", "pack", "--dry-run", "--json", "--ignore-scripts"))
    held = {f"./{file['path']}" for file in packed[0]["files"]}
    led = {
        to for export in ABOUT["exports"].values() for to in ([export] if isinstance(export, str) else export.values())
    }

    assert ("Apache-2.0", False) == (ABOUT["license"], ABOUT.get("private", False))
    assert set() == {*led, "./README.md", "./LICENSE"} - held
    assert [] == [f for f in held if not re.fullmatch(r"\./(dist/.+\.(js|d\.ts)|README\.md|LICENSE|package\.json)", f)]
    assert (ROOT / "LICENSE").read_text() == (FOLDER / "LICENSE").read_text()


def test_the_events_client_stands_on_nothing_else():
    """Issue 6: headless: by its name in the package, without the player, hls.js or media-chrome, in a program without a page."""
    names = _run(
        "node", "--input-type=module", "-e", "console.log(Object.keys(await import('vitalreel-player/events')).join())"
    )
    entry = (FOLDER / "dist" / "events.js").read_text(encoding="utf-8")
    code = [entry, *((FOLDER / "dist" / name).read_text("utf-8") for name in re.findall(r"\./([\w-]+\.js)", entry))]

    assert "Closed,readFilm,watch" == names.strip()
    assert [] == re.findall(r'(?:from|import)\s*"(?!\.)[^"]+"', "\n".join(code))


def test_the_player_brings_by_npm_what_it_stands_on():
    """Nothing that is not named, at exactly the versions it was tested with."""
    code = (FOLDER / "dist" / "index.js").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:from|import)\s*"(?!\.)([^"/]+)', code))

    assert named == set(ABOUT["dependencies"])
    assert all(version[0].isdigit() for version in ABOUT["dependencies"].values())


def test_its_types_tell_who_uses_it_what_there_is(tmp_path: Path):
    """As TypeScript resolves packages for Node: both ways in have types, and what is no word of theirs is refused."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "vitalreel-player").symlink_to(FOLDER)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "a.ts").write_text(CONSUMER)
    tsc = str(FOLDER / "node_modules" / ".bin" / "tsc")

    _run(
        tsc,
        "--noEmit",
        "--strict",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--lib",
        "es2022,dom",
        "a.ts",
        folder=tmp_path,
    )
