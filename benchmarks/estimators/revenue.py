"""Revenue retained: how often intervals of NRR and GRR hold the truth, and what the programme's own draw is said to have added."""

from __future__ import annotations

import numpy as np

from benchmarks.estimators import BASES, HELD_OUT, SIZES, share, table
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.revenue import Kept, added, grr, nrr

DRAWS, DEALT = 1_000, 200
CUT = 0.5  # of the losses: the effect that power is about
SPREADS = (0.8, 1.5)  # standard deviation of the logarithm of revenue
SHRINKS, GROWS = (0.05, 0.7), (0.25, 1.2)  # of those who stay: share, and factor
FLOORS = Floors()


def book(rng: np.random.Generator, n: int, spread: float, lost: float, arm: str | None = None) -> list[Kept]:
    """Unequal accounts: so many lost, 1 in 20 of the rest shrinks by 30%, 1 in 4 grows by 20%."""
    before = np.exp(rng.normal(13, spread, n)).astype(int) + 1
    gone, fate = rng.random(n) < lost, rng.random(n)
    factor = np.where(
        gone, 0, np.where(fate < SHRINKS[0], SHRINKS[1], np.where(fate < SHRINKS[0] + GROWS[0], GROWS[1], 1))
    )
    after = np.round(before * factor).astype(int).tolist()
    pairs = enumerate(zip(before.tolist(), after, strict=True))
    return [Kept(AccountId(f"{arm}{i}"), b, a, arm, "s", HELD_OUT) for i, (b, a) in pairs]  # type: ignore[arg-type]


def truths(lost: float) -> tuple[float, float]:
    """NRR and GRR of endless books like these."""
    shrunk = SHRINKS[0] * (1 - SHRINKS[1])
    stays = 1 - lost
    return stays * (1 - shrunk + GROWS[0] * (GROWS[1] - 1)), stays * (1 - shrunk)


def retained(rng: np.random.Generator) -> str:
    rows = []
    for size in (30, *SIZES):
        for lost in BASES:
            for spread in SPREADS:
                net, gross = truths(lost)
                held: dict[str, list[bool]] = {"refused": [], "nrr": [], "grr": []}
                widths: list[float] = []
                for _ in range(DRAWS):
                    cohort = book(rng, size, spread, lost)
                    told = (nrr(cohort, ""), grr(cohort, ""))
                    held["refused"].append(not isinstance(told[0], Estimate))
                    for name, answer, truth in (("nrr", told[0], net), ("grr", told[1], gross)):
                        if isinstance(answer, Estimate):
                            held[name].append(answer.low <= truth <= answer.high)
                    if isinstance(told[0], Estimate):
                        widths.append(told[0].high - told[0].low)
                wide = f"{100 * np.mean(widths):.1f}" if widths else "-"
                rows.append([f"{size:,}", f"{lost:.0%}", f"{spread}", *(share(v) for v in held.values()), wide])
    head = [
        "accounts",
        "lost",
        "log-sd of revenue",
        "refused",
        "NRR: coverage",
        "GRR: coverage",
        "NRR's interval, points wide",
    ]
    return table(head, rows)


def programme(rng: np.random.Generator) -> str:
    """What a programme that halves losses is said to add, and one that does nothing."""
    rows = []
    for size in SIZES:
        for lost in BASES:
            for spread in SPREADS:
                found = {cut: [_added(rng, size, spread, lost, cut) for _ in range(DEALT)] for cut in (0.0, CUT)}
                truth = truths(lost * (1 - CUT))[0] - truths(lost)[0]
                told = {cut: [a for a in each if isinstance(a, Estimate)] for cut, each in found.items()}
                rows.append([
                    f"{size:,}", f"{lost:.0%}", f"{spread}", share([not isinstance(a, Estimate) for a in found[CUT]]),
                    share([a.low <= truth <= a.high for a in told[CUT]]), share([a.direction is not None for a in told[0.0]]),
                    share([a.direction == "up" for a in told[CUT]]),
                ])  # fmt: skip
    head = ["accounts", "lost", "log-sd of revenue", "refused", "coverage", "size", "power"]
    return table(head, rows)


def _added(rng: np.random.Generator, size: int, spread: float, lost: float, cut: float) -> object:
    held = round(HELD_OUT * size)
    served = book(rng, size - held, spread, lost * (1 - cut), "served")
    return added("", served, book(rng, held, spread, lost, "held_out"), FLOORS)


def text(rng: np.random.Generator) -> str:
    error, few = (100 * np.sqrt(0.95 * 0.05 / n) for n in (DRAWS, DEALT))
    return (
        "Of unequal accounts a share is lost, of the rest 1 in 20 shrinks by 30% and 1 in 4 grows by 20%. NRR and GRR, what was: "
        f"{DRAWS:,} draws a cell, an error of {error:.1f} at 95. Refused: worth fewer than 10 equal accounts.\n\n{retained(rng)}\n\n"
        f"What the programme added to NRR, {HELD_OUT:.0%} held out from all of it. Coverage and power where it halves the losses, size "
        f"where it does nothing; a side of zero is told where the interval and permuted arms agree. {DEALT} draws a cell, an error of "
        f"{few:.1f} at 95 and at 5. Refused: an arm of fewer than 20 accounts, worth fewer than 30, or with one account of more than a "
        f"fifth of its revenue.\n\n{programme(rng)}"
    )
