"""Declines: how soon the three detectors tell one, and how often they tell one where there is none, on accounts of known truth.

`python -m benchmarks.declines [--accounts N] [--step DAYS] [--keep]`. The accounts are the simulator's: their seats, habits, weekdays,
weekends, holidays, Augusts and idle days. Hidden health is held, so that an account is steady unless its use is told to decline: by 2 %
a week, by 40 % overnight, or to nothing. The shipped signals are computed as of every day of a year, as a running installation would.
One company has the simulator's bursts (weeks in which use is higher or lower for no reason), one has only chance from day to day.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import yaml
from ibis import _
from numpy.typing import NDArray
from scipy.stats import chi2

from benchmarks.machine import keep, stated
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.signals.detected import detected
from vitalreel.signals.moment import Moment
from vitalreel.signals.recorded import Scope
from vitalreel.signals.weekly import WEEKS
from vitalreel.simulator.draws import Floats, logistic, uniform
from vitalreel.simulator.founding import found
from vitalreel.simulator.life import Life
from vitalreel.simulator.people import place
from vitalreel.simulator.plan import REGIONS, Plan
from vitalreel.simulator.trail import Trail, account_id

ibis.options.sql.fuse_selects = False  # as the lake has it
SIGNALS = ("usage.sudden_drop", "usage.erosion", "usage.silence")
KINDS = ("steady", "2% a week", "40% at once", "nothing more")
SHARES = (0.8, 0.12, 0.04, 0.04)
END = date(2026, 9, 30)
LOOKED = 364  # days looked at, one by one
QUIET = 28  # days without an alarm after which the next is a new one
SIZES = (0.0, 5.0, 15.0, 40.0, 100.0, np.inf)  # people on a workday
SEED = 11


@dataclass(frozen=True, slots=True)
class Company:
    """Accounts and their use; an element an account. onset: day of the simulation from which use declines."""

    kind: NDArray[np.int64]  # index into KINDS
    onset: NDArray[np.int64]
    people: Floats  # on an ordinary workday
    accounts: pa.Table
    usage: pa.Table
    start: date


class Steady(Life):
    """The simulator's accounts with health held; `left` says what share of its use an account still has."""

    def __init__(self, plan: Plan, trail: Trail, bursts: bool) -> None:
        super().__init__(plan, found(plan), trail)
        self.who.start[:] = np.minimum(self.who.start, -400)
        self.health = self.who.health
        self.ramp = np.ones(plan.accounts)
        if not bursts:
            self.burst = self.burst_sd = np.zeros(plan.accounts)

    def use(self, t: int, left: Floats) -> None:
        self.wind_down = left
        self._use(t)

    def _feature_use(self, live: Any, t: int, active: Any) -> None:
        """Features say nothing here."""


def company(accounts: int, bursts: bool, seed: int = SEED, days: int = 7 * WEEKS + LOOKED) -> Company:
    """A year of LOOKED days at the end, WEEKS before it; declines begin in the first half of the year."""
    plan = Plan(accounts, days, seed, END)
    start = END - timedelta(days=days - 1)
    trail = Trail(start)
    life = Steady(plan, trail, bursts)
    ids = np.arange(accounts)
    kind = np.searchsorted(np.cumsum(SHARES)[:-1], uniform(seed, "declines", ids), side="right")
    onset = days - LOOKED + (uniform(seed, "onset", ids) * LOOKED / 2).astype(np.int64)
    for t in range(days):
        life.use(t, left(kind, onset, t))
    people = life.seats * 0.75 * logistic(life.who.level + 0.55 * life.health)
    where = [place(plan, life.who, int(i))[0] for i in ids]
    names = pa.array([account_id(int(i)) for i in ids])
    table = pa.table({"account_id": names, "country": where, "region": [REGIONS[r] for r in life.who.region]})
    c = trail.columns("usage")
    usage = pa.table(
        {
            "account_id": names.take(pa.array(c["account"])),
            "day": pa.array(np.datetime64(start) + c["t"].astype("timedelta64[D]"), pa.date32()),
            "metric": pa.repeat("active_users", len(c["t"])),
            "value": pa.array(c["active_users"], pa.float64()),
            "source": pa.repeat("simulated", len(c["t"])),
        }
    )
    return Company(kind, onset, people, table, usage, start)


