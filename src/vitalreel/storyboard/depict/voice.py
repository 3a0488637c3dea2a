"""A person whose words a computer speaks, with the voice as loud as it is."""

from __future__ import annotations

from vitalreel.storyboard.depict.person import of_person
from vitalreel.storyboard.depict.scene import Scene
from vitalreel.storyboard.pictures.voice import VoicePicture
from vitalreel.storyboard.text import Text
from vitalreel.storyboard.timing import LEVELS_PER_S, Timing

SPOKEN = "Spoken by a computer."


def picture(scene: Scene) -> tuple[VoicePicture, float]:
    who, timing = of_person(scene, "voice"), scene.timing
    picture = VoicePicture(
        name=who("full_name"),
        role=who("title"),
        disclosure=disclosure(who, scene.ledger["as_of"].shown),
        levels=levels(timing),
        starts_s=timing.starts_s[0],
        ends_s=timing.speech_end_s,
        portrait=who("portrait").shown or None,
    )
    return picture, 1.6


def disclosure(who: of_person, as_of: str) -> Text:
    """That nobody spoke, and who approved the words; where nobody did, what they were written from."""
    first, day = who("first_name"), who("approved_on")
    if first.shown and day.shown:
        return Text(f"{SPOKEN} {first.shown} approved every word on {day.shown}.", (*first.facts, *day.facts))
    return Text(f"{SPOKEN} Written from your data as of {as_of}.", ("as_of",))


def levels(timing: Timing) -> tuple[float, ...]:
    """Loudness over the whole of the speech, LEVELS_PER_S a second; pauses between sentences are silent."""
    begin = timing.starts_s[0]
    count = max(1, round((timing.speech_end_s - begin) * LEVELS_PER_S))
    heard = [0.0] * count
    for start, take in zip(timing.starts_s, timing.takes, strict=True):
        for number, level in enumerate(take.levels):
            at = int((start - begin) * LEVELS_PER_S + number)
            if at < count:
                heard[at] = max(heard[at], level)
    return tuple(heard)
