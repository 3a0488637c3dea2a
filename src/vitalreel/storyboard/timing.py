"""When things happen in a scene: the voice sets the time, pictures land on its words, scenes are whole frames."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vitalreel.briefs.script import Line, ScriptScene

LEAD_S = 0.6
TITLE_LEAD_S = 0.8
"""Before the first word. With TAIL_S it makes the second between two scenes."""
TAIL_S = 0.4
"""After the last word; content leaves in the last 240 ms of it."""
HOLD_S = 3.0
"""After the last word of the film, so that a code can be scanned."""
LEVELS_PER_S = 20
"""How finely a voice's loudness is kept."""
SETTLED_S = 1.5
"""A picture stays at least so long after its last part has landed."""


class TimedWord(Protocol):
    """A spoken word: `ports.SpokenWord` is one."""

    @property
    def text(self) -> str: ...
    @property
    def at(self) -> int:
        """Offset of its first character in the text that was spoken."""
        ...

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Take:
    """One line of the script as the voice spoke it."""

    spoken: str  # the text given to the voice: the line's `said`, spelt for the ear
    length_s: float
    words: tuple[TimedWord, ...]  # times from the start of the take
    levels: tuple[float, ...] = ()  # 0..1, LEVELS_PER_S a second: how loud it is; for pictures that show a voice


@dataclass(frozen=True, slots=True)
class Timing:
    """One scene's clock, in seconds from its start."""

    starts_s: tuple[float, ...]  # of each line
    speech_end_s: float
    lines: tuple[Line, ...]
    takes: tuple[Take, ...]
    read_s: float = 0.0  # when the last line can have been read

    def cue(self, fact: str) -> float:
        """When the voice first says the fact; 0.0 where it does not."""
        for start, line, take in zip(self.starts_s, self.lines, self.takes, strict=True):
            if (offset := _offset(line, fact)) is not None:
                return start + _word_time(take, offset, len(line.said))
        return 0.0


def _offset(line: Line, fact: str) -> int | None:
    at = 0
    for run in line.runs:
        if run.fact == fact:
            return at
        at += len(run.said)
    return None


def _word_time(take: Take, offset: int, length: int) -> float:
    """When the word at `offset` of the said line begins. Where the voice was given other spelling, the place is scaled."""
    place = offset * len(take.spoken) / max(1, length)
    if not take.words:
        return take.length_s * offset / max(1, length)
    return min(take.words, key=lambda w: abs(w.at - place)).start_s


def time_scene(scene: ScriptScene, takes: Sequence[Take], reading_s: Sequence[float]) -> Timing:
    """Lines one after the other, a breath between them; a recorded clip's from its first picture on.

    reading_s: how long after each line begins its captions can have been read; a longer breath waits for them. A clip's
    lines stand where they were spoken. Raises ValueError unless there is one take a line.
    """
    if len(takes) != len(scene.say):
        raise ValueError(f"scene {scene.name}: {len(scene.say)} lines and {len(takes)} takes")
    starts, now, read = [], {"title": TITLE_LEAD_S, "talent": 0.0}.get(scene.kind, LEAD_S), 0.0
    waits = reading_s if scene.kind != "talent" else [0.0] * len(takes)
    spoken = now
    for take, wait in zip(takes, waits, strict=True):
        starts.append(now)
        spoken, read = now + take.length_s, now + wait
        now = max(spoken + scene.breath_s, read)
    return Timing(tuple(starts), spoken, scene.say, tuple(takes), read)


def frames(timing: Timing, landed_s: float, kind: str, fps: int, gop_frames: int) -> int:
    """Whole frames for the scene; never one more than a multiple of the GOP, for no scene may end on a key frame.

    landed_s: when the last part of the picture lands.
    """
    tail = {"next_step": HOLD_S, "talent": 0.0}.get(kind, TAIL_S)
    count = math.ceil(max(timing.speech_end_s + tail, timing.read_s, landed_s + SETTLED_S) * fps - 1e-6)
    return count + 1 if count % gop_frames == 1 else count
