"""The scenes: inside their margins, readable, and standing whatever the data is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.video.boards import SIZES, bars, board, faces, film, hard, kit, line, next_step
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.bars import Bar, BarsPicture
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.pictures.next_step import NextStepPicture
from vitalreel.storyboard.storyboard import Scene, Storyboard
from vitalreel.storyboard.text import Text
from vitalreel.video.film import poster, rest_s, still, text_boxes
from vitalreel.video.frame import Pixels
from vitalreel.video.ground import ground
from vitalreel.video.kit import MIN_CONTRAST, contrast
from vitalreel.video.page import page_for
from vitalreel.video.qr import QUIET, modules

EASY = {s.kind: (s, "en") for s in film()}
ALL = EASY | hard()
THEMES = ("light", "dark")


def _at(one: Scene, language: str, theme: str, at_s: float, size: str = "wide") -> Pixels:
    made = board([one], *SIZES[size], theme, language)
    return still(made.scenes[0], made, kit(), faces(), at_s)


def _ink(picture: Pixels, theme: str) -> np.ndarray:
    """Where something is drawn: more than a soft shadow away from the ground. (height, width) bool."""
    colours = kit().theme(theme)
    paper = ground(colours.bg0, colours.bg1, picture.shape[1], picture.shape[0])
    difference = np.abs(picture[..., :3].astype(int) - paper[..., :3]).max(2)
    return np.asarray(difference > 26)


ROOM = {"wide": (54, 1030), "square": (54, 1042), "tall": (220, 1680)}
"""Between which heights of each page anything may stand; a tall film leaves the rest to the platform's controls."""


@pytest.mark.parametrize(
    ("size", "theme"), [("wide", "light"), ("wide", "dark"), ("square", "light"), ("tall", "light")]
)
@pytest.mark.parametrize("name", ALL)
def test_drawn_pixels_keep_margins_and_leave_the_captions_alone(name: str, size: str, theme: str) -> None:
    """At rest and while a caption stands: margins kept, a strip left empty above the captions (V14)."""
    one, language = ALL[name]
    page = page_for(*SIZES[size])
    times = [rest_s(one, board([one])), *(caption.end_s - 0.1 for caption in one.captions)]
    for at_s in times:
        ink = _ink(_at(one, language, theme, at_s, size), theme)
        rows, columns = np.where(ink)
        strip = ink[int(page.content_bottom + 10) // 4 : int(page.content_bottom + 30) // 4]

        assert columns.min() * 4 >= page.left - 12 and columns.max() * 4 <= page.right + 8
        assert ROOM[size][0] <= rows.min() * 4 + 3 and rows.max() * 4 <= ROOM[size][1]
        assert not strip.any()
        if page.wide:  # captions and source stand side by side
            between = ink[228:257, 195:204] if language == "ar" else ink[228:257, 276:285]
            assert not between.any()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ALL)
def test_lines_of_text_never_stand_on_each_other(name: str, size: str) -> None:
    """Nor outside the page's safe area, nor too faint to read (V14)."""
    one, language = ALL[name]
    width, height = (4 * side for side in SIZES[size])
    film_board = board([replace(one, captions=())], width, height, language=language)
    texts = text_boxes(film_board.scenes[0], film_board, kit(), faces())
    page = page_for(width, height)

    assert texts
    for text in texts:
        assert text.box.left >= page.left - 12 and text.box.right <= page.right + 12, text.text
        assert text.box.top >= ROOM[size][0] and text.box.bottom <= ROOM[size][1], text.text
        assert contrast(text.colour, text.ground) >= MIN_CONTRAST
    for one_text, other in combinations(texts, 2):
        assert not one_text.box.grown(-2).meets(other.box.grown(-2)), (one_text.text, other.text)


def test_everything_on_the_storyboard_is_on_the_screen() -> None:
    """And nothing else: the picture meets the data only through the storyboard (V2)."""
    one = bars()
    drawn = " ".join(text.text for text in text_boxes(one, board([one]), kit(), faces()))
    picture = one.picture
    assert isinstance(picture, BarsPicture)
    wanted = {t.shown for b in picture.bars for t in (b.label, b.before_text, b.now_text, b.change_text)}

    assert set() == {text for text in wanted if text not in drawn}


