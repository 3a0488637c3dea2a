"""`python -m benchmarks.estimators [shares amounts cohorts looks modules]` keeps its tables in docs/reference/estimators.md."""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.estimators import PAGE, amounts, cohorts, looks, modules, shares
from benchmarks.machine import keep, stated

PARTS = {
    "shares": ("Shares of two arms drawn by lot", shares.text),
    "amounts": ("Amounts of two arms drawn by lot", amounts.text),
    "cohorts": ("Cohorts that nobody drew", cohorts.text),
    "looks": ("Looking every week", looks.text),
    "modules": ("Many modules at once", modules.text),
}


def main(names: list[str]) -> None:
    for name in names or PARTS:
        title, text = PARTS[name]
        made = text(np.random.default_rng(2026))
        print(f"{title}\n\n{made}\n", flush=True)
        keep(title, f"python -m benchmarks.estimators {name}", f"{stated()}. {made}", PAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
