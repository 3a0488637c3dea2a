"""A panel whose truth is known: accounts with two measures that matter, one that does not, and churn drawn from them."""

from __future__ import annotations

from datetime import date

import numpy as np

from vitalreel.health.predict.snapshots import Feature, Snapshots

FIRST = date(2023, 1, 2).toordinal()
HORIZON = 90
FEATURES = (Feature("use", "Use", -1), Feature("support", "Support", -1), Feature("noise", "Noise", 0))


def panel(accounts: int = 300, quarters: int = 8, base: float = -2.2, effect: float = 1.2, seed: int = 3) -> Snapshots:
    """One snapshot an account and quarter until it churns; the tenth value of `support` is unknown."""
    chance = np.random.default_rng(seed)
    alive, rows = np.ones(accounts, bool), []
    level = chance.normal(size=(accounts, 3))
    for quarter in range(quarters):
        day = FIRST + HORIZON * quarter
        x = 0.7 * level + 0.7 * chance.normal(size=(accounts, 3))
        z = base - effect * x[:, 0] - effect / 2 * x[:, 1]
        gone = alive & (chance.random(accounts) < 1 / (1 + np.exp(-z)))
        for i in np.flatnonzero(alive):
            seen = x[i].copy()
            seen[1] = np.nan if (i + quarter) % 10 == 0 else seen[1]
            rows.append((f"a{i:04d}", day, seen, float(gone[i]), day + 45 if gone[i] else 0))
        alive &= ~gone
    names, days, xs, ys, ends = zip(*rows, strict=True)
    return Snapshots(
        FEATURES, np.array(names), np.array(days), np.array(xs), np.array(ys), np.array(ends), np.ones(len(rows))
    )
