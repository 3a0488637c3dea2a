"""The rooms of health/predict on the public IBM Telco set: `python -m benchmarks.predict telco [--keep]`; see simulated.py for the other.

Five folds of customers drawn by a stated seed; every prediction is of a customer its model had not seen. The set has no
dates, so nothing here respects time: its figures say that the methods work, not what a company's own history allows.
--keep writes the table into benchmarks/results.md.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.machine import ROOT, keep, stated
from benchmarks.predict import simulated
from vitalreel.health.predict.challenger import challenge
from vitalreel.health.predict.figures import Figures, judge
from vitalreel.health.predict.logistic import Floats
from vitalreel.health.predict.model import learn
from vitalreel.health.predict.snapshots import Feature, Snapshots

TELCO = Path("data/ibm_telco/Telco-Customer-Churn.csv")
NUMBERS = ("tenure", "MonthlyCharges", "TotalCharges")
FOLDS, SEED = 5, 1
DAY, HORIZON = date(2018, 1, 1), 30  # the set names neither
SIGNS = {"tenure": -1}
"""Told before the data were seen: a longer tenure never raises the chance."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("set", choices=["telco", "simulated"])
    asked.add_argument("--accounts", type=int, default=2500, help="of the simulated company")
    asked.add_argument("--days", type=int, default=960, help="of its history")
    asked.add_argument("--seed", type=int, default=21, help="which company it is")
    asked.add_argument("--data", type=Path, default=ROOT.parent / "shared", help="the folder with data/")
    asked.add_argument("--keep", action="store_true", help="write the table into benchmarks/results.md")
    given = asked.parse_args()
    if given.set == "simulated":
        _simulated(given.accounts, given.days, given.seed, given.keep)
        return
    path = given.data / TELCO
    if not path.is_file():
        raise SystemExit(f"{path} is not there: give --data DIR, the folder that holds data/ibm_telco")
    table = _table(read(path))
    print(table)
    if given.keep:
        keep("Churn: IBM Telco", "python -m benchmarks.predict telco", table)


def _simulated(accounts: int, days: int, seed: int, kept: bool) -> None:
    found = simulated.table(accounts, days, seed)
    print(found)
    if kept:
        keep(
            "Churn: a simulated company",
            f"python -m benchmarks.predict simulated --accounts {accounts} --days {days} --seed {seed}",
            found,
        )


def read(path: Path) -> Snapshots:
    """All customers, one row each: numbers as they are, words as one 0/1 feature a value; a blank is unknown."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns: dict[str, list[float]] = {}
    for name in rows[0]:
        if name in NUMBERS:
            columns[name] = [float(r[name]) if r[name].strip() else np.nan for r in rows]
        elif name not in ("customerID", "Churn"):
            for value in sorted({r[name] for r in rows}):
                columns[f"{name}={value}"] = [float(r[name] == value) for r in rows]
    n = len(rows)
    return Snapshots(
        tuple(Feature(name, name, SIGNS.get(name, 0)) for name in columns),
        np.array([r["customerID"] for r in rows]),
        np.full(n, DAY.toordinal()),
        np.array(list(columns.values())).T,
        np.array([float(r["Churn"] == "Yes") for r in rows]),
        np.zeros(n, np.int64),
        np.ones(n),
    )


def _table(rows: Snapshots) -> str:
    signs = [f.sign for f in rows.features]
    found = {
        "shipped: penalised logistic": _folded(rows, lambda taught: learn(taught, DAY, HORIZON).chances),
        "challenger: boosted trees": _folded(
            rows, lambda taught: challenge(taught.x, taught.y, signs, taught.weights, SEED)
        ),
    }
    lines = [
        f"{stated()}. {len(rows.y)} customers, {int(rows.y.sum())} churned; {FOLDS} folds, seed {SEED}; intervals of 95%, by customer.",
        "",
        "| model | AUC | PR-AUC | Brier (null) | top-decile lift | calibration slope | intercept |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_line(name, figures) for name, figures in found.items())])


def _line(name: str, f: Figures) -> str:
    low, high = f.auc_interval
    return (
        f"| {name} | {f.auc:.4f} ({low:.3f} to {high:.3f}) | {f.pr_auc:.3f} | {f.brier:.4f} ({f.brier_null:.4f}) "
        f"| {f.top_decile_lift:.2f} | {f.calibration_slope:.2f} | {f.calibration_intercept:+.2f} |"
    )


def _folded(rows: Snapshots, teach: Callable[[Snapshots], Callable[[Floats], Floats]]) -> Figures:
    fold = np.random.default_rng(SEED).permutation(len(rows.y)) % FOLDS
    p = np.empty(len(rows.y))
    for part in range(FOLDS):
        p[fold == part] = teach(rows.rows(fold != part))(rows.x[fold == part])
    return judge(p, rows.y, rows.accounts.tolist())


if __name__ == "__main__":
    main()