def left(kind: NDArray[np.int64], onset: NDArray[np.int64], t: int) -> Floats:
    """Share of its use each account still has on day `t`."""
    since = (t - onset).clip(0)
    begun = t >= onset
    found = np.ones(len(kind))
    found = np.where(kind == 1, 0.98 ** (since / 7), found)
    found = np.where((kind == 2) & begun, 0.6, found)
    return np.where((kind == 3) & begun, 0.0, found)


def catalogue() -> Catalogue:
    """The shipped declines and what they are computed from."""
    path = Path(__file__).parents[1] / "src" / "vitalreel" / "library" / "signals.yaml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = ("usage.active_users", *SIGNALS)
    return read_catalogue({"feeds": raw["feeds"], "signals": {n: raw["signals"][n] for n in names}}, path.name)


def told(made: Company, days: Sequence[date], holidays: pa.Table | None = None) -> Iterator[pa.Table]:
    """(account_id, signal, num) as of each day, from what the installation would have had by then."""
    con = ibis.duckdb.connect()
    tables = {"account": made.accounts, "usage": made.usage}
    if holidays is not None:
        tables["holiday"] = holidays
    lake = {name: con.create_table(name, rows) for name, rows in tables.items()}
    moment = Moment(days[0], open=True)
    stages: list[str] = []

    def run(day: date, statements: Sequence[str]) -> None:
        for name, literal in Moment(day, open=True).variables.items():
            con.raw_sql(f"SET VARIABLE {name} = {literal}")
        for statement in statements:
            con.raw_sql(statement)

    def kept(name: str, table: Any) -> Any:
        stages.append(f"CREATE OR REPLACE TABLE {name} AS {con.compile(table)}")
        run(days[0], stages[-1:])
        return con.table(name)

    found = detected(lake, Scope(catalogue(), moment, lake["account"]), kept)
    rows = ibis.union(*found).filter(_.day == moment.today).select("account_id", "signal", "num")
    sql = con.compile(rows)
    for day in days:
        run(day, stages)
        yield con.con.sql(sql).to_arrow_table()


def watched(made: Company, step: int, first: int = 0) -> Mapping[str, Floats]:
    """signal -> (accounts, looks): its value, NaN where unknown."""
    last = (END - made.start).days
    looks = [made.start + timedelta(days=t) for t in range(last - LOOKED + 1 + first, last + 1, step)]
    names = made.accounts["account_id"].combine_chunks()
    found = {s: np.full((len(names), len(looks)), np.nan) for s in SIGNALS}
    for n, rows in enumerate(told(made, looks)):
        at = pa.compute.index_in(rows["account_id"], names).to_numpy()
        signal, num = rows["signal"].to_numpy(zero_copy_only=False), rows["num"].to_numpy()
        for s in SIGNALS:
            found[s][at[signal == s], n] = num[signal == s]
    return found


def alarms(values: Floats, step: int) -> NDArray[np.bool_]:
    """Looks at which an alarm begins: above 0 after QUIET days without."""
    on = np.nan_to_num(values) > 0
    begins = np.zeros_like(on)
    last = np.full(len(on), -(10**6))
    for n in range(on.shape[1]):
        begins[:, n] = on[:, n] & (n * step - last > QUIET)
        last = np.where(on[:, n], n * step, last)
    return begins


# -- told in tables


def false_alarms(made: Company, values: Mapping[str, Floats], step: int) -> list[str]:
    """False alarms of steady accounts in 100 account-years, by size."""
    lines = ["| people on a workday | accounts | " + " | ".join(SIGNALS) + " |", "|---|---|" + "---|" * len(SIGNALS)]
    steady = made.kind == 0
    for low, high in [*pairwise(SIZES), (SIZES[0], SIZES[-1])]:
        here = steady & (made.people >= low) & (made.people < high)
        cells = []
        for s in SIGNALS:
            years = np.isfinite(values[s][here]).sum() * step / 365
            n = int(alarms(values[s][here], step).sum())
            cells.append(_rate(n, years))
        lines.append(f"| {_size(low, high)} | {int(here.sum())} | " + " | ".join(cells) + " |")
    return lines


