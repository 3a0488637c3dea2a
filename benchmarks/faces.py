"""What the finder of faces makes of recordings of people: whom it misses, what it calls restless, whom it takes for another.

    python -m benchmarks.faces RECORDING...

Each recording shows one person throughout; files whose names begin with the same word before a dash show the same person. Every
figure is of our own code on decoded pictures, five looks a second, 24 seconds of each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import keep, stated
from vitalreel.edges.clips.looks import LOOK_PX, small
from vitalreel.ports import FaceFinder
from vitalreel.review.preflight import Limits
from vitalreel.review.preflight.speakers import REMEDIES, WHOLE
from vitalreel.video.likeness import Looks, alike, likeness, square
from vitalreel.wiring import open_finder

EVERY_S, MOST, CUT, STEP = 0.2, 120, 20, 10
"""Looks are so far apart, so many are taken of a recording; spliced ones are so long on either side, and start so far apart."""


@dataclass(frozen=True, slots=True)
class Recording:
    person: str
    name: str
    looks: Looks
    squares: list[NDArray[np.float32]]  # of those looks in which a face was found
    told: tuple[str, ...]
    ms: float  # CPU of a look


def looks_of(path: Path) -> Looks:
    """Small pictures of a recording as an upload's are made."""
    taken: list[NDArray[np.uint8]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if float(frame.time or 0) >= len(taken) * EVERY_S - 1e-6:
                taken.append(np.asarray(small(frame.to_image(), LOOK_PX)))
            if len(taken) == MOST:
                break
    return Looks(np.stack(taken), EVERY_S)


def seen(path: Path, finder: FaceFinder) -> Recording:
    """One recording looked at, with each measure's value."""
    looks = looks_of(path)
    began = time.thread_time()
    found = [finder.find(picture) for picture in looks.pictures]
    whole = likeness(looks, found)
    ms = 1000 * (time.thread_time() - began) / len(found)
    squares = [square(p, max(f, key=lambda face: face.height)) for p, f in zip(looks.pictures, found, strict=True) if f]
    values = (measure(whole, WHOLE, Limits()) for measure, _, _ in REMEDIES)
    told = tuple(f"{m.value}{'' if m.ok and not m.doubt else ' (warns)' if m.ok else ' (STOPS)'}" for m in values)
    return Recording(path.stem.partition("-")[0], path.stem, looks, squares, told, ms)


def spliced(recordings: list[Recording], same: bool) -> Iterator[float]:
    """How alike the faces about a cut are, for every cut from a stretch of one recording to a stretch of another moment or person."""
    for a, b in product(recordings, recordings):
        if (a.person == b.person) is not same:
            continue
        for x, y in product(*(range(0, len(r.squares) - CUT + 1, STEP) for r in (a, b))):
            if a is b and abs(x - y) < 2 * CUT:
                continue
            told = alike([*a.squares[x : x + CUT], *b.squares[y : y + CUT]])
            yield min(share for share in told if share is not None)


def table(recordings: list[Recording], finder: FaceFinder) -> str:
    """The figures as results.md keeps them."""
    lines = [
        f"{stated()}. {finder.name}, {LOOK_PX} px, one thread.\n",
        "| recording | looks | with a face | without one | with another | outside | size, way | trembling | least alike | CPU ms a look |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.name} | {len(r.looks.pictures)} | {len(r.squares)} | {' | '.join(r.told)} | {r.ms:.1f} |"
        for r in recordings
    ]
    limits = Limits()
    for told, same in (("another moment of the same person", True), ("another person", False)):
        shares = np.array(list(spliced(recordings, same)))
        if len(shares):
            stops, warns = float((shares < limits.same_face).mean()), float((shares < limits.surely_same_face).mean())
            lines.append(
                f"\nCut to {told}: {len(shares)} cuts, alike {shares.min():.2f} to {shares.max():.2f}; {100 * stops:.1f}% stopped, "
                f"{100 * (warns - stops):.1f}% warned of."
            )
    return "\n".join(lines)


def main() -> None:
    finder = open_finder()
    text = table([seen(Path(name), finder) for name in sys.argv[1:]], finder)
    print(text)
    keep("Faces", "python -m benchmarks.faces RECORDING...", text)


if __name__ == "__main__":
    main()
