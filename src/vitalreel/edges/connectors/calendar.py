"""iCalendar (RFC 5545) as rows: one event each, with what kind of talk its title says it is. Repetitions are told, not laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

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


def events(text: str) -> Iterator[dict[str, str | None]]:
    """EVENT of every VEVENT; attendees are "a@x|b@y".

    day and starts are in the event's own zone; a cancelled event is told so in `state`.
    """
    block: dict[str, list[tuple[str, str]]] | None = None
    for line in _unfolded(text):
        if line.upper() == "BEGIN:VEVENT":
            block = {}
        elif line.upper() == "END:VEVENT" and block is not None:
            yield _event(block)
            block = None
        elif block is not None and (found := _LINE.match(line)):
            block.setdefault(found[1].upper(), []).append((found[2], found[3]))


def _unfolded(text: str) -> list[str]:
    return re.sub(r"\r?\n[ \t]", "", text).splitlines()


def _event(block: dict[str, list[tuple[str, str]]]) -> dict[str, str | None]:
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


def _first(block: dict[str, list[tuple[str, str]]], name: str) -> str | None:
    return block[name][0][1].strip() or None if name in block else None


def _plain(text: str | None) -> str | None:
    if text is None:
        return None
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", text)).strip()


def _address(text: str) -> str:
    return text.strip().removeprefix("mailto:").removeprefix("MAILTO:") if "@" in text else ""


def _moment(params: str, text: str) -> str | None:
    """An instant in ISO form with its offset, or a day; None where it cannot be read."""
    zone = re.search(r"TZID=\"?([^;:\"]+)", params)
    try:
        if re.fullmatch(r"\d{8}", text):
            return datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
        at = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - its zone comes next
    except ValueError:
        return None
    if text.endswith("Z"):
        return at.replace(tzinfo=UTC).isoformat()
    known = zone is not None and zone[1] in available_timezones()
    return at.replace(tzinfo=ZoneInfo(zone[1])).isoformat() if zone and known else at.isoformat()
