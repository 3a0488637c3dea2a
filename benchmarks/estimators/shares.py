"""Rare outcomes of two arms drawn by lot: the score interval, Newcombe's beside it, blocks, and adjusted shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from benchmarks.estimators import BASES, HELD_OUT, SIZES, Floats, share, table
from vitalreel.measurement.means import mean_difference
from vitalreel.measurement.shares import score_interval
from vitalreel.measurement.trial import LEAST

DRAWS, ADJUSTED = 10_000, 1_000
CUT = 0.5  # of the base: the effect that power is about


@dataclass(frozen=True, slots=True)
class Limits:
    low: Floats  # (draws,)
    high: Floats

    def holds(self, truth: float) -> np.ndarray:
        return (self.low <= truth) & (truth <= self.high)

    @property
    def claims(self) -> np.ndarray:
        return ~self.holds(0.0)


def draw(n: tuple[int, int], rates: tuple[float, float], rng: np.random.Generator, draws: int = DRAWS) -> Floats:
    """Events (draws, 2)."""
    return np.stack([rng.binomial(size, rate, draws) for size, rate in zip(n, rates, strict=True)], -1).astype(float)


def score(events: Floats, n: tuple[int, int]) -> Limits:
    _, low, high = score_interval(events[:, None, :], np.broadcast_to(np.array(n), (len(events), 1, 2)))
    return Limits(low, high)


def newcombe(events: Floats, n: tuple[int, int]) -> Limits:
    """As `measurement.shares.newcombe`, over many tables at once."""
    z, size = float(scipy.stats.norm.ppf(0.975)), np.array(n)
    p = events / size
    middle = (p + z * z / (2 * size)) / (1 + z * z / size)
    half = z * np.sqrt(p * (1 - p) / size + z * z / (4 * size**2)) / (1 + z * z / size)
    (l1, l2), (u1, u2), d = (middle - half).T, (middle + half).T, p[:, 0] - p[:, 1]
    low = d - np.hypot(p[:, 0] - l1, u2 - p[:, 1])
    return Limits(low, d + np.hypot(u1 - p[:, 0], p[:, 1] - l2))


def shown(events: Floats, n: tuple[int, int]) -> np.ndarray:
    """Where the product would give a figure at all (draws,)."""
    total = events.sum(1)
    rarer = np.minimum(total, sum(n) - total)
    return (rarer >= LEAST.events) & (rarer * min(n) / sum(n) >= LEAST.expected)


def two_arms(rng: np.random.Generator) -> str:
    """The main table."""
    rows = []
    for size in SIZES:
        n = (size - round(HELD_OUT * size), round(HELD_OUT * size))
        for base in BASES:
            none, cut = draw(n, (base, base), rng), draw(n, (base * (1 - CUT), base), rng)
            cells = [f"{size:,}", f"{base:.0%}", share(~shown(none, n))]
            for method in (score, newcombe):
                still, moved = method(none, n), method(cut, n)
                cells += [share(moved.holds(-CUT * base)), share(still.claims), share(moved.claims)]
            told = shown(none, n)
            rows.append([*cells, share(score(none[told], n).claims if told.any() else [])])
    names = [f"{m}: {w}" for m in ("score", "Newcombe") for w in ("coverage", "size", "power")]
    return table(["accounts", "base", "refused", *names, "score, where a figure is given: size"], rows)


def blocks(rng: np.random.Generator) -> str:
    """Four blocks of an assignment whose base rates differ threefold: one common cut."""
    rows = []
    for size in SIZES:
        for base in BASES:
            rates = base * np.array([0.5, 0.75, 1.25, 1.5])
            n = np.tile([size // 4 - round(HELD_OUT * size / 4), round(HELD_OUT * size / 4)], (4, 1))
            cut = 0.25 * base  # points, in every block alike

            def limits(effect: float, rates: Floats = rates, n: np.ndarray = n) -> Limits:
                chance = np.stack([rates - effect, rates], -1)
                events = rng.binomial(n, chance, (DRAWS, 4, 2)).astype(float)
                _, low, high = score_interval(events, np.broadcast_to(n, events.shape))
                return Limits(low, high)

            still, moved = limits(0.0), limits(cut)
            rows.append(
                [f"{size:,}", f"{base:.0%}", share(moved.holds(-cut)), share(still.claims), share(moved.claims)]
            )
    return table(["accounts", "base", "coverage", "size", "power"], rows)


def adjusted(rng: np.random.Generator) -> str:
    """Shares adjusted for a score that foretells the outcome, where there are outcomes enough to adjust."""
    rows = []
    for size in SIZES:
        held = round(HELD_OUT * size)
        for base in BASES:
            found: dict[str, list[bool]] = {"refused": [], "coverage": [], "size": [], "power": [], "plain": []}
            for _ in range(ADJUSTED):
                known = rng.normal(size=(size, 1))
                risk = scipy.special.expit(np.log(base / (1 - base)) - 0.35 + known[:, 0])
                arm = rng.permutation(size) >= held
                for cut in (0.0, CUT):
                    hit = (rng.uniform(size=size) < risk * np.where(arm, 1 - cut, 1)).astype(float)
                    enough = min(hit.sum(), size - hit.sum()) * HELD_OUT >= LEAST.adjusting
                    if not cut:
                        found["refused"].append(not enough)
                    if not enough:
                        continue
                    d = mean_difference(arm, hit, known)
                    claims = not d.low <= 0 <= d.high
                    if cut:
                        truth = -cut * float(risk[arm].mean())
                        found["coverage"].append(d.low <= truth <= d.high)
                        found["power"].append(claims)
                        plain = mean_difference(arm, hit, np.empty((size, 0)))
                        found["plain"].append(not plain.low <= 0 <= plain.high)
                    else:
                        found["size"].append(claims)
            rows.append([f"{size:,}", f"{base:.0%}", *(share(v) for v in found.values())])
    return table(["accounts", "base", "not adjusted", "coverage", "size", "power", "power unadjusted"], rows)


def text(rng: np.random.Generator) -> str:
    return (
        f"Two arms drawn by lot, {HELD_OUT:.0%} held out; {DRAWS:,} draws a cell. Coverage and power where the treatment halves the "
        f"outcome, size where it does nothing. Refused: too few outcomes for a figure if the treatment does nothing.\n\n{two_arms(rng)}\n\n"
        f"In four blocks whose rates differ threefold, a quarter of the base less in each:\n\n{blocks(rng)}\n\n"
        "Adjusted for a score that foretells the outcome (linear, HC2, Bell and McCaffrey's t), the outcome halved; "
        f"{ADJUSTED:,} draws:\n\n{adjusted(rng)}"
    )
