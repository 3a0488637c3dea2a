"""`python -m benchmarks.estimators [PART ...]` keeps its tables in docs/reference/estimators.md; PARTS names them."""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.estimators import PAGE, amounts, cohorts, fates, looks, modules, revenue, shares
from benchmarks.machine import keep, stated

PARTS = {
    "shares": ("Shares of two arms drawn by lot", shares),
    "amounts": ("Amounts of two arms drawn by lot", amounts),
    "revenue": ("Revenue retained, and what the programme added", revenue),
    "fates": ("What accounts end by, and when", fates),
    "cohorts": ("Cohorts that nobody drew", cohorts),
    "looks": ("Looking every week", looks),
    "modules": ("Many modules at once", modules),
}
COUNTS = ("DRAWS", "DEALT", "ADJUSTED", "WHOLE")
"""What modules call their numbers of draws."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; none: all")
    parser.add_argument(
        "--draws", type=float, default=1.0, metavar="F", help="times the usual numbers of draws, 20 at least"
    )
    given = parser.parse_args()
    for name in given.parts or PARTS:
        title, module = PARTS[name]
        for count in COUNTS:
            if hasattr(module, count):
                setattr(module, count, max(20, round(getattr(module, count) * given.draws)))
        made = module.text(np.random.default_rng(2026))
        print(f"{title}\n\n{made}\n", flush=True)
        command = f"python -m benchmarks.estimators {name}" + ("" if given.draws == 1 else f" --draws {given.draws:g}")
        keep(title, command, f"{stated()}. {made}", PAGE)


if __name__ == "__main__":
    main()
