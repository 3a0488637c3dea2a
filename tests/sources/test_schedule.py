"""When a source is due, and what is wrong with its loads (D8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.sources.small import MAPPING, mapping
from vitalreel.errors import BadConfiguration
from vitalreel.sources.mapping import read_mapping
from vitalreel.sources.schedule import BY_HAND, HOURLY, Run, Schedule, alarms, next_load

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DONE = Run("crm", "l1", NOW - timedelta(minutes=30), 2.0, "done", "schedule", 10, 1, 0, "", False)
BROKEN = replace(DONE, load="l2", state="failed", error="the database is not available", passing=True)
WRONG = replace(BROKEN, passing=False)


def read(text: str) -> Schedule:
    return mapping(f"schedule: {text}\n{MAPPING}").schedule


@pytest.mark.parametrize(
    ("text", "words", "hours"),
    [
        ("every 15 minutes", "every 15 minutes", 0.25),
        ("every 2 hours", "every 2 hours", 2),
        ("hourly", "hourly", 1),
        ("every 1 minute", "every minute", 1 / 60),
        ("daily at 03:00", "daily at 03:00", 24),
        ("by hand", "by hand", None),
    ],
)
def test_schedules_are_written_in_plain_words(text: str, words: str, hours: float | None):
    """D8: one schedule per source, beside what it maps."""
    got = read(text)

    assert (words, None if hours is None else timedelta(hours=hours)) == (got.words, got.interval)


def test_other_systems_are_asked_hourly_unless_the_mapping_says_otherwise():
    """D8: the default; a folder is loaded by hand, since nobody knows when its files are whole."""
    text = "source: crm\nconnection: database\nfiles: {a: select 1}\naccount: {from: a, key: id, name: n}\n"

    assert (HOURLY, BY_HAND) == (read_mapping(text, "m.yaml").schedule, mapping().schedule)


@pytest.mark.parametrize(
    "text", ["every 0 minutes", "every 9 days", "every 200 hours", "daily at 24:00", "soon", "[daily]"]
)
def test_a_schedule_that_cannot_be_read_is_told_by_line(text: str):
    with pytest.raises(BadConfiguration, match=r"mappings/small\.yaml:1: "):
        read(text)


@pytest.mark.parametrize(
    ("schedule", "runs", "minutes"),
    [
        ("every 15 minutes", (), 0),  # never loaded: at once
        ("every 15 minutes", (DONE,), -15),  # overdue
        ("hourly", (DONE,), 30),
        ("hourly", (BROKEN, DONE), -25),  # again five minutes after a passing trouble,
        ("hourly", (BROKEN, BROKEN, BROKEN, DONE), -10),  # twice as long after each one more,
        ("daily at 03:00", (*[BROKEN] * 20, DONE), 30),  # never longer than an hour
        ("every 15 minutes", (*[BROKEN] * 20, DONE), -15),  # or the schedule
        ("hourly", (WRONG, DONE), 30),  # what somebody must put right is asked no sooner
        ("daily at 03:00", (DONE,), 18 * 60),
        ("daily at 09:15", (DONE,), 15),
    ],
)
def test_a_source_is_due_by_its_schedule_and_sooner_after_a_passing_trouble(
    schedule: str, runs: tuple[Run, ...], minutes: float
):
    """D8."""
    assert NOW + timedelta(minutes=minutes) == next_load(read(schedule), runs, NOW, "UTC")


def test_a_daily_load_keeps_the_programmes_clock_when_that_changes():
    """D8: 03:00 in Paris is 02:00 UTC in winter and 01:00 in summer."""
    before = replace(DONE, started=datetime(2026, 3, 28, 2, 0, 5, tzinfo=UTC))
    due = next_load(read("daily at 03:00"), (before,), NOW, "Europe/Paris")

    assert due is not None
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) == due.astimezone(UTC)


def test_by_hand_is_never_due():
    assert None is next_load(BY_HAND, (), NOW, "UTC")


@pytest.mark.parametrize(
    ("runs", "after", "kinds"),
    [
        ((DONE,), 0, []),
        ((), 0, []),
        ((BROKEN, DONE), 0, ["failed"]),
        ((DONE,), 150, []),
        ((DONE,), 151, ["overdue"]),  # three intervals without a load that was done
        ((BROKEN, DONE), 151, ["failed", "overdue"]),
        ((replace(DONE, findings=("volume_fell",)),), 0, ["volume"]),
        ((replace(DONE, findings=("stale_table", "volume_fell")),), 0, ["volume", "stale"]),
        ((DONE, replace(DONE, findings=("volume_fell",))), 0, []),  # the next load was in order
    ],
)
def test_failures_silence_lost_rows_and_stale_tables_are_alarms(runs: tuple[Run, ...], after: int, kinds: list[str]):
    """D8: for as long as they are so, and no longer."""
    assert kinds == [a.kind for a in alarms("crm", HOURLY, runs, NOW + timedelta(minutes=after))]


def test_an_alarm_names_source_reason_and_how_often():
    """D8."""
    (told,) = alarms("crm", HOURLY, (BROKEN, BROKEN, DONE), NOW)

    assert (
        "the last load failed, 2 times in a row since 01 Mar 08:30 UTC: the database is not available",
        "`vitalreel load crm`",
    ) == (told.what, told.hint)
