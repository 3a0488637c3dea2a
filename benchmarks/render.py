"""CPU seconds per second of film for the line scene, beside a plain PyAV encode of the very same frames.

    python benchmarks/render.py            prints the table that stands in results.md

Both encode 1920 x 1080 at 30 frames a second on one thread each. The peer is what one writes first: every frame through
swscale and libx264 veryfast at crf 20; drawing is counted apart, so that the ratio compares encoding with encoding.
Repeated three times, the lowest CPU time of each is kept; the machine may be busy, CPU time is not.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from vitalreel.edges import gl

gl.ensure()
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av  # noqa: E402
import numpy as np  # noqa: E402
from tests.video.boards import board, faces, kit, line  # noqa: E402

from vitalreel.edges.encoders.h264 import SkipEncoder  # noqa: E402
from vitalreel.video.film import frames  # noqa: E402
from vitalreel.video.frame import Frame  # noqa: E402

ROUNDS = 3
SCENE = replace(line(), frames=360)
SECONDS = SCENE.frames / 30


def drawn() -> Iterator[Frame]:
    return frames(SCENE, board([SCENE], 1920, 1080), kit(), faces())


def draw_only() -> int:
    return sum(frame.changed == () for frame in drawn())


def with_skips(settings: SkipEncoder) -> int:
    return sum(len(packet.data) for packet in settings.encode(drawn(), 1920, 1080, 30).packets)


def peer() -> int:
    """libx264 veryfast crf 20 with its defaults, colours by swscale."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 1920, 1080, "yuv420p"
    context.framerate, context.time_base, context.thread_count = Fraction(30), Fraction(1, 30), 1
    context.options = {"preset": "veryfast", "crf": "20"}
    size = 0
    for number, frame in enumerate(drawn()):
        picture = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(frame.pixels), "bgra")
        converted = picture.reformat(format="yuv420p", dst_colorspace="ITU709")
        converted.pts = number
        size += sum(p.size for p in context.encode(converted))
    return size + sum(p.size for p in context.encode(None))


def measured(work: Callable[[], int]) -> tuple[float, int]:
    """Lowest CPU seconds per second of film, and what the work returns."""
    best, answer = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        answer = work()
        best = min(best, (time.process_time() - began) / SECONDS)
    return best, answer


def main() -> None:
    list(SkipEncoder().encode(iter([next(drawn())]), 1920, 1080, 30).packets)  # compile the colour kernel first
    drawing, repeats = measured(draw_only)
    rows = [("peer: PyAV libx264 veryfast crf 20", *measured(peer))]
    rows.append(("skip slices, veryfast qp 20", *measured(lambda: with_skips(SkipEncoder()))))
    rows.append(("plain path, veryfast qp 20", *measured(lambda: with_skips(SkipEncoder(skip=False)))))
    draft = SkipEncoder(preset="ultrafast", quantiser=24)
    rows.append(("skip slices, ultrafast qp 24 (draft)", *measured(lambda: with_skips(draft))))
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, commit {commit.strip()}")
    print(f"line scene, {SECONDS:.0f} s, {repeats} of {SCENE.frames} frames are exact repeats; drawing {drawing:.3f}\n")
    print("| encoder | CPU s per s of film, with drawing | encoding alone | peer / this | kB |")
    print("|---|---|---|---|---|")
    for name, cpu, size in rows:
        ratio = (rows[0][1] - drawing) / (cpu - drawing)
        print(f"| {name} | {cpu:.3f} | {cpu - drawing:.3f} | {ratio:.1f} | {size // 1024} |")


if __name__ == "__main__":
    main()
