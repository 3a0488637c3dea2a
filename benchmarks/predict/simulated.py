"""The shipped probability on a simulated company, through the whole pipeline, beside the truth that no predictor can beat.

The truth is the chance given all that is hidden, health, sponsors and decisions already made: `simulator/fate.py`. Usage metrics that
no measure reads are left out of the load.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import stated
from vitalreel.health.predict.figures import RESAMPLES, Figures, auc, judge
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.model import learn
from vitalreel.health.predict.rolling import cut_offs, rolled
from vitalreel.health.predict.snapshots import Snapshots
from vitalreel.simulator.fate import LIVES, fates
from vitalreel.simulator.plan import Plan
from vitalreel.steps.assess import read_model
from vitalreel.steps.predict import history
from vitalreel.steps.simulate import simulate_company
from vitalreel.steps.sync import origins, sync
from vitalreel.wiring import open_doors

HORIZON = 90
END = date(2026, 9, 30)
LEARNT = 150
"""Churns a cut-off's model must have learnt from: with fewer the figures tell how little was learnt, not how well."""
UNREAD = ("weekly_users", "minutes")


@dataclass(frozen=True, slots=True)
class Tried:
    """Predictions made without having seen what came, beside the truth; an element a prediction."""

    accounts: NDArray[np.str_]
    p: Floats
    calendar: Floats  # by a model that knows the contract alone
    truth: Floats
    y: Floats
    cut_offs: int
    learnt: tuple[int, int]  # churns the first and the last model had learnt from


def table(accounts: int, days: int, seed: int) -> str:
    """Simulate, load, score, predict, compare."""
    return told(Plan(accounts, days, seed, END), tried(*company(Plan(accounts, days, seed, END))))


def company(plan: Plan) -> tuple[Plan, Snapshots]:
    """The history of a company as `vitalreel predict train` sees it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "ws"
        made = simulate_company(root, plan, print)
        mapping = root / "mappings" / "simulated.yaml"
        lines = mapping.read_text(encoding="utf-8").splitlines(keepends=True)
        mapping.write_text("".join(x for x in lines if not x.strip().startswith(UNREAD)), encoding="utf-8")
        doors = open_doors(root)
        for origin in origins(doors, ()):
            sync(doors, origin, made.data, datetime.combine(plan.end, time(23), UTC))
        print("Loaded; looking back")
        with doors.lake.session() as session:
            return plan, history(doors, session, read_model(doors), plan.end, HORIZON)


def tried(plan: Plan, rows: Snapshots) -> Tried:
    """Rolling origin at each cut-off whose model has learnt from LEARNT churns."""
    learnt = {d: rows.rows(~np.isnan(rows.y) & (rows.days + HORIZON <= d)).events for d in cut_offs(rows, HORIZON)}
    days = [d for d, events in learnt.items() if events >= LEARNT]
    found = rolled(rows, days, HORIZON, lambda taught, day: learn(taught, day, HORIZON).chances)
    kept = [k for k, f in enumerate(rows.features) if f.name.startswith(("contract.", "account.", "scorecard."))]
    alone = _only(rows, kept)
    calendar = rolled(alone, days, HORIZON, lambda taught, day: learn(taught, day, HORIZON).chances)
    first = (plan.end - timedelta(days=plan.days - 1)).toordinal()
    truth = fates(plan, [d - first for d in days], HORIZON)
    pairs = zip(found.accounts.tolist(), found.days.tolist(), strict=True)
    true = np.array([truth[day - first][int(account.removeprefix("acc-"))] for account, day in pairs])
    return Tried(found.accounts, found.p, calendar.p, true, found.y, len(days), (learnt[days[0]], learnt[days[-1]]))


def _only(rows: Snapshots, kept: Sequence[int]) -> Snapshots:
    features = tuple(rows.features[k] for k in kept)
    return Snapshots(features, rows.accounts, rows.days, rows.x[:, kept], rows.y, rows.gone, rows.weights)


def told(plan: Plan, found: Tried) -> str:
    ahead = found.truth < 1  # whoever has decided to leave has a chance of 1
    lines = [
        f"{stated()}. {plan.accounts} accounts over {plan.days} days, seed {plan.seed}; {found.cut_offs} cut-offs {HORIZON} days apart, "
        f"{len(found.y)} predictions, {int(found.y.sum())} churns, models learnt from {found.learnt[0]} to {found.learnt[1]}; the truth by "
        f"{LIVES} futures each. Intervals of 95%, by account.",
        "",
        "| of | by | AUC | behind the truth | Brier (null) | calibration slope | intercept |",
        "|---|---|---|---|---|---|---|",
    ]
    for of, here in (("all accounts", np.ones(len(ahead), bool)), ("decision still ahead", ahead)):
        for by, p in (("shipped", found.p), ("the contract alone", found.calendar), ("truth", found.truth)):
            f = judge(p[here], found.y[here], found.accounts[here].tolist())
            lines.append(_line(of, by, f, *_behind(found, p, here)))
    return "\n".join(lines)


def _line(of: str, by: str, f: Figures, gap: float, low: float, high: float) -> str:
    (a, b), (c, d) = f.auc_interval, f.calibration_slope_interval
    behind = "" if by == "truth" else f"{gap:.3f} ({low:.3f} to {high:.3f})"
    return (
        f"| {of} | {by} | {f.auc:.4f} ({a:.3f} to {b:.3f}) | {behind} | {f.brier:.4f} ({f.brier_null:.4f}) "
        f"| {f.calibration_slope:.2f} ({c:.2f} to {d:.2f}) | {f.calibration_intercept:+.2f} |"
    )


def _behind(found: Tried, p: Floats, here: NDArray[np.bool_]) -> tuple[float, float, float]:
    """(difference in AUC to the truth, interval) by accounts drawn anew."""
    y, truth = found.y[here], found.truth[here]
    names, who = np.unique(found.accounts[here], return_inverse=True)
    order, drawn = np.random.default_rng(1), []
    for _ in range(RESAMPLES):
        times = np.bincount(order.integers(0, len(names), len(names)), minlength=len(names))[who].astype(np.float64)
        drawn.append(auc(truth, y, times) - auc(p[here], y, times))
    low, high = np.quantile(drawn, [0.025, 0.975])
    ones = np.ones(len(y))
    return auc(truth, y, ones) - auc(p[here], y, ones), float(low), float(high)
