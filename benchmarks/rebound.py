"""Regression to the mean: a treatment without effect on accounts that a noisy score called red, measured the wrong way and ours.

`python -m benchmarks.rebound` simulates 1,000 companies of 600 accounts for each reliability of the score and keeps the figures in
results.md. Every account has a lasting health and a score with noise of its own each time; red is below 40. Nothing is done to
anybody, or something that truly adds five points. Half of the reds are held out by lot, or three tenths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.machine import keep, stated
from vitalreel.measurement.bounce import expected_bounce
from vitalreel.measurement.means import mean_difference

MEAN, SPREAD, RED = 65.0, 15.0, 40.0
SEEDS = 1000


@dataclass(frozen=True, slots=True)
class World:
    accounts: int = 600
    reliability: float = 0.6  # share of the score's variance that lasts
    effect: float = 0.0  # points
    held_out: float = 0.3  # of the reds


@dataclass(frozen=True, slots=True)
class Run:
    """What one company shows: the figure of each way, and of ours the interval and whether it claims something."""

    reds: int
    naive: float  # treated reds: after minus before
    naive_claims: bool  # by a paired t-test, as dashboards do
    expected: float  # rebound to expect of them, learnt from the company's own time before
    expected_holds: bool  # whether its interval held the rebound of the accounts held out or treated, less the effect
    ours: float
    claims: bool
    holds: bool  # whether our interval held the true effect


def runs(world: World, seeds: int) -> Iterator[Run]:
    for seed in range(seeds):
        found = run(world, np.random.default_rng(seed))
        if found is not None:
            yield found


def run(world: World, rng: np.random.Generator) -> Run | None:
    """One company; None where an arm has fewer than three reds, which is refused."""
    lasting = rng.normal(MEAN, SPREAD * np.sqrt(world.reliability), world.accounts)
    noise = SPREAD * np.sqrt(1 - world.reliability)
    year_ago, quarter_ago, now, then = (lasting + rng.normal(0, noise, world.accounts) for _ in range(4))
    reds = np.flatnonzero(now < RED)
    held = round(world.held_out * len(reds))
    if min(held, len(reds) - held) < 3:
        return None
    treated = np.ones(len(reds), bool)
    treated[rng.permutation(len(reds))[:held]] = False
    before, after = now[reds], then[reds] + world.effect * treated
    moved = (after - before)[treated]
    bounce = expected_bounce(year_ago, quarter_ago, before[treated])
    d = mean_difference(treated, after, np.column_stack([before, quarter_ago[reds]]))
    naive = float(moved.mean())
    return Run(
        len(reds), naive, abs(naive) > 1.96 * moved.std(ddof=1) / np.sqrt(len(moved)),
        bounce.value, bounce.low <= naive - world.effect <= bounce.high,
        d.value, not d.low <= 0 <= d.high, d.low <= world.effect <= d.high,
    )  # fmt: skip


def row(world: World, seeds: int) -> str:
    """One line of the table: means and shares over the seeds, each with its Monte-Carlo error."""
    got = list(runs(world, seeds))
    n = len(got)

    def mean(values: list[float]) -> str:
        return f"{np.mean(values):+.2f} ± {np.std(values, ddof=1) / np.sqrt(n):.2f}"

    def share(values: list[bool]) -> str:
        p = float(np.mean(values))
        return f"{p:.1%} ± {np.sqrt(p * (1 - p) / n):.1%}"

    cells = (
        f"{world.accounts:,}", f"{world.reliability:g}", f"{world.effect:+g}", f"{np.mean([g.reds for g in got]):.0f}",
        mean([g.naive for g in got]), share([g.naive_claims for g in got]),
        mean([g.expected for g in got]), share([g.expected_holds for g in got]),
        mean([g.ours - world.effect for g in got]), share([g.claims for g in got]), share([g.holds for g in got]), f"{seeds - n}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


WORLDS = (
    World(), World(held_out=0.5), World(reliability=0.8), World(reliability=0.3), World(accounts=2000),
    World(effect=5), World(accounts=2000, effect=5), World(accounts=2000, effect=5, held_out=0.5),
)  # fmt: skip
HEAD = (
    "| accounts | held out | reliability | effect | reds | before and after | calls it an effect | rebound expected | its interval holds "
    "| ours, less the effect | claims an effect | interval holds it | refused |"
)


def main() -> None:
    lines = []
    for world in WORLDS:
        cells = row(world, SEEDS).split(" | ")
        lines.append(" | ".join([cells[0], f"{world.held_out:.0%}", *cells[1:]]))
        print(lines[-1], flush=True)
    table = "\n".join([HEAD, "|" + "---|" * (HEAD.count("|") - 1), *lines])
    text = (
        f"{stated()}. {SEEDS:,} companies a line, seeds 0 to {SEEDS - 1}; ± is one Monte-Carlo standard error. Red is a score below "
        f"{RED:g} where the mean is {MEAN:g} and the spread {SPREAD:g}. Ours: the treated against the held out at equal score and last "
        f"quarter's score (`measurement.means`). The rebound is learnt from the company's own two scores before "
        f"(`measurement.bounce`).\n\n{table}"
    )
    keep("Regression to the mean", "python -m benchmarks.rebound", text)


if __name__ == "__main__":
    main()
