"""Every kind in every state: none, one, zero, missing, negative and huge values, long names, right to left, CJK and emoji."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.video.boards import SIZES, board, face_files, kit
from tests.video.every import every
from tests.video.people import media
from tests.video.states.table import REFUSED, SHORTEST, STANDING, STATES, TABLE, Meaningless
from tests.video.test_golden import FAILED, FOLDER, MEAN_LEVELS, MOST_VALUES, STEP
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures import KINDS
from vitalreel.storyboard.pictures.talent import TalentPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.canvas import Canvas
from vitalreel.video.element import TextBox
from vitalreel.video.faces import Faces
from vitalreel.video.film import lay_out, rest_s, still
from vitalreel.video.frame import Pixels
from vitalreel.video.ground import ground
from vitalreel.video.kit import MIN_CONTRAST, contrast
from vitalreel.video.page import Page, page_for

STROKES, ROUNDED = 2.5, 0.2
"""Contrast that a pixel of small text reaches at least, and what a colour of the ground may lose by rounding and dither."""
FRAMES = FOLDER / "states"
"""One frame a state: the wide page, light, at rest; lossless, in steps of STEP levels as the strips of test_golden."""
LOWER_THIRD_S = 2.9
"""A speaker's name leaves before the scene is at rest."""

KEPT = [name for name in STANDING if not name.endswith("-emoji")]  # those are compared with the scenes without them


def pages(number: int, name: str) -> tuple[str, ...]:
    """The wide page always; names and languages on both narrow ones, values on one of them in turn."""
    words = name.endswith(("-long", "-right-to-left", "-cjk"))
    return tuple(SIZES) if words else ("wide", ("square", "tall")[number % 2])


STANDS = [(name, size) for n, name in enumerate(KEPT) for size in pages(n, name) if size not in STANDING[name].refused]
NOT_THERE = [(name, size, why) for name, cell in STANDING.items() for size, why in cell.refused.items()]


@cache
def plain_faces() -> Faces:
    """The faces every installation has: the ones of `make fonts-cjk` would draw Chinese, Japanese and Korean otherwise (0045)."""
    optional = ("NotoSansJP", "NotoSansSC", "NotoSansKR")
    return Faces({name: data for name, data in face_files().items() if not name.startswith(optional)}, kit())


def at_s(one: Scene) -> float:
    return LOWER_THIRD_S if isinstance(one.picture, TalentPicture) else rest_s(one, board([one]))


def drawn(name: str, size: str) -> tuple[Pixels, tuple[TextBox, ...]]:
    """The state as it stands, without a caption, and its lines of text in px of the page."""
    cell = STANDING[name]
    made = board([replace(cell.scene, captions=())], *SIZES[size], "light", cell.language)
    canvas = Canvas(ground(kit().light.bg0, kit().light.bg1, *SIZES[size]))
    elements = lay_out(made.scenes[0], made, kit(), plain_faces(), canvas.scale, media())
    found = [shown for element in elements if (shown := element(at_s(cell.scene))) is not None]
    return canvas.show(elements, at_s(cell.scene)).pixels, tuple(text for one in found for text in one.texts)


def test_every_kind_has_every_state_or_a_reason_for_having_none() -> None:
    """V6: a new kind comes with all of them; what means nothing for a kind is said in words."""
    assert set(KINDS) == set(TABLE)
    assert {kind: set(STATES) for kind in KINDS} == {kind: set(cells) for kind, cells in TABLE.items()}
    reasons = [cell.why for cells in TABLE.values() for cell in cells.values() if isinstance(cell, Meaningless)]
    assert [] == [why for why in reasons if len(why.split()) < 6]


def test_languages_and_long_names_mean_something_for_every_kind() -> None:
    """V10: there is no scene without a text, so none of these is ever waved through."""
    states = ("missing", "long", "right to left", "cjk", "emoji")
    left_out = [(k, s) for k, cells in TABLE.items() for s in states if isinstance(cells[s], Meaningless)]

    assert [] == left_out


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_show_nothing_or_an_untruth_is_refused_with_a_reason(name: str) -> None:
    """V6: on every page; the reason names the thing and what to do, and no empty page passes for a scene."""
    cell = REFUSED[name]
    for size in SIZES.values():
        with pytest.raises(Refused, match=cell.why) as refused:
            still(cell.scene, board([cell.scene], *size), kit(), plain_faces(), 1.0, media())
        assert refused.value.hint


@pytest.mark.parametrize(("name", "size", "why"), NOT_THERE)
def test_a_name_too_long_for_a_narrow_page_is_refused_and_never_cut(name: str, size: str, why: str) -> None:
    """V14: it says which, and to shorten it."""
    one = STANDING[name].scene

    with pytest.raises(Refused, match=why):
        still(one, board([one], *SIZES[size]), kit(), plain_faces(), 1.0, media())


@pytest.mark.parametrize(("name", "size"), STANDS)
def test_a_state_stands_inside_its_page_and_looks_as_it_did(name: str, size: str, pytestconfig: pytest.Config) -> None:
    """V6, V14: words inside the margins, apart from each other and readable, nothing on the captions' strip; the wide page as kept."""
    picture, texts = drawn(name, size)
    page = page_for(*SIZES[size])

    assert texts
    assert [] == [t.text for t in texts if not _inside(t, page)]
    assert [] == [
        (a.text, b.text) for a, b in combinations(texts, 2) if a.box.grown(-2).meets(b.box.grown(-2)) and a != b
    ]
    assert [] == [t.text for t in texts if contrast(t.colour, t.ground) < MIN_CONTRAST]
    assert [] == faint(picture, texts)
    if not isinstance(STANDING[name].scene.picture, TalentPicture):  # a clip fills its page
        _keeps_its_margins(picture, page)
    if size == "wide":
        _looks_as_kept(name, picture, pytestconfig.getoption("--rewrite-golden"))


