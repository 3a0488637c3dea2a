"""Cohorts that nobody drew: three estimators where the covariates are enough, and what the gates let through where they are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import scipy

from benchmarks.estimators import BASES, SIZES, share, table
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.matched.cohort import compare_cohort
from vitalreel.measurement.matched.design import made_alike, propensity
from vitalreel.measurement.matched.effects import Effect, augmented, balanced, matched
from vitalreel.measurement.sample import Covariates, Earlier, Sample

DRAWS, WHOLE = 200, 100
EFFECT = 0.5  # standard deviations of what the covariates leave open


@dataclass(frozen=True, slots=True)
class World:
    accounts: int
    effect: float = 0.0
    hidden: float = 0.0  # how much something unseen moves treatment, past and outcome
    base: float | None = None  # share of a binary outcome; None: an amount
    past: bool = True  # whether the past is among what is known


def sample(world: World, rng: np.random.Generator) -> tuple[Sample, float]:
    """A cohort of which a quarter is treated, the likelier the larger and busier; and the true effect on the treated."""
    n = world.accounts
    size, busy, unseen = rng.normal(size=(3, n))
    lean = 0.5 * size + 0.4 * busy + world.hidden * unseen + rng.logistic(size=n)
    arm = lean >= np.quantile(lean, 0.75)
    before = busy + world.hidden * unseen + rng.normal(size=n) / 2
    level = 0.5 * size + 0.5 * busy + world.hidden * unseen
    if world.base is None:
        outcome, truth = level + world.effect * arm + rng.normal(size=n), world.effect
    else:
        risk = scipy.special.expit(np.log(world.base / (1 - world.base)) + 0.6 * level)
        less = risk * (1 - world.effect)
        outcome = (rng.uniform(size=n) < np.where(arm, less, risk)).astype(float)
        truth = float((less - risk)[arm].mean())
    columns = {"size": size, "busy": busy} | ({"before": before} if world.past else {})
    known = Covariates(np.column_stack(list(columns.values())), tuple(columns), tuple(columns))
    n_arms = (int(arm.sum()), int((~arm).sum()))
    binary = world.base is not None
    return Sample("simulated", arm, outcome, binary, known, placebo=Earlier("before", before), assigned=n_arms), truth


def estimators(world: World, rng: np.random.Generator) -> dict[str, tuple[Effect, float]]:
    s, truth = sample(world, rng)
    design = made_alike(s.treated, s.covariates)
    chances = propensity(design.columns, s.treated)
    pairs = matched(design, s.outcome, chances)
    found = {"balanced": balanced(design, s.outcome), "propensity-weighted": augmented(design, s.outcome, chances)}
    if pairs is not None:
        found["matched"] = pairs.effect
    return {name: (effect, truth) for name, effect in found.items()}


def three(rng: np.random.Generator) -> str:
    rows = []
    for accounts in SIZES:
        for base in (None, *BASES):
            kept: dict[tuple[str, bool], list[tuple[Effect, float]]] = {}
            for effect in (0.0, EFFECT):
                for _ in range(DRAWS):
                    try:
                        got = estimators(World(accounts, effect, base=base), rng)
                    except ValueError:  # no weights make the others alike: refused
                        continue
                    for name, one in got.items():
                        kept.setdefault((name, effect > 0), []).append(one)
            for name in ("balanced", "propensity-weighted", "matched"):
                still, moved = kept.get((name, False), []), kept.get((name, True), [])
                holds = [low <= t <= high for e, t in moved for low, high in [e.interval]]
                errs, finds = (
                    [not low <= 0 <= high for e, _ in g for low, high in [e.interval]] for g in (still, moved)
                )
                bias = np.array([e.value - t for e, t in moved])
                told = f"{bias.mean():+.4f} ± {bias.std() / np.sqrt(len(bias)):.4f}" if len(bias) else "-"
                none = share([True] * (DRAWS - len(moved)) + [False] * len(moved))
                outcome = "amount" if base is None else f"{base:.0%}"
                rows.append([f"{accounts:,}", outcome, name, none, told, share(holds), share(errs), share(finds)])
    return table(["accounts", "outcome", "estimator", "no answer", "bias", "coverage", "size", "power"], rows)


WORLDS = {
    "nothing hidden, no effect": World(2000),
    "nothing hidden, an effect": World(2000, 1.5 * EFFECT),
    "something hidden, no effect": World(2000, hidden=0.8),
    "something hidden, no effect, the past unknown": World(2000, hidden=0.8, past=False),
    "something hidden, no effect, 400 accounts": World(400, hidden=0.8),
}


def gates(rng: np.random.Generator) -> str:
    """What is said of whole cohorts: the share of each grade, and how often grade B claims an effect, or any answer a wrong direction."""
    rows = []
    for name, world in WORLDS.items():
        grades: Counter[str] = Counter()
        claims, wrong = [], []
        for _ in range(WHOLE):
            s, truth = sample(world, rng)
            got = compare_cohort(s)
            grades[got.grade] += 1
            claims.append(isinstance(got, Estimate) and got.grade == "B" and not got.low <= 0 <= got.high)
            wrong.append(got.direction is not None and truth == 0)
        cells = [f"{100 * grades[g] / WHOLE:.0f}" for g in "BCR"]
        rows.append([name, *cells, share(claims), share(wrong) if world.effect == 0 else "-"])
    return table(["world", "B", "C", "R", "grade B claims an effect", "a direction is told where there is none"], rows)


def text(rng: np.random.Generator) -> str:
    return (
        f"A quarter of the accounts treated, the likelier the larger and busier they are; both are known. The effect is {EFFECT} standard "
        f"deviations, or halves the outcome; {DRAWS} draws. Coverage is of the effect on the treated.\n\n{three(rng)}\n\n"
        f"Whole cohorts with an outcome from before as placebo, {WHOLE} draws: how many per cent are told as which grade, and what is "
        f"wrongly claimed. What is hidden moves treatment, past and outcome alike.\n\n{gates(rng)}"
    )
