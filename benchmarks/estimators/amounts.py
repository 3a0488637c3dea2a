"""Amounts of two arms drawn by lot: means and ANCOVA, with bell-shaped and with long-tailed outcomes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.estimators import HELD_OUT, SIZES, Floats, share, table
from vitalreel.measurement.means import mean_difference

DRAWS = 1_000
EFFECT = 0.3  # standard deviations

SHAPES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "bell-shaped": lambda rng, n: rng.normal(size=n),
    "long-tailed": lambda rng, n: (rng.lognormal(0, 1, n) - np.exp(0.5)) / np.sqrt((np.e - 1) * np.e),
}


def text(rng: np.random.Generator) -> str:
    rows = []
    for size in (30, *SIZES):
        for name, shape in SHAPES.items():
            for adjust in (False, True):
                holds, finds, errs = [], [], []
                for _ in range(DRAWS):
                    before = rng.normal(size=size)
                    arm = rng.permutation(size) >= round(HELD_OUT * size)
                    outcome = np.sqrt(0.5) * before + np.sqrt(0.5) * shape(rng, size)
                    known = before[:, None] if adjust else np.empty((size, 0))
                    d = mean_difference(arm, outcome, known)
                    errs.append(not d.low <= 0 <= d.high)
                    holds.append(d.low <= 0 <= d.high)
                    d = mean_difference(arm, outcome + EFFECT * arm, known)
                    finds.append(not d.low <= 0 <= d.high)
                rows.append(
                    [f"{size:,}", name, "ANCOVA" if adjust else "means", share(holds), share(errs), share(finds)]
                )
    head = ["accounts", "outcome", "estimator", "coverage", "size", "power"]
    return (
        f"Half of the outcome's variance is known from before; {HELD_OUT:.0%} held out, the effect {EFFECT} standard deviations, "
        f"{DRAWS:,} draws. An effect that is added moves the interval with it, so coverage is one less size.\n\n{table(head, rows)}"
    )
