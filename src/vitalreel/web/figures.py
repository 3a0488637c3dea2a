"""How the console writes figures, dates and names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NONE = "–"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def money(cents: int | None, currency: str = "USD") -> str:
    """$412k, €1.9M, CHF 4,220: three digits and their size."""
    if cents is None:
        return NONE
    units = cents / 100
    sign = SYMBOLS.get(currency, f"{currency} ")
    if units >= 999_500:
        return f"{sign}{units / 1e6:.2f}M" if units < 9_995_000 else f"{sign}{units / 1e6:.1f}M"
    return f"{sign}{units / 1e3:.0f}k" if units >= 10_000 else f"{sign}{units:,.0f}"


def day(value: date | datetime | None) -> str:
    """17 Nov 2026."""
    return NONE if value is None else f"{value.day} {value:%b %Y}"


def isoday(value: str | None) -> str:
    """2026-11-17 as 17 Nov 2026."""
    return day(date.fromisoformat(value)) if value else NONE


def weekday(value: date) -> str:
    """Tue 17 Nov 2026."""
    return f"{value:%a} {day(value)}"


def clock(seconds: float) -> str:
    """1:34."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def hour(value: datetime) -> str:
    """09:42."""
    return f"{value:%H:%M}"


def signed(value: float) -> str:
    """+1.5 or −6.8, with a real minus; nothing is 0.0."""
    return "0.0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")


def percent(share: float) -> str:
    """0.923 as 92%."""
    return f"{share:.0%}"


def words(name: str | None) -> str:
    """usage_drop as usage drop."""
    return (name or "").replace("_", " ")


def initials(name: str) -> str:
    """KV of Katrin Vogt."""
    return "".join(part[0] for part in name.split()[:2]).upper()


def local(value: datetime, zone: str) -> datetime:
    """An instant on a place's own clock; UTC where its zone is none."""
    try:
        return value.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return value.astimezone(UTC)


def place(zone: str) -> str:
    """Sao Paulo of America/Sao_Paulo."""
    return zone.rpartition("/")[2].replace("_", " ")


def left(moment: datetime, now: datetime) -> str:
    """How long until a moment: "2 h 48 min left", "3 days left", "late by 5 h"."""
    gone = moment < now
    span = now - moment if gone else moment - now
    said = _span(span)
    return f"late by {said}" if gone else f"{said} left"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def roles(needed: Sequence[str]) -> str:
    """CSM, then production."""
    return ", then ".join("CSM" if role == "csm" else role for role in needed)
