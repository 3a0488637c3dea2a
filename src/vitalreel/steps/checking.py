"""Looks at a film that is ready to be published, listens to it, and holds it to the checks of preflight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from vitalreel.briefs.editorial import check
from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace
from vitalreel.edges.encoders.inspect import Published, inspect_film
from vitalreel.edges.voices.cache import Sentence
from vitalreel.ports import AudioRendition, Speech
from vitalreel.review.preflight import Check, FileSeen, Film, Heard, Limits, LineSeen, SceneSeen, preflight
from vitalreel.sound.heard import Hearing
from vitalreel.sound.loudness import integrated_lufs, longest_silence, true_peak_db
from vitalreel.sound.placed import placed, thin
from vitalreel.steps.listening import Ears, Said, listen
from vitalreel.store.media import StoredScene
from vitalreel.storyboard.compose import DISCLOSURE
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.video.pieces import Pieced, payload, whole

Spoken = tuple[Sentence, Speech]

NOT_HERE = "drafts are not, nor is anything where `film.listen` is never"


def checked(
    script: Script, grade: float, board: Storyboard, scenes: Sequence[StoredScene], spoken: Sequence[Spoken], files: Mapping[str, bytes],
    feeds: Mapping[str, bool], today: date, ears: Ears | None = None, all_pictures: bool = False,
) -> tuple[Check, ...]:  # fmt: skip
    """What preflight says of a film.

    script: as it was filmed, not yet spelt for the ear. grade: highest reading grade its module allows.
    scenes, spoken: one for each of the board's scenes and of its narration. files: the film's, ready to be published.
    feeds: feed -> fresh. today: the day it goes out. ears: None where nobody listens. all_pictures: decode again even pictures whose
    bytes were decoded when their scene was made.
    """
    luma = [mean for scene in scenes for mean in scene.mean_luma]
    seen = inspect_film(files["film.mp4"], [s.rendition for s in scenes], luma, all_pictures)
    lines, deaf = _lines(board, script.brief.facts, spoken, seen, ears)
    untraced = (*trace(script).untraced, *trace_board(board, script.brief.facts).untraced)
    film = Film(
        board=board,
        script=script,
        today=today,
        untraced=tuple(f"{u.where}: {u.what!r} {u.why}" for u in untraced),
        editorial=tuple(f"{f.where}: {f.what}" for f in check(script, grade) if f.level == "error"),
        scenes=tuple(_seen(board, scenes)),
        file=FileSeen(seen.frames, seen.wrong),
        sound=_measured(seen),
        lines=tuple(lines),
        deaf=deaf,
        disclosed=_disclosed(files),
        feeds=feeds,
    )
    return preflight(film, Limits())


def ready(pieced: Pieced, scenes: Sequence[StoredScene], sound: AudioRendition) -> dict[str, bytes]:
    """The files of a film that are looked at, as a player will get them."""
    sources = [payload(packets) for packets in (*(s.rendition.packets for s in scenes), sound.packets)]
    return {name: whole(pieced[name], sources) for name in ("film.mp4", "captions.vtt")}


def _seen(board: Storyboard, scenes: Sequence[StoredScene]) -> list[SceneSeen]:
    return [
        SceneSeen(scene.name, len(s.mean_luma), scene.frames, s.mean_luma, s.rests, s.errors, s.texts)
        for scene, s in zip(board.scenes, scenes, strict=True)
    ]


def _measured(seen: Published) -> Heard:
    """The published sound, after its encoder: what a viewer's speakers get."""
    if not len(seen.sound):
        return Heard(0.0, float("-inf"), float("-inf"), (0.0, 0.0))
    return Heard(
        len(seen.sound) / seen.rate_hz, integrated_lufs(seen.sound, seen.rate_hz), true_peak_db(seen.sound),
        longest_silence(seen.sound, seen.rate_hz),
    )  # fmt: skip


def _lines(
    board: Storyboard, facts: Ledger, spoken: Sequence[Spoken], seen: Published, ears: Ears | None
) -> tuple[list[LineSeen], str]:
    """Every sentence looked for in the published sound, and what was heard of it."""
    said = [
        Said(sentence, speech, line.start_s, tuple(facts[f].said for f in line.facts if facts[f].unit == "name"))
        for line, (sentence, speech) in zip(board.narration, spoken, strict=True)
    ]
    heard: Sequence[Hearing | None] = [None] * len(said)
    deaf = NOT_HERE if ears is None else f"the recogniser knows no {board.language}"
    if ears is not None and board.language.partition("-")[0] in ears.languages:
        heard, deaf = listen(ears, said, seen.sound, seen.rate_hz)
    track = thin(seen.sound, seen.rate_hz) if len(seen.sound) else seen.sound[:, 0].astype(float)
    places = [placed(track, thin(one.speech.samples, one.speech.rate_hz), one.start_s) for one in said]
    return [LineSeen(place, one) for place, one in zip(places, heard, strict=True)], deaf


def _disclosed(files: Mapping[str, bytes]) -> dict[str, bool]:
    """Whether all that tells the film in words says that a computer speaks."""
    told = DISCLOSURE.encode()
    return {name: told in files[name] for name in ("transcript.txt", "captions.vtt", "page.json")}
