"""Windows and sending hours where the customer is: 24 zones across clock changes, week ends and holidays, by a table written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from vitalreel.triggers.window import NotNow, SendingHours, sendable, window

HOURS = SendingHours(time(8), time(18), business_days_only=True)

TABLE = """
# zone                 country  an evening, too late      the next working morning  why it is that one
Europe/London          GB  2026-03-27T19:00+00:00  2026-03-30T08:00+01:00  clocks forward on Sunday
Europe/London          GB  2026-04-02T19:00+01:00  2026-04-06T08:00+01:00  Good Friday; Easter Monday is England's, not the kingdom's
Europe/London          GB  2026-10-23T19:00+01:00  2026-10-26T08:00+00:00  clocks back on Sunday
Europe/Berlin          DE  2026-03-27T19:00+01:00  2026-03-30T08:00+02:00  clocks forward on Sunday
Europe/Berlin          DE  2026-04-02T19:00+02:00  2026-04-07T08:00+02:00  Good Friday to Easter Monday
Europe/Berlin          DE  2026-10-23T19:00+02:00  2026-10-26T08:00+01:00  clocks back on Sunday
Europe/Helsinki        FI  2026-03-27T19:00+02:00  2026-03-30T08:00+03:00  clocks forward on Sunday
Europe/Helsinki        FI  2026-10-23T19:00+03:00  2026-10-26T08:00+02:00  clocks back on Sunday
Europe/Lisbon          PT  2026-03-27T19:00+00:00  2026-03-30T08:00+01:00  clocks forward on Sunday
Atlantic/Azores        PT  2026-03-27T19:00-01:00  2026-03-30T08:00+00:00  midnight of Sunday is skipped
Atlantic/Azores        PT  2026-10-23T19:00+00:00  2026-10-26T08:00-01:00  midnight of Sunday comes twice
Europe/Istanbul        TR  2026-03-27T19:00+03:00  2026-03-30T08:00+03:00  no change
America/St_Johns       CA  2026-03-06T19:00-03:30  2026-03-09T08:00-02:30  clocks forward on Sunday, half an hour beside the others
America/Halifax        CA  2026-10-30T19:00-03:00  2026-11-02T08:00-04:00  clocks back on Sunday
America/New_York       US  2026-03-06T19:00-05:00  2026-03-09T08:00-04:00  clocks forward on Sunday, three weeks before Europe's
America/New_York       US  2026-10-30T19:00-04:00  2026-11-02T08:00-05:00  clocks back on Sunday, a week after Europe's
America/New_York       US  2026-11-25T19:00-05:00  2026-11-27T08:00-05:00  Thanksgiving
America/Chicago        US  2026-03-06T19:00-06:00  2026-03-09T08:00-05:00  clocks forward on Sunday
America/Denver         US  2026-10-30T19:00-06:00  2026-11-02T08:00-07:00  clocks back on Sunday
America/Phoenix        US  2026-03-06T19:00-07:00  2026-03-09T08:00-07:00  no change in Arizona
America/Los_Angeles    US  2026-03-06T19:00-08:00  2026-03-09T08:00-07:00  clocks forward on Sunday
America/Anchorage      US  2026-10-30T19:00-08:00  2026-11-02T08:00-09:00  clocks back on Sunday
Pacific/Honolulu       US  2026-07-02T19:00-10:00  2026-07-06T08:00-10:00  the Fourth falls on Saturday: kept on Friday
America/Sao_Paulo      BR  2026-04-02T19:00-03:00  2026-04-06T08:00-03:00  Good Friday
America/Santiago       CL  2026-04-02T19:00-03:00  2026-04-06T08:00-04:00  Good Friday, and clocks back at midnight of Saturday
America/Santiago       CL  2026-09-04T19:00-04:00  2026-09-07T08:00-03:00  clocks forward at midnight of Saturday
Africa/Cairo           EG  2026-04-23T19:00+02:00  2026-04-26T08:00+03:00  Friday's midnight is skipped; week ends are Friday and Saturday
Africa/Johannesburg    ZA  2026-08-07T19:00+02:00  2026-08-11T08:00+02:00  Women's Day falls on Sunday: kept on Monday
Asia/Jerusalem         IL  2026-03-26T19:00+02:00  2026-03-29T08:00+03:00  clocks forward on Friday; Sunday is a working day
Asia/Dubai             AE  2026-03-06T19:00+04:00  2026-03-09T08:00+04:00  week ends are Saturday and Sunday since 2022
Asia/Riyadh            SA  2026-04-02T19:00+03:00  2026-04-05T08:00+03:00  week ends are Friday and Saturday
Asia/Kolkata           IN  2026-10-01T19:00+05:30  2026-10-05T08:00+05:30  Gandhi's birthday on Friday
Asia/Tokyo             JP  2026-05-01T19:00+09:00  2026-05-07T08:00+09:00  Golden Week
Australia/Sydney       AU  2026-04-02T19:00+11:00  2026-04-07T08:00+10:00  Easter, and clocks back on its Sunday
Australia/Sydney       AU  2026-10-02T19:00+10:00  2026-10-05T08:00+11:00  clocks forward on Sunday
Australia/Lord_Howe    AU  2026-04-02T19:00+11:00  2026-04-07T08:00+10:30  clocks back by half an hour
Pacific/Auckland       NZ  2026-04-02T19:00+13:00  2026-04-07T08:00+12:00  Easter, and clocks back on its Sunday
Pacific/Chatham        NZ  2026-09-25T19:00+12:45  2026-09-28T08:00+13:45  clocks forward on Sunday
"""


def rows() -> list[tuple[str, str, datetime, datetime, str]]:
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        zone, country, evening, morning, why = line.split(maxsplit=4)
        found.append((zone, country, datetime.fromisoformat(evening), datetime.fromisoformat(morning), why))
    return found


@pytest.mark.parametrize(
    ("zone", "country", "evening", "morning", "why"), rows(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_mail_of_the_evening_waits_for_the_next_working_morning(
    zone: str, country: str, evening: datetime, morning: datetime, why: str
):
    """T7 R3: at the hour of the customer's clock on that day, not so many hours later."""
    got = sendable(evening.astimezone(UTC), zone, country, HOURS)

    assert NotNow("quiet hours", morning.astimezone(UTC)) == got
    assert sendable(morning.astimezone(UTC), zone, country, HOURS) is None
    assert sendable(morning.astimezone(UTC) - timedelta(seconds=1), zone, country, HOURS) is not None


