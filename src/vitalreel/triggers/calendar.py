"""Business days: days of the working week that are no public holiday, where the customer is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

from vitalreel.errors import BadInput

_WEEKEND = frozenset({5, 6})  # Saturday and Sunday, where nothing else is known


def is_business_day(day: date, country: str | None) -> bool:
    """Whether offices work: in Cairo not on a Friday. country: ISO 3166 code ("DE", also "UK"); None knows Saturdays and Sundays only.

    Raises BadInput for a country whose holidays are not known.
    """
    weekend, public = _off(country.strip().upper() if country else "", day.year)
    return day.weekday() not in weekend and day not in public


def add_business_days(day: date, days: int, country: str | None) -> date:
    """The day `days` business days after `day` (before it, if negative); `day` itself is not counted."""
    step = timedelta(days=1 if days >= 0 else -1)
    left = abs(days)
    while left:
        day += step
        left -= is_business_day(day, country)
    return day


def moved(day: date, days: int, business: bool, country: str | None) -> date:
    """The day so many days, or business days, after `day` (before it, if negative)."""
    return add_business_days(day, days, country) if business else day + timedelta(days=days)


def public_holidays(country: str, years: Iterable[int]) -> tuple[date, ...]:
    """Public holidays of the years, in order; none where no calendar of the country is known."""
    code = country.strip().upper()
    known = holidays.list_supported_countries(include_aliases=True)
    if code not in known:
        return ()
    return tuple(sorted(day for year in years for day in _off(code, year)[1]))


@lru_cache(maxsize=1024)
def _off(country: str, year: int) -> tuple[frozenset[int], frozenset[date]]:
    """Weekdays of the weekend (Monday is 0) and public holidays of a year."""
    if not country:
        return _WEEKEND, frozenset()
    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError as e:
        hint = "give the two-letter ISO code, or leave the country empty to count weekends only"
        raise BadInput("country", f"no public holidays are known for {country!r}", hint) from e
    return frozenset(known.weekend), frozenset(known)
