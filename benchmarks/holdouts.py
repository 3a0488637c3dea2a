"""Holdouts on a million accounts and on 300: shares by the exact sample-ratio test, independence, stability, and what they cost.

`python -m benchmarks.holdouts` draws arms the way a day of deciding does: accounts arrive over days, mixed across strata.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import binomtest

from benchmarks.machine import keep, stated
from vitalreel.identity import AccountId
from vitalreel.measurement.shares import sample_ratio
from vitalreel.triggers.holdout import PROGRAMME, Arm, assign

DAY = date(2026, 3, 2)
STRATA = ("enterprise", "mid_market", "long_tail")
MIX = (0.1, 0.3, 0.6)
SHARES = {PROGRAMME: 0.1, "usage_drop": 0.2, "renewal_window": 0.1, "support_shift": 0.3}
LIMIT = 0.001
"""Below this an experiment's arms are not believed (measurement/arms.py)."""


@dataclass(frozen=True, slots=True)
class Arms:
    """Arms of one play by account, and each account's stratum."""

    arm: dict[AccountId, Arm]
    stratum: dict[AccountId, str]
    seconds: float

    def counts(self, stratum: str | None = None) -> tuple[int, int]:
        """(served, held out)."""
        mine = [a for who, a in self.arm.items() if stratum in (None, self.stratum[who])]
        return mine.count("served"), mine.count("held_out")


def company(n: int, seed: int) -> list[tuple[AccountId, str]]:
    """Accounts in the order they become eligible."""
    drawn = np.random.default_rng(seed).choice(len(STRATA), size=n, p=MIX)
    return [(AccountId(f"acc-{i:07d}"), STRATA[s]) for i, s in enumerate(drawn)]


def draw(accounts: Sequence[tuple[AccountId, str]], play: str, share: float, key: bytes, days: int) -> Arms:
    """Arms as they are drawn over so many days; what was drawn before is stored and only counted."""
    began = time.process_time()
    arms: dict[AccountId, Arm] = {}
    taken: Counter[str] = Counter()
    for chunk in np.array_split(np.arange(len(accounts)), days):
        today = [accounts[i] for i in chunk]
        for a in assign(today, play, share, taken, len(accounts), key, DAY):
            arms[a.account] = a.arm
        taken.update(stratum for _, stratum in today)
    return Arms(arms, dict(accounts), time.process_time() - began)


def key_of(seed: int) -> bytes:
    return hashlib.sha256(f"holdouts {seed}".encode()).digest()


def agreement(one: Arms, two: Arms, shares: tuple[float, float]) -> float:
    """Exact two-sided p of how many accounts two plays both hold out, were they independent."""
    both = sum(one.arm[a] == two.arm[a] == "held_out" for a in one.arm)
    return float(binomtest(both, len(one.arm), shares[0] * shares[1]).pvalue)


def million(n: int) -> list[str]:
    accounts = company(n, 1)
    drawn = {play: draw(accounts, play, share, key_of(1), 30) for play, share in SHARES.items()}
    lines = [
        f"| {n:,} accounts, 30 days | share | held out | sample ratio p | of strata, least | CPU s |",
        "|---|---|---|---|---|---|",
    ]
    for play, arms in drawn.items():
        strata = [sample_ratio(arms.counts(s), SHARES[play]) for s in STRATA]
        p = sample_ratio(arms.counts(), SHARES[play])
        lines.append(
            f"| {play} | {SHARES[play]:.0%} | {arms.counts()[1]:,} | {p:.3f} | {min(strata):.3f} | {arms.seconds:.1f} |"
        )
    names = list(SHARES)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    ps = [agreement(drawn[a], drawn[b], (SHARES[a], SHARES[b])) for a, b in pairs]
    lines.append(
        f"\nEvery pair of the four, both held out against independence: smallest exact p {min(ps):.3f} of {len(ps)}."
    )
    again = draw(accounts[::-1], "usage_drop", SHARES["usage_drop"], key_of(1), 7)
    same = again.arm == drawn["usage_drop"].arm
    lines.append(f"Drawn again in another order over other days: {'the same arms' if same else 'OTHER ARMS'}.")
    return lines


def small(n: int, companies: int) -> list[str]:
    """Many companies of 300: how often the test would cry wolf, how far shares stray at any time, and how plays agree."""
    alarms, worst, both = 0, 0.0, 0
    ps = []
    for seed in range(companies):
        accounts = company(n, seed)
        one, two = (draw(accounts, play, 0.2, key_of(seed), 20) for play in ("usage_drop", "renewal_window"))
        alarms += sample_ratio(one.counts(), 0.2) < LIMIT
        worst = max(worst, abs(one.counts()[1] / n - 0.2))
        held = sum(one.arm[a] == two.arm[a] == "held_out" for a in one.arm)
        both += held
        ps.append(float(binomtest(held, n, 0.04).pvalue))
    overall = binomtest(both, companies * n, 0.04)
    low = sum(p < 0.05 for p in ps)
    return [
        f"\n{companies:,} companies of {n} accounts, 20 days, 20% held out in permuted blocks of three strata: the exact sample-ratio "
        f"test raised {alarms} alarms at p < {LIMIT}; the share strayed {worst:.1%} at most. Both of two plays held out "
        f"{both / companies / n:.4f} of the accounts (0.0400 if independent, exact p {overall.pvalue:.2f}); {low} of them "
        "have p < 0.05 in that."
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--companies", type=int, default=500)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    given = parser.parse_args()
    text = "\n".join([*million(given.accounts), *small(300, given.companies), "", stated()])
    print(text)
    if given.keep:
        keep("Holdouts", "python -m benchmarks.holdouts --keep", text)


if __name__ == "__main__":
    main()
