"""Treated accounts against others like them: grade B where every gate is passed, else a direction, else a Refusal (M3 M16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vitalreel.measurement.bounce import told_bounce
from vitalreel.measurement.estimate import Direction, Estimate, Refusal, Unit
from vitalreel.measurement.matched.design import Balance, Design, made_alike, outside, propensity
from vitalreel.measurement.matched.effects import Effect, augmented, balanced, difference, matched
from vitalreel.measurement.sample import Floats, Sample
from vitalreel.measurement.trial import LEAST, accounts_left_out

METHOD = (
    "entropy balancing of means and variances, doubly robust; propensity-weighted regression and matching as checks"
)


@dataclass(frozen=True, slots=True)
class Gates:
    """What a matched comparison must pass."""

    outside: float = 0.2  # share of the treated that no other account resembles, at most
    effective: float = 50  # others, equally weighted
    events: int = 10  # with the outcome, and without, expected in the smaller weighted arm were there no difference
    difference: float = 0.1  # standardised, squares among them; below
    ratio: float = 2.0  # of variances; and its inverse
    apart: float = 1.0  # standard errors between two estimators, at most
    unlike: float = 0.5  # standardised difference before weighting from which it is told
    matched: float = 0.8  # share of the treated from which matching counts
    placebo: float = 0.5  # of the effect, in standard deviations: an outcome from before must lie inside


GATES = Gates()


@dataclass(frozen=True, slots=True)
class Gate:
    passed: bool
    said: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.said}"


def compare_cohort(sample: Sample, gates: Gates = GATES) -> Estimate | Refusal:
    """The treated's difference from others weighted to resemble them.

    Weights, overlap and balance are settled before the arms' outcomes are compared. At least one covariate. Where the cohort cannot be
    made comparable, or what it says is explained by what was there before, it is refused.
    """
    checks = told_bounce(sample) | accounts_left_out(sample)
    if min(sample.n) < LEAST.accounts:
        return _refused(sample, f"{sample.n[0]} treated accounts and {sample.n[1]} others", "more accounts", checks)
    one, other = sample.lost
    if abs(one - other) > LEAST.uneven_loss:
        reason = f"values are missing for {one:.1%} of the treated and {other:.1%} of the others"
        return _refused(sample, reason, "values for the accounts without one", checks)
    try:
        design = made_alike(sample.treated, sample.covariates)
    except ValueError as why:
        checks["overlap"] = str(Gate(False, str(why)))
        return _refused(sample, str(why), "others who resemble the treated, or fewer covariates", checks)
    chances = propensity(design.columns, sample.treated)
    overlap, alike = _overlap(design, chances, sample, gates), _alike(design.after, gates)
    checks |= {"before weighting": _unlike(design.before, gates), "overlap": str(overlap), "balance": str(alike)}
    if not overlap.passed:
        return _refused(sample, overlap.said, "more others who resemble the treated", checks)
    if not alike.passed:
        return _refused(sample, alike.said, "others who can be made alike", checks)
    return _judged(sample, design, chances, checks, gates)


def _judged(
    sample: Sample, design: Design, chances: Floats, checks: dict[str, str], gates: Gates
) -> Estimate | Refusal:  # fmt: skip
    effect = balanced(design, sample.outcome)
    agreement, way = _agreement(design, chances, sample, effect, gates)
    placebo, explained = _placebo(sample, effect, gates)
    checks |= {"agreement": str(agreement), "placebo": str(placebo)}
    if explained:
        return _refused(sample, f"the difference was there before: {placebo.said}", "a randomised holdout", checks)
    if not agreement.passed:
        return _refused(sample, f"estimators disagree: {agreement.said}", "a randomised holdout", checks, way)
    sensitivity = _sensitivity(sample, design, effect)
    checks["sensitivity"] = str(sensitivity)
    low, high = effect.interval
    if sample.binary:
        low, high = max(low, -1.0), min(high, 1.0)
    grade: Literal["B", "C"] = "B" if placebo.passed and sensitivity.passed else "C"
    unit: Unit = "points" if sample.binary else "amount"
    said = (sample.question, effect.value, low, high, grade, METHOD, sample.n, sample.events, checks, way)
    return Estimate(*said, unit=unit)


def _refused(
    sample: Sample, reason: str, would_help: str, checks: dict[str, str], way: Direction | None = None
) -> Refusal:  # fmt: skip
    return Refusal(sample.question, reason, would_help, None, sample.n, sample.events, way, checks)


# -- without comparing outcomes ---------------------------------------------------------------------------------------------


def _unlike(before: Balance, gates: Gates) -> str:
    said = f"the groups differ by up to {before.difference:.2f} standard deviations ({before.where})"
    return f"warning: {said}" if before.difference > gates.unlike else said


def _overlap(design: Design, chances: Floats, sample: Sample, gates: Gates) -> Gate:
    alone = outside(sample.treated, chances)
    said = (
        f"{alone:.0%} of the treated are like none of the others, who weigh as much as {design.effective:.0f} accounts"
    )
    if alone > gates.outside:
        return Gate(False, f"{said}; at most {gates.outside:.0%} may be unlike all")
    if design.effective < gates.effective:
        return Gate(False, f"{said}; a figure needs {gates.effective:.0f}")
    if sample.binary:
        theirs = float(design.weights @ sample.outcome[~sample.treated])
        ours = float(sample.outcome[sample.treated].mean())
        both = (sample.n[0] * ours + design.effective * theirs) / (sample.n[0] + design.effective)
        fewest = min(sample.n[0], design.effective) * min(both, 1 - both)
        if fewest < gates.events:
            least = (
                f"{fewest:.0f} outcomes, or accounts without, are expected in one arm; a figure needs {gates.events}"
            )
            return Gate(False, f"{said}; {least}")
    return Gate(True, said)


def _alike(after: Balance, gates: Gates) -> Gate:
    said = (
        f"weighted, the groups differ by at most {after.difference:.3f} standard deviations ({after.where}), squares among them; "
        f"variances by a factor of {after.ratio:.2f} ({after.ratio_where})"
    )
    return Gate(after.difference < gates.difference and 1 / gates.ratio <= after.ratio <= gates.ratio, said)


# -- comparing them ---------------------------------------------------------------------------------------------------------


def _agreement(
    design: Design, chances: Floats, sample: Sample, effect: Effect, gates: Gates
) -> tuple[Gate, Direction | None]:  # fmt: skip
    """Whether other estimators say the same; and the way all of them point, where a one-sided test at 5% rejects the other."""
    robust, pairs = augmented(design, sample.outcome, chances), matched(design, sample.outcome, chances)
    said = [
        f"balanced {effect.value:,.4g} (standard error {effect.se:,.3g})",
        f"propensity-weighted {robust.value:,.4g}",
    ]
    others = [robust]
    if pairs is None:
        said.append("nobody could be matched")
    elif pairs.matched >= gates.matched and pairs.alike.difference < gates.difference:
        said.append(f"matched {pairs.effect.value:,.4g}")
        others.append(pairs.effect)
    else:
        why = f"{pairs.matched:.0%} matched, unlike by {pairs.alike.difference:.2f} in {pairs.alike.where}"
        said.append(f"matched {pairs.effect.value:,.4g}, not counted: {why}")
    agree = all(abs(o.value - effect.value) <= gates.apart * effect.se for o in others)
    one_way = effect.surely and all(o.value * effect.value > 0 for o in others)
    way: Direction | None = ("up" if effect.value > 0 else "down") if one_way else None
    return Gate(agree, "; ".join(said)), way


def _placebo(sample: Sample, effect: Effect, gates: Gates) -> tuple[Gate, bool]:
    """Whether an outcome from before shows nothing: its whole interval inside half the effect, both in standard deviations.

    And whether it explains the effect away: it surely differs the same way, by as much as the effect or, for all it knows, by more.
    """
    if sample.placebo is None:
        return Gate(False, "no outcome from before was named, so nothing shows that the groups were alike"), False
    name, then = sample.placebo.name, sample.before()
    try:
        if not then.covariates.names:
            return Gate(False, f"without {name} nothing is left to compare by"), False
        got = balanced(made_alike(then.treated, then.covariates), then.outcome)
    except ValueError as why:
        return Gate(False, f"{name}: {why}"), False
    low, high = got.interval
    spread = float(sample.outcome[~sample.treated].std())
    whole = abs(effect.value) * float(then.outcome[~then.treated].std()) / max(spread, 1e-12)
    said = f"{name}, from before, differs by {got.value:,.4g} ({low:,.4g} to {high:,.4g}) between the weighted groups"
    if max(abs(low), abs(high)) <= gates.placebo * whole:
        return Gate(True, said), False
    differs = low > 0 or high < 0
    verdict = "they were not alike" if differs else "too wide to show that they were alike"
    same_way = differs and got.value * effect.value > 0 and max(abs(low), abs(high)) >= whole
    return Gate(False, f"{said}; {verdict} (half the effect would be {gates.placebo * whole:,.4g})"), same_way


def _sensitivity(sample: Sample, design: Design, effect: Effect) -> Gate:
    """Whether the interval would keep its side against something unseen as strong as the strongest covariate seen.

    Strength: how far the effect moves when the covariate is left out, as in the benchmarks of Cinelli and Hazlett 2020 (JRSS B 82:39).
    Told beside it: the E-value of VanderWeele and Ding 2017 (Annals of Internal Medicine 167:268), for amounts by their exp(0.91 d).
    """
    shifts = {}
    for source in dict.fromkeys(sample.covariates.sources):
        rest = sample.covariates.without(source)
        if rest.names:
            try:
                shifts[source] = difference(made_alike(sample.treated, rest), sample.outcome) - effect.value
            except ValueError:
                continue  # the others cannot be weighted without it, so its strength cannot be told
    low, high = effect.interval
    room = low if low > 0 else -high if high < 0 else 0.0
    base = float(design.weights @ sample.outcome[~sample.treated])
    spread = float(np.sqrt(design.weights @ (sample.outcome[~sample.treated] - base) ** 2))
    point, bound = (e_value(v, base, spread, sample.binary) for v in (effect.value, np.sign(effect.value) * room))
    said = f"E-value {point:.2f}, of the interval's near end {bound:.2f}"
    if not shifts:
        return Gate(False, f"{said}; there is no second covariate to measure an unseen one by")
    strongest = max(shifts, key=lambda s: abs(shifts[s]))
    there = f"the near end lies {room:,.4g} from zero" if room else "the interval holds zero"
    said += f"; leaving out {strongest} moves the effect by {shifts[strongest]:,.4g}, and {there}"
    return Gate(room > abs(shifts[strongest]), said)


def e_value(difference: float, base: float, spread: float, binary: bool) -> float:
    """The risk ratio that something unseen must have with both treatment and outcome to explain `difference` away; 1: nothing need.

    base, spread: mean and standard deviation of the outcome among the weighted others.
    """
    if binary:
        high, low = max(base + difference, base), max(min(base + difference, base), 1e-12)
        ratio = high / low
    else:
        ratio = float(np.exp(0.91 * abs(difference) / max(spread, 1e-12)))
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
