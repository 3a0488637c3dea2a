"""produce: scripts become films. Everything is looked up by fingerprint before it is made; a film is published whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from vitalreel.briefs.editorial import check
from vitalreel.briefs.script import Script
from vitalreel.briefs.trace import trace, untraced_in
from vitalreel.delivery.page import page_of
from vitalreel.edges.voices.cache import Sentence
from vitalreel.errors import Refused, VitalreelError
from vitalreel.identity import VideoId, fingerprint, plain
from vitalreel.ports import AudioRendition, Speech
from vitalreel.review.preflight import Check, Film, Heard, Limits, SceneSeen, TextBox, passed, preflight
from vitalreel.sound.loudness import integrated_lufs, longest_silence, true_peak_db
from vitalreel.sound.mix import RATE_HZ, Cue, Mix, mix
from vitalreel.sound.narration import spoken_line
from vitalreel.sound.pronunciation import sounds_in
from vitalreel.steps.doors import Doors
from vitalreel.steps.ledger import ledger_document
from vitalreel.steps.orders import Order, Written
from vitalreel.steps.poster import poster_files
from vitalreel.steps.recorded import speeches as heard_in
from vitalreel.steps.recorded import spoken_lines, take_of
from vitalreel.steps.showing import shown
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.store.media import StoredScene
from vitalreel.storyboard.captions import transcript, webvtt
from vitalreel.storyboard.compose import Look, compose
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.timing import Take
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.video.pieces import payload
from vitalreel.video.stitch import in_pieces


@dataclass(frozen=True, slots=True)
class Made:
    """A film and what it cost. `checks` say whether it may go on to review."""

    video: VideoId
    order: Order
    board: Storyboard
    checks: tuple[Check, ...]
    made: int  # scenes drawn for it
    reused: int  # scenes found again
    wall_s: float
    cpu_s: float  # of this film alone: this process and the ones that drew its scenes; speech is counted where it was spoken
    spoken: int  # sentences spoken for it
    spoken_again: int  # sentences found again

    @property
    def ok(self) -> bool:
        return passed(self.checks)


@dataclass(frozen=True, slots=True)
class Failed:
    """An order without a film, and why."""

    order: Order
    reason: str


def produce(
    doors: Doors, workshop: Workshop, written: Sequence[Written], feeds: Mapping[str, bool], as_of: date, now: datetime
) -> list[Made | Failed]:
    """Make the films of these scripts. Sentences of all of them are spoken together, each once.

    feeds: feed -> fresh at the end of `as_of`. as_of: the day the films are about and go out.
    """
    sentences = {w.order: _sentences(_spelt(w.script), workshop) for w in written}
    every = list(
        dict.fromkeys((s.text, tuple(sorted(s.sounds.items()))) for group in sentences.values() for s in group)
    )
    workshop.voice.speak_all(
        [Sentence(text, dict(sounds)) for text, sounds in every], workshop.workers,
        lambda done, total: workshop.progress("speaking sentences", done, total),
    )  # fmt: skip
    films: list[Made | Failed] = []
    for number, one in enumerate(written, start=1):
        try:
            films.append(_film(doors, workshop, one, sentences[one.order], feeds, as_of, now))
        except VitalreelError as e:  # one film that cannot be made keeps no other waiting
            films.append(Failed(one.order, str(e)))
        workshop.progress("films", number, len(written))
    return films


def _spelt(script: Script) -> Script:
    """The script with every line spelt for the ear, run by run, so that the words of a fact are found in the take.

    What is said in a clip stands as it is.
    """
    as_of = script.brief.as_of
    scenes = (
        s if s.kind == "talent" else replace(s, say=tuple(spoken_line(line, as_of) for line in s.say))
        for s in script.scenes
    )
    return replace(script, scenes=tuple(scenes))


def _sentences(script: Script, workshop: Workshop) -> list[Sentence]:
    """Every line of the film that the voice speaks, scene by scene. script: spelt for the ear."""
    sounds = workshop.sounds.sounds(script.brief.account, script.brief.contact)
    return [Sentence(line.said, sounds_in(line.said, sounds)) for line in spoken_lines(script)]


def _film(
    doors: Doors, workshop: Workshop, written: Written, sentences: Sequence[Sentence], feeds: Mapping[str, bool],
    as_of: date, now: datetime,
) -> Made:  # fmt: skip
    began, began_cpu = time.perf_counter(), time.process_time()
    hits, misses = workshop.voice.hits, workshop.voice.misses
    script = _spelt(written.script)
    speeches = heard_in(script, workshop.voice.speak_all(sentences), workshop.media)
    board = compose(script, _takes(script, speeches), _look(doors, workshop))
    untraced = (*trace(written.script).untraced, *trace_board(board, written.script.brief.facts).untraced)
    if untraced:  # the script may have been edited since it was written: what is filmed is what is traced
        raise Refused(f"a film of {board.module} for {board.account}", f"untraced: {untraced_in(untraced)}")
    scenes = workshop.scenes(board)
    samples = _sound(board, speeches, workshop)
    heard = Heard(len(samples.samples) / RATE_HZ, integrated_lufs(samples.samples, RATE_HZ), true_peak_db(samples.samples),
                  longest_silence(samples.samples, RATE_HZ))  # fmt: skip
    faults = tuple(f"{f.where}: {f.what}" for f in check(written.script, written.module.grade) if f.level == "error")
    film = Film(
        board, written.script.brief.facts, (), faults, written.module.length_s, _seen(board, scenes), _boxes(board, scenes), heard,
        feeds,
    )  # fmt: skip
    checks = preflight(film, Limits(), as_of)
    video = VideoId(fingerprint(board, written.script, workshop.draft))
    encoded = workshop.sound.encode(samples.samples, RATE_HZ)
    _publish(workshop, video, written, board, [s for s, _ in scenes], encoded, checks)
    drawn = [s for s, again in scenes if not again]
    made = Made(
        video, written.order, board, checks, len(drawn), len(scenes) - len(drawn), time.perf_counter() - began,
        time.process_time() - began_cpu + (sum(s.cpu_s for s in drawn) if workshop.workers > 1 and len(drawn) > 1 else 0.0),
        workshop.voice.misses - misses, workshop.voice.hits - hits,
    )  # fmt: skip
    _save(doors, workshop, written, made, [again for _, again in scenes], now)
    return made


def _takes(script: Script, speeches: Sequence[Speech]) -> list[list[Take]]:
    """Every line as it is heard, grouped by scene. script: spelt for the ear."""
    heard = iter(speeches)
    return [[take_of(line.said, next(heard), scene) for line in scene.say] for scene in script.scenes]


def _look(doors: Doors, workshop: Workshop) -> Look:
    film = doors.programme.film
    gop = round(getattr(workshop.picture, "gop_s", 5.0) * 30)
    return Look(
        fingerprint(workshop.kit),
        film.theme,
        workshop.voice.name,
        workshop.beds.named(workshop.kit.music if film.music is None else film.music),
        film.width_px,
        film.height_px,
        gop_frames=gop,
    )


def _sound(board: Storyboard, speeches: Sequence[Speech], workshop: Workshop) -> Mix:
    cues = [
        Cue(said.start_s, speech.samples, speech.rate_hz, tuple((w.start_s, w.end_s) for w in speech.words))
        for said, speech in zip(board.narration, speeches, strict=True)
    ]
    seed = int(fingerprint(board.module, board.music)[:8], 16)
    return mix(cues, board.length_s, workshop.beds.bed(board.music, board.length_s, seed))


def _seen(board: Storyboard, scenes: Sequence[tuple[StoredScene, bool]]) -> tuple[SceneSeen, ...]:
    return tuple(
        SceneSeen(scene.name, len(s.mean_luma), scene.frames, s.mean_luma, s.longest_frozen, s.errors)
        for scene, (s, _) in zip(board.scenes, scenes, strict=True)
    )


def _boxes(board: Storyboard, scenes: Sequence[tuple[StoredScene, bool]]) -> tuple[TextBox, ...]:
    return tuple(
        TextBox(scene.name, text, left, top, right, bottom)
        for scene, (s, _) in zip(board.scenes, scenes, strict=True)
        for text, left, top, right, bottom in s.boxes
    )


def _publish(
    workshop: Workshop, video: VideoId, written: Written, board: Storyboard, scenes: Sequence[StoredScene],
    encoded: AudioRendition, checks: Sequence[Check],
) -> None:  # fmt: skip
    """All files of the film in one folder, at once."""
    captions = webvtt(board)
    pieced = in_pieces(
        [s.rendition for s in scenes], encoded, captions, board.width_px, board.height_px, board.fps, board.language
    )
    documents: dict[str, object] = {
        "ledger.json": ledger_document(written.script, board),
        "page.json": page_of(board, written.script.brief),
        "storyboard.json": board,
        "script.json": written.script,
        "preflight.json": checks,
    }
    files = {name: json.dumps(plain(d), ensure_ascii=False, indent=1).encode() for name, d in documents.items()}
    first = shown(workshop.media, board.scenes[0].picture)
    files |= {
        "transcript.txt": transcript(board).encode(),
        **poster_files(board, workshop.kit, workshop.faces, first),
    }
    keys = [workshop.scene_key(scene, board) for scene in board.scenes]
    workshop.media.publish_video(video, files, pieced, keys, payload(encoded.packets))


def _save(doors: Doors, workshop: Workshop, written: Written, made: Made, again: Sequence[bool], now: datetime) -> None:
    """The film's row; a film that was made before keeps the row it has."""
    board, at = made.board, 0.0
    scenes = []
    for scene, reused in zip(board.scenes, again, strict=True):
        end = at + scene.frames / board.fps
        scenes.append({"name": scene.name, "kind": scene.kind, "headline": scene.headline.shown, "start_s": at, "end_s": end,
                       "fingerprint": workshop.scene_key(scene, board), "reused": reused, "shared": scene.shared})  # fmt: skip
        at = end
    folder = f"videos/{made.video}"
    names = {"mp4": "film.mp4", "hls": "master.m3u8", "captions": "captions.vtt", "poster": "poster.jpg", "transcript": "transcript.txt",
             "ledger": "ledger.json", "page": "page.json"}  # fmt: skip
    row = {
        "id": made.video, "account": board.account, "contact": board.contact, "module": board.module,
        "module_version": board.module_version, "as_of": board.as_of, "title": board.title.shown, "tier": written.script.brief.tier,
        "state": "made" if made.ok else "refused", "draft": workshop.draft, "length_s": board.length_s, "scenes": scenes,
        "files": {kind: f"{folder}/{name}" for kind, name in names.items()}, "preflight": plain(made.checks),
        "cost": {"wall_s": round(made.wall_s, 3), "cpu_s": round(made.cpu_s, 3), "made": made.made, "reused": made.reused},
        "config": {"module": fingerprint(written.module), "brand": board.brand, "voice": board.voice, **_cast(written)}, "at": now,
    }  # fmt: skip
    with doors.engine.begin() as connection:
        insert_new(connection, t.video, [row])


def _cast(written: Written) -> dict[str, object]:
    """Who speaks in the film, so that a change of talent is seen."""
    told: dict[str, object] = {"segment": written.script.brief.segment}
    if written.cast is not None:
        told["talent"] = {"as": written.cast.speaks_as, "person": written.cast.person.key}
    return told


def heard_before(doors: Doors, order: Order) -> dict[str, str]:
    """Scene -> wording of the last film of this module that this contact was sent, so that it is not told the same way twice."""
    query = (
        select(t.video.c.files)
        .join(t.outbox, t.outbox.c.video == t.video.c.id)
        .where(t.video.c.contact == order.contact, t.video.c.module == order.module, t.outbox.c.touch != order.touch)
        .order_by(t.video.c.at.desc())
        .limit(1)
    )
    with reading(doors.engine).connect() as connection:
        files = connection.execute(query).scalar_one_or_none()
    if files is None:
        return {}
    script = json.loads((doors.workspace.media / files["ledger"]).with_name("script.json").read_text(encoding="utf-8"))
    return dict(script["variants"])
