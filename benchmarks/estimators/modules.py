"""Many modules at once: how much of what is claimed is false, and how far the best one falls short of what it showed."""

from __future__ import annotations

import numpy as np

from benchmarks.estimators import HELD_OUT, table
from vitalreel.measurement.ranking import Q, ranked
from vitalreel.measurement.sample import Covariates, Sample

DRAWS, BASE, BETTER = 200, 0.12, 0.04
SIZES = ((40, 160), (150, 400), (400, 1000))


def library(
    rng: np.random.Generator, null: int = 40, real: int = 10, sizes: tuple[int, int] = SIZES[0]
) -> dict[str, Sample]:
    """Modules of so many accounts each: those that do nothing, and those under which 12% become 4%."""
    found = {}
    for kind, count, rate in (("null", null, BASE), ("real", real, BETTER)):
        for i in range(count):
            n = int(rng.integers(*sizes, endpoint=True))
            arm = np.arange(n) >= round(HELD_OUT * n)
            hit = (rng.uniform(size=n) < np.where(arm, rate, BASE)).astype(float)
            none = Covariates(np.empty((n, 0)), (), ())
            found[f"{kind} {i}"] = Sample(
                "simulated", arm, hit, True, none, assigned=(int(arm.sum()), int((~arm).sum()))
            )
    return found


def text(rng: np.random.Generator) -> str:
    rows = []
    for sizes in SIZES:
        false, singly, power, best, shrunken, judged = [], [], [], [], [], []
        for _ in range(DRAWS):
            got = ranked(library(rng, sizes=sizes), None)
            judged.append(len(got.judged) / 50)
            if not got.judged:
                continue
            null = np.array([r.name.startswith("null") for r in got.judged])
            claimed, raw = (np.array(c) for c in ([r.claimed for r in got.judged], [r.p < 0.05 for r in got.judged]))
            false.append((claimed & null).sum() / max(claimed.sum(), 1))
            singly.append((raw & null).sum() / max(raw.sum(), 1))
            power.append((claimed & ~null).sum() / 10)
            first = min(got.judged, key=lambda r: r.seen)
            truth = 0.0 if first.name.startswith("null") else BETTER - BASE
            best.append(first.seen - truth)
            shrunken.append(first.value - truth)

        def told(values: list[float]) -> str:
            return f"{100 * np.mean(values):.1f} ± {100 * np.std(values) / np.sqrt(max(len(values), 1)):.1f}"

        rows.append([f"{sizes[0]} to {sizes[1]:,}", *(told(v) for v in (judged, singly, false, power, best, shrunken))])
    head = [
        "accounts a module", "judged", "taken singly: false", "claimed: false", "of the real ones claimed",
        "best as seen, off by (points)", "best as expected, off by (points)",
    ]  # fmt: skip
    return (
        f"40 modules that do nothing and 10 under which {BASE:.0%} become {BETTER:.0%}; {HELD_OUT:.0%} held out; at most {Q:.0%} of what "
        f"is claimed may be false; {DRAWS} draws. Off by: less than zero is better than the truth.\n\n{table(head, rows)}"
    )
