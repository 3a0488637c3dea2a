"""Storyboard records: scenes of whole frames, text with its facts, pictures as plain numbers, captions with times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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


UNDRAWN: Mapping[str, str] = {
    "version": "the form of the document: an upgrade leaves what it says as it is",
    "title": "told by the player and the page; a title scene has words of its own",
    "account": "whom it is about is in the scene's own words",
    "contact": "whom it is for is in the scene's own words",
    "module": "where the words come from draws nothing",
    "module_version": "where the words come from draws nothing",
    "as_of": "a day that is shown is in the scene's own words",
    "voice": "heard, not seen; its captions are in the scene",
    "music": "the bed is heard, not seen",
    "scenes": "the one that is drawn is looked at itself",
    "narration": "heard, not seen; its captions are in the scene",
    "disclosure": "told by transcript, captions and page; a scene that shows it has words of its own",
    "meta": "where the film comes from",
}
"""Fields of a storyboard that no scene's picture depends on, each with the reason. All others are part of every scene's fingerprint."""
UNDRAWN_OF_SCENE: Mapping[str, str] = {"name": "what a scene is called draws nothing"}
"""The same of a scene."""


def scene_fingerprint(scene: Scene, board: Storyboard, drawn_by: str) -> str:
    """The identity of a scene's picture: everything of the scene and of the film's look, and who draws it.

    By exclusion: a field added to Scene or Storyboard later takes part unless it is named above. drawn_by: the identity of all
    that draws beside the two: engine, typefaces, encoder.
    """
    look = {f.name: getattr(board, f.name) for f in fields(board) if f.name not in UNDRAWN}
    shown = {f.name: getattr(scene, f.name) for f in fields(scene) if f.name not in UNDRAWN_OF_SCENE}
    return fingerprint(shown, type(scene.picture).__name__, look, drawn_by)
