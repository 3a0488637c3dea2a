"""A tiny real film, spoken, drawn, encoded and published, whose parts can be exchanged for broken ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from tests.briefs.dossiers import falling, module, renamed, write
from tests.video.boards import face_files, faces, kit
from vitalreel.briefs.script import Script
from vitalreel.delivery.page import page_of
from vitalreel.edges.encoders.aac import AacEncoder
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.edges.encoders.inspect import inspect
from vitalreel.edges.voices.cache import Sentence
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.identity import plain
from vitalreel.ports import AudioRendition, Frame, Speech
from vitalreel.review.preflight import Check
from vitalreel.sound.mix import RATE_HZ, Cue, mix
from vitalreel.sound.music import bed
from vitalreel.sound.narration import spoken_line
from vitalreel.steps.checking import Listened, checked, listened
from vitalreel.steps.listening import Ears
from vitalreel.steps.rendering import render_scene
from vitalreel.store.media import StoredClip, StoredScene
from vitalreel.storyboard.captions import transcript, webvtt
from vitalreel.storyboard.compose import Look, compose
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.storyboard.timing import Take
from vitalreel.video.film import standing
from vitalreel.video.stitch import publish

ENCODER = SkipEncoder(preset="ultrafast", quantiser=24)
LOOK = Look("kit", "light", "hibari", "calm", 480, 270)


@dataclass(frozen=True)
class Cut:
    """A film with all it was made from. `check` publishes and checks it."""

    script: Script
    board: Storyboard
    scenes: tuple[StoredScene, ...]
    spoken: tuple[tuple[Sentence, Speech], ...]
    samples: np.ndarray = field(repr=False)  # (n, 2) at RATE_HZ
    feeds: Mapping[str, bool] = field(default_factory=lambda: {"usage": True})
    today: date | None = None  # the day it goes out; None: that of its figures

    @property
    def sound(self) -> AudioRendition:
        """Encoded once, however many films with the same sound are looked at."""
        return _once(("sound", id(self.samples)), lambda: (self.samples, AacEncoder().encode(self.samples, RATE_HZ)))[1]

    def _listened(self, ears: Ears | None) -> Listened:
        if ears is not None:
            return listened(self.sound, self.board, self.spoken, ears)
        key = ("listened", id(self.samples), id(self.spoken), self.board.language, self.board.narration)
        kept = _once(key, lambda: (self.samples, self.spoken, listened(self.sound, self.board, self.spoken, None)))
        return kept[2]

    @property
    def files(self) -> dict[str, bytes]:
        page = str(plain(page_of(self.board, self.script.brief))).encode()
        streams = publish([s.rendition for s in self.scenes], self.sound, webvtt(self.board), 480, 270, 30, "en")
        return {**streams, "transcript.txt": transcript(self.board).encode(), "page.json": page}

    def check(
        self, files: Mapping[str, bytes] | None = None, ears: Ears | None = None, whole: bool = False
    ) -> tuple[Check, ...]:
        made = files or self.files
        day = self.script.brief.as_of
        sound = self._listened(ears)
        return checked(
            self.script, 9.0, self.board, self.scenes, sound, made, self.feeds, self.today or day, nobody, all_pictures=whole
        )  # fmt: skip

    def failed(self, files: Mapping[str, bytes] | None = None, ears: Ears | None = None) -> list[Check]:
        return [c for c in self.check(files, ears) if not c.ok]

    def mixed(self, spoken: Sequence[tuple[Sentence, Speech]], shift_s: Mapping[int, float] | None = None) -> Cut:
        """The same film with other takes, or takes at other times: number of the sentence -> seconds."""
        shift = shift_s or {}
        return replace(self, spoken=tuple(spoken), samples=sound_of(self.board, spoken, shift))


def nobody(clip: str) -> StoredClip:
    """Of a film without recorded clips none is asked for."""
    raise AssertionError(clip)


_MADE: dict[object, Any] = {}


def _once(key: object, make: Callable[[], Any]) -> Any:
    """What was made for the very same objects; they are kept with it, so that no other has their place."""
    if key not in _MADE:
        _MADE[key] = make()
    return _MADE[key]


def sound_of(board: Storyboard, spoken: Sequence[tuple[Sentence, Speech]], shift_s: Mapping[int, float]) -> np.ndarray:
    cues = [
        Cue(line.start_s + shift_s.get(n, 0.0), s.samples, s.rate_hz, tuple((w.start_s, w.end_s) for w in s.words))
        for n, (line, (_, s)) in enumerate(zip(board.narration, spoken, strict=True))
    ]
    return mix(cues, board.length_s, bed("calm", board.length_s, 7))


def drawn(scene: Scene, board: Storyboard) -> StoredScene:
    return stored(scene, board, None)


def stored(scene: Scene, board: Storyboard, pictures: Iterator[Frame] | None) -> StoredScene:
    """The scene as it is drawn, or with other pictures than its own."""
    if pictures is None:
        rendition = render_scene(scene, board, kit(), face_files(), ENCODER)
    else:
        rendition = ENCODER.encode(pictures, board.width_px, board.height_px, board.fps)
    seen = inspect(rendition)
    return StoredScene(rendition, seen.mean_luma, seen.rests, seen.errors, standing(scene, board, kit(), faces()), 0.0)


def plain_frames(count: int, grey: int) -> Iterator[Frame]:
    """One even picture, again and again."""
    pixels = np.full((270, 480, 4), grey, np.uint8)
    pixels[..., 3] = 255
    for number in range(count):
        yield Frame(pixels, None if number == 0 else ())


@cache
def cut(name: str = "Halden Health") -> Cut:
    """Title, chart and next step of a film about falling use: about 25 s. name: the account's."""
    whole = write(module("usage_drop_recovery"), renamed(falling(), "halden", name), "t")
    chosen = tuple(s for s in whole.scenes if s.kind in ("title", "line", "next_step"))
    script = replace(whole, scenes=chosen, brief=replace(whole.brief, length_s=(10, 60)))
    spelt = replace(
        script,
        scenes=tuple(replace(s, say=tuple(spoken_line(line, script.brief.as_of) for line in s.say)) for s in chosen),
    )
    voice = Hibari()
    spoken = [[(Sentence(line.said, {}), voice.speak(line.said, {})) for line in s.say] for s in spelt.scenes]
    takes = [[Take(s.text, len(v.samples) / v.rate_hz, v.words) for s, v in scene] for scene in spoken]
    board = compose(spelt, takes, LOOK)
    scenes = tuple(drawn(scene, board) for scene in board.scenes)
    flat = tuple(pair for scene in spoken for pair in scene)
    return Cut(script, board, scenes, flat, sound_of(board, flat, {}))
