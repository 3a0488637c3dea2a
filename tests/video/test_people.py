"""Scenes of people, papers and screens: inside their pages, readable, whole, and true to the voice and the pictures they show."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.video.boards import board, brand, faces, kit
from tests.video.people import (
    BRIGHT,
    CLIP,
    SCREEN,
    answering,
    hard_people,
    media,
    people,
    person,
    presented,
    talent,
    terms,
    voice,
    walk,
)
from vitalreel.errors import BadConfiguration, Refused
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.pictures.terms import TermsPicture
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.pictures.walk import WalkPicture
from vitalreel.storyboard.storyboard import Scene, scene_fingerprint
from vitalreel.storyboard.text import Text
from vitalreel.video.film import frames, rest_s, still, text_boxes
from vitalreel.video.frame import Pixels
from vitalreel.video.ground import ground
from vitalreel.video.kit import MIN_CONTRAST, contrast, read_kit
from vitalreel.video.media import contain, cover
from vitalreel.video.page import PAGES, Page
from vitalreel.video.scenes.voice import heights

EASY = {s.kind: (s, "en") for s in (*people(), answering())}
ALL = EASY | hard_people() | {"presented": (presented(), "en")}
SMALL = {"16:9": (480, 270), "1:1": (270, 270), "9:16": (270, 480)}


def _drawn(one: Scene, page: Page, language: str, at_s: float | None = None, theme: str = "light") -> Pixels:
    made = board([one], *SMALL[page.name], theme, language)
    return still(one, made, kit(), faces(), rest_s(one, made) if at_s is None else at_s, media())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
@pytest.mark.parametrize("name", ALL)
def test_every_page_keeps_its_margins_and_its_captions_free(name: str, page: Page) -> None:
    """At rest: nothing outside the page's margins, nothing between the content and the captions (V6, V14)."""
    one, language = ALL[name]
    if isinstance(one.picture, TalentPicture):
        return  # a clip fills its page: its words are held to the margins below
    width, height = SMALL[page.name]
    paper = ground(kit().light.bg0, kit().light.bg1, width, height)
    shown = _drawn(replace(one, captions=()), page, language)
    ink = np.abs(shown[..., :3].astype(int) - paper[..., :3]).max(2) > 26
    by = width / page.width
    rows, columns = np.where(ink)

    assert columns.min() >= (page.left - 12) * by - 1 and columns.max() <= (page.right + 12) * by + 1
    assert not ink[int((page.content_bottom + 12) * by) + 1 : int((page.caption_y - 50) * by)].any()
    assert rows.max() <= (page.source_y + 20) * by


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
@pytest.mark.parametrize("name", ALL)
def test_lines_of_people_and_papers_never_stand_on_each_other(name: str, page: Page) -> None:
    """On any page, in any language, with names of any length; each readable on what it stands on (V14)."""
    one, language = ALL[name]
    size = (int(page.width), int(page.height))
    if isinstance(one.picture, WalkPicture) and not page.wide:  # there, one line takes the place of the other
        one = replace(one, picture=WalkPicture(one.picture.steps[:1]))
    made = board([replace(one, captions=())], *size, language=language)
    texts = text_boxes(made.scenes[0], made, kit(), faces(), media())

    assert texts
    for text in texts:
        assert text.box.left >= page.left - 36 and text.box.right <= page.right + 36
        assert contrast(text.colour, text.ground) >= MIN_CONTRAST, text.text
    for one_text, other in combinations(texts, 2):
        assert not one_text.box.grown(-2).meets(other.box.grown(-2)), (one_text.text, other.text)


@pytest.mark.parametrize("kind", EASY)
def test_drawing_only_what_changed_is_drawing_it_all(kind: str) -> None:
    """A picture never depends on what had moved before: photographs, shades and bars included (V12)."""
    one = EASY[kind][0]
    made = board([one])
    wanted = {3, 17, 30, 48, 55, 78, one.frames - 4, one.frames - 1}
    for number, frame in enumerate(frames(one, made, kit(), faces(), media())):
        if number in wanted:
            whole = still(one, made, kit(), faces(), number / 30, media())
            assert np.array_equal(whole, frame.pixels), number


def test_the_disclosure_is_there_from_the_first_frame_to_the_last() -> None:
    """It has no entrance and no exit of its own: whoever stops anywhere reads it (V8)."""
    one = voice()
    made = board([one])
    card = (slice(186, 212), slice(195, 440))
    rest = _drawn(one, PAGES[0], "en", 2.0)[card]
    first = _drawn(one, PAGES[0], "en", 0.0)[card]
    ending = _drawn(one, PAGES[0], "en", rest_s(one, made))[card]

    assert np.array_equal(rest, first) and np.array_equal(rest, ending)


def test_the_wave_takes_colour_exactly_as_the_voice_goes_on() -> None:
    """Half of the speech heard, half of the bars in the accent; before the first word none, after the last all (V8, V9)."""
    one = voice()
    picture = one.picture
    assert isinstance(picture, VoicePicture)
    accent = tuple(int(kit().light.accent[i : i + 2], 16) for i in (5, 3, 1))
    half = (picture.starts_s + picture.ends_s) / 2
    made = board([one], 1920, 1080)
    counted = []
    for at_s in (picture.starts_s - 0.02, half, picture.ends_s):
        row = still(one, made, kit(), faces(), at_s, media())[538, 700:, :3].astype(int)
        lit = np.abs(row - accent).max(1) < 40
        counted.append(int((np.diff(lit.astype(int)) == 1).sum()))

    assert (0, 92) == (counted[0], counted[2]) and abs(counted[1] - 46) <= 1


