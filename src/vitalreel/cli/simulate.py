"""`simulate`: a workspace with a company of known truth, ready to load."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.errors import BadInput
from vitalreel.simulator.plan import Plan
from vitalreel.steps.simulate import simulate_company


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--accounts", default=120, show_default=True, help="How many accounts, 1 to 1,000,000.")
@click.option("--days", default=480, show_default=True, help="Days of history, the last one being --as-of.")
@click.option("--seed", default=7, show_default=True, help="Same seed, same company.")
@framed
def simulate(frame: Frame, folder: Path, accounts: int, days: int, seed: int) -> None:
    """Make a workspace with an invented company, ready to load.

    \b
    $ vitalreel simulate ws --accounts 120 --seed 7
    Wrote 120 accounts (69,000 rows) to ws/data. Next: vitalreel load -w ws --data ws/data
    """
    try:
        plan = Plan(accounts, days, seed, frame.day)
    except ValueError as e:
        raise BadInput("simulate", str(e)) from e
    made = simulate_company(folder, plan, frame.say)
    document = {
        "workspace": str(folder),
        "data": str(made.data),
        "accounts": made.accounts,
        "rows": made.rows,
        "truth": str(made.truth),
    }
    total = sum(made.rows.values())
    frame.answer(
        document,
        f"Wrote {made.accounts} accounts ({total:,} rows) to {made.data}. Next: vitalreel load -w {folder} --data {made.data}",
    )
