"""Transcripts as call platforms export them (WebVTT, SubRip, text) in one form: `[0:01:02] Speaker: what they said`, a line a turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vitalreel.ports import HeardWord

_CUE = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,]\d{1,3}\s+-->\s")
_STAMP = re.compile(r"^\[?(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,]\d+)?\]?\s+")
_NAME = re.compile(r"^([^\W\d][\w .'’-]{0,60}?)(?:\s*<[^>]*>)?:\s+(?=\S)")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person said without a break."""

    text: str
    speaker: str = ""
    start_s: float | None = None

    @property
    def line(self) -> str:
        """The turn in the one form."""
        at = "" if self.start_s is None else f"[{_clock(self.start_s)}] "
        return f"{at}{self.speaker}: {self.text}" if self.speaker else f"{at}{self.text}"


def read_transcript(text: str, suffix: str) -> tuple[Turn, ...]:
    """Turns of a file ending in .vtt, .srt or .txt; turns of one speaker that follow each other are one."""
    turns = _cues(text) if suffix in (".vtt", ".srt") else _lines(text)
    return tuple(_together(turns))


def heard_turns(words: Iterable[HeardWord]) -> tuple[Turn, ...]:
    """What a recogniser heard, a turn a sentence: nobody knows who spoke."""
    found, sentence = list[Turn](), list[HeardWord]()
    for word in words:
        sentence.append(word)
        if word.text.endswith(_ENDS):
            found.append(Turn(" ".join(w.text for w in sentence), "", sentence[0].start_s))
            sentence = []
    if sentence:
        found.append(Turn(" ".join(w.text for w in sentence), "", sentence[0].start_s))
    return tuple(found)


def _cues(text: str) -> Iterator[Turn]:
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = block.strip().splitlines()
        place = next((n for n, line in enumerate(lines) if _CUE.search(line)), None)
        if place is None:
            continue  # the head, a note or a style
        hours, minutes, seconds = _CUE.search(lines[place]).groups()  # type: ignore[union-attr]
        said = " ".join(lines[place + 1 :])
        voice = _VOICE.search(said)
        plain = _TAG.sub("", said).strip()
        name = None if voice else _NAME.match(plain)
        speaker = voice[1].strip() if voice else name[1].strip() if name else ""
        yield Turn(plain[name.end() :] if name else plain, speaker, _seconds(hours, minutes, seconds))


def _lines(text: str) -> Iterator[Turn]:
    for line in text.splitlines():
        stamp = _STAMP.match(line)
        rest = line[stamp.end() :].strip() if stamp else line.strip()
        if rest:
            name = _NAME.match(rest)
            at = _seconds(*stamp.groups()) if stamp else None
            yield Turn(rest[name.end() :] if name else rest, name[1].strip() if name else "", at)


def _together(turns: Iterable[Turn]) -> Iterator[Turn]:
    last: Turn | None = None
    for turn in (t for t in turns if t.text):
        if last is not None and last.speaker == turn.speaker and turn.speaker:
            last = Turn(f"{last.text} {turn.text}", last.speaker, last.start_s)
            continue
        if last is not None:
            yield last
        last = turn
    if last is not None:
        yield last


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600.0 + int(minutes) * 60 + int(seconds)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
