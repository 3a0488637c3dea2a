"""A folder of recorded calls as a Feed: transcripts as they are, recordings heard by a recogniser, each once (D11).

Files of one name belong together: `acme/2026-03-01 kick-off.m4a`, `.vtt` (then nothing has to be heard) and `.json` (what a call
platform knows of it). Each call is one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from vitalreel.edges.connectors.records import read_json, table_of
from vitalreel.edges.connectors.transcripts import Turn, heard_turns, read_transcript
from vitalreel.edges.decoders.recording import decoded, kind_of
from vitalreel.errors import BadInput
from vitalreel.ports import Ask, Landed, Piece, Recogniser

TRANSCRIPTS = (".vtt", ".srt", ".txt")
SOUND = (".wav", ".mp3", ".flac", ".m4a", ".mp4", ".ogg", ".webm")
RATE_HZ = 16_000
LONGEST_S = 3 * 3600
MOST_BYTES = 1 << 30
_WHEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T _-]+(\d{2})[-:.h](\d{2}))?")


class Calls:
    """One folder. Recordings without a transcript are heard by `recogniser`."""

    def __init__(self, folder: Path, recogniser: Recogniser) -> None:
        self._folder, self._recogniser = folder, recogniser

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """One piece a call, in the order of names; a call is another once one of its files, or who hears, is."""
        if not self._folder.is_dir():
            raise BadInput(
                ask.where, f"there is no folder {self._folder}", "make it, or correct `calls` in the mapping"
            )
        for name, files in sorted(self._calls(ask.what).items()):
            label = self._label(name, files)
            yield Piece(label, None if label in landed.pieces else table_of([self._row(name, files)], name))

    def _calls(self, pattern: str) -> dict[str, dict[str, Path]]:
        """Name inside the folder -> its files by ending."""
        found: dict[str, dict[str, Path]] = {}
        for file in self._folder.rglob("*"):
            name = file.relative_to(self._folder).with_suffix("").as_posix()
            if file.is_file() and not file.name.startswith(".") and fnmatch(name, pattern):
                found.setdefault(name, {})[file.suffix.lower()] = file
        return {n: f for n, f in found.items() if any(s in f for s in (*TRANSCRIPTS, *SOUND))}

    def _label(self, name: str, files: Mapping[str, Path]) -> str:
        stamps = [f"{s} {f.stat().st_size} {f.stat().st_mtime_ns}" for s, f in sorted(files.items())]
        heard = "" if any(s in files for s in TRANSCRIPTS) else self._recogniser.name
        return " ".join([name, *stamps, heard])

    def _row(self, name: str, files: Mapping[str, Path]) -> dict[str, object]:
        told = read_json(files[".json"].read_bytes(), f"{name}.json") if ".json" in files else {}
        if not isinstance(told, Mapping):
            raise BadInput(f"{name}.json", "is no object", "write what is known of the call as {name: value}")
        turns, heard_by, length_s = self._turns(name, files)
        speakers = dict.fromkeys(t.speaker for t in turns if t.speaker)
        return {
            "id": name, "folder": name.partition("/")[0] if "/" in name else "", "name": name.rpartition("/")[2],
            "at": _when(name, files), "speakers": "|".join(speakers), "transcript": "\n".join(t.line for t in turns),
            "heard_by": heard_by, "length_s": length_s, **told,
        }  # fmt: skip

    def _turns(self, name: str, files: Mapping[str, Path]) -> tuple[tuple[Turn, ...], str, str]:
        """What was said, who heard it ("" where it came in writing), and how long the recording is."""
        for suffix in TRANSCRIPTS:
            if suffix in files:
                return read_transcript(files[suffix].read_text(encoding="utf-8-sig", errors="replace"), suffix), "", ""
        file = next(files[s] for s in SOUND if s in files)
        if file.stat().st_size > MOST_BYTES:
            raise BadInput(name, f"the recording is larger than {MOST_BYTES >> 30} GB", "save its sound alone")
        content = file.read_bytes()
        kind = kind_of(content[:16])
        if kind is None:
            raise BadInput(file.name, "is no recording of a kind that is read", f"save it as one of {', '.join(SOUND)}")
        samples = decoded(content, kind, RATE_HZ, LONGEST_S, f"the recording {file.name}").mean(axis=1)
        words = self._recogniser.hear(samples, RATE_HZ)
        return heard_turns(words), self._recogniser.name, f"{len(samples) / RATE_HZ:.1f}"


def _when(name: str, files: Mapping[str, Path]) -> str:
    """The time in the name, else that of the oldest file."""
    if found := _WHEN.search(name):
        return f"{found[1]}T{found[2] or '12'}:{found[3] or '00'}:00"
    oldest = min(f.stat().st_mtime for f in files.values())
    return datetime.fromtimestamp(int(oldest), UTC).isoformat()
