"""`python -m benchmarks.loops --seeds 100 --keep`: six months of the whole loop on each company, and the report held against the truth.

A company that was run is kept in var/loops (--again runs it anew), so that a night may be broken off and gone on with.
"""

from __future__ import annotations

import argparse
import os

from benchmarks.loops.companies import SCALES, Asked, every
from benchmarks.loops.tables import PAGE, text
from benchmarks.machine import keep, stated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="companies of each world")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--worlds", nargs="*", choices=list(SCALES), default=list(SCALES))
    parser.add_argument(
        "--after-weeks", type=int, default=26, help="lived on before revenue is read; 0: revenue is not"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", action="store_true", help="run companies anew that were run before")
    parser.add_argument("--keep", action="store_true", help="write the table into docs/reference/loops.md")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.seeds)
    wanted = [Asked(w, s, given.accounts, given.after_weeks) for s in seeds for w in given.worlds]
    done = every(wanted, given.again, given.processes)
    made = text(done, given.accounts)
    print(made)
    if given.keep:
        keep("The whole loop", f"python -m benchmarks.loops --seeds {given.seeds} --keep", f"{stated()}. {made}", PAGE)


if __name__ == "__main__":
    main()
