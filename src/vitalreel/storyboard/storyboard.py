"""Storyboard records: scenes of whole frames, text with its facts, pictures as plain numbers, captions with times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vitalreel.identity import AccountId, ContactId, fingerprint
from vitalreel.storyboard.pictures import Picture
from vitalreel.storyboard.text import Text

VERSION = 1


@dataclass(frozen=True, slots=True)
class CaptionWord:
    text: str  # as shown, with its punctuation
    start_s: float  # scene time
    end_s: float


@dataclass(frozen=True, slots=True)
class Caption:
    """At most two lines of 42 characters, burned into the picture and written to the WebVTT track."""

    start_s: float  # scene time; half-open [start, end)
    end_s: float
    lines: tuple[tuple[CaptionWord, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(" ".join(w.text for w in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: the unit of cache, render, check, analytics and refresh.

    Knows nothing of its place in the film. A shared scene carries no account name and no as-of date.
    """

    name: str
    kind: str
    frames: int  # whole frames at the storyboard's rate; never 1 more than a multiple of the GOP
    headline: Text
    picture: Picture
    captions: tuple[Caption, ...]
    source: Text
    chrome: Text  # top right: account name; empty when shared
    shared: bool = False
    exits: bool = True  # content leaves in the last 240 ms; False holds to the cut (last scene)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence of the narration and when it starts, in film time."""

    scene: int  # index into scenes
    start_s: float
    said: str
    shown: str
    facts: tuple[str, ...]
    words: tuple[tuple[str, float, float], ...]  # said word, start, end in film time


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole film, ready to be drawn and mixed. Everything that reaches the viewer is in here."""

    version: int
    title: Text
    account: AccountId
    contact: ContactId
    module: str
    module_version: int
    as_of: date
    language: str
    width_px: int
    height_px: int
    fps: int
    brand: str  # fingerprint of the brand kit
    theme: str  # light | dark
    voice: str
    music: str  # music bed family; "" for none
    scenes: tuple[Scene, ...]
    narration: tuple[Spoken, ...]
    disclosure: str  # the synthetic-voice sentence, first line of the transcript
    meta: Mapping[str, Any] = field(default_factory=dict)  # plain data

    @property
    def length_s(self) -> float:
        return sum(s.frames for s in self.scenes) / self.fps


def scene_fingerprint(scene: Scene, board: Storyboard, engine: str) -> str:
    """The identity of a scene's picture: everything of the scene but its name, plus look, size, rate and engine.

    By exclusion: a field added to Scene later takes part unless it is named here.
    """
    from dataclasses import replace

    look = (board.brand, board.theme, board.width_px, board.height_px, board.fps, board.language, engine)
    return fingerprint(replace(scene, name=""), type(scene.picture).__name__, look)
