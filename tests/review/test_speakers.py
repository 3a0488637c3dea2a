"""Each defect of a recorded speaker's face is planted in real pictures, found by the real finder, and caught (V8, V14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.photographs import COLLINS, HOPPER, Rgb, with_head
from tests.review.films import film
from tests.video.people import someone
from vitalreel.edges.finders.yunet import YuNet
from vitalreel.ports import FaceFinder
from vitalreel.review.preflight import Limits, SpeakerSeen, passed, preflight
from vitalreel.review.preflight.speakers import NOT_LOOKED_FOR, WHOLE, faults
from vitalreel.video.likeness import Likeness, Looks, likeness
from vitalreel.video.page import SQUARE, TALL, WIDE
from vitalreel.video.scenes.talent import shown_part

LOOKS = 26  # a little over five seconds
THERE, ALONE, FACE, PLACE, STILL, SAME = (
    "a recorded speaker's face is there", "one face speaks", "a speaker's face is whole",
    "a speaker's face keeps its size and place", "a speaker's face holds still", "the same face throughout a clip",
)  # fmt: skip


@cache
def room() -> Rgb:
    return np.ascontiguousarray(someone(320, 180)[..., 2::-1])


@cache
def sitting(who: str, across: float, down: float, height: float, beside: bool) -> Rgb:
    alone = with_head(room(), who, (across, down), height)
    return with_head(alone, HOPPER, (0.82, 0.5), 0.3) if beside else alone


def head(
    number: int, who: str = COLLINS, across: float = 0.5, down: float = 0.42, height: float = 0.4, beside: bool = False
) -> Rgb:
    """Somebody who nods and sways a little, as people do."""
    sway, nod = (0, 1, 0, -1)[number % 4], (1, 0, -1)[number % 3]
    return sitting(who, across + 0.004 * sway, down + 0.008 * nod, height, beside)


PLANTED: dict[str, tuple[Callable[[int], Rgb], str, float]] = {
    "out of the picture": (lambda n: room() if 6 <= n < 14 else head(n), THERE, 1.2),
    "another person": (lambda n: head(n, beside=n >= 10), ALONE, 2.0),
    "cut by the frame": (lambda n: head(n, down=0.09), FACE, 0.0),
    "walking": (lambda n: head(n, across=0.3 + 0.02 * n), PLACE, 2.6),
    "coming nearer": (lambda n: head(n, height=0.25 * 1.06 ** (n // 2)), PLACE, 2.8),
    "shaking": (lambda n: head(n, across=0.5 + 0.03 * (n % 2)), STILL, 0.0),
    "a cut to somebody else": (lambda n: head(n, COLLINS if n < 13 else HOPPER), SAME, 2.6),
}


@pytest.fixture(scope="module")
def finder(assets: Path) -> FaceFinder:
    return YuNet(assets)


def found(finder: FaceFinder, picture: Callable[[int], Rgb]) -> Likeness:
    looks = np.stack([np.asarray(Image.fromarray(picture(n)).convert("L")) for n in range(LOOKS)])
    once = {look.tobytes(): look for look in looks}
    faces = {key: finder.find(look) for key, look in once.items()}
    return likeness(Looks(looks, 0.2), [faces[look.tobytes()] for look in looks])


@pytest.fixture(scope="module")
def sound(finder: FaceFinder) -> Likeness:
    return found(finder, head)


def speaking(seen: Likeness | None, **changes: object) -> tuple[SpeakerSeen, ...]:
    return (replace(SpeakerSeen("two", seen, WHOLE), **changes),)  # type: ignore[arg-type]


def failed(speakers: tuple[SpeakerSeen, ...]) -> Iterator[tuple[str, str, float]]:
    for check in preflight(film(speakers=speakers), Limits()):
        if not check.ok:
            assert check.at_s is not None and check.value and check.limit
            yield check.check, check.where, check.at_s


def test_somebody_who_sits_and_speaks_passes(sound: Likeness) -> None:
    """V14: no check cries wolf at a nod."""
    assert [] == list(failed(speaking(sound)))
    assert () == faults(sound, Limits())


@pytest.mark.parametrize("defect", PLANTED)
def test_a_planted_defect_is_caught_where_it_is(finder: FaceFinder, defect: str) -> None:
    """V8, V14: its own check and no other, with the scene and the film's second; and told at upload with what to do."""
    picture, check, at_s = PLANTED[defect]
    seen = found(finder, picture)
    caught = list(failed(speaking(seen)))
    told = faults(seen, Limits())

    assert [(check, "two")] == [(check, where) for check, where, _ in caught]
    assert abs(caught[0][2] - 10.0 - at_s) < 0.81
    assert 1 == len(told) and "s (" in told[0] and "): " in told[0]


def test_a_page_that_cuts_the_face_is_caught(finder: FaceFinder) -> None:
    """V10, V14: a wide clip is cropped for a tall page round its focus; the focus that is found keeps the face."""
    aside = found(finder, lambda n: head(n, across=0.75))
    assert aside.middle is not None
    shares = [
        list(failed(speaking(aside, part=shown_part(aside.aspect, focus, page))))
        for focus in ((0.3, 0.4), aside.middle)
        for page in (WIDE, SQUARE, TALL)
    ]

    assert [[], [(FACE, "two", 10.0)], [(FACE, "two", 10.0)], [], [], []] == shares


def test_a_doubt_only_warns(sound: Likeness) -> None:
    """V14: a face that is hardly like itself is for a person to look at; one that is not is stopped."""
    doubtful = replace(sound, alike=(0.95, 0.85, 0.95))
    checks = preflight(film(speakers=speaking(doubtful)), Limits())

    near_its_end = replace(sound, alike=(None,) * 5 + (0.7,) + (None,) * 20)

    assert [(SAME, "0.85", 10.2)] == [(c.check, c.value, c.at_s) for c in checks if c.warns]
    assert passed(checks)
    assert [(SAME, True)] == [
        (c.check, c.ok) for c in preflight(film(speakers=speaking(near_its_end)), Limits()) if c.warns
    ]
    assert ["perhaps"] == [fault.split()[0] for fault in faults(doubtful, Limits())]


def test_who_looked_at_it_outranks_the_finder(finder: FaceFinder) -> None:
    """V14: a speaker behind a veil, or two who agreed to speak together: told with the name, and not stopped."""
    veiled = found(finder, lambda n: room())
    checks = preflight(film(speakers=speaking(veiled, looked_at="Kim Osei on 2026-11-20")), Limits())

    assert [(THERE, "5.2 s without one; meant so, says Kim Osei on 2026-11-20")] == [
        (c.check, c.value) for c in checks if c.warns
    ]
    assert passed(checks)


def test_a_clip_nobody_looked_at_says_so() -> None:
    """V14: a check that was not made is not a check that was passed in silence."""
    checks = preflight(film(speakers=speaking(None)), Limits())

    assert {THERE, ALONE, FACE, PLACE, STILL, SAME} == {c.check for c in checks if c.warns}
    assert {NOT_LOOKED_FOR} == {c.value for c in checks if c.warns}
