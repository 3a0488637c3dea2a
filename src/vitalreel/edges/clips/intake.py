"""From an uploaded file to a clip of ours: read in a process that is shut in, checked when it comes out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vitalreel.edges.clips.cell import Walls
from vitalreel.edges.clips.child import FPS, Limits
from vitalreel.edges.clips.looks import EVERY
from vitalreel.edges.clips.signs import container_of
from vitalreel.errors import BadInput
from vitalreel.ports import SpokenWord
from vitalreel.video.likeness import Looks

MOST_BYTES, MOST_PHOTO_BYTES = 600 << 20, 40 << 20
WALL_S = 420.0
CHILD = "vitalreel.edges.clips.child"


@dataclass(frozen=True, slots=True)
class Kept:
    """A clip as it is kept."""

    film: bytes  # MP4: H.264 at 30 pictures a second and AAC
    speech: bytes  # WAV: 48 kHz, mono, 16 bits, at -16 LUFS
    poster: bytes  # JPEG
    width_px: int
    height_px: int
    count: int
    length_s: float
    lufs: float
    cut_head_s: float  # silence or black cut away
    cut_tail_s: float
    voiced: tuple[tuple[float, float], ...]
    looks: Looks  # what faces are looked for in
    notes: tuple[str, ...]  # what a person should look at
    walls: tuple[str, ...]  # what the reading process was held by


def take_in(upload: Path, limits: Limits | None = None, walls: Walls | None = None) -> Kept:
    """The clip in `upload` as ours. Raises BadInput saying what is wrong with it and what to do."""
    limits, walls = limits or Limits(), walls or Walls()
    size = upload.stat().st_size
    if size == 0:
        raise BadInput("clip", "the file is empty", "upload it again")
    if size > MOST_BYTES:
        raise BadInput("clip", f"the file is {size >> 20} MB", f"keep it below {MOST_BYTES >> 20} MB")
    with upload.open("rb") as file:
        container_of(file.read(64))
    with tempfile.TemporaryDirectory(prefix="vitalreel-clip-") as name:
        folder = Path(name)
        made = _asked(folder, upload, {"walls": asdict(walls), "limits": asdict(limits)}, "clip")
        film, speech, poster = ((folder / file).read_bytes() for file in ("film.mp4", "speech.wav", "poster.jpg"))
        looks = _looks(folder, made.pop("look_px"), "clip")
    made["voiced"] = tuple((float(a), float(b)) for a, b in made["voiced"])
    made["notes"], made["walls"] = tuple(made["notes"]), tuple(made["walls"])
    return Kept(film, speech, poster, looks=looks, **made)


def take_in_photo(upload: Path, walls: Walls | None = None) -> tuple[bytes, Looks]:
    """The photograph in `upload` as a JPEG of ours, and small for whoever looks for faces.

    Raises BadInput saying what is wrong with it and what to do.
    """
    if not 0 < upload.stat().st_size <= MOST_PHOTO_BYTES:
        raise BadInput("photograph", "the file is empty or over 40 MB", "export it again as JPEG")
    with tempfile.TemporaryDirectory(prefix="vitalreel-photo-") as name:
        folder = Path(name)
        made = _asked(folder, upload, {"walls": asdict(walls or Walls(cpu_s=30))}, "photograph")
        return (folder / "poster.jpg").read_bytes(), _looks(folder, made["look_px"], "photograph")


def _looks(folder: Path, size: Sequence[int], what: str) -> Looks:
    """The small pictures, as many as there are. Raises BadInput where they are not whole."""
    (width, height), told = size, (folder / "looks.grey").read_bytes()
    if not told or min(width, height) < 1 or len(told) % (width * height):
        raise BadInput(what, "its reader left it half read", "send it again")
    return Looks(np.frombuffer(told, np.uint8).reshape(-1, height, width), EVERY / FPS)


def _asked(folder: Path, upload: Path, asked: dict[str, Any], what: str) -> dict[str, Any]:
    """What the child made of an upload. Raises BadInput as it answered, or where it did not."""
    shutil.copyfile(upload, folder / "upload")
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    code = _run(folder)
    answer = folder / "answer.json"
    if not answer.is_file() or not 0 < answer.stat().st_size <= 1 << 20:
        why = "it cannot be read: its reader was stopped" if code < 0 else "it cannot be read"
        raise BadInput(what, why, "it may be broken or made to do harm; export it again")
    told = json.loads(answer.read_text(encoding="utf-8"))
    if "refused" in told:
        raise BadInput(what, *told["refused"])
    made: dict[str, Any] = told["made"]
    return made


def _run(folder: Path) -> int:
    """The child's exit code. Its output is thrown away: a decoder's complaints are no use to anyone here."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command = [sys.executable, "-m", CHILD, str(folder)]
    environment = {"PYTHONPATH": path, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # our own module, by our own interpreter
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=WALL_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BadInput("clip", f"reading it took longer than {WALL_S:.0f} s", "export it again, shorter") from error
    return done.returncode


def spoken_words(text: str, voiced: Sequence[tuple[float, float]]) -> tuple[SpokenWord, ...]:
    """The words of what is said, given to the stretches of speech in proportion to their letters.

    No recogniser is asked: the words are known, and a caption needs them to a third of a second.
    """
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        words.append((word, at))
        at += len(word)
    letters = [max(1, sum(c.isalnum() for c in word)) + 1 for word, _ in words]
    total, speech = sum(letters), sum(b - a for a, b in voiced)
    made, done = [], 0
    for (word, place), size in zip(words, letters, strict=True):
        start, end = (_moment(speech * share / total, voiced) for share in (done, done + size))
        made.append(SpokenWord(word, place, round(start, 3), round(max(end, start + 0.02), 3)))
        done += size
    return tuple(made)


def _moment(spoken_s: float, voiced: Sequence[tuple[float, float]]) -> float:
    """When so much has been spoken, pauses left out."""
    for begin, end in voiced:
        if spoken_s <= end - begin + 1e-9:
            return begin + spoken_s
        spoken_s -= end - begin
    return voiced[-1][1] if voiced else 0.0
