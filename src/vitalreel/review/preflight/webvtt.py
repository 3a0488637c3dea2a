"""A file of captions as a player reads it: its cues, and what a player would stumble over (WebVTT, W3C; HLS, RFC 8216 3.5)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_CLOCK = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_CLOCK}[ \t]+-->[ \t]+{_CLOCK}(?:[ \t].*)?")
_MAP = re.compile(rf"X-TIMESTAMP-MAP=(?:MPEGTS:(\d+),LOCAL:{_CLOCK}|LOCAL:{_CLOCK},MPEGTS:(\d+))")
_TAG = re.compile(r"<[^>]*>")
_TICKS = 90_000
"""Of MPEG-2 transport streams, a second."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption."""

    start_s: float  # film time
    end_s: float
    text: str  # lines apart by a newline, without marks


@dataclass(frozen=True, slots=True)
class Read:
    """What a player makes of a file."""

    cues: tuple[Cue, ...]
    faults: tuple[str, ...]  # "line N: what is wrong"; a player skips these, or the whole file
    mapped: bool  # it says which moment of the stream its time 0 is


def read(text: str) -> Read:
    """The cues in the file's order, in film time: shifted by the file's X-TIMESTAMP-MAP where it has one."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", rows[0]):
        return Read((), ("line 1: it does not begin with WEBVTT",), False)
    cues: list[Cue] = []
    faults: list[str] = []
    head = _block(rows, 1)
    shift = next((s for row in rows[1:head] if (s := _shift(row)) is not None), None)
    at = head
    while at < len(rows):
        if not rows[at]:
            at += 1
            continue
        end = _block(rows, at)
        _take(rows[at:end], at + 1, shift or 0.0, cues, faults)
        at = end
    return Read(tuple(cues), tuple(faults), shift is not None)


def _block(rows: list[str], first: int) -> int:
    """The first empty row from `first` on, or the end."""
    return next((n for n in range(first, len(rows)) if not rows[n]), len(rows))


def _take(block: list[str], number: int, shift: float, cues: list[Cue], faults: list[str]) -> None:
    """A block as a cue, as nothing where it is a note, a style or a region, or as a fault. number: its first line, from 1."""
    if re.match(r"(NOTE|STYLE|REGION)(?:[ \t]|$)", block[0]):
        return
    at = 0 if "-->" in block[0] else 1
    found = _TIMES.fullmatch(block[at]) if at < len(block) else None
    if found is None:
        faults.append(f"line {number + min(at, len(block) - 1)}: no times of a cue")
        return
    text = html.unescape(_TAG.sub("", "\n".join(block[at + 1 :])))
    start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
    if end <= start:
        faults.append(f"line {number + at}: it ends before it begins")
    if not text.strip():
        faults.append(f"line {number + at}: a cue without words")
    cues.append(Cue(start + shift, end + shift, text))


def _shift(row: str) -> float | None:
    """Seconds from the file's own times to the stream's, whose first picture is at 0."""
    found = _MAP.fullmatch(row)
    if found is None:
        return None
    groups = found.groups()
    ticks, local = (groups[0], groups[1:5]) if groups[0] is not None else (groups[9], groups[5:9])
    return int(ticks) / _TICKS - _seconds(local)


def _seconds(clock: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in clock)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000
