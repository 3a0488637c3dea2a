"""Make a workspace with a simulated company in it: vendor files under data/, and the truth beside them, out of `load`'s reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.csv as csv

from vitalreel.simulator.company import simulate
from vitalreel.simulator.plan import Plan
from vitalreel.store.workspace import TRUTH, Workspace, create


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was written where."""

    workspace: Workspace
    data: Path
    truth: Path
    rows: dict[str, int]
    accounts: int


def simulate_company(folder: Path, plan: Plan, say: Callable[[str], None]) -> Simulated:
    """Write the company of `plan` into a new workspace. Raises BadInput where `folder` holds something."""
    workspace = create(folder)
    say(f"Simulating {plan.accounts} accounts over {plan.days} days, seed {plan.seed}")
    company = simulate(plan)
    data = folder / "data"
    data.mkdir()
    for name, table in company.tables.items():
        csv.write_csv(table, data / f"{name}.csv")
    truth = workspace.var / TRUTH
    truth.parent.mkdir(exist_ok=True)
    csv.write_csv(company.truth, truth)
    rows = {name: table.num_rows for name, table in company.tables.items()}
    return Simulated(workspace, data, truth, rows, rows["accounts"])
