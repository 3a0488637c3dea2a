"""A music bed a company brings: a WAV, FLAC or MP3 file, decoded in a child process that can do nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from vitalreel.errors import BadInput
from vitalreel.ports import Samples

RATE_HZ = 48_000
MOST_BYTES = 200 << 20
LONGEST_S = 15 * 60
PATIENCE_S = 120.0
CHILD = "vitalreel.edges.decoders.child"


def container(head: bytes) -> str | None:
    """What a file's first bytes say it is; its name says nothing. None for anything but wav, flac and mp3."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    return "mp3" if head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] and head[1] & 0xE6 == 0xE2) else None


def recording(path: Path) -> Samples:
    """(n, 2) float32 at RATE_HZ of a sound file.

    The file is given to the child as bytes, with its container named: nothing in it can make the decoder open another file or
    an address. Raises BadInput for a file that is missing, too large, too long, or not sound of a known kind.
    """
    where = f"music {path.name}"
    if not path.is_file():
        raise BadInput(where, f"there is no file {path}", "give its place in the workspace, or a family's name")
    if path.stat().st_size > MOST_BYTES:
        raise BadInput(where, f"it is larger than {MOST_BYTES >> 20} MB", "shorten it, or save it as FLAC")
    content = path.read_bytes()
    kind = container(content[:12])
    if kind is None:
        raise BadInput(where, "it is no WAV, FLAC or MP3", "save it as one of these")
    return decoded(content, kind, RATE_HZ, LONGEST_S, where)


def kind_of(head: bytes) -> str | None:
    """The same for recordings of calls, which may be M4A, MP4, Ogg or WebM besides: the container's name. head: 16 bytes."""
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"OggS":
        return "ogg"
    return "webm" if head[:4] == b"\x1a\x45\xdf\xa3" else container(head)


def decoded(content: bytes, kind: str, rate_hz: int, longest_s: int, where: str) -> Samples:
    """(n, 2) float32 at `rate_hz` of a sound file's content, taken apart in the child. kind: its container.

    Raises BadInput naming `where` for what cannot be decoded or is longer than `longest_s`.
    """
    command = [sys.executable, "-m", CHILD, kind, str(rate_hz), str(longest_s)]
    environment = {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE_S, env=environment, cwd="/", check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput(where, f"it could not be decoded within {PATIENCE_S:g} s", "use another file") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(where, f"it cannot be decoded: {said[-1] if said else 'its decoder died'}", "use another file")
    samples = np.frombuffer(done.stdout, "<i2").reshape(-1, 2)
    if not len(samples):
        raise BadInput(where, "there is no sound in it", "use another file")
    return samples.astype(np.float32) / np.float32(32768)
