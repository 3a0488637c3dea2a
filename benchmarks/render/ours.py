"""Our side, in a process of its own: `ours.py cold OUT.mp4` makes one film and ends; `ours.py warm` measures a worker.

warm prints one JSON object: the lowest CPU seconds of the whole render in a process that has made another account's film
before, of the plain encode of the very same ready pictures, and of a still card, with sizes and likeness to what was drawn.
"""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from benchmarks.render.content import ANNA, BEN, FPS, SECONDS, H, W
from benchmarks.render.scene import Maker
from vitalreel.edges.encoders.h264 import SkipEncoder
from vitalreel.video.frame import Frame
from vitalreel.video.mp4 import fast_start, picture_track

T = TypeVar("T")


def film(frames: Iterator[Frame]) -> bytes:
    """Pictures to an MP4, at the quality films are published in."""
    rendition = SkipEncoder().encode(frames, W, H, FPS)
    return fast_start(picture_track(rendition, W, H), rendition.packets)


def warm(rounds: int) -> dict[str, object]:
    from benchmarks.render.beside import likeness, plain, ready

    maker = Maker()
    film(maker.frames(BEN))  # the worker's film before
    made, data = lowest(rounds, lambda: film(maker.frames(ANNA)))
    drawn, _ = lowest(rounds, lambda: sum(frame.changed == () for frame in maker.frames(ANNA)))
    card, card_data = lowest(rounds, lambda: film(maker.still(ANNA, 9.5)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pictures, shown = ready(maker.frames(ANNA))
    beside, other = lowest(rounds, lambda: plain(pictures, shown))
    repeats = sum(a == b for a, b in itertools.pairwise(shown))
    return {
        "ours": {"cpu_s": made[0], "wall_s": made[1], "kB": len(data) / 1000, **likeness(data, pictures, shown)},
        "plain": {"cpu_s": beside[0], "wall_s": beside[1], "kB": len(other) / 1000, **likeness(other, pictures, shown)},
        "card": {"cpu_s_per_s": card[0] / SECONDS, "kB": len(card_data) / 1000},
        "drawing_s": drawn[0],
        "peak_MB": memory,
        "repeats": repeats,
    }


def lowest(rounds: int, work: Callable[[], T]) -> tuple[tuple[float, float], T]:
    """Lowest CPU seconds, and lowest wall seconds, of some rounds; and what the last of them made."""
    costs = []
    for _ in range(rounds):
        began, began_cpu = time.perf_counter(), time.process_time()
        answer = work()
        costs.append((time.process_time() - began_cpu, time.perf_counter() - began))
    return (min(cpu for cpu, _ in costs), min(wall for _, wall in costs)), answer


if __name__ == "__main__":
    if sys.argv[1] == "cold":
        Path(sys.argv[2]).write_bytes(film(Maker().frames(ANNA)))
    else:
        print(json.dumps(warm(int(sys.argv[2]))))