def test_bars_are_as_high_as_the_voice_is_loud() -> None:
    """Heights are the voice's own; a silent voice is flat."""
    assert (0.2, 0.9, 0.5) == heights((0.2, 0.9, 0.5), 3)
    assert (0.9, 0.5) == heights((0.2, 0.9, 0.5, 0.1), 2)
    assert (0.0, 0.0) == heights((), 2)


def test_the_clip_never_moves_and_its_name_leaves() -> None:
    """Only the clip's own pictures change; the lower third is gone once it has been read (V8)."""
    one = replace(talent(), frames=240, captions=())
    early, late = (_drawn(one, PAGES[0], "en", t)[..., :3].astype(int) for t in (2.5, 7.5))
    differ = np.abs(early - late).max(2) > 20

    assert not differ[30:110].any() and not differ[:130, :].any()
    assert differ[170:215, 20:160].any()  # the name
    assert not differ[170:215, 300:].any()


def test_white_text_reads_on_a_white_clip() -> None:
    """The scrims darken until it does: no clip is too light (V14)."""
    one = talent(BRIGHT)
    shown = _drawn(replace(one, captions=()), PAGES[0], "en", 3.0)
    band = shown[16:26, 300:380, :3].mean((0, 1))
    ground_there = "#" + "".join(f"{round(v):02X}" for v in band[::-1])

    assert contrast("#FFFFFF", ground_there) >= MIN_CONTRAST


def test_a_photograph_that_is_not_there_stops_the_film() -> None:
    """Nobody else's face, and no empty frame, stands in for it."""
    for one, name in (
        (person("nobody"), "photograph nobody"),
        (talent("none"), "clip none"),
        (walk(), "photograph screen"),
    ):
        with pytest.raises(Refused, match=name):
            still(one, board([one]), kit(), faces(), 1.0, {} if name.endswith("screen") else media())


def test_another_photograph_is_another_scene() -> None:
    """Media ids are fingerprints of files: the scene's own takes them in, so no old face is found again (V12)."""
    one, other = person("a" * 32), person("b" * 32)

    assert scene_fingerprint(one, board([one]), "3") != scene_fingerprint(other, board([other]), "3")


def test_prices_do_not_count() -> None:
    """A table fades in as it stays: no number in it is ever another (look, 13)."""
    one = terms()
    picture = one.picture
    assert isinstance(picture, TermsPicture)
    texts = {t.text for t in text_boxes(one, board([one]), kit(), faces())}
    written = {t.shown for row in picture.rows for t in (row.what, row.now, row.coming)} - {""}

    assert set() == written - texts
    assert set() == {t for t in texts if t.startswith("$")} - {"$10.40", "$399,360", "$424,320"}


def test_captures_are_shown_whole_and_never_stretched() -> None:
    """Both sides by the same factor, at most twice their size; photographs are cropped instead (V6)."""
    assert (1000.0, 500.0) == contain(2000, 1000, 1000, 900)
    assert (400.0, 200.0) == contain(200, 100, 1000, 900)
    part = cover(1600, 900, 300, 400, (0.9, 0.4))
    assert pytest.approx(300 / 400) == part.width() / part.height()
    assert (1600.0, 900.0) == (part.right(), part.height())


def test_the_light_moves_to_what_is_being_said() -> None:
    """What a step shows is undimmed while it is spoken of."""
    one = walk()
    picture = one.picture
    assert isinstance(picture, WalkPicture)
    first, second = (_drawn(one, PAGES[0], "en", t)[..., :3].astype(int) for t in (1.5, 2.5))
    row = (slice(120, 126), slice(80, 180))  # inside the second step's area

    assert second[row].mean() > first[row].mean() + 30


def test_a_brand_chooses_how_names_stand_on_clips() -> None:
    """Bare, beside a bar, or on a tile of the accent; anything else is refused with the choices (V6)."""
    one = replace(talent(CLIP), captions=())
    made = board([one])
    styles = [read_kit(brand() | {"lower_third": style}, "brand.yaml") for style in ("plain", "bar", "tile")]
    shown = [still(one, made, style, faces(), 2.0, media()).tobytes() for style in styles]

    assert 3 == len(set(shown))
    with pytest.raises(BadConfiguration, match=r"no lower third 'neon'; write one of plain, bar, tile"):
        read_kit(brand() | {"lower_third": "neon"}, "brand.yaml")


def test_a_walk_without_its_line_is_refused_not_cut() -> None:
    """A line that cannot be set names itself."""
    one = walk()
    picture = one.picture
    assert isinstance(picture, WalkPicture)
    endless = replace(picture.steps[0], line=Text("word " * 120), image=SCREEN)
    with pytest.raises(Refused):
        still(replace(one, picture=WalkPicture((endless,) * 5)), board([one]), kit(), faces(), 1.0, media())
