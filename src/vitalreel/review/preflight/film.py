"""What preflight looks at: a finished film as it was measured, the limits it is held to, and what a check answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.script import Script
from vitalreel.sound.heard import Hearing
from vitalreel.sound.placed import Placed
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.video.element import Box, Standing
from vitalreel.video.likeness import Likeness


@dataclass(frozen=True, slots=True)
class Limits:
    """What a film may be."""

    lufs: float = -16.0
    lufs_tolerance: float = 1.0
    true_peak_db: float = -1.0
    silence_s: float = 4.0
    black_s: float = 0.1
    black_luma: float = 24.0  # mean of limited-range luma (16 is black)
    frozen_s: float = 8.0  # the same picture, whatever is said
    rest_s: float = 4.0  # the same picture while nobody speaks; the hold at a film's end is 3 s
    caption_chars_per_s: float = 17.0
    caption_sync_s: float = 0.2  # a caption's words against the voice's own times
    heard_sync_s: float = 0.3  # the voice's times against a recogniser's, which are good to 0.1 s
    placed_s: float = 0.05  # a sentence in the published sound against the storyboard
    voice_over_db: float = 6.0  # the voice over all else while it speaks
    lost_words: float = 0.1  # of all words, names left out
    safe_px: int = 40  # at 1080 lines; text must stay this far from the edge
    controls_px: tuple[int, int] = (220, 240)  # of a tall picture 1080 px wide: covered by a platform's, top and foot
    contrast: float = 4.5  # WCAG 2.2, level AA
    drift_s: float = 0.05  # picture against sound
    faceless_s: float = 1.0  # of a recorded speaker
    second_face: float = 0.5  # of the speaker's height: a smaller one is of somebody in the background
    second_face_s: float = 0.6
    face_outside: float = 0.1  # of the speaker's face, beyond the edge of the clip or of the page
    face_outside_s: float = 0.6
    face_grows: float = 1.6  # its largest against its smallest
    face_wanders: float = 1.0  # its own heights, from one end of its way to the other
    face_shakes: float = 0.06  # of its height: how far it is beside its own way, look by look, for two seconds
    same_face: float = 0.79  # how alike it is before and after a moment: under this it is another's
    surely_same_face: float = 0.88  # under this a person should look


@dataclass(frozen=True, slots=True)
class SceneSeen:
    """One scene's rendition as decoded, and the texts that stand in it."""

    name: str
    frames: int
    expected_frames: int
    mean_luma: tuple[float, ...]  # per frame, limited range
    rests: tuple[tuple[int, int], ...]  # first frame and length of every run of identical pictures of a second or more
    errors: int  # decoder errors
    texts: tuple[Standing, ...]  # in px of the picture and scene time


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What a player makes of the published MP4."""

    frames: int
    wrong: tuple[tuple[float, str], ...]  # film time, and what is wrong there


@dataclass(frozen=True, slots=True)
class StreamSeen:
    """What a player makes of the published HLS."""

    segments: int  # of pictures and of sound
    wrong: tuple[
        tuple[float | None, str], ...
    ]  # film time, None where the whole film is meant; the file and what is wrong with it


@dataclass(frozen=True, slots=True)
class Heard:
    """The published sound as measured."""

    length_s: float
    lufs: float
    true_peak_db: float
    longest_silence: tuple[float, float]  # start and length in seconds


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One sentence of the narration in the published sound."""

    placed: Placed
    heard: Hearing | None  # None: nobody listened


@dataclass(frozen=True, slots=True)
class SpeakerSeen:
    """A recorded clip as a scene shows it."""

    scene: str
    likeness: Likeness | None  # None: nobody looked for faces in it
    part: Box  # what the page shows of the clip, in shares of it
    looked_at: str = ""  # who says that it is meant as it is, and since when


@dataclass(frozen=True, slots=True)
class Film:
    """A finished film and everything it was made from, as far as the checks need it."""

    board: Storyboard
    script: Script
    today: date  # the day it goes out
    untraced: tuple[str, ...]  # from the tracing of script and storyboard
    editorial: tuple[str, ...]  # errors of the editorial standard, on the script that was filmed
    scenes: tuple[SceneSeen, ...]
    file: FileSeen
    stream: StreamSeen
    captions: Mapping[str, str]  # published file of captions -> what stands in it
    sound: Heard
    lines: tuple[LineSeen, ...]  # one for each of the board's narration
    deaf: str  # why nobody listened; empty where somebody did
    disclosed: Mapping[str, bool]  # document of the film -> whether it says that the voice is synthetic
    feeds: Mapping[str, bool]  # feed -> fresh, for the feeds the film quotes
    speakers: tuple[SpeakerSeen, ...] = ()  # one for each scene with a recorded clip

    @property
    def ledger(self) -> Mapping[str, Fact]:
        return self.script.brief.facts

    @property
    def starts(self) -> dict[str, float]:
        """Film time at which each scene begins."""
        starts, frame = {}, 0
        for scene in self.board.scenes:
            starts[scene.name] = frame / self.board.fps
            frame += scene.frames
        return starts


@dataclass(frozen=True, slots=True)
class Found:
    """What one look found. A warning (`warns`) is told and stops nothing."""

    ok: bool
    value: str
    where: str = ""
    at_s: float | None = None  # film time; None where the whole film is meant
    limit: str = ""  # where it is not the same for every film
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One check: its name, its limit in words, what it keeps from happening, and how it looks."""

    name: str
    limit: Callable[[Limits], str]
    why: str
    look: Callable[[Film, Limits], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check's result. `at_s` is film time, None where the whole film is meant."""

    check: str
    ok: bool
    value: str
    limit: str
    where: str = ""
    at_s: float | None = None
    warns: bool = False
