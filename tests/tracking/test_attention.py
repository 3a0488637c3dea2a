"""Attention by scene: laws against a bit-map of every second, and who counts where."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from vitalreel.tracking.attention import Scene, Viewer, attend, spans_of

SCENES = (Scene("hello", 0, 12_000), Scene("proof", 12_000, 36_000), Scene("ask", 36_000, 60_000))
SPANS = st.lists(
    st.tuples(st.integers(0, 59), st.integers(1, 30)).map(lambda s: (s[0] * 1000, min(60, sum(s)) * 1000)), max_size=6
)


def viewer(*spans: tuple[int, int]) -> Viewer:
    return Viewer(SCENES, 60_000, tuple((a * 1000, b * 1000) for a, b in spans))


def test_who_left_in_a_scene_and_who_went_to_the_end():
    """Drop-off is where the furthest second seen lies (K4 K6); each viewer leaves once or finishes."""
    got = attend([viewer((0, 14)), viewer((0, 60)), viewer((0, 12), (36, 58)), viewer((0, 5)), viewer()])

    assert (4, 2) == (got.viewers, got.finished)
    assert [("hello", 4, 1), ("proof", 2, 1), ("ask", 2, 0)] == [(s.name, s.reached, s.left) for s in got.scenes]


def test_a_scene_is_replayed_by_who_saw_half_of_it_again():
    """Looking back for two seconds is no replay (K4 K6)."""
    got = attend([viewer((0, 36), (12, 26)), viewer((0, 36), (12, 14))])

    assert [0, 1, 0] == [s.replayed for s in got.scenes]
    assert math.isclose(1 + (14 + 2) / 48, got.scenes[1].times)


def test_films_of_unequal_length_are_compared_by_their_scenes():
    """A scene of 5 s in one film and 20 in another is the same scene; a scene that a film lacks has fewer viewers (K6)."""
    short = Viewer((Scene("hello", 0, 5_000), Scene("ask", 5_000, 10_000)), 10_000, ((0, 5_000),))
    got = attend([short, viewer((0, 12))])

    assert [("hello", 2, 1.0), ("proof", 1, 0.0), ("ask", 2, 0.0)] == [(s.name, s.viewers, s.share) for s in got.scenes]


@given(st.lists(SPANS, min_size=1, max_size=5))
def test_shares_times_and_curves_are_those_of_a_bit_map(films: list[list[tuple[int, int]]]):
    """Every second of every viewer, counted one by one (K4)."""
    watching = [spans for spans in films if spans]
    got = attend([Viewer(SCENES, 60_000, tuple(spans)) for spans in films])

    assert len(watching) == got.viewers == got.finished + sum(s.left for s in got.scenes)
    for scene, seen in zip(SCENES, got.scenes, strict=False):
        seconds = range(scene.start // 1000, scene.end // 1000)
        depth = [[sum(a <= t * 1000 < b for a, b in spans) for t in seconds] for spans in watching]
        every = len(watching) * len(seconds)

        assert math.isclose(seen.share, sum(n > 0 for d in depth for n in d) / every, abs_tol=1e-9)
        assert math.isclose(seen.times, sum(map(sum, depth)) / every, abs_tol=1e-9)
        assert math.isclose(sum(seen.curve) / len(seen.curve), seen.share, abs_tol=1e-9)
        assert seen.replayed == sum(sum(n > 1 for n in d) >= len(seconds) / 2 for d in depth)


def test_stored_ranges_and_replays_are_the_film_as_often_as_it_was_seen():
    """What the view table holds is enough (K4)."""
    assert [(0, 9000), (2000, 4000), (2000, 4000)] == spans_of([[0, 9]], [{"from": 2, "to": 4, "times": 2}])
