"""Lead time: how long before its window a brief opens, for production and review, and when its figures are taken anew (T14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.calendar import moved
from vitalreel.triggers.matrix import Ahead, Span
from vitalreel.triggers.window import zone_of

TIERS = (1, 2, 3, 4)
_SPAN = re.compile(r"(\d{1,3}) (business )?days?")


@dataclass(frozen=True, slots=True)
class Lead:
    """`lead:` of vitalreel.yaml. Days are counted back from the first day of the window, in the account's calendar."""

    tiers: Mapping[int, Span] = field(
        default_factory=dict
    )  # for production and review; a tier that is missing needs none
    refresh: Span | None = None  # before the window, when figures are taken anew; None: never

    def of(self, tier: int) -> Span:
        """What a film of this tier needs."""
        return self.tiers.get(tier, Span(0, True))


def read_lead(raw: object, where: str) -> Lead:
    """From `{tier_1: 3 business days, …, refresh: 1 business day}`; None is no lead time. Raises BadConfiguration."""
    if raw is None:
        return Lead()
    known = [f"tier_{n}" for n in TIERS]
    if not isinstance(raw, Mapping) or set(raw) - {*known, "refresh"}:
        raise BadConfiguration(where, f"{raw!r} is not days by tier", f"use {', '.join(known)} and refresh")
    if missing := [name for name in known if name not in raw]:
        raise BadConfiguration(where, f"{missing[0]} is missing", "say what each of the four tiers needs")
    spans = {n: _span(raw[f"tier_{n}"], f"{where}.tier_{n}") for n in TIERS}
    return Lead(spans, _span(raw["refresh"], f"{where}.refresh") if "refresh" in raw else None)


def _span(value: object, where: str) -> Span:
    found = _SPAN.fullmatch(str(value))
    if not found:
        raise BadConfiguration(where, f"cannot read {value!r}", "write it as `3 business days` or `2 days`")
    return Span(int(found[1]), bool(found[2]))


def before(day: date, span: Span, country: str | None) -> date:
    """The day that lies `span` before `day`; no day before it where the span is 0."""
    return moved(day, -span.days, span.business, country) if span.days else day


def opens(window: Ahead, anchor: date, lead: Span, country: str | None) -> date:
    """The day on which the brief of a film opens that may land from `window` before `anchor`."""
    return before(moved(anchor, -window.far, window.business, country), lead, country)


def due_again(first: date, made_on: date, today: date, lead: Lead, country: str | None) -> bool:
    """Whether the figures of a film made on `made_on` are to be taken anew for a window that opens on `first`."""
    return lead.refresh is not None and made_on < before(first, lead.refresh, country) <= today


def days_there(window_from: datetime, now: datetime, zone: str) -> tuple[date, date]:
    """The window's first day and today, on the account's clock."""
    local = zone_of(zone)
    return window_from.astimezone(local).date(), now.astimezone(local).date()


def most_days(span: Span, country: str | None, year: int) -> int:
    """How many calendar days the span takes at most, counted back from any day of the year."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return max((day - before(day, span, country)).days for day in days)
