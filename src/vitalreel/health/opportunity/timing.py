"""When to speak of expansion: not while help is needed, at once where seats run out, else when the customer plans its money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

State = Literal["now", "later", "not yet", "unknown"]


@dataclass(frozen=True, slots=True)
class Timing:
    """When, and why in words. on: the day to begin; None where it is not yet, or not known."""

    state: State
    on: date | None
    why: str


def timing(
    today: date,
    months: Collection[int],
    renewal: date | None,
    full_on: date | None,
    may: bool | None,
    leads: tuple[int, int],
) -> Timing:
    """The right moment for an offer.

    months: 1..12 in which the customer plans, empty where nobody knows. full_on: day its seats run out. may: whether the account
    may be asked at all; None: unknown. leads: an offer is spoken of so many days before planning begins, and, where it is not known
    when the customer plans, before it renews.
    """
    lead_days, _ = leads
    if may is not True:
        return Timing(
            "not yet",
            None,
            "what readiness needs does not hold" if may is False else "what readiness needs is not known",
        )
    if full_on is not None and full_on <= today:
        return Timing("now", today, "its seats are full")
    if not months:
        return _by_renewal(today, renewal, full_on, leads)
    opens = _opens(today, months)
    begins = max(today, opens - timedelta(days=lead_days))
    if full_on is not None and full_on < begins:
        on = max(today, full_on - timedelta(days=lead_days))
        return Timing(
            "now" if on <= today else "later",
            on,
            f"at last quarter's pace its seats are full on {full_on}, before it plans",
        )
    if opens <= today:
        return Timing("now", today, "it is planning now")
    return Timing("now" if begins <= today else "later", begins, f"it plans from {opens} on")


def _by_renewal(today: date, renewal: date | None, full_on: date | None, leads: tuple[int, int]) -> Timing:
    if full_on is not None:
        on = max(today, full_on - timedelta(days=leads[0]))
        return Timing("now" if on <= today else "later", on, f"at last quarter's pace its seats are full on {full_on}")
    if renewal is None:
        return Timing("unknown", None, "neither when it plans nor when it renews is known")
    on = max(today, renewal - timedelta(days=leads[1]))
    return Timing("now" if on <= today else "later", on, f"when it plans is not known; it renews on {renewal}")


def _opens(today: date, months: Collection[int]) -> date:
    """Today where it lies in such a month, else the first day of the next one."""
    for ahead in range(13):
        year, month = today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1
        if month in months:
            return max(today, date(year, month, 1))
    raise ValueError(f"no month of the year is among {sorted(months)}")
