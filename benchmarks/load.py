"""What it costs to load many usage rows on the real path: read, map, check, compare, write the lake, publish.

    python -m benchmarks.load [--rows 5000000] [--kinds parquet csv] [--again] [--keep]

Each kind is loaded by a process of its own into an empty workspace on SQLite; `--again` loads the same files a second time,
which has to find every row again. CPU seconds are of that whole process, its start included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.machine import keep, stated

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
ACCOUNTS = 4_000
METRICS = ("logins", "reports", "exports", "api_calls", "minutes")
LIMITS = {"parquet": 20, "csv": 60}
"""CPU seconds that 5,000,000 rows may take."""

MAPPING = """\
source: bench
files: {{accounts: accounts.csv, usage: usage.{kind}}}
known: row_date_on_first_import
account: {{from: accounts, key: id, name: name, zone: zone, since: since}}
usage: {{from: usage, account: account, day: day, metric: metric, value: value}}
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rows", type=int, default=5_000_000)
    asked.add_argument("--kinds", nargs="+", choices=tuple(LIMITS), default=list(LIMITS))
    asked.add_argument("--again", action="store_true", help="load the same files a second time")
    asked.add_argument("--keep", action="store_true", help="write the result into benchmarks/results.md")
    asked.add_argument("--child", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.child:
        print(json.dumps(_load(Path(options.child))))
        return
    lines = [
        "| file | load | rows accepted | MB read | CPU s | wall s | peak MB | limit, CPU s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory(prefix="vitalreel-load-") as name:
        for kind in options.kinds:
            lines += _kind(Path(name) / kind, kind, options.rows, options.again)
    text = f"{stated()}. {options.rows:,} usage rows of {ACCOUNTS:,} accounts, in no order.\n\n" + "\n".join(lines)
    print(text)
    if options.keep:
        keep("Loading usage rows", " ".join(["python -m benchmarks.load", *sys.argv[1:]]), text)


def _kind(folder: Path, kind: str, rows: int, again: bool) -> list[str]:
    """The table's lines for one kind of file."""
    _lay(folder, kind, rows)
    size = (folder / "data" / f"usage.{kind}").stat().st_size / 1e6
    lines = []
    for load in ("first", "again") if again else ("first",):
        got = json.loads(
            subprocess.run(
                [sys.executable, "-m", "benchmarks.load", "--child", folder], check=True, capture_output=True, text=True
            ).stdout
        )
        limit = f"{LIMITS[kind] * rows / 5e6:g}" if load == "first" else ""
        spent = f"{got['cpu_s']:.1f} | {got['wall_s']:.1f} | {got['peak_mb']:.0f}"
        lines.append(f"| {kind} | {load} | {got['accepted']:,} | {size:.0f} | {spent} | {limit} |")
        print(lines[-1], file=sys.stderr)
    return lines


def _lay(folder: Path, kind: str, rows: int) -> None:
    """A workspace and its files: days without gaps for every account and metric, rows in no order, as exports come."""
    from vitalreel.store.workspace import create

    create(folder / "ws")
    for other in (folder / "ws" / "mappings").glob("*.yaml"):
        other.unlink()
    (folder / "ws" / "mappings").mkdir(exist_ok=True)
    (folder / "ws" / "mappings" / "bench.yaml").write_text(MAPPING.format(kind=kind), encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    to = "(FORMAT parquet)" if kind == "parquet" else "(FORMAT csv, HEADER)"
    names = ", ".join(f"'{m}'" for m in METRICS)
    with duckdb.connect() as db:
        db.execute(f"""COPY (SELECT 'A' || lpad(CAST(i AS VARCHAR), 6, '0') AS id, 'Company ' || i AS name, 'Europe/Paris' AS zone,
                       DATE '2024-01-01' AS since FROM range({ACCOUNTS}) t(i)) TO '{data}/accounts.csv' (FORMAT csv, HEADER)""")
        db.execute(f"""
            COPY (SELECT 'A' || lpad(CAST(i % {ACCOUNTS} AS VARCHAR), 6, '0') AS account,
                         DATE '2024-01-01' + CAST(i // {ACCOUNTS * len(METRICS)} AS INTEGER) AS day,
                         [{names}][1 + (i // {ACCOUNTS}) % {len(METRICS)}] AS metric,
                         hash(i) % 100000 / 100.0 AS value
                  FROM range({rows}) t(i) ORDER BY hash(i)) TO '{data}/usage.{kind}' {to}""")


def _load(folder: Path) -> dict[str, float]:
    """One load, in this process."""
    from vitalreel.settings import read_settings
    from vitalreel.steps.sync import origins, sync
    from vitalreel.wiring import open_doors

    began = time.perf_counter()
    doors = open_doors(folder / "ws", read_settings({}))
    done = sync(doors, origins(doors)[0], folder / "data", NOW)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "accepted": done.tables["usage"].accepted,
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - began,
        "peak_mb": used.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
