"""A view in the words of xAPI: its events in, statements of the Video Profile out, fit for any learning record store.

Source: xAPI 1.0.3; xAPI Video Profile 1.0 (verbs, extensions, `played-segments` as "from[.]to[,]from[.]to", in the order played).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vitalreel.tracking.about import About
from vitalreel.tracking.event import STARS, Event
from vitalreel.tracking.order import in_order
from vitalreel.tracking.watch import Span, so_far, union

COMPLETE = 0.95
"""The share of a film, each second once, from which it counts as completed. At the whole of it, who stops at the credits never does."""

PROFILE = "https://w3id.org/xapi/video"
_EXTENSION = f"{PROFILE}/extensions/"
_VERBS: Mapping[str, str] = {
    "initialized": "http://adlnet.gov/expapi/verbs/initialized",
    "played": f"{PROFILE}/verbs/played",
    "paused": f"{PROFILE}/verbs/paused",
    "seeked": f"{PROFILE}/verbs/seeked",
    "interacted": "http://adlnet.gov/expapi/verbs/interacted",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "terminated": "http://adlnet.gov/expapi/verbs/terminated",
}
_OF: Mapping[str, str] = {
    "loaded": "initialized", "play": "played", "pause": "paused", "end": "paused", "seek": "seeked", "rate": "interacted",
    "click": "interacted", "human": "interacted", "share": "interacted", "rated": "interacted",
}  # fmt: skip
_NAMES = uuid.UUID("6d0c4f3e-5f0b-5a52-9d5e-5b1f0d5a8f10")  # statements of one event always have the same id


def statements(events: Iterable[Event], about: About, over: bool) -> Iterator[dict[str, Any]]:
    """The statements of one view, in the order things happened.

    over: whether the view has ended, which `terminated` tells. Positions and progress are measured as `watch` does, so film that
    ran while nobody saw it is not played. Heartbeats say nothing of their own.
    """
    ordered = in_order(events)
    length = round(about.length_s * 1000)
    covered: list[Span] = []
    counted = 0
    spans: list[Span] = []
    completed = False
    for event, spans in zip(ordered, so_far(ordered), strict=True):
        covered, counted = (
            union([*covered, *((a, min(b, length)) for a, b in spans[counted:] if a < length)]),
            len(spans),
        )
        share = sum(b - a for a, b in covered) / length
        if event.type in _OF:
            yield _statement(event, _OF[event.type], about, _result(event, spans, share))
        if share >= COMPLETE and not completed:
            completed = True
            yield _statement(
                event, "completed", about, {**_result(event, spans, share, "completed"), "completion": True}
            )
    if over and ordered:
        share = sum(b - a for a, b in covered) / length
        yield _statement(ordered[-1], "terminated", about, _result(ordered[-1], spans, share, "terminated"))


def _result(event: Event, spans: list[Span], share: float, verb: str = "") -> dict[str, Any]:
    """What the profile wants with each verb."""
    position = (event.position_ms or 0) / 1000
    verb = verb or _OF[event.type]
    if verb == "initialized":
        return {}
    if verb == "seeked":
        stood = position if event.from_ms is None else event.from_ms / 1000
        return {"extensions": {_EXTENSION + "time-from": stood, _EXTENSION + "time-to": position}}
    told: dict[str, Any] = {_EXTENSION + "time": position}
    if verb in ("paused", "completed", "terminated"):
        told[_EXTENSION + "played-segments"] = "[,]".join(f"{a / 1000:g}[.]{b / 1000:g}" for a, b in spans)
        told[_EXTENSION + "progress"] = round(min(1.0, share), 3)
    if event.rating is None or verb != "interacted":
        return {"extensions": told}
    low, high = STARS[0], STARS[-1]
    score = {"raw": event.rating, "min": low, "max": high, "scaled": (event.rating - low) / (high - low)}
    return {"extensions": told, "score": score}


def _statement(event: Event, verb: str, about: About, result: Mapping[str, Any]) -> dict[str, Any]:
    more = {_EXTENSION + "speed": f"{event.rate:g}x"} if event.type in ("play", "rate") else {}
    if event.type in ("click", "human", "share", "rated"):
        more[f"{about.home}/xapi/interaction"] = event.type
    return {
        "id": str(uuid.uuid5(_NAMES, f"{event.view} {event.id} {verb}")),
        "timestamp": event.at.isoformat(),
        "actor": {"objectType": "Agent", "account": {"homePage": about.home, "name": about.viewer}},
        "verb": {"id": _VERBS[verb], "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": about.address,
            "definition": {"type": f"{PROFILE}/activity-type/video", "name": {about.language: about.title}},
        },
        "context": {
            "registration": str(uuid.uuid5(_NAMES, event.view)),
            "language": about.language,
            "contextActivities": {"category": [{"objectType": "Activity", "id": PROFILE}]},
            "extensions": {
                _EXTENSION + "session-id": str(uuid.uuid5(_NAMES, event.view)),
                _EXTENSION + "length": about.length_s,
                _EXTENSION + "completion-threshold": COMPLETE,
                **more,
            },
        },
        **({"result": dict(result)} if result else {}),
    }
