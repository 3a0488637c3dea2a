"""The storyboard is timed by the voice, complete, made of whole frames, and traced to the last tick (V2 V9 V10 V12)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.briefs.dossiers import AS_OF, falling, module, renamed, rising, write
from vitalreel.briefs.script import Script
from vitalreel.ports import SpokenWord
from vitalreel.storyboard import axis
from vitalreel.storyboard.compose import Look, compose
from vitalreel.storyboard.pictures.bars import BarsPicture
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.pictures.timeline import TimelinePicture
from vitalreel.storyboard.pictures.title import TitlePicture
from vitalreel.storyboard.storyboard import Storyboard, scene_fingerprint
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import Take, Timing, frames
from vitalreel.storyboard.trace_board import trace_board

LOOK = Look(brand="kit", theme="light", voice="test voice", music="calm", fps=30, gop_frames=60)
DROP, RENEWAL = module("usage_drop_recovery"), module("renewal_window_opener")


def take(said: str) -> Take:
    """A voice that needs 60 ms a letter."""
    words, at = [], 0.0
    for found in re.finditer(r"\S+", said):
        end = at + 0.06 * len(found[0]) + 0.09
        words.append(SpokenWord(found[0], found.start(), at, end))
        at = end
    return Take(said, at + 0.1, tuple(words))


def board_of(script: Script) -> Storyboard:
    return compose(script, [[take(line.said) for line in scene.say] for scene in script.scenes], LOOK)


SCRIPTS = [write(DROP, falling(), "t"), write(RENEWAL, rising(), "t")]
BOARDS = [board_of(s) for s in SCRIPTS]


@pytest.mark.parametrize(("script", "board"), list(zip(SCRIPTS, BOARDS, strict=True)), ids=["drop", "renewal"])
def test_a_composed_board_is_traced_whole(script: Script, board: Storyboard) -> None:
    """Every text, line, bar, date, caption and the code (V2)."""
    assert () == trace_board(board, script.brief.facts).untraced


@pytest.mark.parametrize("board", BOARDS, ids=["drop", "renewal"])
def test_speech_stays_inside_its_scene_with_air_around_it(board: Storyboard) -> None:
    """About a second between scenes, three at the end for the code."""
    starts = [sum(s.frames for s in board.scenes[:n]) / board.fps for n in range(len(board.scenes))]
    for number, scene in enumerate(board.scenes):
        lines = [s for s in board.narration if s.scene == number]
        end = starts[number] + scene.frames / board.fps
        tail = end - lines[-1].words[-1][2]

        assert lines[0].start_s - starts[number] >= 0.6 - 1e-9
        assert tail >= (3.0 if scene.kind == "next_step" else 0.4) - 1e-9


@given(st.floats(0.5, 120), st.floats(0, 60), st.sampled_from(["line", "next_step"]), st.sampled_from([24, 25, 30, 60]))
def test_a_scene_is_whole_frames_and_never_ends_on_a_key_frame(
    speech: float, landed: float, kind: str, fps: int
) -> None:
    """A lone key frame at the end would break the joints (design.md, joining)."""
    count = frames(Timing((0.6,), speech, (), ()), landed, kind, fps, 60)

    assert count % 60 != 1
    assert count / fps >= speech + 0.4 - 1e-6


def test_a_number_lands_on_its_word() -> None:
    """Not before the voice says it, nor before the line can be drawn."""
    script, board = SCRIPTS[1], BOARDS[1]
    scene = next(s for s in board.scenes if s.kind == "line")
    picture = scene.picture
    number = board.scenes.index(scene)
    offset = sum(s.frames for s in board.scenes[:number]) / board.fps
    heard = [
        s.start_s - offset + take(line.said).words[len("".join(r.said for r in line.runs[:at]).split())].start_s
        for s, line in zip([s for s in board.narration if s.scene == number], script.scenes[number].say, strict=True)
        for at, run in enumerate(line.runs)
        if run.fact == "wau_now"
    ]

    assert isinstance(picture, LinePicture)
    assert max(heard[0], 2.6) == pytest.approx(picture.land_at_s)


def test_the_line_ends_where_its_number_says_and_marks_what_it_is_compared_with() -> None:
    """The picture proves the sentence."""
    picture = BOARDS[0].scenes[1].picture

    assert isinstance(picture, LinePicture)
    assert (412.0, "412", True) == (picture.values[-1], picture.end_value.shown, picture.falling)
    assert (702.0, 12) == (picture.values[picture.marks[0].index], picture.marks[0].index)


def test_shared_scenes_have_the_same_fingerprint_for_two_accounts() -> None:
    """Drawn once, found again (V10)."""
    other = board_of(write(DROP, renamed(falling(), "tarn", "Tarn Valley"), "other"))
    pairs = [(a, b) for a in BOARDS[0].scenes for b in other.scenes if a.shared and a.name == b.name]
    prints = {(scene_fingerprint(a, BOARDS[0], "e"), scene_fingerprint(b, other, "e")) for a, b in pairs}

    assert len(pairs) >= 2
    assert all(a == b for a, b in prints)
    assert all("" == a.chrome.shown for a, _ in pairs)


def test_composing_twice_gives_the_same_board() -> None:
    """Reproducible (V12)."""
    assert BOARDS[0] == board_of(SCRIPTS[0])


def changed_picture(board: Storyboard, kind: type, **changes: object) -> Storyboard:
    """The board with the first picture of `kind` altered."""
    at = next(n for n, s in enumerate(board.scenes) if isinstance(s.picture, kind))
    scene = board.scenes[at]
    picture = dataclasses.replace(scene.picture, **changes)  # type: ignore[type-var]
    return replace(board, scenes=(*board.scenes[:at], replace(scene, picture=picture), *board.scenes[at + 1 :]))


def broken_boards() -> list[tuple[str, int, Storyboard]]:
    line = next(s.picture for s in BOARDS[0].scenes if isinstance(s.picture, LinePicture))
    bars = next(s.picture for s in BOARDS[0].scenes if isinstance(s.picture, BarsPicture))
    dates = next(s.picture for s in BOARDS[1].scenes if isinstance(s.picture, TimelinePicture))
    taller = (replace(bars.bars[0], now=(bars.bars[0].now or 0) * 2), *bars.bars[1:])
    later = (*dates.events[:-1], replace(dates.events[-1], day=date(2028, 1, 1)))
    flipped = (replace(bars.bars[0], change_text=Text("+99%", bars.bars[0].change_text.facts)), *bars.bars[1:])
    return [
        ("a bent line", 0, changed_picture(BOARDS[0], LinePicture, values=(*line.values[:-1], 999.0))),
        ("another end", 0, changed_picture(BOARDS[0], LinePicture, end_value=Text("413", line.end_value.facts))),
        ("a cut scale", 0, changed_picture(BOARDS[0], LinePicture, ticks=line.ticks[1:])),
        ("an absurd tick", 0, changed_picture(BOARDS[0], LinePicture, ticks=((0.0, Text("90,000", ("weekly",))),))),
        ("a note", 0, changed_picture(BOARDS[0], LinePicture, end_note=Text("half of it"))),
        ("a moved mark", 0, changed_picture(BOARDS[0], LinePicture, marks=(replace(line.marks[0], index=20),))),
        ("a taller bar", 0, changed_picture(BOARDS[0], BarsPicture, bars=taller)),
        ("another change", 0, changed_picture(BOARDS[0], BarsPicture, bars=flipped)),
        ("another date", 1, changed_picture(BOARDS[1], TimelinePicture, events=later)),
        ("another petal", 0, changed_picture(BOARDS[0], TitlePicture, petals=(1.0, 2.0))),
        ("another link", 0, changed_picture(BOARDS[0], NextStepPicture, qr="https://elsewhere.example")),
        ("a name", 0, changed_picture(BOARDS[0], TitlePicture, kicker=Text("For Tarn Valley"))),
        ("a caption", 0, replace(BOARDS[0], scenes=(replace(BOARDS[0].scenes[0], captions=()), *BOARDS[0].scenes[1:]))),
        ("a title", 0, replace(BOARDS[0], title=Text("7 things"))),
    ]


@pytest.mark.parametrize(("what", "number", "board"), broken_boards(), ids=lambda v: v if isinstance(v, str) else "")
def test_whatever_is_altered_on_a_board_is_found(what: str, number: int, board: Storyboard) -> None:
    """What is not on the ledger cannot be on the screen (V2)."""
    assert trace_board(board, SCRIPTS[number].brief.facts).untraced


@given(st.lists(st.none() | st.integers(0, 10**8).map(float), min_size=2, max_size=52))
def test_ticks_begin_at_zero_cover_the_values_and_are_few(values: list[float | None]) -> None:
    """Labels are round, whole where values are, and never more than five."""
    made = axis.ticks(values, "weekly")
    known = [v for v in values if v is not None]

    assert 0 == made[0][0]
    assert made[-1][0] >= max(known, default=0)
    assert 2 <= len(made) <= 5
    assert all(float(text.shown.replace(",", "")) == value for value, text in made)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(4, 52))
def test_months_stand_in_order_and_are_few(last: date, weeks: int) -> None:
    """At most seven, each at the first week that ends in it."""
    ends = [last - timedelta(weeks=weeks - 1 - n) for n in range(weeks)]
    labels = axis.months(ends, "weekly")

    assert len(labels) <= 7
    assert [i for i, _ in labels] == sorted({i for i, _ in labels})
    assert all(f"{ends[i]:%b}" == text.shown[:3] for i, text in labels)


def test_takes_that_do_not_match_the_lines_are_refused() -> None:
    """A film with a sentence missing must not be made."""
    with pytest.raises(ValueError, match="lines and"):
        compose(SCRIPTS[0], [[] for _ in SCRIPTS[0].scenes], LOOK)


def test_the_disclosure_names_the_day_of_the_data() -> None:
    """First line of the transcript (editorial.md, Synthetic voice)."""
    assert (
        "Synthetic voice. Spoken by a computer. Written from your data as of 22 November 2026." == BOARDS[0].disclosure
    )
    assert AS_OF == BOARDS[0].as_of
