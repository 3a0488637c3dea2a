"""Windows of whole days that end with the as-of day, on a calendar of working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass

from vitalreel.conditions.tree import Time
from vitalreel.conditions.words import UNIT_DAYS
from vitalreel.signals.tables import day_of

_SATURDAY = 5


def length(time: Time) -> int:
    """Days of a time that has a length: not of business days, which the checker keeps out of where it is asked."""
    return time.n * UNIT_DAYS[time.unit]


def first_day(as_of: int, time: Time, holidays: Collection[dt.date] = ()) -> int:
    """Day number of the first day of the window that ends with `as_of`, both included.

    N business days: the shortest run of days that holds N working days (Monday to Friday, less holidays).
    """
    if time.unit != "business day":
        return as_of - length(time) + 1
    day, left = as_of, time.n
    while True:
        left -= is_working(day, holidays)
        if left == 0:
            return day
        day -= 1


def business_days(asked: object, as_of: int, holidays: Collection[dt.date] = ()) -> tuple[int, ...]:
    """How many days back each window of business days in a tree (or in records that hold trees) begins.

    It is all that a query left open for its as-of day (signals/moment.py) takes from the calendar.
    """
    match asked:
        case Time(unit="business day"):
            return (as_of - first_day(as_of, asked, holidays),)
        case Mapping():
            parts = list(asked.values())
        case tuple() | list():
            parts = list(asked)
        case _ if is_dataclass(asked):
            parts = [getattr(asked, f.name) for f in fields(asked)]
        case _:
            return ()
    return tuple(days for part in parts for days in business_days(part, as_of, holidays))


def is_working(day: int, holidays: Collection[dt.date] = ()) -> bool:
    date = day_of(day)
    return date.weekday() < _SATURDAY and date not in holidays
