"""produce: scripts become films. Everything is looked up by fingerprint before it is made; a film is published whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from vitalreel.briefs.module import content_of
from vitalreel.briefs.script import Line, Script, ScriptScene
from vitalreel.briefs.trace import Untraced, trace, untraced_in
from vitalreel.delivery.page import page_of
from vitalreel.edges.voices.cache import Sentence, Take
from vitalreel.errors import Refused
from vitalreel.identity import VideoId, fingerprint, plain
from vitalreel.ports import AudioRendition, Done, Speech
from vitalreel.review.preflight import Check, passed
from vitalreel.sound.mix import Cue
from vitalreel.sound.narration import spoken_line
from vitalreel.sound.pronunciation import sounds_in
from vitalreel.steps.checking import Listened, Spoken, checked, ready
from vitalreel.steps.doors import Doors
from vitalreel.steps.ledger import ledger_document
from vitalreel.steps.modules import translations_of
from vitalreel.steps.orders import Order, Written
from vitalreel.steps.recorded import clip_of, recorded, take_of
from vitalreel.steps.speakers import Stood
from vitalreel.steps.talent import voice_of
from vitalreel.steps.workshop import Early, Shot, Workshop
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, reading
from vitalreel.storyboard import timing
from vitalreel.storyboard.captions import transcript, webvtt
from vitalreel.storyboard.compose import Look, compose
from vitalreel.storyboard.storyboard import Storyboard
from vitalreel.storyboard.trace_board import trace_board
from vitalreel.video.pieces import payload, whole
from vitalreel.video.stitch import in_pieces


@dataclass(frozen=True, slots=True)
class Made:
    """A film and what it cost. `checks` say whether it may go on to review."""

    video: VideoId  # of its own folder
    film: VideoId  # what it is a rendition of; the same for the film itself
    order: Order
    board: Storyboard
    checks: tuple[Check, ...]
    made: int  # scenes drawn for it
    reused: int  # scenes found again
    wall_s: float
    cpu_s: float  # of this film alone, words, speech and pictures, in whatever process
    spoken: int  # sentences spoken for it
    spoken_again: int  # sentences found again
    stood: tuple[Stood, ...] = ()  # voices that failed before one spoke it

    @property
    def ok(self) -> bool:
        return passed(self.checks)


@dataclass(frozen=True, slots=True)
class Size:
    """Of a picture."""

    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Failed:
    """An order without a film, and why."""

    order: Order
    reason: str


def film(
    doors: Doors, workshop: Workshop, written: Written, feeds: Mapping[str, bool], as_of: date, now: datetime
) -> Made:
    """Make the film of a script at the programme's size. A scene is drawn as soon as its sentences are spoken; one voice speaks all.

    feeds: feed -> fresh at the end of `as_of`. as_of: the day the film is about and goes out.
    Raises Refused where a figure cannot be traced.
    """
    return in_sizes(doors, workshop, written, feeds, as_of, now, ())[0]


def in_sizes(
    doors: Doors,
    workshop: Workshop,
    written: Written,
    feeds: Mapping[str, bool],
    as_of: date,
    now: datetime,
    sizes: Sequence[Size],
) -> tuple[Made, ...]:
    """The same film at each size (none: the programme's), with one voice, one sound track and one file of captions.

    The film itself is the one of the programme's size, where it is asked for or was made before, else the first of `sizes`;
    the others are renditions of it. Raises Refused as `film` does, and for a size no page is laid out for.
    """
    began = _Clock()
    _refuse_untraced(written, trace(written.script).untraced)
    script = spelt(written.script)
    workshop, (takes, ahead), stood = workshop.cast(
        script.brief.segment,
        lambda shop: _spoken(shop, script, _looks(doors, shop, sizes)),
        voice_of(written.cast, as_of),
    )
    own, looks = look_of(doors, workshop), _looks(doors, workshop, sizes)
    timed = [[take for take, _ in scene] for scene in takes]
    boards = [compose(script, timed, look) for look in looks]
    for board in boards:  # the script may have been edited since it was written: what is filmed is what is traced
        _refuse_untraced(written, trace_board(board, written.script.brief.facts).untraced)
    every = [take for scene in takes for _, take in scene]
    track = workshop.track(*_sound(boards[0], [take.speech for take in every]))
    cuts = [_cut(workshop, board, ahead) for board in boards]
    said = [sentence for scene in script.scenes for sentence in sentences_of(scene, script, workshop)]
    spoken = [(sentence, take.speech) for sentence, take in zip(said, every, strict=True)]
    heard = _heard(workshop, cuts[0], track, spoken)
    told = _Told(written, every, heard.value, heard.cpu_s, webvtt(cuts[0].board), feeds, as_of, stood)
    mine = compose(script, timed, own)
    name = VideoId(fingerprint(mine, written.script, workshop.draft))
    if own not in looks and not _is_there(doors, name):
        name = VideoId(fingerprint(cuts[0].board, written.script, workshop.draft))
    order = sorted(range(len(cuts)), key=lambda n: fingerprint(cuts[n].board, written.script, workshop.draft) != name)
    made: dict[int, Made] = {}
    for number in order:
        made[number] = _finished(doors, workshop, told, cuts[number], name, began, number == order[0], now)
        began = _Clock()
    return tuple(made[number] for number in range(len(cuts)))


def _looks(doors: Doors, workshop: Workshop, sizes: Sequence[Size]) -> list[Look]:
    own = look_of(doors, workshop)
    return [replace(own, width_px=size.width_px, height_px=size.height_px) for size in sizes] or [own]


class _Clock:
    """Seconds of wall and of this thread's processor since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    @property
    def wall_s(self) -> float:
        return time.perf_counter() - self._wall

    @property
    def cpu_s(self) -> float:
        return time.thread_time() - self._cpu


@dataclass(frozen=True, slots=True)
class _Told:
    """What every size of a film shares."""

    written: Written
    takes: Sequence[Take]
    sound: Listened
    sound_cpu_s: float  # of making it and of listening, in other processes
    captions: str
    feeds: Mapping[str, bool]
    as_of: date
    stood: tuple[Stood, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """One size of a film, in hand."""

    board: Storyboard
    keys: Sequence[str]
    shots: Sequence[Future[Shot]]
    posters: Future[Done[dict[str, bytes]]]


def _cut(workshop: Workshop, board: Storyboard, ahead: Mapping[str, Future[Shot]]) -> _Cut:
    keys = [workshop.scene_key(scene, board) for scene in board.scenes]
    shots = [ahead.get(key) or workshop.shot(scene, board) for key, scene in zip(keys, board.scenes, strict=True)]
    return _Cut(board, keys, shots, workshop.posters(board))


def _heard(
    workshop: Workshop, cut: _Cut, track: Future[Done[AudioRendition]], spoken: Sequence[Spoken]
) -> Done[Listened]:
    """The film's sound and what is in it: listened to while its scenes are drawn, and while whoever waits for it sees it early."""
    sound = track.result()
    listen = partial(workshop.listen, sound.value, cut.board, spoken)
    ahead = listen() if workshop.booth.apart or workshop.watcher is None else None
    if workshop.watcher is not None:
        workshop.watcher(_early(cut, sound.value))
    heard = (ahead or listen()).result()
    return Done(heard.value, sound.cpu_s + heard.cpu_s)


def _early(cut: _Cut, sound: AudioRendition) -> Early:
    board, shots = cut.board, [shot.result() for shot in cut.shots]
    scenes = [shot.scene.rendition for shot in shots]
    pieced = in_pieces(scenes, sound, webvtt(board), board.width_px, board.height_px, board.fps, board.language)
    mp4 = whole(pieced["film.mp4"], [payload(packets) for packets in (*(s.packets for s in scenes), sound.packets)])
    first = next((number for number, shot in enumerate(shots) if not shot.again), 0)
    return Early(mp4, sum(scene.frames for scene in board.scenes[:first]) / board.fps)


def _finished(
    doors: Doors, workshop: Workshop, told: _Told, cut: _Cut, name: VideoId, began: _Clock, first: bool, now: datetime
) -> Made:
    """Joined, checked, published and kept. first: words, speech and sound count for this one."""
    board, written, scenes = cut.board, told.written, list[Shot]()
    for number, shot in enumerate(cut.shots, start=1):
        scenes.append(shot.result())
        workshop.progress("drawing scenes", number, len(cut.shots))
    sound, posters = told.sound.rendition, cut.posters.result()
    shape = (board.width_px, board.height_px, board.fps, board.language)
    pieced = in_pieces([s.scene.rendition for s in scenes], sound, told.captions, *shape)
    checks = checked(
        written.script, written.module.grade, board, [s.scene for s in scenes], told.sound,
        documents(written, board, ()) | ready(pieced, [s.scene for s in scenes], sound), told.feeds, told.as_of,
        workshop.media.clip, doors.programme.film.look == "always",
    )  # fmt: skip
    video = VideoId(fingerprint(board, written.script, workshop.draft))
    files = {**documents(written, board, checks), **posters.value}
    workshop.media.publish_video(video, files, pieced, cut.keys, payload(sound.packets))
    takes = told.takes if first else ()
    apart = (
        sum(t.cpu_s for t in takes)
        + sum(s.cpu_s for s in scenes)
        + posters.cpu_s
        + (told.sound_cpu_s if first else 0.0)
    )
    words_s, words_cpu_s = (written.wall_s, written.cpu_s) if first else (0.0, 0.0)
    made = Made(
        video, name, written.order, board, checks, sum(not s.again for s in scenes), sum(s.again for s in scenes),
        words_s + began.wall_s, words_cpu_s + began.cpu_s + (apart if workshop.hands.apart else 0.0),
        sum(not t.again for t in takes), sum(t.again for t in takes), told.stood,
    )  # fmt: skip
    _save(doors, workshop, written, made, [s.again for s in scenes], now)
    return made


def _is_there(doors: Doors, video: VideoId) -> bool:
    with reading(doors.engine).connect() as connection:
        return connection.execute(select(t.video.c.id).where(t.video.c.id == video)).first() is not None


def _refuse_untraced(written: Written, untraced: Sequence[Untraced]) -> None:
    if untraced:
        brief = written.script.brief
        raise Refused(f"a film of {brief.module} for {brief.account}", f"untraced: {untraced_in(untraced)}")


def spelt(script: Script) -> Script:
    """The script with every line spelt for the ear, run by run, so that the words of a fact are found in the take.

    What is said in a clip stands as it is.
    """
    as_of = script.brief.as_of
    scenes = (
        s if s.kind == "talent" else replace(s, say=tuple(spoken_line(line, as_of) for line in s.say))
        for s in script.scenes
    )
    return replace(script, scenes=tuple(scenes))


def _spoken(
    workshop: Workshop, script: Script, looks: Sequence[Look]
) -> tuple[list[list[tuple[timing.Take, Take]]], dict[str, Future[Shot]]]:
    """Every line as it is heard, scene by scene, and by scene key the scenes sent to be drawn as soon as they were spoken.

    script: spelt for the ear. Nothing in a scene depends on its place in the film: composed alone it has the key it has in the
    whole film. Where every line was spoken before, no scene is sent ahead: the sound comes first, which is listened to
    while they are drawn.
    """
    asked = [[(line.said, taken) for line, taken in lines_of(scene, script, workshop)] for scene in script.scenes]
    waits = not all(taken.done() for group in asked for _, taken in group)
    found: list[list[tuple[timing.Take, Take]]] = []
    ahead: dict[str, Future[Shot]] = {}
    done, total = 0, sum(len(scene) for scene in asked)
    for scene, group in zip(script.scenes, asked, strict=True):
        found.append([])
        for said, taken in group:
            take = taken.result()
            found[-1].append((take_of(said, take.speech, scene), take))
            done += 1
            workshop.progress("speaking sentences", done, total)
        for look in looks if waits else ():
            alone = compose(replace(script, scenes=(scene,)), [[timed for timed, _ in found[-1]]], look)
            ahead.setdefault(workshop.scene_key(alone.scenes[0], alone), workshop.shot(alone.scenes[0], alone))
    return found, ahead


def lines_of(scene: ScriptScene, script: Script, workshop: Workshop) -> list[tuple[Line, Future[Take]]]:
    """Each line of a scene with its take: out of a clip, or by the voice. script: spelt for the ear."""
    if scene.kind == "talent":
        return [(line, _recorded(workshop, clip_of(scene, script), line.said)) for line in scene.say]
    sentences = sentences_of(scene, script, workshop)
    return [(line, workshop.take(sentence)) for line, sentence in zip(scene.say, sentences, strict=True)]


def sentences_of(scene: ScriptScene, script: Script, workshop: Workshop) -> list[Sentence]:
    """What makes the take of each line of a scene: the words, and how the voice says them or which clip they are in."""
    if scene.kind == "talent":
        return [Sentence(line.said, {"clip": clip_of(scene, script)}) for line in scene.say]
    sounds = workshop.sounds.sounds(script.brief.account, script.brief.contact)
    return [Sentence(line.said, sounds_in(line.said, sounds)) for line in scene.say]


def _recorded(workshop: Workshop, clip: str, words: str) -> Future[Take]:
    taken: Future[Take] = Future()
    taken.set_result(Take(recorded(workshop.media, clip, words), 0.0, True))
    return taken


def look_of(doors: Doors, workshop: Workshop) -> Look:
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


def _sound(board: Storyboard, speeches: Sequence[Speech]) -> tuple[list[Cue], float, str, int]:
    """What the film's sound is made from: cues, length, music and its seed."""
    cues = [
        Cue(said.start_s, speech.samples, speech.rate_hz, tuple((w.start_s, w.end_s) for w in speech.words))
        for said, speech in zip(board.narration, speeches, strict=True)
    ]
    return cues, board.length_s, board.music, int(fingerprint(board.module, board.music)[:8], 16)


def documents(written: Written, board: Storyboard, checks: Sequence[Check]) -> dict[str, bytes]:
    """What is kept beside a film for people and programs: where its figures came from, what its page says, how it was made."""
    found: dict[str, object] = {
        "ledger.json": ledger_document(written.script, board),
        "page.json": page_of(board, written.script.brief),
        "storyboard.json": board,
        "script.json": written.script,
        "preflight.json": checks,
    }
    files = {
        name: json.dumps(plain(d), ensure_ascii=False, separators=(",", ":")).encode() for name, d in found.items()
    }
    return files | {"transcript.txt": transcript(board).encode()}


FILES = {
    "mp4": "film.mp4", "hls": "master.m3u8", "captions": "captions.vtt", "poster": "poster.jpg", "transcript": "transcript.txt",
    "ledger": "ledger.json", "page": "page.json",
}  # fmt: skip
"""What a film's row names."""


def _save(doors: Doors, workshop: Workshop, written: Written, made: Made, again: Sequence[bool], now: datetime) -> None:
    """The film's row, or its rendition's; one that was made before keeps the row it has."""
    whole = made.film == made.video
    row = video_row(doors, workshop, written, made, again, now) if whole else rendition_row(doors, workshop, made, now)
    with doors.engine.begin() as connection:
        insert_new(connection, t.video if whole else t.rendition, [row])


def rendition_row(doors: Doors, workshop: Workshop, made: Made, now: datetime) -> dict[str, Any]:
    """Another size of a film as its row says it."""
    return {
        "id": made.video, "video": made.film, "width_px": made.board.width_px, "height_px": made.board.height_px,
        "state": "made" if made.ok else "refused", "files": _files(made.video), "preflight": plain(made.checks),
        "cost": cost_of(doors, workshop, made), "at": now,
    }  # fmt: skip


def _files(video: VideoId) -> dict[str, str]:
    return {kind: f"videos/{video}/{name}" for kind, name in FILES.items()}


def video_row(
    doors: Doors, workshop: Workshop, written: Written, made: Made, again: Sequence[bool], now: datetime
) -> dict[str, Any]:
    """A film as its row says it."""
    board, at = made.board, 0.0
    scenes = []
    for scene, reused in zip(board.scenes, again, strict=True):
        end = at + scene.frames / board.fps
        scenes.append({"name": scene.name, "kind": scene.kind, "headline": scene.headline.shown, "start_s": at, "end_s": end,
                       "fingerprint": workshop.scene_key(scene, board), "reused": reused, "shared": scene.shared})  # fmt: skip
        at = end
    return {
        "id": made.video, "account": board.account, "contact": board.contact, "module": board.module,
        "module_version": board.module_version, "as_of": board.as_of, "title": board.title.shown, "tier": written.script.brief.tier,
        "state": "made" if made.ok else "refused", "draft": workshop.draft, "length_s": board.length_s, "scenes": scenes,
        "files": _files(made.video), "preflight": plain(made.checks),
        "cost": cost_of(doors, workshop, made),
        "config": {"module": content_of(written.module), "of": written.module.name, "language": board.language,
                   "brand": board.brand, "voice": board.voice,
                   "voices_failed": plain(made.stood), **_cast(written), **_corrected(written)}, "at": now,
    }  # fmt: skip


def cost_of(doors: Doors, workshop: Workshop, made: Made) -> dict[str, Any]:
    """What a film cost: seconds, and money at the configured price of a core hour."""
    return {
        "wall_s": round(made.wall_s, 3), "cpu_s": round(made.cpu_s, 3), "made": made.made, "reused": made.reused,
        "price": round(made.cpu_s / 3600 * workshop.core_hour, 6), "currency": doors.programme.currency,
    }  # fmt: skip


def _cast(written: Written) -> dict[str, object]:
    """Who speaks in the film, so that a change of talent is seen."""
    told: dict[str, object] = {"segment": written.script.brief.segment}
    if written.cast is not None:
        told["talent"] = {"as": written.cast.speaks_as, "person": written.cast.person.key}
    return told


def _corrected(written: Written) -> dict[str, object]:
    """How the corrections stand that people of ours made to what the film says."""
    return {"corrections": dict(written.standings)} if written.standings else {}


def heard_before(doors: Doors, order: Order) -> dict[str, str]:
    """Scene -> wording of the last film of this module that this contact was sent, so that it is not told the same way twice."""
    names = [order.module, *(m.name for m in translations_of(doors, order.module))]
    query = (
        select(t.video.c.files)
        .join(t.outbox, t.outbox.c.video == t.video.c.id)
        .where(t.video.c.contact == order.contact, t.video.c.module.in_(names), t.outbox.c.touch != order.touch)
        .order_by(t.video.c.at.desc())
        .limit(1)
    )
    with reading(doors.engine).connect() as connection:
        files = connection.execute(query).scalar_one_or_none()
    if files is None:
        return {}
    script = json.loads((doors.workspace.media / files["ledger"]).with_name("script.json").read_text(encoding="utf-8"))
    return dict(script["variants"])
