"""A view in Segment's words: its events in, track calls of Segment's video specification out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vitalreel.tracking.about import About
from vitalreel.tracking.event import Event
from vitalreel.tracking.order import in_order

_SAID = {"rated": "Video Rated", "share": "Video Shared"}
"""Ours: Segment's specification has no words for them."""
_START = {False: "Video Playback Started", True: "Video Playback Resumed"}


def track_calls(events: Iterable[Event], about: About) -> Iterator[dict[str, object]]:
    """The track calls of one view, in the order things happened. `translate` reads them back to the same watched ranges.

    Segment has no word for a page out of sight: its film is interrupted there and resumed when it comes back.
    """
    running, seen, started = False, True, False
    for event in in_order(events):
        name = ""
        if event.type == "play":
            running, seen = True, seen and not event.hidden
            name = _START[started] if seen else ""
        elif event.type in ("pause", "end"):
            name = (
                ("Video Playback Completed" if event.type == "end" else "Video Playback Paused")
                if running and seen
                else ""
            )
            running = False
        elif event.type == "hidden":
            name, seen = ("Video Playback Interrupted" if running and seen else ""), False
        elif event.type == "visible":
            name, seen = (_START[started] if running and not seen else ""), True
        elif event.type == "seek" and event.from_ms is not None:
            name = "Video Playback Seek Started" if seen else ""
        elif event.type in _SAID:
            name = _SAID[event.type]
        elif event.type in ("seek", "progress", "rate") and event.position_ms is not None:
            name = "Video Content Playing" if running and seen else ""
        if name:
            started = started or name == _START[False]
            yield _call(event, name, about)


def _call(event: Event, name: str, about: About) -> dict[str, object]:
    properties: dict[str, object] = {
        "session_id": event.view,
        "content_asset_id": about.video,
        "title": about.title,
        "program": about.module,
        "total_length": about.length_s,
        "position": (event.position_ms or 0) / 1000,
        "rate": event.rate,
    }
    if event.seq is not None:
        properties["seq"] = event.seq
    if event.rating is not None:
        properties["rating"] = event.rating
    if event.type == "seek" and event.from_ms is not None:
        properties |= {"position": event.from_ms / 1000, "seek_position": (event.position_ms or 0) / 1000}
    who = {"userId": about.contact} if about.contact else {"anonymousId": event.device or event.view}
    return {
        "type": "track",
        "event": name,
        "messageId": event.id,
        "timestamp": event.at.isoformat(),
        **who,
        "context": {"groupId": about.account},
        "properties": properties,
    }
