"""A line of a film in review said otherwise: how long a reviewer waits for the film with the new words.

`python -m benchmarks.retakes --keep` makes one film of a simulated company, then says its lines otherwise one after the other, each time
as the review screen does, from a workshop that stays warm. `--full` speaks and draws in full quality.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from tests.trip.conftest import DAY, NOW, SETTING, Company, settings
from tests.trip.copied import unreviewed

from benchmarks.machine import keep, stated
from vitalreel.briefs.edit import Edit, written
from vitalreel.review.chain import read_review
from vitalreel.simulator.plan import Plan
from vitalreel.steps import demo
from vitalreel.steps.doors import Doors
from vitalreel.steps.retake import Retake, base_of, retake
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.simulate import simulate_company
from vitalreel.store import tables as t
from vitalreel.wiring import open_workshop

EVERYBODY = read_review({f"tier_{n}": {"needs": ["csm"]} for n in (1, 2, 3, 4)}, "the benchmark")


@dataclass(frozen=True, slots=True)
class Took:
    """One retake."""

    retake: Retake
    cpu_s: float  # of this process


def company(root: Path, full: bool) -> Doors:
    """A company with one film that waits for review."""
    simulate_company(root, Plan(SETTING.accounts, 240, SETTING.seed, DAY), lambda _: None)
    made = Company(root)
    if not full:
        made.sized("480x270")
    made.decide()
    doors = made.doors
    with open_workshop(doors, draft=not full, settings=settings()) as shop:
        demo.make_films(doors, shop, SETTING)
    queue_reviews(doors, NOW)
    unreviewed(doors)
    doors = replace(doors, programme=replace(doors.programme, review=EVERYBODY))
    queue_reviews(doors, NOW)
    return doors


def run(doors: Doors, full: bool, most: int) -> list[Took]:
    """Each of the film's first sentences with a few words more, in the order of the film."""
    with doors.engine.connect() as c:
        review = c.execute(select(t.review.c.id).where(t.review.c.state == "waiting")).scalars().one()
    found = []
    with Shelf(doors) as shelf, open_workshop(doors, draft=not full, settings=settings()) as shop:
        base = base_of(doors, shelf, review)
        scenes = [s for s in base.script.scenes if s.kind != "talent"][1 : most + 1]
        for scene in scenes:
            words = written(scene.say[0]).rstrip(".?") + ", as far as we can see."
            began = time.process_time()
            made = retake(doors, shop, shelf, base, review, Edit(scene.name, 0, words), "the benchmark", NOW)
            found.append(Took(made, time.process_time() - began))
    return found


def told(found: Sequence[Took], full: bool) -> str:
    walls, cpus = [x.retake.wall_s for x in found], [x.cpu_s for x in found]
    board, later, how = found[0].retake.made.board, slice(1, None), "full" if full else "draft"
    return (
        f"A film of {board.length_s:.0f} s at {board.width_px}x{board.height_px}, {how} quality, {len(found)} lines said otherwise. The "
        f"first, with the voice and the encoders still to load: {walls[0]:.1f} s of wall, {cpus[0]:.1f} CPU s. The others: median "
        f"**{statistics.median(walls[later]):.1f} s** of wall, slowest {max(walls[later]):.1f}; median "
        f"{statistics.median(cpus[later]):.1f} CPU s of this process."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the neural voice and full pixels")
    parser.add_argument("--lines", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        doors = company(Path(folder) / "ws", given.full)
        text = f"{told(run(doors, given.full, given.lines), given.full)}\n\n{stated()}"
        doors.engine.dispose()
    print(text)
    if given.keep:
        how = "python -m benchmarks.retakes" + (" --full" if given.full else "") + " --keep"
        keep("A line said otherwise in review", how, text)


if __name__ == "__main__":
    main()
