"""Six months of the loop with its processes killed at random: what became of every ladder, told by a reader that shares no code with it.

    python -m benchmarks.halfyear --accounts 2000 --crashes 50 --keep

The simulated company of benchmarks/loops hands over its data each Monday and answers the films. The product's own steps run in a
process that is killed (SIGKILL) at random moments and started again; data come late and are corrected, the clock jumps back and forth,
the plays' definitions change three times, once with everything under way upgraded, and people unsubscribe. The reader opens the
database with sqlite3 and the mails' log as text.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time as clock
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.halfyear.hand import Hand
from benchmarks.halfyear.reader import Judged, judge
from benchmarks.halfyear.year import CORRECTED, EDITS, JUMPS, LATE, Halfyear, shipped
from benchmarks.loops.programme import Trial, prepared
from benchmarks.machine import keep, stated


@dataclass(frozen=True, slots=True)
class Ran:
    """What it took, and what the reader found."""

    wall_s: float
    cpu_s: float  # of the product's own steps
    crashes: int
    unknown: int
    left: int  # people who unsubscribed
    judged: Judged


def ran(accounts: int, crashes: int, seed: int, weeks: int = 26) -> Ran:
    """Six months, and the reader's word on them."""
    trial = Trial(accounts, seed, plays=shipped(), weeks=weeks)
    with tempfile.TemporaryDirectory() as folder:
        doors = prepared(Path(folder) / "ws", trial)
        chance = random.Random(seed)
        jobs = weeks * 5
        hand = Hand(doors.workspace.root, chance, sorted(chance.choices(range(1, jobs), k=crashes)))
        began = clock.perf_counter()
        hand.start()
        year = Halfyear(trial, doors, hand)
        year.lived()
        took = clock.perf_counter() - began
        hand.stop()
        last = trial.begins + timedelta(weeks=weeks - 1)
        return Ran(
            took,
            hand.cpu_s,
            hand.crashes,
            year.unknown,
            len(year.left),
            judge(doors.workspace.database, doors.workspace.var / "mails.log", last, year.left),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--crashes", type=int, default=50)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    found = ran(given.accounts, given.crashes, given.seed, given.weeks)
    text = told(given, found)
    print(text)
    if given.keep:
        keep(
            "Six months of crashes",
            f"python -m benchmarks.halfyear --accounts {given.accounts} --crashes {given.crashes} --keep",
            text,
        )


def told(given: argparse.Namespace, found: Ran) -> str:
    j = found.judged
    wrong = "\n".join(f"- {line}" for line in j.wrong[:40]) or "None."
    edits, jumps, late, corrected = (
        sum(week < given.weeks for week in weeks) for weeks in (EDITS, JUMPS, LATE, CORRECTED)
    )
    return (
        f"{stated()}. {given.accounts:,} accounts, {given.weeks} weeks, seed {given.seed}, all shipped plays: {found.wall_s:,.0f} s wall, "
        f"{found.cpu_s:,.0f} CPU s of the product's steps, {found.crashes} times killed (SIGKILL), {edits} changes of definitions (the 2nd "
        f"taken up by what was under way), {jumps} jumps of the clock, {late} weeks of late and {corrected} of corrected data. {j.runs:,} "
        f"episodes ({j.held:,} held out), {j.ended:,} ladders ended, {j.open:,} under way, {j.films:,} films planned, {j.mails:,} mails, "
        f"{j.tasks:,} tasks. {found.left} people unsubscribed; {found.unknown} deliveries of which nobody could tell were looked up by a "
        f"person. Broken promises: **{len(j.wrong)}**.\n\n{wrong}"
    )


if __name__ == "__main__":
    main()
