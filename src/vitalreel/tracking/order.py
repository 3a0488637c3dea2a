"""The order in which a view's events happened: any pile of events in, each once and in order out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from vitalreel.tracking.event import Event

_LAST = {"pause": 1, "end": 2}


def in_order(events: Iterable[Event]) -> list[Event]:
    """Each event once, by its time, then its number in the view; those of one instant without a number, chained.

    Where one id carries two contents, the first in the order of contents stands, so arrival never matters.
    """
    first: dict[str, Event] = {}
    for event in sorted(events, key=lambda e: e.order):
        first.setdefault(event.id, event)
    ordered: list[Event] = []
    for _, group in groupby(first.values(), key=lambda e: e.at):
        instant = list(group)
        ordered += [e for e in instant if e.seq is not None]
        stood = next((e.position_ms for e in reversed(ordered) if e.position_ms is not None), None)
        ordered += _chained([e for e in instant if e.seq is None], stood)
    return ordered


def _chained(instant: Sequence[Event], stood: int | None) -> list[Event]:
    """Events of one instant in the order their positions tell: each seek starts where the one before landed.

    stood: the last position known before the instant, ms. Pause and end come last.
    """
    last = sorted((e for e in instant if e.type in _LAST), key=lambda e: (_LAST[e.type], e.order))
    left = [e for e in instant if e.type not in _LAST]
    chain: list[Event] = []
    place = _start(left, stood)
    while left:
        following = min(left, key=lambda e: (_entry(e) != place, e.type == "seek", e.order))
        left.remove(following)
        chain.append(following)
        if following.position_ms is not None:
            place = following.position_ms
    return chain + last


def _start(events: Sequence[Event], stood: int | None) -> int | None:
    """Where the chain begins: a place that is left more often than reached, else nearest to where playback stood."""
    seeks = [e for e in events if e.type == "seek"]
    balance = Counter(_entry(e) for e in seeks)
    balance.subtract(e.position_ms for e in seeks)
    entries = sorted(p for e in seeks if (p := _entry(e)) is not None)
    begins = [p for p in entries if balance[p] > 0] or entries
    return min(begins, key=lambda p: (abs(p - (stood or 0)), p), default=stood)


def _entry(event: Event) -> int | None:
    """Where the playhead must stand for this event to happen."""
    return event.from_ms if event.type == "seek" and event.from_ms is not None else event.position_ms