def _rate(n: int, years: float) -> str:
    if years < 1:
        return "too little use to tell"
    low, high = (chi2.ppf(0.025, 2 * n) / 2 if n else 0.0), chi2.ppf(0.975, 2 * n + 2) / 2
    return f"{100 * n / years:.2f} ({100 * low / years:.2f} to {100 * high / years:.2f}; {n} in {years:.0f} years)"


def delays(made: Company, values: Mapping[str, Floats], step: int) -> list[str]:
    """By size and kind of decline: share told within some weeks, and the median delay."""
    lines = [
        "| decline | people on a workday | accounts | told within 8 weeks | within 13 | median, weeks |",
        "|---|---|---|---|---|---|",
    ]
    first = (END - made.start).days - LOOKED + 1
    for kind, signals in ((1, SIGNALS), (2, SIGNALS), (3, SIGNALS)):
        for low, high in pairwise(SIZES):
            here = (made.kind == kind) & (made.people >= low) & (made.people < high)
            here &= np.any([np.isfinite(values[s]).mean(1) > 0.9 for s in signals], axis=0)
            if here.sum():
                weeks = _delay([values[s][here] for s in signals], made.onset[here] - first, step) / 7
                lines.append(f"| {KINDS[kind]} | {_size(low, high)} | {int(here.sum())} | {_share(weeks <= 8)} | "
                             f"{_share(weeks <= 13)} | {_median(weeks)} |")  # fmt: skip
    return lines


def _delay(values: Sequence[Floats], onset: NDArray[np.int64], step: int) -> Floats:
    """Days from the onset to the first alarm after it by any of the signals; infinite where there is none."""
    looks = np.arange(values[0].shape[1]) * step
    on = np.any([np.nan_to_num(v) > 0 for v in values], axis=0) & (looks >= onset[:, None])
    first = np.where(on.any(1), looks[on.argmax(1)], np.inf)
    return first - onset


def _share(hit: NDArray[np.bool_]) -> str:
    p, n = float(hit.mean()), len(hit)
    return f"{100 * p:.0f} ± {100 * np.sqrt(p * (1 - p) / n):.0f} %"


def _median(weeks: Floats) -> str:
    middle = float(np.median(weeks))
    return f"{middle:.1f}" if np.isfinite(middle) else "not within the year"


def _size(low: float, high: float) -> str:
    if high == np.inf:
        return f"{low:g} and more" if low else "all"
    return f"{low:g} to {high:g}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--accounts", type=int, default=1500, help="of each company")
    asked.add_argument("--step", type=int, default=1, help="days from look to look")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--keep", action="store_true", help="write the tables into benchmarks/results.md")
    given = asked.parse_args()
    parts = [f"{stated()}. Companies of {given.accounts} accounts, seed {given.seed}, {LOOKED} days looked at every {given.step}; an "
             f"alarm after {QUIET} days without one counts anew. False alarms in 100 account-years with exact Poisson intervals of 95 %; "
             "shares ± one standard error."]  # fmt: skip
    for bursts in (False, True):
        made = company(given.accounts, bursts, given.seed)
        values = watched(made, given.step)
        name = "With the simulator's bursts" if bursts else "Chance from day to day alone"
        parts += [f"**{name}: false alarms of steady accounts.**", "\n".join(false_alarms(made, values, given.step)),
                  f"**{name}: declines.**", "\n".join(delays(made, values, given.step))]  # fmt: skip
        print("\n\n".join(parts[-4:]), flush=True)
    if given.keep:
        keep(
            "Declines",
            f"python -m benchmarks.declines --accounts {given.accounts} --step {given.step}",
            "\n\n".join(parts),
        )


if __name__ == "__main__":
    main()
