"""People in films: cast by the registry, shown under consent, recorded, added and kept the same (V8)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import insert, select

from tests.edges.clips.recordings import record
from tests.photographs import HOPPER, photograph
from tests.services.presenter import KEY
from tests.services.presenter import server as presenting
from tests.steps.filming import NOW, made
from tests.video.people import someone
from vitalreel.briefs.talent import Cast
from vitalreel.cli import main
from vitalreel.edges.finders.yunet import YuNet
from vitalreel.edges.presenters.heygen import HeyGen
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.sound.casting import VoiceName
from vitalreel.steps.doors import Doors
from vitalreel.steps.likeness import looked_for
from vitalreel.steps.look import Problem, look
from vitalreel.steps.make import Batch
from vitalreel.steps.talent import add, changes, people_of, present, voice_of
from vitalreel.store import tables as t
from vitalreel.store.media import Media
from vitalreel.store.parts import make_whole
from vitalreel.video.likeness import Likeness, Looks
from vitalreel.wiring import open_doors, open_finder


@pytest.fixture
def registry(doors: Doors) -> Iterator[Path]:
    """The registry, put back afterwards."""
    path = doors.workspace.root / "talent.yaml"
    text = path.read_text(encoding="utf-8")
    yield path
    path.write_text(text, encoding="utf-8")


def told(doors: Doors, now: dt.datetime) -> list[Problem]:
    """What `check` says of the registry; this company has no scorecard, so it also tells of plays and alerts that ask for its bands."""
    return [p for p in look(doors, None, now).problems if p.where.startswith("talent.yaml")]


def test_a_film_with_people_is_made_and_passes(doors: Doors, batch: Batch) -> None:
    """A recorded clip, a voice with a face, a capture and whoever answers: in one film, checked as any other."""
    assert () == batch.refused
    film = batch.made[0]
    kinds = [scene.kind for scene in film.board.scenes]

    assert ["talent", "voice", "terms", "agenda", "walk", "person", "next_step"] == kinds
    failed = [c for c in film.checks if not c.ok and c.check != "no source gone stale"]  # this company sends no usage
    assert [] == failed
    assert [False] == [c.warns for c in film.checks if c.check == "a recorded speaker's face is there"]
    assert "Marit Lindqvist approved every word on 20 November 2026." in film.board.disclosure


def test_whoever_speaks_has_a_voice_of_their_own(doors: Doors, batch: Batch, registry: Path) -> None:
    """It tells their films under a consent for it; without that the house voice does, and `check` says so (V8, V9)."""
    marit = people_of(doors)[0]
    assert marit.consent is not None
    silent = replace(marit, consent=replace(marit.consent, scope=("clip",)))

    assert "hibari" in batch.made[0].board.voice
    assert [VoiceName("hibari", "hibari"), None, None, None] == [
        voice_of(one and Cast(one, "spokesperson"), day)
        for one, day in ((marit, NOW.date()), (silent, NOW.date()), (marit, dt.date(2028, 1, 1)), (None, NOW.date()))
    ]
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace("[portrait, clip, voice]", "[portrait, clip]"), encoding="utf-8")
    assert ["does not cover the voice hibari"] == [p.what.partition(" Lindqvist ")[2] for p in told(doors, NOW)]
    registry.write_text(text.replace("voice: hibari", "voice: habari"), encoding="utf-8")
    assert ["talent.yaml: marit.voice"] == [p.where for p in told(doors, NOW)]


def test_the_clip_is_heard_where_it_is_seen(doors: Doors, batch: Batch) -> None:
    """The film begins with the clip's own sound and pictures, and the captions follow them (V8, V9)."""
    film = batch.made[0]
    folder = Media(doors.workspace.media).video(film.video)
    make_whole(folder, folder, ["film.mp4"])
    clip = Media(doors.workspace.media).clip(people_of(doors)[0].clips["opening"].media)
    with av.open(str(folder / "film.mp4")) as whole:
        frame = next(whole.decode(video=0)).to_ndarray(format="gray").astype(float)
    with av.open(str(folder / "film.mp4")) as whole:
        heard = np.concatenate([f.to_ndarray().mean(0) for f in whole.decode(audio=0)])
    first = film.board.narration[0]
    loud = np.abs(heard[: int(0.2 * 48_000)]).mean(), np.abs(heard[int(0.5 * 48_000) : int(1.2 * 48_000)]).mean()

    assert abs(film.board.scenes[0].frames / 30 - max(clip.length_s, 1.5)) < 2 / 30
    assert 0.2 < first.words[0][1] < 0.6 and loud[1] > 3 * loud[0]
    assert frame[100:160, 300:340].mean() < frame[60:140, 20:100].mean()  # the person stands right, the window left


