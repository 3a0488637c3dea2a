"""Rolling origin: at each cut-off a model learns from what was over by then and predicts the horizon that followed.

A snapshot teaches only where its whole horizon had passed at the cut-off (the purge), and a fold tests each account once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vitalreel.health.predict.challenger import challenge
from vitalreel.health.predict.figures import TENTH, Figures, judge
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.model import learn
from vitalreel.health.predict.snapshots import Snapshots

FLOOR = 30
"""Churns below which no probability is claimed: rules only."""
CUT_OFFS = 4
"""Fewer say nothing about how the figures move."""
MOST_CUT_OFFS = 8
TAUGHT = 10
"""Churns a fold's model must have learnt from."""
YEAR = 365

Learn = Callable[[Snapshots, date], Callable[[Floats], Floats]]
"""From rows whose outcome is known on a day to what gives chances."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no probability is claimed."""

    reason: str
    would_help: str
    events: int  # churns with a known history


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions of all folds, a row each, made without having seen what came."""

    accounts: NDArray[np.str_]
    days: NDArray[np.int64]
    p: Floats
    y: Floats
    gone: NDArray[np.int64]

    def figures(self) -> Figures:
        return judge(self.p, self.y, self.accounts.tolist())


@dataclass(frozen=True, slots=True)
class Lead:
    """How long before its end a churner stood among the tenth with the highest chance."""

    median_days: int | None  # None: none did
    churns: int
    at_least: dict[int, float]  # days -> share of all churns warned of so long before


@dataclass(frozen=True, slots=True)
class Evaluation:
    cut_offs: tuple[date, ...]
    events: int  # churns that followed the tests, each once
    figures: Figures
    challenger: Figures
    lead: Lead


def too_few(churns: int) -> str:
    """Why nothing is claimed below the floor."""
    return f"{churns} churns with a known history are too few to learn from, {FLOOR} are needed; the scorecard's rules stand alone"


def floor(rows: Snapshots) -> Refusal | None:
    """The refusal where there is too little to learn from; None where there is enough."""
    learnt = rows.rows(~np.isnan(rows.y) & (rows.weights > 0))
    if learnt.events >= FLOOR:
        return None
    return Refusal(
        too_few(learnt.events),
        f"load more history of accounts that left, or wait for {FLOOR - learnt.events} more",
        learnt.events,
    )


def cut_offs(rows: Snapshots, horizon_days: int) -> tuple[int, ...]:
    """Days to predict from, oldest first, a horizon apart, the last being the last whose horizon is over."""
    known = rows.rows(~np.isnan(rows.y) & (rows.weights > 0))
    if not len(known.days):
        return ()
    last = int(known.days.max())
    found: list[int] = []
    for day in range(last, int(known.days.min()), -horizon_days):
        taught = known.rows(known.days + horizon_days <= day)
        tested = known.y[known.days == day]
        if len(tested) == 0 or taught.events < TAUGHT or len(found) == MOST_CUT_OFFS:
            break
        found.append(day)
    return tuple(reversed(found))


def evaluate(rows: Snapshots, horizon_days: int, seed: int = 1) -> Evaluation | Refusal:
    """The shipped model and the challenger, each taught and tested at the same cut-offs."""
    refused = floor(rows)
    days = cut_offs(rows, horizon_days)
    if refused is None and len(days) < CUT_OFFS:
        refused = Refusal(
            f"the history allows {len(days)} cut-offs to test at, {CUT_OFFS} are needed",
            "load a longer history: at least a year before the first churns",
            rows.events,
        )
    if refused is not None:
        return refused
    shipped = rolled(rows, days, horizon_days, lambda taught, day: learn(taught, day, horizon_days).chances)
    signs = [f.sign for f in rows.features]
    other = rolled(
        rows, days, horizon_days, lambda taught, _: challenge(taught.x, taught.y, signs, taught.weights, seed)
    )
    if not 0 < shipped.y.sum() < len(shipped.y):
        return Refusal("no churn followed any of the tests", "load a longer history", rows.events)
    return Evaluation(
        tuple(date.fromordinal(d) for d in days),
        len({(a, g) for a, g in zip(shipped.accounts.tolist(), shipped.gone.tolist(), strict=True) if g}),
        shipped.figures(),
        other.figures(),
        lead_time(shipped),
    )


def rolled(rows: Snapshots, days: Sequence[int], horizon_days: int, teach: Learn) -> Predicted:
    """Predictions of every account at each cut-off, by what was taught of what was over by then."""
    known = rows.rows(~np.isnan(rows.y) & (rows.weights > 0))
    parts = []
    for day in days:
        chances = teach(known.rows(known.days + horizon_days <= day), date.fromordinal(day))
        parts.append((known.rows(known.days == day), chances))
    tested = [(t, chances(t.x)) for t, chances in parts]
    return Predicted(
        np.concatenate([t.accounts for t, _ in tested]),
        np.concatenate([t.days for t, _ in tested]),
        np.concatenate([p for _, p in tested]),
        np.concatenate([t.y for t, _ in tested]),
        np.concatenate([t.gone for t, _ in tested]),
    )


def lead_time(found: Predicted) -> Lead:
    """Days from the first cut-off of an account's last year at which it was among the highest tenth, to its churn."""
    flagged: dict[str, list[int]] = {}
    for day in np.unique(found.days):
        here = np.flatnonzero(found.days == day)
        top = here[np.argsort(-found.p[here], kind="stable")][: max(1, round(TENTH * len(here)))]
        for i in top:
            flagged.setdefault(str(found.accounts[i]), []).append(int(day))
    churns = sorted({(a, g) for a, g in zip(found.accounts.tolist(), found.gone.tolist(), strict=True) if g})
    leads = []
    for account, gone in churns:
        warned = [day for day in flagged.get(account, []) if 0 < gone - day <= YEAR]
        if warned:
            leads.append(gone - min(warned))
    shares = {d: sum(lead >= d for lead in leads) / max(1, len(churns)) for d in (30, 60, 90)}
    return Lead(round(float(np.median(leads))) if leads else None, len(churns), shares)
