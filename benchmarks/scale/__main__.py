"""What it costs to score every account of a large company, and to put the plays to them: the product's own path, end to end.

    python -m benchmarks.scale score [--accounts 10000 100000] [--keep]     make bench-score
    python -m benchmarks.scale tick [--accounts 10000 100000] [--keep]      make bench-tick

Each size has a workspace of its own (world.py). Each step is a process of its own: the day before first, as a workspace that runs has
had it; then the day that is measured, from the opening of the workspace to the rows published. CPU seconds are of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.machine import keep, stated
from benchmarks.scale.world import DAY, USAGE_ROWS, make

PLAYS = {"score": 20, "tick": 40}
LINEAR = 1.2


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("what", choices=tuple(PLAYS))
    asked.add_argument("--accounts", type=int, nargs="+", default=[10_000, 100_000])
    asked.add_argument("--keep", action="store_true", help="write the result into benchmarks/results.md")
    asked.add_argument("--child", nargs=3, metavar=("STEP", "ROOT", "DAY"), help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.child:
        step, root, day = options.child
        print(json.dumps(_measured(STEPS[step], Path(root), date.fromisoformat(day))))
        return
    lines = _scores(options.accounts) if options.what == "score" else _ticks(options.accounts)
    text = f"{stated()}. {WORDS[options.what]}\n\n" + "\n".join(lines)
    print(text)
    if options.keep:
        title = {"score": "Scoring at scale", "tick": "One tick at scale"}[options.what]
        keep(title, " ".join(["python -m benchmarks.scale", *sys.argv[1:]]), text)


WORDS = {
    "score": f"Accounts with {USAGE_ROWS} usage rows each. A day: features, scores, drivers (parts), bands, all saved, by the shipped "
    "scorecards; then the conditions of 20 plays, by the decision's own question. Beside it one plain SQL statement that computes "
    "the points of that day from the same files and nothing else.",
    "tick": f"Accounts with {USAGE_ROWS} usage rows each, 40 plays, decided and saved in SQLite. On the first day every play meets "
    "everybody for the first time; on the next day a third of the accounts brought a new row of use each.",
}


def _scores(sizes: list[int]) -> list[str]:
    lines = [
        "| accounts | usage rows | scored | score: wall s | CPU s | 20 plays asked: CPU s | peak MB | plain SQL: CPU s | times it "
        "| same points |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    spent = {}
    for n in sizes:
        with tempfile.TemporaryDirectory(prefix="vitalreel-scale-") as name:
            root = Path(name) / "ws"
            make(root, n, PLAYS["score"])
            _child("score", "scored", root, DAY - timedelta(days=1))
            got, asks = _child("score", "scored", root, DAY), _child("score", "asked", root, DAY)
            peer = _child("score", "plain", root, DAY)
        spent[n] = got["cpu_s"] + asks["cpu_s"]
        peak = max(got["peak_mb"], asks["peak_mb"])
        lines.append(
            f"| {n:,} | {n * USAGE_ROWS:,} | {got['scored']:,} | {got['wall_s']:.1f} | {got['cpu_s']:.1f} | {asks['cpu_s']:.1f} "
            f"| {peak:,.0f} | {peer['cpu_s']:.1f} | {got['cpu_s'] / peer['cpu_s']:.1f} | {peer['same']:.2%} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    return [*lines, "", _growth(spent)]


def _growth(spent: Mapping[int, float]) -> str:
    few, many = min(spent), max(spent)
    times = spent[many] / spent[few]
    return (
        f"From {few:,} to {many:,} accounts CPU seconds grow {times:.1f} times; linear times {LINEAR} would be {many / few * LINEAR:.0f}. "
        "Target: 1,000,000 accounts in 60 s wall on two quiet cores (some 120 CPU s) and 3 GB, at most twice plain SQL."
    )


def _ticks(sizes: list[int]) -> list[str]:
    lines = [
        "| accounts | day | wall s | CPU s | peak MB | answers that are no plain no | episodes written | opened | films planned |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for n in sizes:
        with tempfile.TemporaryDirectory(prefix="vitalreel-scale-") as name:
            root = Path(name) / "ws"
            make(root, n, PLAYS["tick"])
            for which, day in (("first", DAY), ("next", DAY + timedelta(days=1))):
                _child("tick", "scored", root, day)
                got = _child("tick", "decided", root, day)
                lines.append(
                    f"| {n:,} | {which} | {got['wall_s']:.1f} | {got['cpu_s']:.1f} | {got['peak_mb']:,.0f} | {got['said']:,} "
                    f"| {got['episodes']:,} | {got['opened']:,} | {got['films']:,} |"
                )
                print(lines[-1], file=sys.stderr, flush=True)
    return lines


# -- what a process does


def _child(what: str, step: str, root: Path, day: date) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", what, "--child", step, str(root), day.isoformat()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measured(step: Callable[[Path, date], Mapping[str, float]], root: Path, day: date) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    told = step(root, day)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu, "peak_mb": peak, **told}


def _scored(root: Path, day: date) -> Mapping[str, float]:
    from vitalreel.steps.assess import assess
    from vitalreel.wiring import open_doors

    done = assess(open_doors(root), day, datetime.now(UTC))
    return {"scored": done.scored}


def _asked(root: Path, day: date) -> Mapping[str, float]:
    """The conditions of the plays, as a decision asks them; nothing is decided or saved."""
    from vitalreel.steps.asking import ask, named_by
    from vitalreel.steps.knowing import catalogue_of, signals_of
    from vitalreel.steps.plays import read_plays
    from vitalreel.wiring import open_doors

    doors = open_doors(root)
    catalogue = catalogue_of(doors)
    plays = read_plays(doors, catalogue)
    with doors.lake.session() as session:
        answers = ask(plays, signals_of(doors, session, catalogue, day, named_by(plays, {})), [], {})
    return {"plays": len(plays), "said": sum(map(len, answers.values()))}


def _plain(root: Path, day: date) -> Mapping[str, float]:
    """The peer, and how many of its points are those that were saved; comparing is not counted."""
    import duckdb

    from benchmarks.scale.plain import statement
    from vitalreel.steps.assess import read_model
    from vitalreel.wiring import open_doors

    doors = open_doors(root)
    sql = statement(root / "var" / "lake", read_model(doors).scorecards, day)
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = false")
        began, cpu = time.perf_counter(), time.process_time()
        db.execute(f"CREATE TABLE plain AS {sql}")
        spent = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
        rows = db.execute(
            f"""SELECT avg(CAST(s.points IS NOT DISTINCT FROM p.points AS INTEGER)) FROM plain p
            JOIN (FROM read_parquet('{root}/var/lake/score/*.parquet') WHERE day = DATE '{day}') s USING (account_id)"""
        ).fetchall()
    return {**spent, "same": float(rows[0][0])}


def _decided(root: Path, day: date) -> Mapping[str, float]:
    from vitalreel.steps.decide import decide_day
    from vitalreel.wiring import open_doors

    done = decide_day(open_doors(root), day, datetime.now(UTC)).decision
    opened = sum(e.opened_on == day for e in done.episodes)
    return {"said": len(done.said), "episodes": len(done.episodes), "opened": opened, "films": len(done.touches)}


STEPS: Mapping[str, Callable[[Path, date], Mapping[str, float]]] = {
    "scored": _scored,
    "asked": _asked,
    "plain": _plain,
    "decided": _decided,
}

if __name__ == "__main__":
    main()
