"""Whoever is seen in an upload: faces looked for in its small pictures, and what that says to the person who sent it."""

from __future__ import annotations

from vitalreel.errors import Unavailable
from vitalreel.ports import FaceFinder
from vitalreel.review.preflight import Limits
from vitalreel.review.preflight.speakers import faults
from vitalreel.video.likeness import Likeness, Looks, likeness


def looked_for(finder: FaceFinder | None, looks: Looks) -> tuple[Likeness | None, tuple[str, ...]]:
    """The faces in a clip, and what a person should look at. None where there is no finder, which is told as well."""
    if finder is None:
        return None, ("nobody looked for faces in it",)
    try:
        seen = likeness(looks, [finder.find(picture) for picture in looks.pictures])
    except Unavailable as error:
        return None, (f"nobody looked for faces in it: {error}",)
    return seen, faults(seen, Limits())


def of_photograph(finder: FaceFinder, looks: Looks) -> tuple[str, ...]:
    """What a person should look at in a photograph. It is kept all the same: it may be of a team, or a mark of one."""
    try:
        faces = finder.find(looks.pictures[0])
    except Unavailable as error:
        return (f"nobody looked for faces in it: {error}",)
    if len(faces) == 1:
        return ()
    found = "no face is" if not faces else f"{len(faces)} faces are"
    return (f"{found} found in it: if it is to show one person, add another photograph",)
