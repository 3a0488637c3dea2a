"""Reads one event of a player, ours or Segment's: JSON-ready data in, a checked Event or BadInput out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vitalreel.errors import BadInput
from vitalreel.tracking import segment

PLAYBACK = frozenset({"play", "pause", "seek", "progress", "rate", "hidden", "visible", "end"})
"""Types that say where playback stands."""

GESTURES = frozenset({"loaded", "click", "human", "share", "rated", "error"})
"""Types that say what else the viewer did; a position is welcome and not needed."""

MAX_ID = 80  # characters: the width of the column
MAX_POSITION_S = 86_400.0  # a day: no film is longer, so more is a broken clock
MAX_RATE = 16.0  # the fastest a browser plays
STARS = range(1, 6)
"""What a viewer may rate a film with."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a viewer's player said. Positions are whole milliseconds of film, so that sums are exact."""

    id: str
    view: str  # one player on one page, once: the unit of a view
    type: str
    at: datetime  # the viewer's clock, aware UTC
    position_ms: int | None  # None only for gestures
    from_ms: int | None = None  # seek only: where playback stood
    rate: float = 1.0
    seq: int | None = None  # order within the view
    muted: bool = False
    hidden: bool = False
    auto: bool = False  # started by the page and not by a hand
    device: str = ""  # random, kept by this browser for this site only
    rating: int | None = None  # rated only: of STARS

    @property
    def order(self) -> tuple[object, ...]:
        """A total order over contents: what makes the answer the same whatever order events arrive in."""
        seq = (1, 0) if self.seq is None else (0, self.seq)
        position = -1 if self.position_ms is None else self.position_ms
        stood = -1 if self.from_ms is None else self.from_ms
        return (self.at, *seq, stood, position, self.type, self.rate, self.rating or 0, self.id)


def read_event(data: object, where: str = "event") -> Event:
    """Check and read one event in the player's format or as a Segment video event.

    where: named in errors: "events.jsonl line 4". Raises BadInput with the field, its value and what would be right.
    """
    if not isinstance(data, Mapping):
        raise BadInput(where, f"is {type(data).__name__}, not an object", "send one JSON object for each event")
    if segment.is_segment(data):
        data = segment.translate(data, where)
    kind = _text(data, "type", where)
    if kind not in PLAYBACK | GESTURES:
        known = ", ".join(sorted(PLAYBACK | GESTURES))
        raise BadInput(where, f"unknown type {kind!r}", f"known types are {known}")
    return Event(
        id=_text(data, "id", where),
        view=_text(data, "view", where),
        type=kind,
        at=_moment(data.get("at"), where),
        position_ms=_milliseconds(data, "position_s", where, needed=kind in PLAYBACK),
        from_ms=_milliseconds(data, "from_s", where, needed=False),
        rate=_rate(data.get("rate", 1.0), where),
        seq=_seq(data.get("seq"), where),
        muted=data.get("muted") is True,
        hidden=data.get("hidden") is True,
        auto=data.get("auto") is True,
        device=_text(data, "device", where) if data.get("device") else "",
        rating=_stars(data.get("rating"), where) if kind == "rated" else None,
    )


def write_event(event: Event) -> dict[str, object]:
    """The event in the player's format again; `read_event` of it is the same event."""
    written: dict[str, object] = {"id": event.id, "view": event.view, "type": event.type, "at": event.at.isoformat()}
    if event.position_ms is not None:
        written["position_s"] = event.position_ms / 1000
    if event.from_ms is not None:
        written["from_s"] = event.from_ms / 1000
    if event.seq is not None:
        written["seq"] = event.seq
    if event.rate != 1.0:
        written["rate"] = event.rate
    written |= {name: True for name in ("muted", "hidden", "auto") if getattr(event, name)}
    if event.device:
        written["device"] = event.device
    if event.rating is not None:
        written["rating"] = event.rating
    return written


def _text(data: Mapping[str, object], name: str, where: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not value.isprintable():
        raise BadInput(where, f"{name} is {_short(value)}", f"give {name} as 1 to {MAX_ID} printable characters")
    return value


def _moment(value: object, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # said below, with the value: every way of being wrong gets the same sentence
    raise BadInput(where, f"at is {_short(value)}", "give a time with its zone: 2026-03-01T09:30:00.250Z")


def _milliseconds(data: Mapping[str, object], name: str, where: str, needed: bool) -> int | None:
    value = data.get(name)
    if value is None and not needed:
        return None
    number = _number(value)
    if number is None or not 0 <= number <= MAX_POSITION_S:
        hint = f"give {name} in seconds of film, 0 to {MAX_POSITION_S:.0f}"
        raise BadInput(where, f"{name} is {_short(value)}", hint)
    return round(number * 1000)


def _rate(value: object, where: str) -> float:
    number = _number(value)
    if number is None or not 0 < number <= MAX_RATE:
        raise BadInput(where, f"rate is {_short(value)}", f"give a playback rate above 0, up to {MAX_RATE:.0f}")
    return number


def _seq(value: object, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise BadInput(where, f"seq is {_short(value)}", "give a whole number from 0")
    return value


def _stars(value: object, where: str) -> int:
    if isinstance(value, bool) or value not in STARS:
        hint = f"give a whole number from {STARS[0]} to {STARS[-1]}"
        raise BadInput(where, f"rating is {_short(value)}", hint)
    return int(str(value))


def _number(value: object) -> float | None:
    """A finite number, or None; true and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _short(value: object) -> str:
    text = repr(value)
    return "missing" if value is None else text if len(text) <= 60 else f"{text[:57]}..."
