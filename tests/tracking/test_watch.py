"""Watched ranges: the contract's semantics by example, and its laws against a bit-map of what was really seen."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.viewer import LENGTH_S, START, visit
from vitalreel.errors import BadInput
from vitalreel.tracking.event import Event
from vitalreel.tracking.watch import Replay, coverage, union, watched

SEEDS = st.integers(0, 2**32)


def told(*steps: tuple[float, str, float] | tuple[float, str, float, float], numbered: bool = True) -> list[Event]:
    """Events from (seconds after the start, type, position, from) tuples."""
    return [
        Event(
            f"e{n}", "v", kind, START + timedelta(seconds=at), round(position * 1000),
            round(stood[0] * 1000) if stood else None, seq=n if numbered else None,
        )
        for n, (at, kind, position, *stood) in enumerate(steps)
    ]  # fmt: skip


def test_what_lies_between_play_and_pause_is_watched_once():
    """The contract's own sentence: play at 10, pause at 25 (K4)."""
    got = watched(told((0, "play", 10), (15, "pause", 25)), 60)

    assert (15.0, ((10.0, 25.0),), 0.25, 25.0) == (got.watched_s, got.ranges, got.completion, got.last_position_s)


def test_a_seek_adds_nothing_by_itself():
    """Jumping over film is not watching it (K4)."""
    got = watched(told((0, "play", 0), (5, "seek", 40, 5), (8, "pause", 43)), 60)

    assert ((0.0, 5.0), (40.0, 43.0)) == got.ranges


def test_a_seek_while_paused_starts_nothing():
    """Looking for a place without playing is not watching either (K4)."""
    got = watched(told((0, "seek", 40, 0), (9, "pause", 49), (10, "play", 50), (12, "pause", 52)), 60)

    assert ((50.0, 52.0),) == got.ranges


def test_seeking_back_is_a_replay_and_counts_once():
    """Unique seconds count once, and the section seen again is named (K4)."""
    got = watched(told((0, "play", 0), (20, "seek", 5, 20), (30, "pause", 15)), 60)

    assert (20.0, (Replay(5.0, 15.0, 1),), 30.0) == (got.watched_s, got.replays, got.played_s)


def test_a_play_without_an_end_lasts_to_the_last_known_position():
    """A closed lid sends no pause; nothing is guessed beyond the last heartbeat (K3)."""
    got = watched(told((0, "play", 0), (10, "progress", 10), (20, "progress", 20)), 60)

    assert ((0.0, 20.0),) == got.ranges


def test_a_lone_play_has_watched_nothing():
    """Nothing is known to have run (K3)."""
    assert watched(told((0, "play", 7)), 60).ranges == ()


def test_a_play_while_playing_means_its_pause_was_lost():
    """Film between the last known position and the new start may never have run (K3)."""
    got = watched(told((0, "play", 0), (10, "progress", 10), (99, "play", 30), (104, "pause", 35)), 60)

    assert ((0.0, 10.0), (30.0, 35.0)) == got.ranges


def test_a_position_that_went_back_means_a_seek_was_lost():
    """Playback never runs backwards (K3)."""
    got = watched(told((0, "play", 20), (5, "progress", 25), (9, "progress", 4), (12, "pause", 7)), 60)

    assert ((4.0, 7.0), (20.0, 25.0)) == got.ranges


def test_film_that_runs_while_the_page_is_hidden_is_not_watched():
    """A play counts only when it is visible (K9)."""
    got = watched(told((0, "play", 0), (5, "hidden", 5), (15, "visible", 15), (20, "pause", 20)), 60)

    assert ((0.0, 5.0), (15.0, 20.0)) == got.ranges


def test_double_speed_covers_the_film_it_covers():
    """Ranges are film, not wall time: ten seconds at twice the speed show twenty (K4)."""
    start, stop = told((0, "play", 0), (10, "pause", 20))

    assert watched([start, stop], 60).ranges == ((0.0, 20.0),)


def test_a_seek_that_does_not_say_where_it_stood_is_reckoned_from_the_rate():
    """Playback runs from play at its rate (commands.md)."""
    play = Event("a", "v", "play", START, 0, rate=2.0, seq=0)
    seek = Event("b", "v", "seek", START + timedelta(seconds=5), 40_000, seq=1)

    assert watched([play, seek], 60).ranges == ((0.0, 10.0),)


def test_events_of_one_instant_without_numbers_chain_by_where_they_stood():
    """Two seeks in one millisecond: the second starts where the first landed; the pause comes last (commands.md)."""
    events = told(
        (0, "play", 0), (10, "pause", 31), (10, "seek", 30, 50), (10, "seek", 50, 10), numbered=False
    )  # fmt: skip

    assert watched(events, 60).ranges == ((0.0, 10.0),)


def test_positions_past_the_end_are_the_end():
    """Players overshoot the last frame by a little; completion stays within 0 to 1."""
    got = watched(told((0, "play", 50), (12, "end", 60.2)), 60)

    assert (10.0, ((50.0, 60.0),), 60.0) == (got.watched_s, got.ranges, got.last_position_s)


def test_a_film_without_length_is_refused():
    """Completion of nothing means nothing (P5)."""
    with pytest.raises(BadInput, match="length"):
        watched([], 0)


@given(seed=SEEDS, acts=st.integers(0, 40))
def test_ranges_are_what_a_bit_map_of_the_visit_holds(seed: int, acts: int):
    """The oracle marks every second as it is seen; union of intervals must agree exactly (K4)."""
    viewer = visit(seed, acts)
    got = watched(viewer.events, LENGTH_S)
    seen = [any(a <= s < b for a, b in got.ranges) for s in range(LENGTH_S)]
    again = [sum(r.times for r in got.replays if r.from_s <= s < r.to_s) for s in range(LENGTH_S)]

    assert [n > 0 for n in viewer.times_seen] == seen
    assert [max(0, n - 1) for n in viewer.times_seen] == again
    assert sum(viewer.times_seen) == got.played_s


@given(seed=SEEDS, acts=st.integers(0, 25), shuffle=st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_change_nothing(seed: int, acts: int, shuffle: random.Random):
    """Networks reorder and repeat (K3 K4)."""
    events = visit(seed, acts).events
    arrived = [*events, *shuffle.sample(events, len(events) // 2)]
    shuffle.shuffle(arrived)

    assert watched(events, LENGTH_S) == watched(arrived, LENGTH_S)


@given(seed=SEEDS, acts=st.integers(1, 25), data=st.data())
def test_losing_events_never_adds_film_that_no_position_vouches_for(seed: int, acts: int, data: st.DataObject):
    """Whatever is lost, ranges stay inside the film, ascending and apart, and start and end at told positions (K3)."""
    events = visit(seed, acts).events
    kept = [e for e in events if data.draw(st.booleans())]
    told_places = {p for e in kept for p in (e.position_ms, e.from_ms) if p is not None}
    ranges = watched(kept, LENGTH_S).ranges

    assert all(round(p * 1000) in told_places for r in ranges for p in r)
    assert all(0 <= a < b <= LENGTH_S for a, b in ranges)
    assert all(one[1] < two[0] for one, two in pairwise(ranges))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1]))))
def test_union_and_coverage_cover_the_same_film(spans: list[tuple[int, int]]):
    """Two ways of counting, one answer."""
    assert union(spans) == union([(a, b) for a, b, _ in coverage(spans)])
    assert sum(b - a for a, b in spans) == sum((b - a) * n for a, b, n in coverage(spans))