def faint(picture: Pixels, texts: Sequence[TextBox]) -> list[tuple[str, float, float]]:
    """Texts that do not stand out as drawn, with the contrast of their colour, and of their darkest or lightest pixel, to what
    is round them: the median of the pixels along their box. Strokes of small text cover no pixel whole."""
    found, by = [], picture.shape[1] / page_for(picture.shape[1], picture.shape[0]).width
    for text in texts:
        left, top, right, bottom = (round(edge * by) for edge in text.box)
        around = picture[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2, 2::-1].astype(int)
        ring = np.concatenate([around[:2].reshape(-1, 3), around[-2:].reshape(-1, 3), around[2:-2, :2].reshape(-1, 3)])
        under = _hex(np.median(ring, axis=0))
        inner = around[2:-2, 2:-2].reshape(-1, 3)
        peak = _hex(inner[np.abs(inner - np.median(ring, axis=0)).sum(1).argmax()])
        declared, drawn_ = contrast(text.colour, under), contrast(peak, under)
        if declared < MIN_CONTRAST - ROUNDED or drawn_ < (
            STROKES if text.size_px * by < 20 else MIN_CONTRAST - ROUNDED
        ):
            found.append((text.text, round(declared, 2), round(drawn_, 2)))
    return found


def _hex(levels: NDArray[np.generic]) -> str:
    return "#" + "".join(f"{round(float(level)):02X}" for level in levels)


def _inside(text: TextBox, page: Page) -> bool:
    box, low = text.box, page.content_bottom + 8 if page.wide else page.source_y + 20
    upright = page.chrome_y - 60 <= box.top and box.bottom <= max(low, page.source_y + 20)
    return upright and page.left - 36 <= box.left and box.right <= page.right + 12


def _keeps_its_margins(picture: Pixels, page: Page) -> None:
    height, width = picture.shape[:2]
    paper = ground(kit().light.bg0, kit().light.bg1, width, height)
    ink = np.abs(picture[..., :3].astype(int) - paper[..., :3]).max(2) > 26
    by = width / page.width
    rows, columns = np.where(ink)
    strip = ink[int((page.content_bottom + 12) * by) + 1 : int((page.caption_y - 50) * by)]

    assert columns.min() >= (page.left - 12) * by - 1 and columns.max() <= (page.right + 12) * by + 1
    assert not strip.any() and rows.max() <= (page.source_y + 20) * by


def _looks_as_kept(name: str, picture: Pixels, rewrite: bool) -> None:
    path = FRAMES / f"{name}.webp"
    levels = picture[..., 2::-1].astype(int)
    shown = np.minimum((levels + STEP // 2) // STEP * STEP, 255).astype(np.uint8)
    if rewrite:
        Image.fromarray(shown).save(path, lossless=True, quality=90, method=4)
    with Image.open(path) as image:
        golden = np.asarray(image.convert("RGB"))
    difference = np.abs(golden.astype(int) - shown)
    close = difference.mean() <= MEAN_LEVELS and (difference > 24).mean() <= MOST_VALUES
    if not close:
        _keep(name, golden, shown, difference)

    assert close, f"look at {FAILED / name}.png"
    assert path.stat().st_size < 30_000


def _keep(name: str, golden: NDArray[np.uint8], shown: NDArray[np.uint8], difference: NDArray[np.int_]) -> None:
    FAILED.mkdir(parents=True, exist_ok=True)
    seen = np.minimum(difference * 4, 255).astype(np.uint8)
    Image.fromarray(np.concatenate([golden, shown, seen])).save(FAILED / f"{name}.png")


def test_no_frame_is_left_of_a_state_that_is_gone() -> None:
    """Each is compared, or it is deleted."""
    assert set(KEPT) == {path.stem for path in Path(FRAMES).glob("*.webp")}


@pytest.mark.parametrize("kind", KINDS)
def test_emoji_are_left_out_and_change_nothing_else(kind: str) -> None:
    """V6: no face has them; what is left of a name is drawn as if they had never been there."""
    name = f"{kind}-emoji"
    easy = next(one for one in every() if isinstance(one.picture, KINDS[kind]))
    made = board([replace(easy, captions=(), frames=STANDING[name].scene.frames)])
    plain = still(made.scenes[0], made, kit(), plain_faces(), at_s(STANDING[name].scene), media())

    assert np.array_equal(plain, drawn(name, "wide")[0])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("one", every(), ids=lambda one: one.kind)
def test_text_stands_out_from_the_pixels_it_is_drawn_on(one: Scene, theme: str) -> None:
    """V14: preflight reckons with declared colours; here the pixels round every text and those of its strokes are measured."""
    made = board([replace(one, captions=(), frames=SHORTEST)], 960, 540, theme)
    canvas = Canvas(ground(kit().theme(theme).bg0, kit().theme(theme).bg1, 960, 540))
    elements = lay_out(made.scenes[0], made, kit(), plain_faces(), canvas.scale, media())
    found = [shown for element in elements if (shown := element(at_s(made.scenes[0]))) is not None]
    texts = [text for shown in found for text in shown.texts]

    assert texts
    assert [] == faint(canvas.show(elements, at_s(made.scenes[0])).pixels, texts)
