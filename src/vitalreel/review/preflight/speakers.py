"""Checks of a recorded speaker's face: there, alone, whole, of one size in one place, at rest, and one person's from end to end.

Each is a measure of what was found in the clip. At upload the same measures are told with what to do about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalreel.review.preflight.film import Film, Found, Limits
from vitalreel.video.element import Box
from vitalreel.video.likeness import Face, Likeness

WHOLE = Box(0, 0, 1, 1)
_NEAR = 5
"""Looks over which a face's place is smoothed."""
_TREMBLES_OVER = 10
"""Looks over which a face trembles: two seconds."""
_ENOUGH = 12
"""So far from either end of a clip, enough looks are compared to say that a face is another's."""
NOT_LOOKED_FOR = "nobody looked for faces: the clip is older than this check; add it again"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one look at a clip gives. at_s: clip time, None where the whole clip is meant."""

    ok: bool
    value: str
    at_s: float | None = None
    doubt: bool = False  # told, and stopping nothing


Measure = Callable[[Likeness, Box, Limits], Measured]


# The measures


def _there(seen: Likeness, part: Box, limits: Limits) -> Measured:
    start, length = _longest(seen, [not faces for faces in seen.looks])
    return Measured(length <= limits.faceless_s, f"{length:.1f} s without one", start if length else None)


def _alone(seen: Likeness, part: Box, limits: Limits) -> Measured:
    def second(faces: tuple[Face, ...]) -> bool:
        return len(faces) > 1 and faces[1].height >= limits.second_face * faces[0].height

    start, length = _longest(seen, [second(faces) for faces in seen.looks])
    return Measured(length <= limits.second_face_s, f"{length:.1f} s with another", start if length else None)


def _whole(seen: Likeness, part: Box, limits: Limits) -> Measured:
    out = [_outside(faces[0], part) if faces else 0.0 for faces in seen.looks]
    start, length = _longest(seen, [share > limits.face_outside for share in out])
    worst = max(out, default=0.0)
    value = f"{100 * worst:.0f}% outside" + (f", {length:.1f} s" if length else "")
    return Measured(length <= limits.face_outside_s, value, start if length else None)


def _steady(seen: Likeness, part: Box, limits: Limits) -> Measured:
    """Looks beside each other are smoothed, so that one wrong look is no move. Its time is when half the way is gone."""
    at, places = _places(seen)
    if not len(places):
        return Measured(True, "no face")
    smooth = _smooth(places)
    size = float(np.median(smooth[:, 2]))
    grows = float(smooth[:, 2].max() / smooth[:, 2].min())
    ways = np.ptp(smooth[:, :2], axis=0) / size
    ok = grows <= limits.face_grows and float(ways.max()) <= limits.face_wanders
    far = int(np.argmax(np.abs(smooth - smooth[0]).max(1) > np.abs(smooth - smooth[0]).max() / 2))
    return Measured(ok, f"{grows:.2f} times, {ways.max():.2f} of its height", float(at[far]))


def _still(seen: Likeness, part: Box, limits: Limits) -> Measured:
    """At each look, how far the face is from half way between where it was and where it will be; the median over two seconds,
    so that a cut is no trembling."""
    at, places = _places(seen)
    if len(places) < _NEAR:
        return Measured(True, "too few looks")
    middles, tall = places[:, :2], float(np.median(places[:, 2]))
    beside = np.hypot(*(middles[1:-1] - (middles[:-2] + middles[2:]) / 2).T) / tall
    windows = np.lib.stride_tricks.sliding_window_view(beside, min(_TREMBLES_OVER, len(beside)))
    shakes = np.median(windows, axis=1)
    worst = int(np.argmax(shakes))
    return Measured(float(shakes[worst]) <= limits.face_shakes, f"{100 * shakes[worst]:.1f}%", float(at[worst]))


def _same(seen: Likeness, part: Box, limits: Limits) -> Measured:
    """Near an end only a few looks are compared, in which a head may have been turned: there it is a doubt, no more."""
    told = [(share, number) for number, share in enumerate(seen.alike) if share is not None]
    if not told:
        return Measured(True, "too short to tell")
    inside = [(share, number) for share, number in told if _ENOUGH <= number < len(seen.alike) - _ENOUGH]
    ok = not inside or min(inside)[0] >= limits.same_face
    least, number = min(told if ok else inside)
    return Measured(ok, f"{least:.2f}", number * seen.every_s, least < limits.surely_same_face)


def _longest(seen: Likeness, wrong: list[bool]) -> tuple[float, float]:
    """Start and length in seconds of the longest run of looks at which something is wrong."""
    best, run = (0, 0), 0
    for number, is_wrong in enumerate(wrong):
        run = run + 1 if is_wrong else 0
        if run > best[1]:
            best = (number - run + 1, run)
    return best[0] * seen.every_s, best[1] * seen.every_s


def _outside(face: Face, part: Box) -> float:
    """How much of a face is beyond the part of the picture that is shown."""
    across = min(face.right, part.right) - max(face.left, part.left)
    down = min(face.bottom, part.bottom) - max(face.top, part.top)
    return 1 - max(0.0, across) * max(0.0, down) / ((face.right - face.left) * face.height)


def _places(seen: Likeness) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """When the speaker's face is seen, and where its middle is and how tall it is: all in heights of the picture."""
    found = [(number, faces[0]) for number, faces in enumerate(seen.looks) if faces]
    places = [((f.left + f.right) / 2 * seen.aspect, (f.top + f.bottom) / 2, f.height) for _, f in found]
    return np.array([number * seen.every_s for number, _ in found]), np.array(places).reshape(-1, 3)


