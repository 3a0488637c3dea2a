"""Every film is checked before anyone sees it: named checks, each with value, limit, place and time (V14).

A film with one failed check does not go out. What is checked is measured on the finished thing (decoded pictures, the published
file, its sound, drawn text), not taken from the plan that made it. docs/concepts/preflight.md lists the checks.
"""

from __future__ import annotations

from collections.abc import Sequence

from vitalreel.review.preflight import captions, lettering, listening, picture, sound, speakers, words
from vitalreel.review.preflight.film import (
    Check,
    FileSeen,
    Film,
    Found,
    Heard,
    Kind,
    Limits,
    LineSeen,
    SceneSeen,
    SpeakerSeen,
    StreamSeen,
)  # fmt: skip

__all__ = [
    "CHECKS", "Check", "FileSeen", "Film", "Found", "Heard", "Kind", "Limits", "LineSeen", "SceneSeen", "SpeakerSeen", "StreamSeen",
    "passed", "preflight",
]  # fmt: skip

CHECKS = (
    Kind("every figure traced", lambda m: "0 untraced",
         "a number, name or date that the ledger does not have", words.traced),
    Kind("editorial standard", lambda m: "0 findings",
         "an edited script that pushes, blames, runs on or loses its viewer", words.editorial),
    Kind("no fact past its freshness", lambda m: "0 stale",
         "last month's number told as today's", words.fresh),
    Kind("no source gone stale", lambda m: "0 stale",
         "a feed that stopped, read as a customer who stopped", words.feeds),
    Kind("names as in the source", lambda m: "letter for letter",
         "a customer's name misspelt on the screen", words.names),
    Kind("synthetic voice disclosed", lambda m: "in transcript, captions and page",
         "a viewer who takes a computer's voice for a person's", words.disclosed),
    Kind("runtime inside the format's window", lambda m: "the module's `length_s`",
         "a two-minute note that runs for five", picture.runtime),
    Kind("every part inside its window", lambda m: "the module's `parts`",
         "a package whose terms drown its value", picture.parts),
    Kind("decodes cleanly", lambda m: "every frame, 0 errors",
         "a file that breaks off, stutters or shows other pictures than were checked", picture.decodes),
    Kind("streams whole", lambda m: "every segment, in its place, to the end",
         "a stream that stops, stutters, or is of another film", picture.streams),
    Kind("no black stretch", lambda m: f"{m.black_s:g} s",
         "a scene that was not drawn", picture.black),
    Kind("no frozen stretch", lambda m: f"{m.frozen_s:g} s",
         "captions or charts that stopped moving", picture.frozen),
    Kind("no rest while nobody speaks", lambda m: f"{m.rest_s:g} s",
         "a film that seems to have ended; the hold at its end is 3 s", picture.resting),
    Kind("loudness", lambda m: f"{m.lufs - m.lufs_tolerance:g} to {m.lufs + m.lufs_tolerance:g} LUFS",
         "a film louder or softer than the one before it", sound.loudness),
    Kind("true peak", lambda m: f"{m.true_peak_db:g} dBTP",
         "sound that clips in a player or a phone", sound.true_peak),
    Kind("no silent stretch", lambda m: f"{m.silence_s:g} s",
         "a viewer who reaches for the volume", sound.silence),
    Kind("picture and sound equally long", lambda m: f"{m.drift_s:g} s",
         "sound that runs away from the picture", sound.drift),
    Kind("sentences where the captions have them", lambda m: f"{m.placed_s:g} s",
         "a sentence mixed in at the wrong moment", sound.placed),
    Kind("voice over the music", lambda m: f"{m.voice_over_db:g} dB",
         "a voice under its music, or a sentence that is missing", sound.voice_leads),
    Kind("text inside the safe area", lambda m: f"{m.safe_px} px at 1080 lines",
         "a text that a screen or a player's frame cuts off", lettering.inside),
    Kind("text clear of the platform's controls", lambda m: f"{m.controls_px[0]} px above, {m.controls_px[1]} below",
         "a tall film's caption under a phone's buttons", lettering.clear),
    Kind("no text cut off", lambda m: "0 words not drawn",
         "a headline that lost its end, a chart its number, a button its word", lettering.whole),
    Kind("no text on another", lambda m: "0 on each other",
         "two texts that make each other unreadable", lettering.apart),
    Kind("text stands out from its ground", lambda m: f"{m.contrast:g} to 1",
         "a text too faint to read (WCAG 2.2 AA)", lettering.stands_out),
    Kind("captions readable", lambda m: f"{m.caption_chars_per_s:g} characters/s",
         "captions gone before they are read", captions.readable),
    Kind("published captions whole", lambda m: "every sentence, in every file",
         "captions that break off, say something else, or that no player reads", captions.published),
    Kind("captions in sync", lambda m: f"{m.caption_sync_s:g} s",
         "a word lit before or after it is said", captions.in_sync),
    Kind("words heard", lambda m: f"{100 * m.lost_words:g}% lost",
         "a voice that cannot be made out", listening.words),
    Kind("every number heard", lambda m: "0 lost",
         "a voice that says another number than the ledger", listening.numbers),
    Kind("words heard when they are shown", lambda m: f"{m.heard_sync_s:g} s",
         "word times that are not the voice's own", listening.when),
    Kind("names heard", lambda m: "only warns",
         "a name said so that nobody knows it", listening.names),
    Kind("a recorded speaker's face is there", lambda m: f"{m.faceless_s:g} s without one",
         "an empty chair, a back, or a camera that was left running", speakers.there),
    Kind("one face speaks", lambda m: f"{m.second_face_s:g} s with another half as large",
         "somebody who agreed to nothing, beside the speaker", speakers.alone),
    Kind("a speaker's face is whole", lambda m: f"{100 * m.face_outside:g}% outside for {m.face_outside_s:g} s",
         "a head cut by its camera, or by a page its clip is cropped for", speakers.whole),
    Kind("a speaker's face keeps its size and place", lambda m: f"{m.face_grows:g} times, {m.face_wanders:g} of its height",
         "a speaker who walks about, or a camera that is carried", speakers.steady),
    Kind("a speaker's face holds still", lambda m: f"{100 * m.face_shakes:g}% of its height",
         "a shaking camera, or a presenter whose face trembles", speakers.still),
    Kind("the same face throughout a clip", lambda m: f"{m.same_face:g} alike; under {m.surely_same_face:g} warns",
         "another person, or a presenter's other face, after a cut", speakers.same),
)  # fmt: skip
"""All checks, in the order they are made and told."""


def preflight(film: Film, limits: Limits) -> tuple[Check, ...]:
    """All checks, in a fixed order. The film may go out when every one is ok."""
    return tuple(
        Check(kind.name, found.ok, found.value, found.limit or kind.limit(limits), found.where, found.at_s, found.warns)
        for kind in CHECKS
        for found in kind.look(film, limits)
    )


def passed(checks: Sequence[Check]) -> bool:
    """Whether the film may go on to review."""
    return all(c.ok for c in checks)
