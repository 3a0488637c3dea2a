"""The six kinds that draw distributions, grids and goals: every page, every script, every value (V6 V14)."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.video import figures
from tests.video.boards import SIZES, board, faces, film, kit, odd, scene
from vitalreel.errors import Refused
from vitalreel.storyboard.pictures.seats import SeatsPicture
from vitalreel.storyboard.storyboard import Scene
from vitalreel.storyboard.text import Text
from vitalreel.video.element import Box, TextBox
from vitalreel.video.film import frames, rest_s, still, text_boxes
from vitalreel.video.kit import MIN_CONTRAST, contrast
from vitalreel.video.page import page_for
from vitalreel.video.scenes import seats
from vitalreel.video.scenes.marks import unbroken

KINDS = ("adoption", "benchmark", "outcome", "seats", "similar", "support")
EASY = {one.kind: (one, "en") for one in film() if one.kind in KINDS}
ALL = EASY | odd()


def texts_of(one: Scene, language: str, size: tuple[int, int]) -> tuple[TextBox, ...]:
    """In px of the page, captions left out, at six moments a second for five seconds."""
    page = page_for(*size)
    quiet = replace(one, captions=(), frames=30)
    made = replace(board([quiet], int(page.width), int(page.height), language=language), fps=6)
    return text_boxes(made.scenes[0], made, kit(), faces())


def overlapping(texts: tuple[TextBox, ...]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(texts, 2) if a.box.grown(-2).meets(b.box.grown(-2))]


REFUSED = {("a long quote", "square"): "shorten the quote"}
"""What no page of that shape can hold at a size that can be read."""
CASES = [(name, size) for name in ALL for size in SIZES if (name, size) not in REFUSED]


@pytest.mark.parametrize(("name", "size"), REFUSED)
def test_what_cannot_be_read_at_any_size_is_refused_by_name(name: str, size: str) -> None:
    """With what to change; never cut, never too small for a phone (V6)."""
    one, language = ALL[name]

    with pytest.raises(Refused, match=REFUSED[name, size]):
        texts_of(one, language, SIZES[size])


@pytest.mark.parametrize(("name", "size"), CASES)
def test_words_keep_the_margins_and_stand_apart_on_every_page(name: str, size: str) -> None:
    """And above the captions, and strong enough to be read on what they stand on (V14)."""
    one, language = ALL[name]
    page, texts = page_for(*SIZES[size]), texts_of(one, language, SIZES[size])
    inside = Box(page.left - 8, page.chrome_y - 40, page.right + 8, page.height)
    outside = [
        t.text for t in texts if t.box.left < inside.left or t.box.right > inside.right or t.box.top < inside.top
    ]
    low = [t.text for t in texts if t.text not in one.source.shown and t.box.bottom > page.content_bottom + 8]

    assert ([], [], []) == (outside, low, overlapping(texts))
    assert [] == [t.text for t in texts if contrast(t.colour, t.ground) < MIN_CONTRAST]


@pytest.mark.parametrize("name", EASY)
def test_what_has_landed_repeats_exactly(name: str) -> None:
    """Quiet frames cost the encoder nothing (0040)."""
    one = replace(EASY[name][0], captions=(), frames=240)
    changed = [frame.changed for frame in frames(one, board([one]), kit(), faces())]

    assert changed.count(()) >= 60


@pytest.mark.parametrize("name", odd())
def test_hard_cases_are_drawn_at_any_moment(name: str) -> None:
    """On a phone's page: nothing fails half way (V6)."""
    one, language = odd()[name]
    for t in (0.0, 0.9, 1.7, 3.0):
        assert still(one, board([one], 270, 480, "dark", language), kit(), faces(), t).any()


def test_seats_beyond_the_contract_are_amber_and_the_rest_unmarked() -> None:
    """Nobody is hidden, and nothing is said of seats nobody counted."""
    more = seats.dots(SeatsPicture(80, 1, figures.seat_group(97, "")))
    part = seats.dots(SeatsPicture(100, 1, figures.seat_group(41, "")))

    assert (80, 17) == (more.count("active"), more.count("over"))
    assert (41, 59) == (part.count("active"), part.count("rest"))


