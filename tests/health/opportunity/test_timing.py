"""When an offer is spoken of: help first, then the seats, then the customer's own planning."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.health.opportunity.seats import Pressure
from vitalreel.health.opportunity.timing import timing

TODAY = date(2026, 3, 10)
LEADS = (30, 120)
AUTUMN = (9, 10, 11)


@pytest.mark.parametrize(
    ("months", "renewal", "full_on", "may", "expected"),
    [
        (AUTUMN, None, None, False, ("not yet", None)),
        (AUTUMN, None, TODAY, None, ("not yet", None)),
        (AUTUMN, None, TODAY, True, ("now", TODAY)),
        (AUTUMN, None, None, True, ("later", date(2026, 8, 2))),
        (AUTUMN, None, date(2026, 6, 1), True, ("later", date(2026, 5, 2))),
        (AUTUMN, None, date(2026, 3, 25), True, ("now", TODAY)),
        (AUTUMN, None, date(2027, 1, 1), True, ("later", date(2026, 8, 2))),
        ((3,), None, None, True, ("now", TODAY)),
        ((4,), None, None, True, ("now", TODAY)),
        ((2,), None, None, True, ("later", date(2027, 1, 2))),
        ((), date(2026, 12, 1), None, True, ("later", date(2026, 8, 3))),
        ((), date(2026, 5, 1), None, True, ("now", TODAY)),
        ((), None, None, True, ("unknown", None)),
        ((), None, date(2026, 5, 9), True, ("later", date(2026, 4, 9))),
    ],
)
def test_the_moment(
    months: tuple[int, ...],
    renewal: date | None,
    full_on: date | None,
    may: bool | None,
    expected: tuple[str, date | None],
) -> None:
    """H9: right timing against the planning cycle."""
    found = timing(TODAY, months, renewal, full_on, may, LEADS)

    assert expected == (found.state, found.on)


@given(st.sets(st.integers(1, 12), min_size=1), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_an_offer_is_never_spoken_of_later_than_planning_begins(months: set[int], today: date) -> None:
    """H9: whatever the months and the day, `on` lies between today and the next month they plan in."""
    found = timing(today, months, None, None, True, LEADS)
    ahead = next(d for n in range(400) if (d := today + timedelta(days=n)).month in months)

    assert found.on is not None
    assert today <= found.on <= ahead
    assert (found.state == "now") == (found.on == today)


def test_seats_fill_at_last_quarters_pace_or_nobody_says_when() -> None:
    """H9: 80 of 100 used, 67 a quarter ago: one a week more, 95 in fifteen weeks."""
    growing = Pressure(100, 80.0, 67.0, None)

    assert TODAY + timedelta(weeks=15) == growing.full_on(TODAY, 0.95)
    assert TODAY == Pressure(100, 96.0, None, None).full_on(TODAY, 0.95)
    for unknown in (Pressure(100, 80.0, 80.0, None), Pressure(100, 80.0, None, None), Pressure(None, 80.0, 60.0, None)):
        assert None is unknown.full_on(TODAY, 0.95)
    assert (None, 20.0, None) == (
        Pressure(0, 5.0, None, None).share,
        growing.free,
        Pressure(None, 5.0, None, None).free,
    )
