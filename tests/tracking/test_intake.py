"""What is let in, kept apart or dropped, how events are read, and the command that reads them from a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.viewer import visit
from vitalreel.cli.tracking import views
from vitalreel.errors import BadInput
from vitalreel.tracking.event import Event, read_event, write_event
from vitalreel.tracking.intake import Admitted, Dropped, Sender, admit
from vitalreel.tracking.judge import judge
from vitalreel.tracking.watch import watched

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
GOOD = {"id": "e1", "view": "v", "type": "play", "at": "2026-03-01T09:00:00+01:00", "position_s": 1.5}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda x: st.lists(x) | st.dictionaries(st.text(), x),
)


def event(kind: str = "play", at: int = 0, position: float = 0, **more: object) -> Event:
    return Event(f"{kind}{at}", "v", kind, NOW + timedelta(seconds=at), round(position * 1000), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("stars", [0, 6, 2.5, "4", True, None])
def test_a_rating_is_one_of_five(stars: object):
    """K3 P5: whole, from 1 to 5; said again it stands, said anew the last word does."""
    with pytest.raises(BadInput, match="rating is"):
        read_event({**GOOD, "type": "rated", "rating": stars})


def test_the_last_rating_of_a_view_stands_whatever_came_first():
    """K3 K4: the order of arrival and a repeat change nothing."""
    said = [read_event({**GOOD, "id": f"r{n}", "type": "rated", "rating": n, "seq": n}) for n in (2, 5, 3)]
    arrived = [said[2], said[0], said[1], said[0]]

    assert 5 == watched(arrived, 60).rating
    assert None is watched([event()], 60).rating


@given(JSON | st.fixed_dictionaries(dict.fromkeys(GOOD, JSON)))
def test_any_data_is_an_event_or_a_clear_refusal(data: object):
    """Whatever a network sends (P5)."""
    try:
        assert read_event(data) == read_event(write_event(read_event(data)))
    except BadInput as e:
        assert str(e)


def test_segment_events_are_read_as_ours():
    """Common vocabularies are accepted in (K3)."""
    call = {"event": "Video Playback Seek Started", "messageId": "m", "timestamp": "2026-03-01T09:00:00Z",
            "properties": {"session_id": "s", "position": 12, "seek_position": 30}}  # fmt: skip
    got = read_event(call)

    assert ("s", "seek", 12_000, 30_000) == (got.view, got.type, got.from_ms, got.position_ms)


@pytest.mark.parametrize(
    ("more", "sender", "reason"),
    [({}, Sender(CHROME, declined=True), "tracking declined"), ({"revoked": NOW}, Sender(CHROME), "link revoked"),
     ({"expires": NOW - timedelta(days=1)}, Sender(CHROME), "link expired"), ({"same_link": False}, Sender(CHROME), "another view"),
     ({"held": 20_000}, Sender(CHROME), "view too long")],
)  # fmt: skip
def test_what_is_dropped_is_dropped_by_name(more: dict, sender: Sender, reason: str):
    """Never a bare refusal (K9)."""
    around = {"now": NOW, "expires": NOW + timedelta(days=1), "revoked": None, "same_link": True, "held": 0, **more}

    assert Dropped(reason) == admit(event(), sender, **around)  # type: ignore[arg-type]


def test_scanners_and_staff_are_let_in_and_kept_apart():
    """Kept and named, so that they can be looked at (K9)."""
    around = {"now": NOW, "expires": NOW + timedelta(days=1), "revoked": None, "same_link": True, "held": 0}
    senders = (Sender("Slackbot-LinkExpanding 1.0"), Sender(CHROME, staff=True), Sender(CHROME))
    answers = [admit(event(), s, **around) for s in senders]  # type: ignore[arg-type]

    assert ["scanner", "staff", ""] == [a.apart for a in answers if isinstance(a, Admitted)]


@pytest.mark.parametrize(
    ("events", "apart", "why"),
    [([event(), event("pause", 5, 5)], [""], ""), ([event(), event("pause", 1, 1)], [""], "under 2 seconds"),
     ([event(), event("pause", 5, 5)], ["scanner"], "scanner"), ([event("loaded")], [""], "never played"),
     ([event(muted=True, auto=True), event("pause", 5, 5)], [""], "muted autoplay"),
     ([event(hidden=True), event("pause", 5, 5)], [""], "never visible")],
)  # fmt: skip
def test_a_play_counts_only_when_it_is_one(events: list[Event], apart: list, why: str):
    """K9, reason by reason."""
    assert why == judge(watched(events, 60), events, apart, "").why_not


def test_the_command_summarises_a_file_and_says_what_it_could_not_read(tmp_path: Path):
    """The contract of commands.md: every view, any order, bad lines named, exit code 1 for a look."""
    file = tmp_path / "e.jsonl"
    lines = [json.dumps(write_event(e)) for e in visit(7, 12).events]
    file.write_text("\n".join([*reversed(lines), lines[0], "{nonsense"]))
    got = CliRunner().invoke(views, ["summarise", str(file), "--length", "60", "--json"])
    document = json.loads(got.stdout)
    expected = watched(visit(7, 12).events, 60)

    assert 1 == got.exit_code and [len(lines) + 2] == [r["line"] for r in document["refused"]]
    assert [list(r) for r in expected.ranges] == document["views"][0]["ranges"]
