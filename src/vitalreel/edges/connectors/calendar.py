"""iCalendar (RFC 5545) as rows: one event each, of a series one a date, with what kind of talk its title says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr

KINDS = (
    ("qbr", r"\bqbr\b|quarterly business review|quarterly review|business review"),
    ("kick_off", r"kick[ -]?off"),
    ("renewal", r"\brenewal\b"),
    ("training", r"\btraining\b|\bworkshop\b"),
    ("check_in", r"check[ -]?in\b|\bcatch[ -]?up\b|\bsync\b|1:1"),
)
"""What a title says the talk is; the first that fits. Anything else is a meeting."""
EVENT = ("uid", "title", "kind", "day", "starts", "attendees", "organizer", "location", "repeats", "state")
"""Columns of an event's row."""
_LINE = re.compile(r"^([A-Za-z-]+)((?:;[^:;\"]+(?:\"[^\"]*\")?[^:;\"]*)*):(.*)$")


Block = dict[str, list[tuple[str, str]]]
"""Of an event: property -> (its parameters, its value), as they stand."""


def events(text: str, read_on: date) -> Iterator[dict[str, str | None]]:
    """EVENT of every VEVENT; attendees are "a@x|b@y".

    day and starts are in the event's own zone; a cancelled event is told so in `state`. read_on: the day the calendar is of. A
    series (RRULE) is a row a date from AHEAD days before it to AHEAD days after, `uid/date`; dates taken out of it (EXDATE)
    are cancelled, those that were moved stand where they were moved to. A rule that cannot be read is told in `repeats`, and
    its first date alone is a row.
    """
    blocks = list(_blocks(text))
    moved = {(_first(b, "UID"), _day_of(b, "RECURRENCE-ID")) for b in blocks if "RECURRENCE-ID" in b}
    for block in blocks:
        event = _event(block)
        if "RECURRENCE-ID" in block:
            yield {**event, "uid": f"{event['uid']}/{_day_of(block, 'RECURRENCE-ID')}"}
            continue
        dates = _dates(block, read_on) if event["repeats"] and event["day"] else None
        if dates is None:
            yield event
        for at, state in dates or ():
            day = at.date().isoformat()
            if (event["uid"], day) not in moved:
                yield {
                    **event,
                    "uid": f"{event['uid']}/{day}",
                    "day": day,
                    "starts": _told(block, at),
                    "state": state or event["state"],
                }


AHEAD = 400
"""Days to both sides of its own day for which a calendar's series are laid out."""
_EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def _dates(block: Block, read_on: date) -> list[tuple[datetime, str]] | None:
    """(local time, "cancelled" where it was taken out) of each date of a series; None where its rule cannot be read."""
    start = _local(*block["DTSTART"][0])
    rule = _first(block, "RRULE") or ""
    said = dict(part.upper().split("=", 1) for part in rule.split(";") if "=" in part)
    if start is None or said.get("FREQ") not in _EVERY or {"BYHOUR", "BYMINUTE", "BYSECOND"} & said.keys():
        return None
    zone = _zone(block["DTSTART"][0][0])
    until = _until(said["UNTIL"], zone) if "UNTIL" in said else None
    bare = ";".join(f"{k}={v}" for k, v in said.items() if k != "UNTIL")
    try:
        series = rrulestr(bare, dtstart=start)
    except (ValueError, TypeError):
        return None
    last = datetime.combine(read_on + timedelta(days=AHEAD), time.max)
    first = datetime.combine(read_on - timedelta(days=AHEAD), time.min)
    out = {at for params, text in block.get("EXDATE", []) for at in (_local(params, t) for t in text.split(",")) if at}
    days = {at.date() for at in out}
    until = min(until, last) if until else last
    return [(at, "cancelled" if at.date() in days else "") for at in series.between(max(first, start), until, inc=True)]


def _until(text: str, zone: str | None) -> datetime | None:
    """The last local moment of a series; a day counts whole."""
    at = _local("", text)
    if at is None:
        return None
    if text.endswith("Z") and zone:
        return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return at if "T" in text else datetime.combine(at.date(), time.max)


def _local(params: str, text: str) -> datetime | None:
    """The wall clock's time as it is written, midnight for a day; None where it cannot be read."""
    said = _moment(params, text.strip())
    return datetime.fromisoformat(said).replace(tzinfo=None) if said else None


def _told(block: Block, at: datetime) -> str | None:
    """A local time as DTSTART would write it."""
    params, text = block["DTSTART"][0]
    shape = "%Y%m%d" if "T" not in text else "%Y%m%dT%H%M%S" + ("Z" if text.endswith("Z") else "")
    return _moment(params, at.strftime(shape))


def _day_of(block: Block, name: str) -> str | None:
    at = _local(*block[name][0])
    return at.date().isoformat() if at else None


def _blocks(text: str) -> Iterator[Block]:
    block: Block | None = None
    for line in _unfolded(text):
        if line.upper() == "BEGIN:VEVENT":
            block = {}
        elif line.upper() == "END:VEVENT" and block is not None:
            yield block
            block = None
        elif block is not None and (found := _LINE.match(line)):
            block.setdefault(found[1].upper(), []).append((found[2], found[3]))


def _unfolded(text: str) -> list[str]:
    return re.sub(r"\r?\n[ \t]", "", text).splitlines()


def _event(block: Block) -> dict[str, str | None]:
    title = _plain(_first(block, "SUMMARY")) or ""
    starts = _moment(*block["DTSTART"][0]) if "DTSTART" in block else None
    people = [_address(v) for _, v in block.get("ATTENDEE", [])]
    return {
        "uid": _first(block, "UID"), "title": title or None, "kind": _kind(title), "day": starts[:10] if starts else None,
        "starts": starts, "attendees": "|".join(p for p in people if p) or None,
        "organizer": _address(_first(block, "ORGANIZER") or "") or None, "location": _plain(_first(block, "LOCATION")),
        "repeats": _first(block, "RRULE"), "state": (_first(block, "STATUS") or "confirmed").lower(),
    }  # fmt: skip


def _kind(title: str) -> str:
    return next((kind for kind, words in KINDS if re.search(words, title, re.IGNORECASE)), "meeting")


def _first(block: Block, name: str) -> str | None:
    return block[name][0][1].strip() or None if name in block else None


def _plain(text: str | None) -> str | None:
    if text is None:
        return None
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", text)).strip()


def _address(text: str) -> str:
    return text.strip().removeprefix("mailto:").removeprefix("MAILTO:") if "@" in text else ""


def _zone(params: str) -> str | None:
    """The zone a property names, where there is one of that name."""
    zone = re.search(r"TZID=\"?([^;:\"]+)", params)
    return zone[1] if zone is not None and zone[1] in available_timezones() else None


def _moment(params: str, text: str) -> str | None:
    """An instant in ISO form with its offset, or a day; None where it cannot be read."""
    zone = _zone(params)
    try:
        if re.fullmatch(r"\d{8}", text):
            return datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
        at = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone comes next
    except ValueError:
        return None
    if text.endswith("Z"):
        return at.replace(tzinfo=UTC).isoformat()
    return at.replace(tzinfo=ZoneInfo(zone)).isoformat() if zone else at.isoformat()
