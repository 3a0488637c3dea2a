"""How often each estimator's interval holds the truth, calls nothing something, and finds what is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import ROOT

Floats = NDArray[np.float64]
PAGE: Path = ROOT / "docs" / "reference" / "estimators.md"
SIZES = (100, 200, 400, 800, 2000)
BASES = (0.03, 0.05, 0.1, 0.2)
HELD_OUT = 0.3


def share(said: Sequence[bool] | NDArray[np.bool_]) -> str:
    """A share over simulations with its Monte-Carlo standard error, in per cent; a dash where there are none."""
    n = len(said)
    if not n:
        return "-"
    p = float(np.mean(said))
    return f"{100 * p:.1f} ± {100 * np.sqrt(p * (1 - p) / n):.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(r) + " |" for r in (head, ["---"] * len(head), *rows))
