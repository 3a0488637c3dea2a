"""Looks at a film that is ready to be published, listens to it, and holds it to the checks of preflight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from vitalreel.briefs.editorial import check
from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace
from vitalreel.edges.encoders.inspect import Sounding, inspect_film, inspect_sound
from vitalreel.edges.encoders.streams import inspect_streams
from vitalreel.edges.voices.cache import Sentence
from vitalreel.ports import AudioRendition, Speech
from vitalreel.review.preflight import (
    Check,
    FileSeen,
    Film,
    Heard,
    Limits,
    LineSeen,
    SceneSeen,
    SpeakerSeen,
    StreamSeen,
    preflight,
)  # fmt: skip
from vitalreel.review.preflight.speakers import WHOLE
from vitalreel.sound.heard import Hearing
from vitalreel.sound.loudness import integrated_lufs, longest_silence, true_peak_db
from vitalreel.sound.placed import placed, thin
from vitalreel.steps.listening import Ears, Said, listen
from vitalreel.store.media import StoredClip, StoredScene
from vitalreel.storyboard.compose import DISCLOSURE
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.video.page import page_for
from vitalreel.video.pieces import Pieced, payload, whole
from vitalreel.video.scenes.talent import shown_part

Spoken = tuple[Sentence, Speech]

NOT_HERE = "drafts are not, nor is anything where `film.listen` is never"


@dataclass(frozen=True, slots=True)
class Listened:
    """A film's sound, and what was measured and heard in it after its encoder: what a viewer's speakers get."""

    rendition: AudioRendition
    errors: int  # access units that cannot be decoded
    measured: Heard
    lines: tuple[LineSeen, ...]  # one for each sentence of the narration
    deaf: str  # why nobody listened; empty where somebody did


def listened(sound: AudioRendition, board: Storyboard, spoken: Sequence[Spoken], ears: Ears | None) -> Listened:
    """Decode a film's sound and look for every sentence in it; all sizes of a film share it.

    spoken: one for each sentence of the board's narration. ears: None where nobody listens.
    """
    heard = inspect_sound(sound)
    lines, deaf = _lines(board, spoken, heard, ears)
    return Listened(sound, heard.errors, _measured(heard), tuple(lines), deaf)


def checked(
    script: Script, grade: float, board: Storyboard, scenes: Sequence[StoredScene], sound: Listened, files: Mapping[str, bytes],
    feeds: Mapping[str, bool], today: date, clip: Callable[[str], StoredClip], all_pictures: bool = False,
) -> tuple[Check, ...]:  # fmt: skip
    """What preflight says of a film.

    script: as it was filmed, not yet spelt for the ear. grade: highest reading grade its module allows.
    scenes: one for each of the board's. sound: the film's. files: the film's, ready to be published.
    feeds: feed -> fresh. today: the day it goes out. clip: a recorded clip by its media id. all_pictures: decode again even
    pictures whose bytes were decoded when their scene was made.
    """
    luma = [mean for scene in scenes for mean in scene.mean_luma]
    renditions = [s.rendition for s in scenes]
    seen = inspect_film(files["film.mp4"], renditions, sound.rendition, luma, all_pictures)
    streamed = inspect_streams(files, renditions, sound.rendition, board.width_px, board.height_px)
    broken = ((0.0, f"{sound.errors} access units of sound cannot be decoded"),) if sound.errors else ()
    untraced = (*trace(script).untraced, *trace_board(board, script.brief.facts).untraced)
    film = Film(
        board=board,
        script=script,
        today=today,
        untraced=tuple(f"{u.where}: {u.what!r} {u.why}" for u in untraced),
        editorial=tuple(f"{f.where}: {f.what}" for f in check(script, grade) if f.level == "error"),
        scenes=tuple(_seen(board, scenes)),
        file=FileSeen(seen.frames, seen.wrong + broken),
        stream=StreamSeen(streamed.segments, streamed.wrong),
        captions={name: text.decode("utf-8", "replace") for name, text in files.items() if name.endswith(".vtt")},
        sound=sound.measured,
        lines=sound.lines,
        deaf=sound.deaf,
        disclosed=_disclosed(files),
        feeds=feeds,
        speakers=tuple(_speakers(board, script, clip)),
    )
    return preflight(film, Limits())


def ready(pieced: Pieced, scenes: Sequence[StoredScene], sound: AudioRendition) -> dict[str, bytes]:
    """All that is published of a film's picture, sound and captions, as a player will get it."""
    sources = [payload(packets) for packets in (*(s.rendition.packets for s in scenes), sound.packets)]
    return {name: whole(pieces, sources) for name, pieces in pieced.items()}


def _seen(board: Storyboard, scenes: Sequence[StoredScene]) -> list[SceneSeen]:
    return [
        SceneSeen(scene.name, len(s.mean_luma), scene.frames, s.mean_luma, s.rests, s.errors, s.texts)
        for scene, s in zip(board.scenes, scenes, strict=True)
    ]


def _speakers(board: Storyboard, script: Script, clip: Callable[[str], StoredClip]) -> Iterator[SpeakerSeen]:
    """The scenes with a recorded clip: what faces it has, what this page shows of it, and who says that it is meant so."""
    page, ledger = page_for(board.width_px, board.height_px), script.brief.facts
    names = {fact.value: name for name, fact in ledger.items() if fact.origin.table == "clips"}
    for scene in board.scenes:
        if isinstance(scene.picture, TalentPicture):
            seen = clip(scene.picture.clip).likeness
            part = shown_part(seen.aspect, scene.picture.focus, page) if seen is not None else WHOLE
            looked_at = ledger.get(f"{names.get(scene.picture.clip)}.looked_at")
            yield SpeakerSeen(scene.name, seen, part, looked_at.shown if looked_at is not None else "")


def _measured(heard: Sounding) -> Heard:
    samples, rate_hz = heard.samples, heard.rate_hz
    if not len(samples):
        return Heard(0.0, float("-inf"), float("-inf"), (0.0, 0.0))
    return Heard(
        len(samples) / rate_hz,
        integrated_lufs(samples, rate_hz),
        true_peak_db(samples),
        longest_silence(samples, rate_hz),
    )


def _lines(
    board: Storyboard, spoken: Sequence[Spoken], sound: Sounding, ears: Ears | None
) -> tuple[list[LineSeen], str]:
    """Every sentence looked for in the sound, and what was heard of it."""
    said = [
        Said(sentence, speech, line.start_s) for line, (sentence, speech) in zip(board.narration, spoken, strict=True)
    ]
    heard: Sequence[Hearing | None] = [None] * len(said)
    deaf = NOT_HERE if ears is None else f"the recogniser knows no {board.language}"
    if ears is not None and board.language.partition("-")[0] in ears.languages:
        heard, deaf = listen(ears, said, sound.samples, sound.rate_hz)
    track = thin(sound.samples, sound.rate_hz) if len(sound.samples) else np.zeros(0)
    places = [placed(track, thin(one.speech.samples, one.speech.rate_hz), one.start_s) for one in said]
    return [LineSeen(place, one) for place, one in zip(places, heard, strict=True)], deaf


def _disclosed(files: Mapping[str, bytes]) -> dict[str, bool]:
    """Whether all that tells the film in words says that a computer speaks."""
    told = DISCLOSURE.encode()
    return {name: told in files[name] for name in ("transcript.txt", "captions.vtt", "page.json")}