@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.sampled_from([1, 2, 50]),
)
def test_every_group_has_its_share_of_the_dots(total: int, active: int, quiet: int, free: int, scale: int) -> None:
    """Within a dot of it, one at least where there is a seat, and none where there is none."""
    per_dot = max(1, math.ceil(max(total, active + quiet + free) / 300)) * scale
    groups = [figures.seat_group(n, "") for n in (active, quiet, free)]
    kinds = seats.dots(SeatsPicture(total, per_dot, *groups))
    drawn = {k: kinds.count(k) for k in ("active", "quiet", "free", "rest", "over")}
    for kind, count in (("active", active), ("quiet", quiet), ("free", free)):
        dots = drawn[kind] + (drawn["over"] if kind == "active" else 0)

        assert (dots > 0) is (count > 0)
        assert abs(dots - count / per_dot) <= 3.0


def test_a_count_below_zero_is_refused_with_what_to_do() -> None:
    """More people than assigned seats is a fault of the register, not a picture."""
    one = scene(SeatsPicture(80, 1, figures.seat_group(90, "people"), figures.seat_group(-10, "quiet")), "Seats")

    with pytest.raises(Refused, match="floor: 0"):
        still(one, board([one]), kit(), faces(), 1.0)


def test_fewer_than_ten_peers_or_five_a_side_are_not_drawn() -> None:
    """Even where a storyboard asks for it (V6)."""
    few = figures.benchmark_of([figures.benchmark_row("Seats", 0.5, figures.spread(0.4, 0.5, 0.6, 9))])
    four = figures.similar_of(figures.group(28, 14, 4, 1, "did"), figures.group(28, 20, 9, 1, "others"))
    for picture in (few, four):
        one = scene(picture, "Too few")

        with pytest.raises(Refused, match="too few to be shown unnamed"):
            still(one, board([one]), kit(), faces(), 1.0)


def test_squares_that_could_not_be_told_apart_are_refused() -> None:
    """With the kinds that would do instead."""
    one = scene(figures.support_of([(40_000, 0)] * 12), "Many")

    with pytest.raises(Refused, match="bars or columns"):
        still(one, board([one]), kit(), faces(), 1.0)


def test_a_bar_never_passes_the_value_it_stands_for() -> None:
    """Values never overshoot: the track right of the latest value stays a track at every moment."""
    one = replace(EASY["outcome"][0], captions=())
    made = board([one])
    rest = still(one, made, kit(), faces(), rest_s(one, made))
    for t in np.arange(1.2, 3.2, 0.1):
        shown = still(one, made, kit(), faces(), float(t))
        right = slice(420, 454)

        assert np.array_equal(rest[154:158, right], shown[154:158, right])


@pytest.mark.parametrize(
    ("lines", "text", "whole"),
    [
        (("Halden", "General"), "Halden General", True),
        (("Open-", "shift"), "Open-shift", True),
        (("St Bran", "noc’s"), "St Brannoc’s", False),
        (("渡邊", "美智子"), "渡邊美智子", True),
    ],
)
def test_a_broken_word_is_known(lines: tuple[str, ...], text: str, whole: bool) -> None:
    """So that a heading shrinks before a name is cut in two."""
    assert whole is unbroken(lines, text)


VALUES = st.floats(-1e9, 1e9, allow_nan=False)
WORDS = st.text(max_size=24) | st.sampled_from(["渡邊 美智子", "ליאור", "Ægir-Þór", "👩‍💻", "1,234"])


@settings(max_examples=25, deadline=None)
@example(0.0, 0.0, None, "ي", "", "en", "square")  # hangs deep below its line
@given(VALUES, VALUES, st.none() | VALUES, WORDS, WORDS, st.sampled_from(["en", "ar"]), st.sampled_from(sorted(SIZES)))
def test_a_goal_of_any_values_stands_or_is_refused(
    start: float, now: float, target: float | None, shown: str, note: str, language: str, size: str
) -> None:
    """Real goals are odder than examples."""
    changes: dict[str, Any] = {
        "start": start,
        "now": now,
        "target": target,
        "start_note": Text(note),
        "now_text": Text(shown),
    }
    one = scene(replace(figures.outcome(), **changes), "A goal", frames=30, source="")
    try:
        texts = texts_of(one, language, SIZES[size])
    except Refused:
        return
    assert [] == overlapping(texts)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9)), min_size=1, max_size=12),
    st.sampled_from(sorted(SIZES)),
)
def test_tickets_of_any_months_stand(tickets: list[tuple[int, int, int]], size: str) -> None:
    """However many, wherever the hardest month is."""
    picture = figures.support_of(
        tickets, "JFMAMJJASOND", "Most of these waited more than a day", "A fault, repaired since"
    )
    one = scene(picture, "Tickets by month", frames=30, source="")

    assert [] == overlapping(texts_of(one, "en", SIZES[size]))