def test_the_same_film_again_draws_nothing(doors: Doors, batch: Batch) -> None:
    """Photographs and clips are part of a scene's fingerprint and found again (V12)."""
    again = made(doors).made[0]

    assert (0, batch.made[0].video) == (again.made, again.video)


def test_another_photograph_is_another_film(doors: Doors, batch: Batch, registry: Path, tmp_path: Path) -> None:
    """Only the scenes it is in are drawn again."""
    photograph = tmp_path / "new.png"
    Image.fromarray(np.ascontiguousarray(someone(480, 640, size=0.6)[..., 2::-1])).save(photograph)
    add(doors, photograph, "daniel", "portrait", "", None, open_finder())
    film = made(open_doors(doors.workspace.root)).made[0]

    assert film.video != batch.made[0].video
    assert 1 <= film.made <= 2


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "until: 2027-12-31}\n    approved",
            "until: 2026-11-21}\n    approved",
            "the consent of Marit Lindqvist ended on 2026-11-21",
        ),
        (
            "scope: [portrait, clip, voice]",
            "scope: [portrait, voice]",
            "the consent of Marit Lindqvist does not cover a clip",
        ),
        (
            "speaks_as: [spokesperson]",
            "speaks_as: [executive]",
            "nobody in talent.yaml may speak as spokesperson for mid_market",
        ),
        ("speaks_as: []", "speaks_as: [spokesperson]", "Marit Lindqvist and Daniel Osei in talent.yaml may speak as"),
    ],
    ids=["ended", "scope", "nobody", "two"],
)
def test_without_consent_no_film_is_made(doors: Doors, registry: Path, old: str, new: str, why: str) -> None:
    """And the refusal says whom to ask and where to write it (V8)."""
    text = registry.read_text(encoding="utf-8")
    assert old in text
    registry.write_text(text.replace(old, new), encoding="utf-8")
    refused = made(open_doors(doors.workspace.root)).refused

    assert why in refused[0].reason
    assert "talent.yaml" in refused[0].reason or "speaks_as" in refused[0].reason


def test_whoever_answers_without_consent_is_shown_by_initials(doors: Doors, registry: Path) -> None:
    """A face that is not needed is left out; the film stands (V8)."""
    text = registry.read_text(encoding="utf-8").replace("scope: [portrait], until: 2027", "scope: [], until: 2027")
    registry.write_text(text, encoding="utf-8")
    film = made(open_doors(doors.workspace.root)).made[0]
    person = next(s.picture for s in film.board.scenes if s.kind == "person")

    assert person.portrait is None  # type: ignore[union-attr]


def test_a_change_of_talent_is_flagged(doors: Doors, batch: Batch) -> None:
    """One segment, one role, two people: `check` and `talent list` say so, with since when (V8)."""
    assert () == changes(doors)
    columns = t.video
    with doors.engine.begin() as c:
        row = dict(c.execute(select(columns).where(columns.c.id == batch.made[0].video)).mappings().one())
        later = {"id": "later", "as_of": dt.date(2026, 12, 1), "at": NOW + dt.timedelta(days=9)}
        config = {**row["config"], "talent": {"as": "spokesperson", "person": "daniel"}}
        c.execute(insert(columns).values({**row, **later, "config": config}))
    found = changes(doors)
    with doors.engine.begin() as c:
        c.execute(columns.delete().where(columns.c.id == "later"))

    assert ["mid_market"] == [change.segment for change in found]
    assert "Marit Lindqvist in " in found[0].text and "Daniel Osei from 2026-12-01" in found[0].text


def test_check_tells_of_consents_that_do_not_hold(doors: Doors) -> None:
    """Before a film is refused for it."""
    problems = told(doors, dt.datetime(2028, 2, 1, tzinfo=dt.UTC))

    assert ["talent.yaml: daniel", "talent.yaml: marit"] == sorted(p.where for p in problems)
    assert all("ended on 2027-12-31" in p.what for p in problems)


def test_adding_leaves_the_rest_of_the_file_alone(doors: Doors) -> None:
    """Comments and order are their writer's; only the entry is new."""
    text = (doors.workspace.root / "talent.yaml").read_text(encoding="utf-8")

    assert "# our people" in text and "daniel:   # answers for Halden" in text
    assert (67.0, 40.0) == people_of(doors)[0].clips["opening"].focus


