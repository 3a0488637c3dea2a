"""`python -m benchmarks.loops --seeds 100 --keep`: six months of the whole loop on each company, and the report held against the truth.

A company that was run is kept in var/loops (--again runs it anew), so that a night may be broken off and gone on with. With --rooms it
takes seconds: deciding and measuring are the product's, what it does with files and a database stands aside (benchmarks/loops/rooms.py).
"""

from __future__ import annotations

import argparse
import os

from benchmarks.loops.companies import SCALES, WIDE, Asked, every
from benchmarks.loops.tables import PAGE, text
from benchmarks.machine import RESULTS, keep, stated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="companies of each world")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--worlds", nargs="*", choices=list(SCALES), default=list(SCALES))
    parser.add_argument(
        "--after-weeks", type=int, default=26, help="lived on before revenue is read; 0: revenue is not"
    )
    parser.add_argument("--rooms", action="store_true", help="by the rooms alone: no load, score, film or database")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", action="store_true", help="run companies anew that were run before")
    parser.add_argument(
        "--keep", action="store_true", help="write the table into docs/reference/loops.md and results.md"
    )
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.seeds)
    rooms, sizes = given.rooms, {w: given.accounts * (WIDE[w] if given.rooms else 1) for w in given.worlds}
    after = 0 if rooms else given.after_weeks
    wanted = [Asked(w, s, sizes[w], after, rooms) for s in seeds for w in given.worlds]
    done = every(wanted, given.again, given.processes)
    made = text(done, sizes)
    print(made)
    if given.keep:
        how, title = (" --rooms", "The loop by its rooms") if rooms else ("", "The whole loop")
        command = f"python -m benchmarks.loops{how} --seeds {given.seeds} --keep"
        for page in (PAGE, RESULTS):
            keep(title, command, f"{stated()}. {made}", page)


if __name__ == "__main__":
    main()