def test_words_become_dark_when_they_are_spoken() -> None:
    """A caption comes with its first word; what is still to be said stands at 42% (V9)."""
    one = line()
    caption = one.captions[0]
    picture = [_ink(_at(one, "en", "light", t), "light")[230:257] for t in (caption.start_s - 0.05, caption.start_s)]
    dark = [
        int((_at(one, "en", "light", t)[230:257, :276, 1] < 60).sum())
        for t in (caption.start_s + 0.01, caption.end_s - 0.1)
    ]

    assert (False, True) == (bool(picture[0][:, :276].any()), bool(picture[1][:, :276].any()))
    assert dark[1] > 3 * dark[0]


def test_the_number_lands_on_its_word() -> None:
    """Before it, the tip carries another number; from it on, the storyboard's own (V9)."""
    one = line()
    picture = one.picture
    assert isinstance(picture, LinePicture)
    boards = board([one])
    number = (slice(90, 170), slice(370, 470))
    early, landed, later = (
        _ink(still(one, boards, kit(), faces(), t), "light")[number]
        for t in (picture.land_at_s - 0.4, picture.land_at_s, picture.note_at_s - 0.05)
    )

    assert (False, True) == (np.array_equal(early, landed), np.array_equal(landed, later))


def test_the_qr_code_on_the_screen_holds_the_link() -> None:
    """Every module sampled at its centre, from a whole picture, in both themes."""
    one = next_step()
    picture = one.picture
    assert isinstance(picture, NextStepPicture)
    expected = modules(picture.qr)
    module = int((1824 - 1364 - 64) // (len(expected) + 2 * QUIET))
    side = module * (len(expected) + 2 * QUIET)
    left = 1364 + 32 + (396 - side) // 2 + (QUIET + 0.5) * module
    top = 236 + 32 + (QUIET + 0.5) * module
    places = [round(module * i) for i in range(len(expected))]
    for theme in THEMES:
        shown = still(one, board([one], 1920, 1080, theme), kit(), faces(), 3.5)
        seen = [[bool(shown[int(top) + y, int(left) + x, 1] < 128) for x in places] for y in places]

        assert expected == seen


def test_a_poster_shows_the_scene_at_rest_without_a_caption() -> None:
    """It stands for the film before it plays."""
    one = film()[0]
    shown = poster(one, board([one]), kit(), faces())

    assert not _ink(shown, "light")[226:258, :276].any()
    assert _ink(shown, "light")[40:210].any()


def _drawn_or_refused(one: Scene, size: str, language: str = "en") -> None:
    made: Storyboard = board([one], *SIZES[size], language=language)
    page = page_for(*SIZES[size])
    try:
        ink = _ink(still(made.scenes[0], made, kit(), faces(), rest_s(one, made)), "light")
    except Refused:
        return
    columns = np.where(ink)[1]
    assert columns.min() * 4 >= page.left - 12 and columns.max() * 4 <= page.right + 8
    assert not ink[int(page.content_bottom + 10) // 4 : int(page.content_bottom + 30) // 4].any()


VALUES = st.lists(st.none() | st.floats(-1e9, 1e9, allow_nan=False), min_size=1, max_size=40)
WORDS = st.text(max_size=40) | st.sampled_from(["渡邊 美智子", "ליאור", "Ægir-Þór", "👩‍💻", "W" * 40, "1,234"])


@settings(max_examples=60)
@given(VALUES, WORDS, WORDS, st.sampled_from(["en", "ar", "ja"]), st.sampled_from(list(SIZES)))
def test_a_line_of_any_values_stands_or_is_refused(
    values: list[float | None], end: str, note: str, language: str, size: str
) -> None:
    """Real accounts are odder than examples."""
    picture = replace(line().picture, values=tuple(values), marks=(), end_value=Text(end), end_note=Text(note))  # type: ignore[type-var]
    _drawn_or_refused(replace(line(), picture=picture), size, language)


@example(
    [("", [None], "渡邊 美智子"), ("", [None], ""), ("0" * 18 + "W" * 17, [-1.0], "")], "en", "square"
)  # a note left the page
@settings(max_examples=60)
@given(
    st.lists(st.tuples(WORDS, VALUES, WORDS), min_size=1, max_size=5),
    st.sampled_from(["en", "ar"]),
    st.sampled_from(list(SIZES)),
)
def test_bars_of_any_values_stand_or_are_refused(
    rows: list[tuple[str, list[float | None], str]], language: str, size: str
) -> None:
    """None, zero, negative and huge beside each other."""
    made = tuple(Bar(Text(n), v[0], v[-1], Text(w), Text(w), Text(w), True, Text(n)) for n, v, w in rows)
    _drawn_or_refused(replace(bars(), picture=BarsPicture(made, Text("before"), Text("now"))), size, language)
