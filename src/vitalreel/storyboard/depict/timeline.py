"""Dated facts on a time scale, today among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from vitalreel.identity import Plain
from vitalreel.storyboard.depict.scene import Scene, name_of, quoted, text_of
from vitalreel.storyboard.pictures.timeline import TimelineEvent, TimelinePicture


def picture(scene: Scene) -> tuple[TimelinePicture, float]:
    as_of = scene.brief.as_of
    events = [_event(part, scene, as_of) for part in scene.parts("timeline")]
    today = scene.ledger["as_of"]
    events.append(TimelineEvent(as_of, quoted(today), scene.text("today"), "today"))
    ordered = tuple(sorted(events, key=lambda e: e.day))
    return TimelinePicture(ordered, as_of), max([3.2, *(e.at_s + 0.6 for e in ordered)])


def _event(part: Mapping[str, Plain], scene: Scene, as_of: date) -> TimelineEvent:
    fact = scene.ledger[name_of(part["day"])]
    day = cast("date", fact.value)
    kind = "turning" if part.get("turning") else "past" if day <= as_of else "future"
    return TimelineEvent(day, quoted(fact), text_of(part["what"]), kind, scene.timing.cue(fact.name))
