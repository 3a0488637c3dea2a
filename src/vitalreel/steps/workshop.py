"""What films are made with: kit, faces, voice, encoders, and the processes that speak and draw; opened by wiring, closed after use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import TypeVar

from vitalreel.edges.decoders.beds import Beds
from vitalreel.edges.voices.cache import CachedVoice, Sentence, Take
from vitalreel.errors import Refused, Unavailable, VitalreelError
from vitalreel.ports import AudioRendition, Done, Now, PictureEncoder, SoundEncoder
from vitalreel.sound.casting import VoiceName
from vitalreel.sound.mix import Cue
from vitalreel.sound.pronunciation import Dictionary
from vitalreel.steps.checking import Listened, Spoken, listened
from vitalreel.steps.hands import Hands
from vitalreel.steps.handwork import draw, posters, sound_track
from vitalreel.steps.listening import Ears
from vitalreel.steps.speakers import Speakers, Stood
from vitalreel.store.jobs import Holder
from vitalreel.store.media import Media, StoredScene
from vitalreel.storyboard.storyboard import Scene, Storyboard, scene_fingerprint
from vitalreel.video.film import engine
from vitalreel.video.kit import Kit

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""What is being done, how many are done, how many in all."""


@dataclass(frozen=True, slots=True)
class Early:
    """A film as it will be published, before anybody has listened to it and preflight has looked at it: to be seen, never sent."""

    mp4: bytes
    starts_s: float  # where the first scene that was drawn for it begins


Watcher = Callable[[Early], None]

SPEAK, SOUND, DRAW = 0, 1, 2
"""What comes first within a film: the rest waits for its sentences, and the sound takes longest after them."""


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A scene drawn, and what that took this time."""

    scene: StoredScene
    cpu_s: float
    again: bool  # found, or being drawn for another film already


@dataclass(slots=True)
class Workshop:
    """One kind of film making: full quality or draft."""

    kit: Kit
    faces: Mapping[str, bytes]
    faces_print: str  # of those the kit finds among them: `faces.faces_print`
    voice: CachedVoice  # in hand
    speakers: Speakers  # all there are
    sounds: Dictionary
    beds: Beds
    picture: PictureEncoder
    sound: SoundEncoder
    media: Media
    hands: Hands
    holder: Holder  # whose films in hand these are
    clock: Now  # the real one
    core_hour: float  # what an hour of one core costs, in the programme's currency
    draft: bool
    booth: Hands  # one process more, for sound: what mixes and listens is as large as what draws
    ears: Ears | None = None  # None: nobody listens
    progress: Progress = silent
    priority: int = 0  # of the film in hand, among all that share the hands
    watcher: Watcher | None = None  # who wants to see the film in hand as early as can be
    _drawing: dict[str, Future[Done[StoredScene]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.hands.close()
        self.booth.close()

    def for_film(self, priority: int, progress: Progress, watcher: Watcher | None = None) -> Workshop:
        """The same workshop with one film in hand."""
        return replace(self, priority=priority, progress=progress, watcher=watcher)

    def cast(
        self, segment: str, speak: Callable[[Workshop], T], own: VoiceName | None = None
    ) -> tuple[Workshop, T, tuple[Stood, ...]]:
        """`speak` with the first voice that gets through it: the workshop with that voice in hand, what came, who failed before.

        own: the voice of whoever speaks in the film, asked before the segment's; drafts have theirs. One voice a film: what a
        failing one had spoken is not used. Raises the error of the only voice there is, or Unavailable with all their reasons.
        """
        stood: list[Stood] = []
        errors: list[VitalreelError] = []
        for name in self.speakers.names(segment, self.clock(), None if self.draft else own):
            try:
                hand = self.with_voice(self.speakers.voice(name))
                return hand, speak(hand), tuple(stood)
            except (Unavailable, Refused) as error:
                self.speakers.failed(name, self.clock())
                stood.append(Stood(str(name), str(error)))
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        raise Unavailable("every voice of the film", "; ".join(map(str, errors)), "see film.stand_ins")

    def with_voice(self, voice: CachedVoice) -> Workshop:
        """The same workshop with another voice in hand, and what was heard of that one's takes."""
        ears = self.ears and replace(self.ears, hearings=self.ears.hearings.of(voice.name))
        return self if voice is self.voice else replace(self, voice=voice, ears=ears)

    def take(self, sentence: Sentence) -> Future[Take]:
        """The sentence, spoken or found again."""
        return self.voice.take(sentence, partial(self.hands.give, (self.priority, SPEAK)))

    def scene_key(self, scene: Scene, board: Storyboard) -> str:
        """The fingerprint under which a scene's rendition is kept: scene, look, engine, typefaces and encoder."""
        return scene_fingerprint(scene, board, "|".join((engine(), self.faces_print, self.picture.name)))

    def shot(self, scene: Scene, board: Storyboard) -> Future[Shot]:
        """The scene, drawn or found again; one that two films ask for at once is drawn once."""
        key = self.scene_key(scene, board)
        shot: Future[Shot] = Future()
        with self._lock:
            drawing = self._drawing.get(key)
            again = drawing is not None
            if drawing is None:
                if (found := self.media.scene(key)) is not None:
                    shot.set_result(Shot(found, 0.0, True))
                    return shot
                work = partial(draw, scene, board, self.kit, self.faces, self.picture, self.media, key)
                drawing = self._drawing[key] = self.hands.give((self.priority, DRAW), work)
        drawing.add_done_callback(partial(self._drawn, key, shot, again))
        return shot

    def _drawn(self, key: str, shot: Future[Shot], again: bool, drawing: Future[Done[StoredScene]]) -> None:
        self._drawing.pop(key, None)
        if drawing.cancelled():
            shot.cancel()
        elif (error := drawing.exception()) is not None:
            shot.set_exception(error)
        else:
            done = drawing.result()
            shot.set_result(Shot(done.value, 0.0 if again else done.cpu_s, again))

    def track(self, cues: Sequence[Cue], length_s: float, music: str, seed: int) -> Future[Done[AudioRendition]]:
        """The film's sound. music: as the storyboard calls it, "" for none."""
        return self.booth.give(
            (self.priority, SOUND), partial(sound_track, tuple(cues), length_s, self.beds, music, seed, self.sound)
        )

    def listen(self, sound: AudioRendition, board: Storyboard, spoken: Sequence[Spoken]) -> Future[Done[Listened]]:
        """What there is in the film's sound; where nobody listens, measured in this thread."""
        if self.ears is not None:
            return self.booth.give((self.priority, SOUND), partial(listened, sound, board, spoken, self.ears))
        measured: Future[Done[Listened]] = Future()
        measured.set_result(Done(listened(sound, board, spoken, None), 0.0))
        return measured

    def posters(self, board: Storyboard) -> Future[Done[dict[str, bytes]]]:
        """The film's posters by file name."""
        work = partial(posters, board, self.kit, self.faces, self.media)
        return self.hands.give((self.priority, DRAW), work)