def test_strangers_and_wordless_clips_are_refused(doors: Doors, tmp_path: Path) -> None:
    """With what to do."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no clip")
    with pytest.raises(NotFound, match="there are: daniel, marit"):
        add(doors, clip, "nobody", "opening", "Hello.", None, open_finder())
    with pytest.raises(BadInput, match="give what is said in it"):
        add(doors, clip, "marit", "opening", " ", None, open_finder())
    with pytest.raises(BadInput, match="not a JPEG, PNG or WebP"):
        add(doors, clip, "marit", "portrait", "", None, open_finder())


def test_a_clip_without_a_face_is_told_at_once(doors: Doors, registry: Path, tmp_path: Path) -> None:
    """Where, how long, and what to do; by a server without a finder, that nobody looked (V8, V14)."""
    clip = record(tmp_path / "chair.mp4", length_s=2.0, size=(426, 240), quiet_s=0.3, who=None)
    added = add(doors, clip, "marit", "chair", "Hello.", None, open_finder())
    blind = looked_for(None, Looks(np.zeros((1, 8, 8), np.uint8), 0.2))
    missing = looked_for(YuNet(tmp_path), Looks(np.zeros((1, 8, 8), np.uint8), 0.2))

    assert 1 == len(added.notes) and added.notes[0].startswith("there is no face at 0.0 s (")
    assert "record it again, near and turned to the camera" in added.notes[0]
    assert (None, ("nobody looked for faces in it",)) == blind
    assert missing[0] is None and "run `make setup`" in missing[1][0]


def test_a_film_whose_speaker_is_not_seen_is_stopped(
    doors: Doors, batch: Batch, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its scene and second are named; whoever looked and says that it is meant so is named instead (V14)."""
    chair, whole = Likeness(0.2, 16 / 9, ((),) * 12, (None,) * 12), Media.clip
    monkeypatch.setattr(Media, "clip", lambda media, name: replace(whole(media, name), likeness=chair))
    stopped = made(doors).made[0]
    text = registry.read_text(encoding="utf-8")
    looked_at = "opening:\n        looked_at: {by: Kim Osei, on: 2026-11-20}\n"
    registry.write_text(text.replace("opening:\n", looked_at), encoding="utf-8")
    meant = made(doors).made[0]
    (scene,) = [s.name for s in stopped.board.scenes if s.kind == "talent"]
    there = "a recorded speaker's face is there"

    assert [(there, "2.4 s without one", scene, 0.0)] == [
        (c.check, c.value, c.where, c.at_s) for c in stopped.checks if not c.ok and c.check != "no source gone stale"
    ]
    assert [(True, "2.4 s without one; meant so, says Kim Osei on 2026-11-20")] == [
        (c.warns, c.value) for c in meant.checks if c.check == there
    ]


def test_a_photograph_without_a_face_is_kept_and_told(doors: Doors, registry: Path, tmp_path: Path) -> None:
    """It may be a mark of a team: a warning, no refusal (V8)."""
    notes = []
    for name, picture in (("mark", someone(480, 480)[..., 2::-1]), ("face", np.asarray(photograph(HOPPER)))):
        Image.fromarray(np.ascontiguousarray(picture)).resize((480, 600)).save(tmp_path / f"{name}.png")
        notes.append(add(doors, tmp_path / f"{name}.png", "daniel", "portrait", "", None, open_finder()).notes)

    assert [("no face is found in it: if it is to show one person, add another photograph",), ()] == notes


def test_a_presenter_needs_a_consent_and_is_marked(doors: Doors, registry: Path) -> None:
    """Nothing is sent before somebody agreed; what comes back says what it is (V8)."""
    with presenting() as service:
        speaks = HeyGen("avatar", "voice", KEY, service.url)
        with pytest.raises(Refused, match="their consent does not cover one"):
            present(doors, speaks, "marit", "hello", "Hello.", open_finder())
        assert [] == service.asked
        text = registry.read_text(encoding="utf-8").replace("[portrait, clip, voice]", "[portrait, clip, presenter]")
        registry.write_text(text, encoding="utf-8")
        present(doors, speaks, "marit", "hello", "Hello.", open_finder())

    hello = people_of(doors)[0].clips["hello"]
    seen = Media(doors.workspace.media).clip(hello.media).likeness

    assert hello.synthetic and abs(hello.focus[0] - 50) <= 1 and abs(hello.focus[1] - 44) <= 1
    assert seen is not None and {1} == {len(faces) for faces in seen.looks}
    assert not people_of(doors)[0].clips["opening"].synthetic


def test_a_damaged_clip_is_not_shown(doors: Doors, batch: Batch) -> None:
    """What is kept is what its id says, or it is missing."""
    media = Media(doors.workspace.media)
    name = people_of(doors)[0].clips["opening"].media
    path = doors.workspace.media / "clips" / name / "film.mp4"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(NotFound, match="add it again"):
        media.clip(name)
    path.write_bytes(whole)

    assert media.clip(name).count > 30


def test_the_list_shows_who_may_speak(doors: Doors) -> None:
    """As people read it and as programs do."""
    run = CliRunner().invoke(
        main, ["talent", "list", "-w", str(doors.workspace.root), "--as-of", "2026-11-22", "--json"]
    )
    told = json.loads(run.output)

    assert (0, [], []) == (run.exit_code, told["without_consent"], told["changed"])
    assert ["marit", "daniel"] == [p["key"] for p in told["people"]]
