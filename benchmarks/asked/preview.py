"""From a saved line to a playable draft, in a previewer that is warm: `python -m benchmarks.asked.preview [--times N] [--keep]`."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from benchmarks.asked.company import DAY, MODULE, NOW, company
from benchmarks.machine import keep, stated
from vitalreel.steps.preview import Column, Previewer
from vitalreel.steps.shelf import Shelf
from vitalreel.store import tables as t
from vitalreel.wiring import open_workshop

LINE = "One question often helps."
CHANGED = ("One question may help.", "One question sometimes helps.", "A single question often helps.", "Often one question helps.",
           "One question can help.", "One plain question helps.", "One good question often helps.", "A question often helps.",
           "One question helps, often.", "One short question often helps.")  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--times", type=int, default=len(CHANGED))
    asked.add_argument("--keep", action="store_true", help="write the table into benchmarks/results.md")
    options = asked.parse_args()
    walls, cpus = [], []
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        doors = company(Path(name) / "ws", 20)
        path = doors.workspace.root / "modules" / f"{MODULE}.yaml"
        text = path.read_text(encoding="utf-8")
        with doors.engine.connect() as c:
            accounts = list(c.execute(select(t.account.c.id).order_by(t.account.c.id)).scalars())
        with open_workshop(doors, True) as workshop, Shelf(doors) as shelf:
            previewer = Previewer(doors, workshop, shelf)
            column = next(c for a in accounts if (c := previewer.preview(MODULE, [a], DAY, NOW)[0]).made is not None)
            for changed in CHANGED[: options.times]:
                path.write_text(text.replace(LINE, changed), encoding="utf-8")
                wall_s, made = timed(previewer, column)
                walls.append(wall_s)
                cpus.append(made)
        assert column.made is not None
        table = "\n".join([
            f"{stated()}. One sentence of a film of {column.made.board.length_s:.0f} s changed: it is spoken, its scene drawn, the sound"
            " mixed and the film joined again.",
            "",
            f"| from the saved line to the playable draft | p50 | longest of {len(walls)} |",
            "|---|---|---|",
            f"| wall, s | {statistics.median(walls):.1f} | {max(walls):.1f} |",
            f"| CPU, s | {statistics.median(cpus):.1f} | {max(cpus):.1f} |",
        ])  # fmt: skip
    print(table)
    if options.keep:
        keep("Preview of a changed line", "make bench-preview", table)


def timed(previewer: Previewer, before: Column) -> tuple[float, float]:
    """Wall and CPU seconds of one preview."""
    began = time.perf_counter()
    (column,) = previewer.preview(MODULE, [before.account], DAY, NOW)
    took = time.perf_counter() - began
    assert column.made is not None, column.reason
    assert (column.made.made, column.made.spoken) == (1, 1), "one scene and one sentence were to be made"
    return took, column.made.cpu_s


if __name__ == "__main__":
    main()