def _smooth(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of _NEAR looks about each: a cut stays where it is, a single wrong look goes."""
    half = _NEAR // 2
    return np.array([np.median(places[max(0, n - half) : n + half + 1], axis=0) for n in range(len(places))])


# At upload


REMEDIES: tuple[tuple[Measure, str, str], ...] = (
    (_there, "there is no face", "record it again, near and turned to the camera, with light from the front"),
    (_alone, "more than one person is in the picture", "record it again alone, without pictures of people behind you"),
    (_whole, "the face is cut by the edge of the picture", "sit so that the whole head is in it, with room above"),
    (_steady, "the face changes its size or place", "sit in one place, or stand, and set the camera down"),
    (_still, "the face shakes", "set the camera down; a presenter service may need another avatar"),
    (_same, "the face does not stay the same person's", "show one person in a clip, and add one clip for each"),
)
"""Each measure, what is wrong where it fails, and what to do."""


def faults(seen: Likeness, limits: Limits) -> tuple[str, ...]:
    """What is wrong with the face in a clip that was just taken in, in words: what, where, how much, what to do."""
    told = []
    for measure, what, remedy in REMEDIES:
        found = measure(seen, WHOLE, limits)
        if not found.ok or found.doubt:
            at = f" at {found.at_s:.1f} s" if found.at_s is not None else ""
            told.append(f"{'perhaps ' if found.ok else ''}{what}{at} ({found.value}): {remedy}")
    return tuple(told)


# In a film


def there(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest stretch of each clip without a face."""
    yield from _each(film, limits, _there)


def alone(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest stretch with a second face that is not in the background."""
    yield from _each(film, limits, _alone)


def whole(film: Film, limits: Limits) -> Iterator[Found]:
    """The longest stretch with too much of the face beyond what the page shows of the clip."""
    yield from _each(film, limits, _whole)


def steady(film: Film, limits: Limits) -> Iterator[Found]:
    """How much larger the face gets, and how far it goes."""
    yield from _each(film, limits, _steady)


def still(film: Film, limits: Limits) -> Iterator[Found]:
    """How far the face is beside its own way, where that is most."""
    yield from _each(film, limits, _still)


def same(film: Film, limits: Limits) -> Iterator[Found]:
    """The moment at which the face before and the face after are least alike."""
    yield from _each(film, limits, _same)


def _each(film: Film, limits: Limits, measure: Measure) -> Iterator[Found]:
    """One answer for each recorded clip. Somebody who looked at it and says it is meant outranks the measure."""
    for speaker in film.speakers:
        start = film.starts[speaker.scene]
        if speaker.likeness is None:
            yield Found(True, NOT_LOOKED_FOR, speaker.scene, start, warns=True)
            continue
        found = measure(speaker.likeness, speaker.part, limits)
        at_s = start + found.at_s if found.at_s is not None else None
        if found.ok or not speaker.looked_at:
            yield Found(found.ok, found.value, speaker.scene, at_s, warns=found.ok and found.doubt)
        else:
            yield Found(True, f"{found.value}; meant so, says {speaker.looked_at}", speaker.scene, at_s, warns=True)
