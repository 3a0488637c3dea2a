"""Quarters are half-open, follow on each other without a gap, and are told up to the day while they run."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadInput
from vitalreel.measurement.quarter import Period, Quarter, quarter_of, read_quarter

DAYS = st.dates(date(1900, 1, 1), date(2900, 1, 1))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 4, 1)), ("2026Q2", date(2026, 4, 1), date(2026, 7, 1)),
        ("2026Q3", date(2026, 7, 1), date(2026, 10, 1)), ("2026q4", date(2026, 10, 1), date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_a_quarter_holds_its_first_day_and_not_the_next_ones(text: str, start: date, end: date):
    """M12: ranges are half-open; New Year's Eve belongs to the old year."""
    quarter = read_quarter(text)

    assert (start, end) == (quarter.start, quarter.end)
    assert (True, True, False) == (start in quarter, end - timedelta(days=1) in quarter, end in quarter)


@given(DAYS)
def test_every_day_is_in_one_quarter_which_its_name_finds_again(day: date):
    """M12: no day is counted twice and none is lost."""
    quarter = quarter_of(day)

    assert quarter == read_quarter(str(quarter))
    assert [True, False] == [day in q for q in (quarter, quarter.next)]
    assert quarter.end == quarter.next.start
    assert quarter < quarter.next


@pytest.mark.parametrize("text", ["2026Q5", "2026Q0", "Q3", "2026-Q3", "26Q3", "2026", "", "0000Q1", "２０２６Q3"])
def test_what_is_no_quarter_is_told_the_form(text: str):
    """C4: the error names the thing and what to write."""
    with pytest.raises(BadInput, match=r"--quarter.*such as 2026Q3"):
        read_quarter(text)


def test_a_quarter_that_runs_is_told_up_to_the_day():
    """M12: as of D means at the end of D, so D itself counts; a quarter is over on its last day."""
    third = Quarter(2026, 3)
    running, last, after = (Period(third, d) for d in (date(2026, 8, 20), date(2026, 9, 30), date(2026, 11, 22)))

    assert (date(2026, 8, 21), False) == (running.until, running.over)
    assert (date(2026, 10, 1), True) == (last.until, last.over) == (after.until, after.over)


def test_a_quarter_that_has_not_begun_is_refused_with_one_that_has():
    """C4: nothing is reported about days to come."""
    with pytest.raises(BadInput, match="name 2026Q3"):
        Period(Quarter(2026, 4), date(2026, 9, 30))
