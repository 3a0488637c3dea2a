"""Segment's video events in our words: a track call in, the same event in the player's format out.

Source: Segment's video specification (Playback and Content events; position in whole or broken seconds of the content).
"""

from __future__ import annotations

from collections.abc import Mapping

from vitalreel.errors import BadInput

_TYPES: Mapping[str, str] = {
    "video playback started": "play",
    "video playback resumed": "play",
    "video playback paused": "pause",
    "video playback interrupted": "pause",
    "video playback exited": "pause",
    "video playback buffer started": "progress",
    "video playback buffer completed": "progress",
    "video playback seek started": "seek",
    "video playback seek completed": "progress",
    "video playback completed": "end",
    "video content started": "play",
    "video content playing": "progress",
    "video content completed": "end",
    "video rated": "rated",  # ours: Segment's specification has no word for it
    "video shared": "share",
}


def is_segment(data: Mapping[str, object]) -> bool:
    """Whether this is a Segment track call: a named `event` with `properties`, and no `type` of ours."""
    return isinstance(data.get("event"), str) and isinstance(data.get("properties"), Mapping)


def translate(data: Mapping[str, object], where: str) -> dict[str, object]:
    """The call in the player's format, unchecked. Raises BadInput for an event that is not about playback.

    A seek is one event with us: `Seek Started` carries both where playback stood (`position`) and where it goes
    (`seek_position`); `Seek Completed` then only confirms the landing.
    """
    name = str(data["event"])
    kind = _TYPES.get(name.strip().lower())
    if kind is None:
        raise BadInput(
            where, f"Segment event {name!r} is not about playback", "send Video Playback or Video Content events"
        )
    properties = data["properties"]
    if not isinstance(properties, Mapping):
        raise BadInput(where, "properties is not an object", "send Segment's video properties")
    landing = properties.get("seek_position")
    position = properties.get("position")
    translated: dict[str, object] = {
        "id": data.get("messageId"),
        "view": properties.get("session_id"),
        "type": kind,
        "at": data.get("timestamp") or data.get("originalTimestamp"),
        "position_s": position if landing is None else landing,
    }
    if kind == "seek":
        translated |= {"from_s": position, "position_s": landing}
    for name in ("rate", "seq", "rating"):  # ours: Segment has no word for them
        if properties.get(name) is not None:
            translated[name] = properties[name]
    return translated
