"""Two arms compared as they were assigned by lot: an Estimate of grade A, or a Refusal (M3 M16 M17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from vitalreel.measurement.bounce import told_bounce
from vitalreel.measurement.estimate import Estimate, Refusal, Unit, direction_of
from vitalreel.measurement.looks import level_at
from vitalreel.measurement.means import mean_difference
from vitalreel.measurement.sample import Floats, Sample
from vitalreel.measurement.shares import miettinen_nurminen, newcombe, sample_ratio, score_interval


@dataclass(frozen=True, slots=True)
class Least:
    """What a comparison of two arms must have before a figure is given."""

    accounts: int = 5  # in each arm
    events: int = 10  # in both arms together, and as many accounts without it
    expected: int = 5  # events in the smaller arm were there no difference, and as many without
    adjusting: int = 15  # the same, from which shares are adjusted for what was known before
    sample_ratio_p: float = 0.001  # below: refused
    sample_ratio_doubt: float = 0.01  # below: told
    uneven_loss: float = 0.02  # difference of the arms' shares of accounts without a value
    placebo_p: float = 0.001  # of an outcome from before; below: refused


LEAST = Least()


def compare_arms(
    sample: Sample, share: float | None, by_lot: bool, looks: Sequence[float] = (), least: Least = LEAST
) -> Estimate | Refusal:
    """The arms' difference in the outcome, treated minus not.

    share: planned share of one of the arms, None where it is not known. by_lot: whether the arms were drawn; where not, the answer is
    a description of two groups (grade C) and no effect. looks: the shares of what was planned that were there at each look, this one
    last; none: the only look. Its interval is the wider for it, so that all looks together err in 5 of 100.
    """
    checks = _checks(sample, share)
    level = level_at(looks) if looks else 0.95
    if looks:
        there = f"look {len(looks)}, at {looks[-1]:.0%} of what was planned"
        checks["looks"] = f"{there}: the interval is a {level:.2%} one, so that all looks together err in 5 of 100"
    refused = why_none(sample, share, least)
    if refused:
        return Refusal(sample.question, *refused, None, sample.n, sample.events, None, checks)
    try:
        value, low, high, method = _difference(sample, checks, least, level)
        before = mean_difference(sample.treated, p.values, _none(sample)) if (p := sample.placebo) else None
    except ValueError as why:
        return Refusal(sample.question, str(why), "other data", None, sample.n, sample.events, None, checks)
    if p and before:
        checks["placebo"] = f"{p.name}, from before, differs by {before.value:,.4g} (p = {before.p:.2g})"
        if by_lot and before.p < least.placebo_p:
            reason = f"{p.name} already differed before (p = {before.p:.2g}), which a draw does not explain"
            help_ = "find out how the arms were really assigned"
            return Refusal(
                sample.question, reason, help_, None, sample.n, sample.events, direction_of(low, high), checks
            )
    if not by_lot:
        checks["design"] = "how the arms came about was not said: a description of two groups, not an effect"
    grade: Literal["A", "C"] = "A" if by_lot else "C"
    way = direction_of(low, high)
    unit: Unit = "points" if sample.binary else "amount"
    return Estimate(sample.question, value, low, high, grade, method, sample.n, sample.events, checks, way, unit=unit)


def _none(sample: Sample) -> Floats:
    return np.empty((len(sample.outcome), 0))


# -- what stands in the way of a figure ------------------------------------------------------------------------------------


def _ratio(sample: Sample, share: float) -> tuple[float, str]:
    """The sample ratio's exact p-value and which arm's share was planned: of the two, the one it fits better."""
    served, held = sample.assigned
    as_treated, as_held = sample_ratio((held, served), share), sample_ratio((served, held), share)
    return (as_held, "not treated") if as_held >= as_treated else (as_treated, "treated")


def _checks(sample: Sample, share: float | None) -> dict[str, str]:
    checks = {}
    if share is None:
        checks["sample ratio"] = "not tested: the planned share was not given"
    else:
        p, arm = _ratio(sample, share)
        doubt = f", below {LEAST.sample_ratio_doubt}: look at the assignment" if p < LEAST.sample_ratio_doubt else ""
        checks["sample ratio"] = f"p = {p:.2g} for {share:.0%} {arm}, exact{doubt}"
    return checks | told_bounce(sample) | accounts_left_out(sample)


def accounts_left_out(sample: Sample) -> dict[str, str]:
    """What is to be told of missing cells."""
    if not sample.missing:
        return {}
    cells = ", ".join(f"{name}: {rows}" for name, rows in sample.missing.items())
    return {"missing cells": f"{sum(sample.assigned) - sum(sample.n)} accounts left out ({cells})"}


def why_none(sample: Sample, share: float | None, least: Least = LEAST) -> tuple[str, str] | None:
    """What stands in the way of a figure, as reason and remedy; None: nothing."""
    return _unfit(sample, share, least) or _lean(sample, least)


def _unfit(sample: Sample, share: float | None, least: Least) -> tuple[str, str] | None:
    """Faults of the data, as reason and remedy: arms that cannot come from the draw, values missing in one arm more than in the other."""
    if share is not None and (p := _ratio(sample, share)[0]) < least.sample_ratio_p:
        served, held = sample.assigned
        reason = f"the arms came out {served} to {held}, which a planned {share:.0%} cannot explain (exact p = {p:.2g})"
        return reason, "find out where accounts were lost between assignment and report"
    one, other = sample.lost
    if abs(one - other) > least.uneven_loss:
        reason = f"values are missing for {one:.1%} of the treated and {other:.1%} of the others"
        return reason, "values for the accounts without one, or an outcome that is known of all"
    return None


def _lean(sample: Sample, least: Least) -> tuple[str, str] | None:
    """Too few accounts or outcomes, as reason and remedy."""
    n, smaller = sum(sample.n), min(sample.n)
    if smaller < least.accounts:
        return f"{sample.n[0]} treated accounts and {sample.n[1]} others", f"at least {least.accounts} in each arm"
    if sample.events is None:
        return None
    happened = sum(sample.events)
    for what, count in (("with", happened), ("without", n - happened)):
        expected = count * smaller / n
        if count < least.events or expected < least.expected:
            reason = (
                f"{count} of {n} accounts {what} the outcome, {expected:.1f} of them expected in the smaller arm; "
                f"a figure needs {least.events} and {least.expected}"
            )
            needed = ceil(max(least.events, least.expected * n / smaller) / max(count / n, 1 / n))
            return reason, f"about {needed} accounts divided as these, or a longer window"
    return None


# -- the figure ----------------------------------------------------------------------------------------------------------


def _difference(
    sample: Sample, checks: dict[str, str], least: Least, level: float
) -> tuple[float, float, float, str]:  # fmt: skip
    """Value, low, high and method. Raises ValueError where there is none."""
    known = sample.covariates
    adjusts = bool(known.names)
    if adjusts and sample.binary and _few_to_adjust(sample, least):
        checks["adjustment"] = (
            f"none: it needs {least.adjusting} accounts with, and without, expected in the smaller arm"
        )
        adjusts = False
    if sample.binary and not adjusts:
        return _shares(sample, checks, level)
    blocks = _dummies(sample)
    what = "shares" if sample.binary else "means"
    if not adjusts:
        d = mean_difference(sample.treated, sample.outcome, blocks, level)
        within = " within blocks" if blocks.shape[1] else ""
        return d.value, d.low, d.high, f"difference of {what}{within}, HC2 errors with Bell and McCaffrey's t"
    plain = mean_difference(sample.treated, sample.outcome, blocks, level)
    checks["unadjusted"] = f"{plain.value:,.4g} ({plain.low:,.4g} to {plain.high:,.4g})"
    d = mean_difference(sample.treated, sample.outcome, np.hstack([blocks, known.values]), level)
    method = f"difference of {what} at equal {', '.join(known.names)} (ANCOVA, HC2 errors with Bell and McCaffrey's t)"
    if sample.binary:
        return d.value, max(d.low, -1.0), min(d.high, 1.0), method
    return d.value, d.low, d.high, method


def _few_to_adjust(sample: Sample, least: Least) -> bool:
    """By both arms together: a rule that looks at each arm would choose tables by their difference, and err more often."""
    assert sample.events is not None
    happened, n = sum(sample.events), sum(sample.n)
    return min(happened, n - happened) * min(sample.n) / n < least.adjusting


def _shares(sample: Sample, checks: dict[str, str], level: float) -> tuple[float, float, float, str]:
    method = "difference of shares, Miettinen and Nurminen's score interval"
    if sample.blocks is None:
        assert sample.events is not None
        _, low, high = newcombe(sample.events, sample.n, level)
        checks["Newcombe's interval"] = f"{low:.4f} to {high:.4f}"
        return (*miettinen_nurminen(sample.events, sample.n, level), method)
    tables = [
        (sample.outcome[inside & arm].sum(), (inside & arm).sum())
        for inside in (sample.blocks == b for b in np.unique(sample.blocks))
        for arm in (sample.treated, ~sample.treated)
    ]
    both = np.array(tables, float).reshape(-1, 2, 2)
    one_arm = int((both[..., 1].min(1) == 0).sum())
    checks["blocks"] = f"{len(both)}, of them {one_arm} with one arm only, which say nothing"
    value, low, high = (float(v) for v in score_interval(both[..., 0], both[..., 1], level))
    return value, low, high, f"{method} over blocks, weighted as Mantel and Haenszel's"


def _dummies(sample: Sample) -> Floats:
    """(n, blocks) of 0 and 1, without columns where there are no blocks."""
    if sample.blocks is None:
        return _none(sample)
    found: Floats = (sample.blocks[:, None] == np.unique(sample.blocks)[None, :]).astype(float)
    return found
