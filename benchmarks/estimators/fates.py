"""What accounts end by in time: cumulative incidence and days lost of two arms drawn by lot, renewals ruling out losses."""

from __future__ import annotations

import numpy as np

from benchmarks.estimators import BASES, HELD_OUT, SIZES, share, table
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.fates import Drawn, both, compare_fates
from vitalreel.measurement.incidence import Courses, Measure, apart
from vitalreel.measurement.trial import LEAST

DRAWS, DEALT = 1_000, 200
HORIZON, RENEWS, CUT = 182, 0.4, 0.5


def courses(rng: np.random.Generator, n: int, base: float, cut: float) -> Courses:
    """A share `base` would be lost on some day of the half year (`cut` less of the served), 4 in 10 renew; followed for 60 to 360 days."""
    own = rng.permutation(n) >= round(HELD_OUT * n)
    chance, day = rng.random(n), np.ceil(rng.random(n) * HORIZON)
    would = np.where(chance < base * np.where(own, 1 - cut, 1), 1, np.where(chance < base + RENEWS, 2, 0))
    until = np.ceil(60 + rng.random(n) * 300)
    ended = (would > 0) & (day <= until)
    strata = np.zeros(n, np.int64)
    return Courses(np.where(ended, day, until), np.where(ended, would, 0), ("churned", "renewed"), own, strata)


def text(rng: np.random.Generator) -> str:
    rows = []
    measures: tuple[Measure, Measure] = ("share", "days")
    for size in SIZES:
        for base in BASES:
            cells: list[str] = []
            for measure in measures:
                truth = -CUT * base * (1 if measure == "share" else HORIZON - (HORIZON + 1) / 2)
                still, moved = (
                    np.array([apart(*both(courses(rng, size, base, cut), 1, HORIZON, measure)) for _ in range(DRAWS)])
                    for cut in (0.0, CUT)
                )
                cells += [
                    share((moved[:, 1] <= truth) & (truth <= moved[:, 2])),
                    share((still[:, 1] > 0) | (still[:, 2] < 0)),
                    share((moved[:, 1] > 0) | (moved[:, 2] < 0)),
                ]
            told = [
                compare_fates("", courses(rng, size, base, 0.0), "churned", HORIZON, "share", Drawn(True, None), LEAST)
                for _ in range(DEALT)
            ]
            given = [a for a in told if isinstance(a, Estimate)]
            cells += [
                share([not isinstance(a, Estimate) for a in told]),
                share([a.direction is not None for a in given]),
            ]
            rows.append([f"{size:,}", f"{base:.0%}", *cells])
    names = [f"{m}: {w}" for m in ("share", "days lost") for w in ("coverage", "size", "power")]
    head = ["accounts", "lost", *names, "refused", "a side told of nothing"]
    error, few = (100 * np.sqrt(0.95 * 0.05 / n) for n in (DRAWS, DEALT))
    return (
        f"Losses by a half year of {HORIZON} days, ruled out by renewals of 4 in 10 accounts, which are followed for 60 to 360 days; "
        f"{HELD_OUT:.0%} held out. Coverage and power where the losses halve, size where nothing changes; {DRAWS:,} draws a cell: an "
        f"error of {error:.1f} at 95 and at 5. These are of the intervals alone; the last two columns are of whole answers where nothing "
        f"changes, for which dealing the arms anew must agree ({DEALT} draws: an error of {few:.1f} at 5).\n\n{table(head, rows)}"
    )
