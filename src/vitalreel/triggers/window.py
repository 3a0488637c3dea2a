"""When a touch may land: a play's window as written and the customer's calendar in, instants out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vitalreel.errors import BadConfiguration, BadInput
from vitalreel.triggers.calendar import is_business_day, moved

_WITHIN = re.compile(r"within (\d{1,3}) (business )?days?")
_BEFORE = re.compile(r"(\d{1,3}) to (\d{1,3}) (business )?days? before [a-z_. ]+")


@dataclass(frozen=True, slots=True)
class NotNow:
    """Not now, and why; `until` is the first instant worth trying again, None where time alone does not help."""

    reason: str  # a fixed word or two, for counting
    until: datetime | None = None
    detail: str = field(default="", compare=False)  # one sentence, for people


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When mail may arrive, on the contact's own clock: half-open [start, end)."""

    start: time
    end: time
    business_days_only: bool


def window(
    spec: str, opened: date, zone: str, country: str | None, anchor: date | None = None
) -> tuple[datetime, datetime]:
    """From and to (aware UTC, half-open) of a window such as "within 3 business days" or "5 to 10 days before qbr".

    opened: the day the play opened, in the account's zone; it is not counted. anchor: the day that "before" speaks of.
    Raises BadConfiguration where the words are none of these or the anchor is missing, BadInput for an unknown zone.
    """
    local = zone_of(zone)
    words = " ".join(spec.lower().split())
    if within := _WITHIN.fullmatch(words):
        last = moved(opened, int(within[1]), bool(within[2]), country)
        return _midnight(opened, local), _midnight(last + timedelta(days=1), local)
    if before := _BEFORE.fullmatch(words):
        if anchor is None:
            raise BadConfiguration(
                f"window {spec!r}", "the account has no such date", "choose a window from the opening"
            )
        near, far = sorted((int(before[1]), int(before[2])))
        first, last = (moved(anchor, -n, bool(before[3]), country) for n in (far, near))
        return _midnight(first, local), _midnight(last + timedelta(days=1), local)
    hint = 'write "within 3 business days" or "5 to 10 days before renewal"'
    raise BadConfiguration(f"window {spec!r}", "is not a window", hint)


def sendable(now: datetime, zone: str, country: str | None, hours: SendingHours) -> NotNow | None:
    """None if mail may arrive now on the contact's clock, else why not and when it may.

    Local times that a clock change skips or repeats are taken as Python's zoneinfo does (fold 0).
    """
    local = zone_of(zone)
    here = now.astimezone(local)
    open_day = not hours.business_days_only or is_business_day(here.date(), country)
    if open_day and hours.start <= here.time() < hours.end:
        return None
    day = here.date() if here.time() < hours.start else here.date() + timedelta(days=1)
    while hours.business_days_only and not is_business_day(day, country):
        day += timedelta(days=1)
    reason = "quiet hours" if open_day else "not a business day"
    words = f"it is {here:%A %H:%M} in {zone}; mail may arrive from {hours.start:%H:%M} to {hours.end:%H:%M}"
    return NotNow(reason, datetime.combine(day, hours.start, local).astimezone(UTC), words)


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone. Raises BadInput for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise BadInput("time zone", f"{name!r} is not known", 'give an IANA name such as "Europe/Berlin"') from e


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
