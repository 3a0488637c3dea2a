"""What an evaluation and a probability say in words a person can act on; a weak signal is called one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalreel.health.predict.figures import Figures
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.model import Model
from vitalreel.health.predict.rolling import Evaluation, Lead

NAMED = 5
SMALL = 0.05
"""Log-odds a part must give to be a reason."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature does to an account's odds of churn, against the average account learnt from."""

    name: str
    label: str
    log_odds: float

    @property
    def odds(self) -> float:
        """What it multiplies the odds by: above 1 it raises the chance."""
        return float(np.exp(self.log_odds))

    @property
    def said(self) -> str:
        """ "Seats in use: odds times 1.8"."""
        return f"{self.label}: odds times {self.odds:.2f}"


def largest(given: Floats) -> NDArray[np.int64]:
    """(rows, at most NAMED): of each row of `Model.given` the columns that give or take most, the largest first."""
    found: NDArray[np.int64] = np.argsort(-np.abs(given), axis=1, kind="stable")[:, :NAMED]
    return found


def named(model: Model, names: Sequence[str], log_odds: Sequence[float]) -> tuple[Reason, ...]:
    """Reasons from the features that matter most, in their order; what hardly matters is left out."""
    labels = {p.feature.name: p.feature.label for p in model.parts}
    return tuple(
        Reason(name, labels[name], size) for name, size in zip(names, log_odds, strict=True) if abs(size) >= SMALL
    )


def told(found: Evaluation) -> tuple[str, ...]:
    """The evaluation, a sentence each."""
    f = found.figures
    return (
        f"Tested at {len(found.cut_offs)} cut-offs from {found.cut_offs[0]} to {found.cut_offs[-1]}: {f.predictions} predictions "
        f"of {f.accounts} accounts, {found.events} churns, base rate {f.base_rate:.1%}.",
        _apart(f),
        _lift(f),
        _brier(f),
        f"Calibration: slope {f.calibration_slope:.2f} ({_range(f.calibration_slope_interval)}), intercept "
        f"{f.calibration_intercept:+.2f}; 1 and 0 are right.",
        _lead(found.lead),
        f"Challenger (boosted trees): AUC {found.challenger.auc:.3f} ({_range(found.challenger.auc_interval)}).",
    )


def _apart(f: Figures) -> str:
    measured = f"AUC {f.auc:.3f} ({_range(f.auc_interval)}), PR-AUC {f.pr_auc:.3f} against {f.base_rate:.3f} by chance"
    if f.tells_apart and f.weak:
        return f"It tells churners from others only weakly: {measured}. Let the score's reasons decide, not these probabilities."
    if f.tells_apart:
        return f"It tells churners from others better than chance: {measured}."
    return f"It does not tell churners from others better than chance: {measured}. Do not act on these probabilities."


def _lift(f: Figures) -> str:
    return (
        f"Among the tenth with the highest chance, churn is {f.top_decile_lift:.1f} times the base rate; "
        f"it holds {f.top_decile_recall:.0%} of the churns."
    )


def _brier(f: Figures) -> str:
    verdict = "better" if f.brier < f.brier_null else "no better"
    return f"Brier {f.brier:.4f}, {verdict} than {f.brier_null:.4f} for telling everybody the base rate."


def _lead(lead: Lead) -> str:
    if lead.median_days is None:
        return f"None of {lead.churns} churners was in that tenth beforehand."
    shares = ", ".join(f"{share:.0%} at least {days} days before" for days, share in sorted(lead.at_least.items()))
    return f"Churners that were in it had been so for {lead.median_days} days (median); of all churners {shares}."


def _range(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"
