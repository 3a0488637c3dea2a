"""The canvas: redrawing only what differs shows the same as drawing everything."""

from __future__ import annotations

import numpy as np
import pytest

from tests.video.boards import SIZES, board, faces, film, hard, kit, odd, scene, statement
from vitalreel.errors import Refused
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.canvas import Canvas
from vitalreel.video.film import frames, lay_out, still
from vitalreel.video.frame import Frame
from vitalreel.video.ground import ground

SCENES = {s.kind: s for s in film()} | {name: s for name, (s, _) in hard().items()}


@pytest.mark.parametrize(("name", "size"), [(name, size) for size in SIZES for name in SCENES])
def test_redrawing_what_changed_equals_drawing_everything(name: str, size: str) -> None:
    """And no pixel changes outside the areas that are said to: the encoder trusts them.

    Every frame of the wide page; on the others, whose elements are the same, every third.
    """
    one = board([SCENES[name]], *SIZES[size]).scenes[0]
    paper = ground(kit().light.bg0, kit().light.bg1, *SIZES[size])
    elements = lay_out(one, board([one], *SIZES[size]), kit(), faces(), 0.25)
    kept = Canvas(paper)
    before = whole_pixels(kept.show(elements, 0.0)).copy()
    for number in range(1, one.frames, 1 if size == "wide" else 3):
        frame = kept.show(elements, number / 30)
        now = whole_pixels(frame)
        differs = before != now
        for rect in frame.changed or ():
            differs[rect.top : rect.bottom, rect.left : rect.right] = False

        assert not differs.any(), f"frame {number}"
        if number % (5 if size == "wide" else 4) == 0:
            assert np.array_equal(whole_pixels(Canvas(paper).show(elements, number / 30)), now), f"frame {number}"
        if frame.changed != ():
            before = now.copy()


@pytest.mark.parametrize("name", odd())
def test_figures_of_every_state_are_redrawn_as_they_are_drawn(name: str) -> None:
    """The same for distributions, grids, tickets and goals, none to huge: every fourth frame, on each page in turn."""
    size = list(SIZES)[list(odd()).index(name) % len(SIZES)]
    one, language = odd()[name]
    made = board([one], *SIZES[size], language=language)
    paper = ground(kit().light.bg0, kit().light.bg1, *SIZES[size])
    canvas = Canvas(paper)
    try:
        elements = lay_out(made.scenes[0], made, kit(), faces(), canvas.scale)
    except Refused:  # names too long for a narrow page (test_figures)
        return
    before = whole_pixels(canvas.show(elements, 0.0)).copy()
    for number in range(4, one.frames, 4):
        frame = canvas.show(elements, number / 30)
        now = whole_pixels(frame)
        differs = before != now
        for rect in frame.changed or ():
            differs[rect.top : rect.bottom, rect.left : rect.right] = False

        assert not differs.any(), f"frame {number}"
        if number % 28 == 0:
            assert np.array_equal(whole_pixels(Canvas(paper).show(elements, number / 30)), now), f"frame {number}"
        before = now.copy()


def whole_pixels(frame: Frame) -> np.ndarray:
    """(height, width) uint32: a pixel's four bytes as one number."""
    return np.ascontiguousarray(frame.pixels).view(np.uint32)[..., 0]


def test_a_picture_at_rest_is_an_exact_repeat() -> None:
    """Nothing changed means an empty tuple, which costs the encoder nothing."""
    one = statement()
    changed = [frame.changed for frame in frames(one, board([one]), kit(), faces())]

    assert changed[0] is None
    assert changed.count(()) > one.frames // 3


def test_the_same_scene_gives_the_same_pixels() -> None:
    """In the same process and any other (V12)."""
    one = SCENES["line"]
    first, second = ([frame.pixels.tobytes() for frame in frames(one, board([one]), kit(), faces())] for _ in range(2))

    assert first == second


def test_content_is_gone_on_the_last_frame_unless_the_scene_holds_to_the_cut() -> None:
    """Scenes are joined on an empty ground; the last one keeps its button."""
    leaving, holding = SCENES["bars"], SCENES["nextstep"]
    last, held = (_content(one, (one.frames - 1) / 30) for one in (leaving, holding))

    assert (0, True) == (last, held > 10_000)


def _content(one: Scene, at_s: float) -> int:
    """How many values differ from the ground below the sign and above the captions."""
    paper = ground(kit().light.bg0, kit().light.bg1, 480, 270)
    shown = still(one, board([one]), kit(), faces(), at_s)
    return int((shown[30:218] != paper[30:218]).sum())


@pytest.mark.parametrize("size", [(1921, 1080), (854, 480), (1080, 1350)])
def test_a_page_of_another_shape_is_refused(size: tuple[int, int]) -> None:
    """Every shape has a layout of its own; stretching one would not be an answer."""
    one = scene(statement().picture)

    with pytest.raises(Refused, match="16:9"):
        still(one, board([one], *size), kit(), faces(), 1.0)
