"""Windows and sending hours on the customer's own calendar and clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration, BadInput
from vitalreel.triggers.calendar import add_business_days, is_business_day
from vitalreel.triggers.window import NotNow, SendingHours, sendable, window

HOURS = SendingHours(time(8), time(18), business_days_only=True)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_business_days_pass_over_weekends_and_holidays():
    """Good Friday and Easter Monday 2026 are no working days in Germany (R3)."""
    assert date(2026, 4, 8) == add_business_days(date(2026, 4, 2), 2, "DE")


def test_a_window_closes_at_the_end_of_its_last_day_there():
    """Within 3 business days of a Thursday ends on Tuesday, Berlin time (R3)."""
    got = window("within 3 business days", date(2026, 2, 5), "Europe/Berlin", "DE")

    assert (utc(2026, 2, 4, 23), utc(2026, 2, 10, 23)) == got


def test_a_window_before_a_date_counts_back_from_it():
    """A briefing lands 5 to 10 days before (T2 R3)."""
    got = window("5 to 10 days before qbr", date(2026, 1, 1), "UTC", None, date(2026, 3, 20))

    assert (utc(2026, 3, 10), utc(2026, 3, 16)) == got


@pytest.mark.parametrize("spec", ["soon", "within days", "5 to 10 days before qbr", ""])
def test_words_that_are_no_window_are_refused(spec: str):
    """With the two forms that are (P5)."""
    with pytest.raises(BadConfiguration):
        window(spec, date(2026, 1, 1), "UTC", None)


@pytest.mark.parametrize(("zone", "country"), [("Mars/Base", None), ("../etc", None), ("UTC", "ZZ")])
def test_unknown_places_are_named(zone: str, country: str | None):
    """Never a silent default (P5)."""
    with pytest.raises(BadInput):
        window("within 1 business days", date(2026, 1, 1), zone, country)


def test_mail_waits_for_the_contact_s_morning():
    """Friday evening in New York waits for Monday there (T7)."""
    assert NotNow("quiet hours", utc(2026, 3, 2, 13)) == sendable(utc(2026, 2, 28, 0), "America/New_York", "US", HOURS)
    assert sendable(utc(2026, 3, 2, 15), "America/New_York", "US", HOURS) is None


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "UTC"]),
)
def test_the_moment_it_says_to_wait_for_is_a_good_one(minutes: int, zone: str):
    """Waiting until then always helps, through clock changes and holidays."""
    held = sendable(utc(2026, 1, 1) + timedelta(minutes=minutes), zone, "DE", HOURS)

    assert held is None or (held.until is not None and sendable(held.until, zone, "DE", HOURS) is None)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 30))
def test_business_days_land_on_business_days_and_come_back(day: date, days: int):
    """There and back from a business day is where it began."""
    there = add_business_days(day, days, "GB")

    assert is_business_day(there, "GB")
    assert not is_business_day(day, "GB") or day == add_business_days(there, -days, "GB")
