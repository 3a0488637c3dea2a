"""What a viewer sees once it is encoded: a ground without bands, and text that stands still."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.video.boards import bars, board, faces, kit, line
from tests.video.every import every
from tests.video.people import BRIGHT, media, person, talent
from vitalreel.edges.encoders.colour import Planes
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.ports import VideoRendition
from vitalreel.storyboard.storyboard import Scene
from vitalreel.video.element import Drawn, TextBox
from vitalreel.video.film import frames, lay_out, still
from vitalreel.video.frame import Frame
from vitalreel.video.ground import ground
from vitalreel.video.lettering import Lettering
from vitalreel.video.mp4 import fast_start, picture_track

Luma = NDArray[np.float64]
TILE = 8  # px: the side of the dither's tile, whose mean is the level an eye sees
BAND_LEVELS = 0.25
"""A band is a stretch along a row or column whose tiles keep within a quarter of a level."""
WIDER = 1.1
"""The encoded ground's widest band, against the drawn one's. Measured: 1,224 px against 1,128 (light), 1,104 against 1,088."""
OFF_LEVELS = 0.4
"""No tile of the encoded ground is further from the drawn one. Measured: 0.33; a band of 8 bits without dither has 0.5."""
STILL_LEVELS = 4.0
"""Mean difference within a line of text at rest, between any two pictures. Measured: 2.4, key pictures among them."""


def decoded(rendition: VideoRendition, width_px: int, height_px: int) -> list[Luma]:
    """The luma of every picture."""
    track = picture_track(rendition, width_px, height_px)
    with av.open(io.BytesIO(fast_start(track, rendition.packets))) as container:
        return [frame.to_ndarray()[:height_px].astype(float) for frame in container.decode(video=0)]


def tiles(luma: Luma) -> Luma:
    height, width = (side // TILE * TILE for side in luma.shape)
    return luma[:height, :width].reshape(height // TILE, TILE, width // TILE, TILE).mean((1, 3))


def widest_band(means: Luma) -> int:
    """In px, along every third row and column of tiles."""
    return TILE * max(_longest(row) for way in (means, means.T) for row in way[::3])


def _longest(row: Luma) -> int:
    """The longest stretch whose values keep within BAND_LEVELS: places of its highest and lowest are kept in order."""
    values, best, start = row.tolist(), 0, 0
    highest, lowest = deque[int](), deque[int]()
    for end, value in enumerate(values):
        while highest and values[highest[-1]] <= value:
            highest.pop()
        while lowest and values[lowest[-1]] >= value:
            lowest.pop()
        highest.append(end)
        lowest.append(end)
        while values[highest[0]] - values[lowest[0]] > BAND_LEVELS:
            start += 1
            for places in (highest, lowest):
                if places[0] < start:
                    places.popleft()
        best = max(best, end + 1 - start)
    return best


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_shows_no_bands_once_encoded(theme: str) -> None:
    """At the quality films are made in: a short ramp, dithered, survives x264 (V6)."""
    colours = kit().theme(theme)
    paper = ground(colours.bg0, colours.bg1, 1920, 1080)
    planes = Planes(1920, 1080)
    planes.update(paper, None)
    held = iter([Frame(paper, None), Frame(paper, ()), Frame(paper, ())])
    drawn = tiles(planes.y.astype(float))
    shown = tiles(decoded(SkipEncoder().encode(held, 1920, 1080, 30), 1920, 1080)[-1])

    assert widest_band(shown) <= WIDER * widest_band(drawn)
    assert np.abs(shown - drawn).max() <= OFF_LEVELS


@pytest.mark.parametrize(
    ("one", "size"),
    [(line(), (640, 360)), (bars(), (360, 640)), (talent(), (360, 360))],
    ids=["line-wide", "bars-tall", "talent-square"],
)
def test_text_at_rest_stands_still_to_the_pixel(one: Scene, size: tuple[int, int]) -> None:
    """From where it has come to until it leaves, while other things move, a clip among them, and key pictures come (V6, V10)."""
    made = board([replace(one, frames=180)], *size)
    scene = made.scenes[0]
    shown = decoded(SkipEncoder().encode(frames(scene, made, kit(), faces(), media()), *size, 30), *size)
    elements = lay_out(scene, made, kit(), faces(), size[0] / (1920 if size[0] > size[1] else 1080), media())
    compared = 0
    for element in elements:
        for text, first, last in _rests([element(number / 30) for number in range(scene.frames)]):
            box = text.scaled(size[0] / (1920 if size[0] > size[1] else 1080)).box
            left, top, right, bottom = (int(edge) for edge in box)
            for number in range(first, last, 4):
                moved = {
                    (dx, dy): np.abs(
                        shown[number][top + dy : bottom + dy, left + dx : right + dx]
                        - shown[last][top:bottom, left:right]
                    ).mean()
                    for dx, dy in product((-1, 0, 1), repeat=2)
                }
                compared += 1

                assert (0, 0) == min(moved, key=lambda by: moved[by]), (text.text, number)
                assert moved[0, 0] <= STILL_LEVELS, (text.text, number)
    assert compared > 100


def _rests(drawn: Sequence[Drawn | None]) -> Iterator[tuple[TextBox, int, int]]:
    """Texts at rest with the first and last frame of it; those of a word or more that stand for half a second."""
    first = 0
    for number in range(1, len(drawn) + 1):
        here, began = drawn[number] if number < len(drawn) else None, drawn[first]
        if here is not None and began is not None and here.key == began.key:
            continue
        if began is not None and number - first > 15:
            yield from ((text, first, number - 1) for text in began.texts if len(text.text) > 3 and text.size_px > 20)
        first = number


RUNS_LEVELS = 0.25
"""Tiles of a drawn gradient bend by no more from one to the next. Measured: 0.13; 8 bits without dither bend by up to 1."""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_gentle_gradient_is_dithered_and_has_no_bands(theme: str) -> None:
    """The tile behind a person's initials: three tones over half a page, where a step of one level would be seen (V6)."""
    one = person(None)
    shown = still(one, board([one], 1920, 1080, theme), kit(), faces(), 3.0)[..., :3].astype(float)
    means = tiles((shown @ (0.114, 0.587, 0.299))[640:830, 110:600])

    assert np.ptp(means) > 10  # it is a gradient
    assert all(np.abs(np.diff(means, 2, axis=axis)).max() <= RUNS_LEVELS for axis in (0, 1))


