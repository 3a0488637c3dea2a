"""Looking every week: how often something is claimed where there is nothing, with a fixed bound and with the spent one."""

from __future__ import annotations

import numpy as np

from benchmarks.estimators import BASES, HELD_OUT, SIZES, Floats, share, table
from vitalreel.measurement.looks import bounds

DRAWS, WEEKS, CUT = 4_000, 26, 0.5


def scores(size: int, rates: tuple[float, float], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The score statistic at each weekly look (draws, weeks), 0 before both arms have accounts; and the share of the plan there."""
    by = np.round(np.arange(1, WEEKS + 1) * size / WEEKS).astype(int)
    held = np.round(by * HELD_OUT).astype(int)
    n = np.stack([by - held, held], -1)
    new = np.diff(n, axis=0, prepend=0)
    events = rng.binomial(new, np.array(rates), (DRAWS, WEEKS, 2)).cumsum(1)
    p = events / n
    pooled = events.sum(-1) / by
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n).sum(-1) * by / np.maximum(by - 1, 1))
    return np.where(spread > 0, (p[..., 0] - p[..., 1]) / np.where(spread > 0, spread, 1), 0.0), by / size


def text(rng: np.random.Generator) -> str:
    rows = []
    for size in SIZES:
        for base in BASES:
            still, there = scores(size, (base, base), rng)
            moved, _ = scores(size, (base * (1 - CUT), base), rng)
            limits = np.array(bounds(tuple(float(f) for f in there)))
            claimed = np.abs(moved) > limits
            found = claimed.any(1)
            when = there[claimed.argmax(1)][found].mean() if found.any() else float("nan")
            last = float(bounds((1.0,))[0])
            rows.append([
                f"{size:,}", f"{base:.0%}", share((np.abs(still) > last).any(1)), share((np.abs(still) > limits).any(1)),
                share(found), share(np.abs(moved[:, -1]) > last), f"{when:.0%}",
            ])  # fmt: skip
    head = [
        "accounts planned",
        "base",
        "fixed bound: size",
        "spent: size",
        "spent: power",
        "one look at the end: power",
        "found at, mean",
    ]
    return (
        f"{WEEKS} weekly looks while accounts come, {HELD_OUT:.0%} held out, the score test. Power: the outcome halves. {DRAWS:,} draws."
        f"\n\n{table(head, rows)}"
    )
