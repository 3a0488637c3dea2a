"""When a source is loaded, and whether its loads are as they should be (D8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vitalreel.sources.outline import Entry

FIRST_RETRY = timedelta(minutes=5)
"""After a failure; twice as long after each one more, and never longer than an hour or the schedule itself."""
LONGEST_RETRY = timedelta(hours=1)
LONGEST_MINUTES = 7 * 24 * 60
LATE = 3
"""A source is overdue once so many of its intervals passed without a load that was done."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every so often, or once a day; by hand alone where neither is given."""

    every_minutes: int | None = None
    at_minute: int | None = None  # of the day, on the programme's clock

    @property
    def words(self) -> str:
        """As it stands in the mapping."""
        if self.at_minute is not None:
            return f"daily at {self.at_minute // 60:02}:{self.at_minute % 60:02}"
        if self.every_minutes is None:
            return "by hand"
        minutes = self.every_minutes
        if minutes in (1, 60):
            return "every minute" if minutes == 1 else "hourly"
        return f"every {minutes // 60} hours" if minutes % 60 == 0 and minutes > 60 else f"every {minutes} minutes"

    @property
    def interval(self) -> timedelta | None:
        """Between two loads; None by hand."""
        if self.at_minute is not None:
            return timedelta(days=1)
        return None if self.every_minutes is None else timedelta(minutes=self.every_minutes)


BY_HAND = Schedule()
HOURLY = Schedule(60)


def read_schedule(entry: Entry) -> Schedule:
    """`every 15 minutes`, `every 2 hours`, `hourly`, `daily at 03:00` or `by hand`. Raises BadConfiguration."""
    text = entry.text("a schedule")
    if text in ("hourly", "by hand"):
        return HOURLY if text == "hourly" else BY_HAND
    if found := re.fullmatch(r"every (\d{1,4}) (minute|hour)s?", text):
        minutes = int(found[1]) * (60 if found[2] == "hour" else 1)
        if 1 <= minutes <= LONGEST_MINUTES:
            return Schedule(minutes)
    if found := re.fullmatch(r"daily at ([01]\d|2[0-3]):([0-5]\d)", text):
        return Schedule(at_minute=int(found[1]) * 60 + int(found[2]))
    hint = "write `every 15 minutes`, hourly, `daily at 03:00` or `by hand`"
    return entry.fail(f"the schedule {text!r} cannot be read", hint)


@dataclass(frozen=True, slots=True)
class Run:
    """One load as it was carried out."""

    source: str
    load: str  # its id
    started: datetime
    took_s: float
    state: str  # done | failed
    by: str  # hand | schedule
    read: int  # source rows
    accepted: int
    quarantined: int
    error: str  # why it failed
    passing: bool  # it may succeed with nothing changed
    findings: tuple[str, ...] = ()  # codes of those that somebody should look at


def next_load(schedule: Schedule, runs: Sequence[Run], now: datetime, zone: str) -> datetime | None:
    """When the source is due, `now` or earlier meaning at once; None by hand.

    runs: its loads, newest first. now: aware UTC.
    """
    if schedule.interval is None:
        return None
    if not runs:
        return now
    last = runs[0]
    failed = _failures(runs)
    if failed and last.passing:
        patience: timedelta = FIRST_RETRY * 2 ** min(failed - 1, 10)
        return last.started + min(patience, LONGEST_RETRY, schedule.interval)
    if schedule.at_minute is None:
        return last.started + schedule.interval
    at, local = time(*divmod(schedule.at_minute, 60)), last.started.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(day, at, ZoneInfo(zone))


def _failures(runs: Sequence[Run]) -> int:
    """How many loads failed one after the other up to now."""
    return next((n for n, run in enumerate(runs) if run.state == "done"), len(runs))


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody should know of a source."""

    kind: str  # failed | overdue | volume | stale | unread
    source: str
    what: str
    hint: str


def alarms(source: str, schedule: Schedule, runs: Sequence[Run], now: datetime) -> tuple[Alarm, ...]:
    """What is wrong with a source's loads now. runs: newest first, as far back as the last that was done."""
    found = []
    failed = _failures(runs)
    if failed:
        times = "" if failed == 1 else f", {failed} times in a row since {runs[failed - 1].started:%d %b %H:%M} UTC"
        found.append(
            Alarm("failed", source, f"the last load failed{times}: {runs[0].error}", f"`vitalreel load {source}`")
        )
    done = next((run for run in runs if run.state == "done"), None)
    if schedule.interval is not None and done is not None and now - done.started > LATE * schedule.interval:
        found.append(_overdue(source, schedule, done, now))
    for code, kind, what in _LOOKED_FOR:
        if done is not None and code in done.findings:
            found.append(Alarm(kind, source, what, f"`vitalreel sources history {source}`, and its contract"))
    return tuple(found)


_LOOKED_FOR = (
    ("volume_fell", "volume", "a table lost a large share of its rows"),
    ("stale_table", "stale", "a table's newest row is older than its contract allows"),
    ("file_unread", "unread", "a file could not be read; the others were loaded"),
)


def _overdue(source: str, schedule: Schedule, done: Run, now: datetime) -> Alarm:
    hours = (now - done.started).total_seconds() / 3600
    what = f"nothing was loaded for {hours:,.0f} hours, though it is due {schedule.words}"
    return Alarm("overdue", source, what, "see that `vitalreel worker` runs, and `vitalreel sources list`")