def test_the_scrims_on_a_clip_show_no_edge() -> None:
    """On the brightest clip there can be, from the page's ends to its middle: neighbours never differ by more than three levels (V6)."""
    one = replace(talent(BRIGHT), captions=(), frames=240)
    shown = still(one, board([one], 1920, 1080), kit(), faces(), 7.0, media())[:, 960, 1].astype(int)

    assert 100 < np.ptp(shown)
    assert np.abs(np.diff(shown)).max() <= 3


MOVED_PX = 0.26
"""Of the page: positions go by quarters."""


@pytest.mark.parametrize("one", every(), ids=lambda one: one.kind)
def test_text_comes_one_way_and_never_trembles(one: Scene) -> None:
    """V6: a line of text moves and fades one way only, then rests; a number that counts keeps one of its edges, or rides one way."""
    made = board([replace(one, captions=())])
    lettering, compared = Lettering(faces()), 0
    for element in lay_out(made.scenes[0], made, kit(), faces(), 0.25, media()):
        drawn = [found.key for number in range(one.frames) if (found := element(number / 30)) is not None]
        lines = [key for key in drawn if len(key) == 6 and isinstance(key[0], str)]  # as Stage draws a line of text
        if not lines:
            continue
        texts, lefts, ys, styles, _, alphas = zip(*lines, strict=True)
        rights = [x + lettering.width(text, style) for text, x, style in zip(texts, lefts, styles, strict=True)]
        compared += 1

        assert one_way(lefts) or one_way(rights), texts[-1]
        if len(set(texts)) == 1:
            assert one_way(ys) and one_way(alphas, 1 / 255), texts[-1]
    assert compared > 3


def one_way(values: Sequence[float], by: float = MOVED_PX) -> bool:
    """Whether values never fall, or never rise, by more than `by` in all."""
    steps = np.diff(np.asarray(values, float))
    return bool(min(np.maximum(steps, 0).sum(), np.maximum(-steps, 0).sum()) <= by)
