"""Business days: weekdays that are no public holiday where the customer is."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from vitalreel.errors import BadInput

_SATURDAY = 5


def is_business_day(day: date, country: str | None) -> bool:
    """Whether offices work. country: ISO 3166 code ("DE", also "UK"); None knows weekends only.

    Raises BadInput for a country whose holidays are not known.
    """
    return day.weekday() < _SATURDAY and day not in _public(country.strip().upper() if country else "", day.year)


def add_business_days(day: date, days: int, country: str | None) -> date:
    """The day `days` business days after `day` (before it, if negative); `day` itself is not counted."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= is_business_day(day, country)
    return day


@lru_cache(maxsize=1024)
def _public(country: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as e:
        hint = "give the two-letter ISO code, or leave the country empty to count weekends only"
        raise BadInput("country", f"no public holidays are known for {country!r}", hint) from e
