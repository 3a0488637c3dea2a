"""Views in the words of Segment and xAPI: nothing that was watched is lost on the way out and in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.viewer import LENGTH_S, visit
from vitalreel.tracking.about import About
from vitalreel.tracking.event import Event, read_event
from vitalreel.tracking.track_calls import track_calls
from vitalreel.tracking.watch import watched
from vitalreel.tracking.xapi import PROFILE, statements

ABOUT = About("v", "nordwind", "jonas", "film1", "usage_drop_recovery", "A film", LENGTH_S, "en", "https://vr.example")
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SEEDS = st.integers(0, 2**32)


def event(seq: int, kind: str, at_s: float, position_s: float, from_s: float | None = None) -> Event:
    stood = None if from_s is None else round(from_s * 1000)
    return Event(f"e{seq}", "v", kind, NOW + timedelta(seconds=at_s), round(position_s * 1000), stood, seq=seq)


WATCHED = [
    event(0, "loaded", 0, 0), event(1, "play", 1, 0), event(2, "progress", 11, 10), event(3, "seek", 13, 30, 12),
    event(4, "pause", 18, 35), event(5, "click", 20, 35),
]  # fmt: skip


@given(seed=SEEDS, acts=st.integers(0, 25))
def test_a_view_told_in_segment_s_words_is_read_back_to_the_same_ranges(seed: int, acts: int):
    """Common vocabularies in and out (K3): hidden film stays unseen, replays stay replays."""
    events = visit(seed, acts).events
    back = [read_event(call) for call in track_calls(events, ABOUT)]
    there, here = watched(back, LENGTH_S), watched(events, LENGTH_S)

    assert (here.ranges, here.replays, here.played_s) == (there.ranges, there.replays, there.played_s)


def test_segment_calls_name_the_viewer_the_session_and_the_film():
    """What Segment's destinations look for (K3)."""
    calls = list(track_calls(WATCHED, ABOUT))
    names = ["Video Playback Started", "Video Content Playing", "Video Playback Seek Started", "Video Playback Paused"]
    colleague = next(track_calls([replace(e, device="d9") for e in WATCHED], replace(ABOUT, contact="")))

    assert names == [c["event"] for c in calls]
    assert {("track", "jonas", "v", "film1", 60)} == {
        (
            c["type"],
            c["userId"],
            c["properties"]["session_id"],
            c["properties"]["content_asset_id"],
            c["properties"]["total_length"],
        )  # type: ignore[index]
        for c in calls
    }
    assert ("d9", False) == (colleague["anonymousId"], "userId" in colleague)


def test_xapi_statements_say_what_the_video_profile_asks():
    """Verbs, times, segments in the order played, progress; session and registration the same throughout (K3)."""
    told = list(statements(WATCHED, ABOUT, over=True))
    verbs = [s["verb"]["display"]["en"] for s in told]
    extensions = [s.get("result", {}).get("extensions", {}) for s in told]
    paused, seeked = extensions[3], extensions[2]

    assert ["initialized", "played", "seeked", "paused", "interacted", "terminated"] == verbs
    assert {
        PROFILE + "/extensions/time": 35.0,
        PROFILE + "/extensions/played-segments": "0[.]12[,]30[.]35",
        PROFILE + "/extensions/progress": 0.283,
    } == paused
    assert {PROFILE + "/extensions/time-from": 12.0, PROFILE + "/extensions/time-to": 30.0} == seeked
    assert 1 == len({s["context"]["registration"] for s in told}) and len(told) == len({s["id"] for s in told})
    assert {("https://vr.example", "jonas")} == {tuple(s["actor"]["account"].values()) for s in told}


def test_a_rating_and_a_share_are_told_in_both_words_and_read_back():
    """K3: what the viewer thought of the film, and that it was passed on; xAPI has a score for it, Segment a track call of our own."""
    rated = replace(event(6, "rated", 21, 35), rating=4)
    said = [*WATCHED, rated, event(7, "share", 22, 35)]
    calls = list(track_calls(said, ABOUT))
    back = watched([read_event(call) for call in calls], LENGTH_S)
    score = [s["result"]["score"] for s in statements(said, ABOUT, over=True) if "score" in s.get("result", {})]

    assert ["Video Rated", "Video Shared"] == [c["event"] for c in calls][-2:]
    assert (4, True) == (back.rating, back.shared)
    assert [{"raw": 4, "min": 1, "max": 5, "scaled": 0.75}] == score


def test_a_film_is_completed_once_and_a_view_that_goes_on_is_not_terminated():
    """Seen to 95 per cent, in whatever pieces (K3); a statement has the same id each time it is exported."""
    seen = [event(0, "play", 0, 0), event(1, "pause", 58, 58), event(2, "play", 60, 0), event(3, "end", 120, 60)]
    once, again = (list(statements(seen, ABOUT, over=False)) for _ in range(2))
    completed = [s for s in once if s["verb"]["display"]["en"] == "completed"]

    assert 1 == len(completed) and completed[0]["result"]["completion"] is True
    assert "terminated" not in {s["verb"]["display"]["en"] for s in once}
    assert [s["id"] for s in once] == [s["id"] for s in again]


@given(seed=SEEDS, acts=st.integers(1, 25))
def test_the_last_progress_of_xapi_is_the_completion_measured(seed: int, acts: int):
    """Two ways out of the same events, one answer (K4)."""
    events = visit(seed, acts).events
    last = list(statements(events, ABOUT, over=True))[-1]

    assert (
        round(watched(events, LENGTH_S).completion, 3) == last["result"]["extensions"][PROFILE + "/extensions/progress"]
    )