@pytest.mark.parametrize(
    ("zone", "country", "evening", "morning", "why"), rows(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_window_of_one_business_day_closes_at_that_day_s_midnight(
    zone: str, country: str, evening: datetime, morning: datetime, why: str
):
    """R3: opened on the evening's day it closes with the next working day, by the clock that holds on each."""
    opens, closes = window("within 1 business day", evening.date(), zone, country)

    assert evening.replace(hour=0) == opens
    assert morning.replace(hour=0) + timedelta(days=1) == closes


def test_the_table_is_of_at_least_24_zones():
    """The issue asks for 24."""
    assert 24 <= len({zone for zone, *_ in rows()})


@pytest.mark.parametrize(
    ("zone", "country", "opened", "opens", "closes"),
    [("Africa/Cairo", "EG", date(2026, 4, 24), "2026-04-23T22:00+00:00", "2026-04-26T21:00+00:00"),  # its midnight does not exist
     ("Atlantic/Azores", "PT", date(2026, 3, 29), "2026-03-29T01:00+00:00", "2026-03-31T00:00+00:00"),
     ("Atlantic/Azores", "PT", date(2026, 10, 25), "2026-10-25T00:00+00:00", "2026-10-27T01:00+00:00"),  # its midnight comes twice
     ("America/Santiago", "CL", date(2026, 9, 6), "2026-09-06T04:00+00:00", "2026-09-08T03:00+00:00")],
)  # fmt: skip
def test_a_midnight_that_is_skipped_or_comes_twice_is_the_first_moment_of_its_day(
    zone: str, country: str, opened: date, opens: str, closes: str
):
    """R3: no minute of a day is lost, none is counted to the day before."""
    got = window("within 1 business day", opened, zone, country)

    assert (datetime.fromisoformat(opens), datetime.fromisoformat(closes)) == got


@pytest.mark.parametrize("zone", sorted({zone for zone, *_ in rows()}))
def test_every_day_of_the_year_follows_the_one_before(zone: str):
    """R3: a window closes where the next day's opens, on each of 365 days, 23, 24 or 25 hours long (or half an hour off)."""
    days = [window("within 0 days", date(2026, 1, 1) + timedelta(days=n), zone, None) for n in range(365)]

    assert all(one[1] == two[0] for one, two in pairwise(days))
    assert {closes - opens for opens, closes in days} <= {timedelta(hours=h) for h in (23, 23.5, 24, 24.5, 25)}
