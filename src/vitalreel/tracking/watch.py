"""What one view watched: a player's events in, ranges of film out, the same whatever their order or repetition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from vitalreel.errors import BadInput
from vitalreel.tracking.event import Event
from vitalreel.tracking.order import in_order

Span = tuple[int, int]
"""Film from and to, whole milliseconds, half-open, from < to."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A stretch seen more than once; `times` counts the repeats, so film seen twice was replayed once."""

    from_s: float
    to_s: float
    times: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One view, measured on the film's own clock. Every second counts once in `watched_s`."""

    watched_s: float
    ranges: tuple[tuple[float, float], ...]  # ascending, apart from one another, inside [0, length]
    completion: float  # watched_s over the film's length, 0..1
    replays: tuple[Replay, ...]
    last_position_s: float  # where the playhead was last known to stand
    played_s: float  # every second as often as it was played
    clicked: bool
    asked_for_human: bool
    shared: bool
    rating: int | None  # 1 to 5, what the viewer said last; None: nothing
    plays: int  # times playback was started


def watched(events: Iterable[Event], length_s: float) -> Watched:
    """Measure one view. events: of one view, any order, repeats allowed; length_s: of the film, above 0.

    Playback runs from a play, or from where a seek during playback lands, to the next known position. A play whose
    end never arrived lasts to the last position known, never further. What runs while the page is hidden is not
    watched. Raises BadInput when the length is not above 0.
    """
    if not length_s > 0:
        raise BadInput("length", f"is {length_s:g} s", "give the film's length in seconds, above 0")
    length = round(length_s * 1000)
    ordered = in_order(events)
    spans = _clipped(played_spans(ordered), length)
    ranges = union(spans)
    total = sum(to - start for start, to in ranges)
    types = {e.type for e in ordered}
    return Watched(
        watched_s=total / 1000,
        ranges=tuple((start / 1000, to / 1000) for start, to in ranges),
        completion=min(1.0, total / length),
        replays=tuple(Replay(start / 1000, to / 1000, n - 1) for start, to, n in coverage(spans) if n > 1),
        last_position_s=min(length, _last_position(ordered)) / 1000,
        played_s=sum(to - start for start, to in spans) / 1000,
        clicked="click" in types,
        asked_for_human="human" in types,
        shared="share" in types,
        rating=next((e.rating for e in reversed(ordered) if e.rating is not None), None),
        plays=sum(e.type == "play" for e in ordered),
    )


def played_spans(ordered: Sequence[Event]) -> list[Span]:
    """The stretches of film that ran, in the order they ran; the same film appears as often as it was played."""
    head = _Playhead()
    for event in ordered:
        head.hear(event)
    head.close()
    return head.spans


def so_far(ordered: Sequence[Event]) -> Iterator[list[Span]]:
    """After each event, the stretches that have run and ended by then; the last ends with the last event.

    The list grows: copy it to keep it.
    """
    head = _Playhead()
    for n, event in enumerate(ordered, 1):
        head.hear(event)
        if n == len(ordered):
            head.close()
        yield head.spans


class _Playhead:
    """Where playback stands while a view's events are told to it, one after another."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._playing = False
        self._seen = True  # the page is in view
        self._start = self._reached = 0  # of the stretch that is open, ms of film
        self._rate = 1.0
        self._landed: datetime | None = None  # when the seek that opened it landed, if one did
        self._known: datetime | None = None  # when the position was last told

    def hear(self, event: Event) -> None:
        if event.type == "play":
            self._play(event)
        elif event.type == "seek":
            self._seek(event)
        elif event.position_ms is not None:
            self._reach(event.position_ms, event.at)
        if event.type in ("pause", "end"):
            self.close()
            self._playing = False
        elif event.type in ("hidden", "visible"):
            self._turn(event)
        elif event.type == "rate":
            self._rate = event.rate

    def _play(self, event: Event) -> None:
        """Playback starts. Where it was running already, its pause was lost, and it lasted to the last position known."""
        self._open(event)
        self._playing = True
        self._rate = event.rate
        self._seen = self._seen and not event.hidden

    def _turn(self, event: Event) -> None:
        """The page went out of view or came back into it."""
        self.close()
        self._seen = event.type == "visible"
        self._open(event)

    def _seek(self, event: Event) -> None:
        self._reach(self._stood(event), event.at)
        self._open(event)
        self._landed = event.at

    def _stood(self, seek: Event) -> int:
        """Where playback stood when the seek came: said by the seek, else reckoned from the rate and the time passed."""
        if seek.from_ms is not None or self._known is None:
            return seek.from_ms if seek.from_ms is not None else self._reached
        return self._reached + round((seek.at - self._known).total_seconds() * 1000 * self._rate)

    def _open(self, event: Event) -> None:
        self.close()
        self._start = self._reached = event.position_ms or 0
        self._landed, self._known = None, event.at

    def _reach(self, position: int, at: datetime) -> None:
        """A position became known: film ran up to it; where it lies behind, a seek was lost and it runs from here."""
        if self._landed == at:
            return  # in no time nothing plays: what a pause of the same instant tells is the place that was left
        if position < self._reached:
            self.close()
            self._start = position
        self._reached, self._known, self._landed = position, at, None

    def close(self) -> None:
        if self._playing and self._seen and self._reached > self._start:
            self.spans.append((self._start, self._reached))
        self._start = self._reached


def _clipped(spans: Iterable[Span], length: int) -> list[Span]:
    return [(start, min(to, length)) for start, to in spans if start < length]


def union(spans: Iterable[Span]) -> list[Span]:
    """The film covered at least once, as ascending spans that neither touch nor overlap."""
    merged: list[Span] = []
    for start, to in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to))
        else:
            merged.append((start, to))
    return merged


def coverage(spans: Iterable[Span]) -> list[tuple[int, int, int]]:
    """(from, to, how many spans cover it), ascending, only where covered, neighbours of equal cover joined."""
    edges = sorted((at, step) for start, to in spans for at, step in ((start, 1), (to, -1)))
    steps = [(at, sum(step for _, step in group)) for at, group in groupby(edges, key=lambda e: e[0])]
    covered: list[tuple[int, int, int]] = []
    depth = 0
    for (at, step), (following, _) in pairwise(steps):
        depth += step
        if depth and covered and covered[-1][1:] == (at, depth):
            covered[-1] = (covered[-1][0], following, depth)
        elif depth:
            covered.append((at, following, depth))
    return covered


def _last_position(ordered: Sequence[Event]) -> int:
    return next((e.position_ms for e in reversed(ordered) if e.position_ms is not None), 0)
