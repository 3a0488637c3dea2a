"""Events under load, and watched in a browser: `python -m benchmarks.events rate|kills|session [--keep]`.

rate   `vitalreel serve` and wrk beside it on the same machine: acknowledged events a second, and how long each batch waited.
kills  the server is killed with SIGKILL under load, again and again; then every acknowledged event is looked for.
session  one viewer in a real Chromium, reconstructed from his events beside what the film's clock showed. Fails where it is off.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.events.kills import kills, told
from benchmarks.events.load import AGENT
from benchmarks.events.place import place, served
from benchmarks.machine import keep, stated
from vitalreel.errors import Unavailable
from vitalreel.store.tables import event

LINKS = 4_000
BATCHES = (1, 2, 5)
"""Events in a batch. A player sends within two seconds of an event; most batches hold one or two."""
WARM_S = 3


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("what", choices=["rate", "kills", "session"])
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--connections", type=int, default=64)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--lost", type=float, default=20.0, help="seconds without a network")
    asked.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        title, text, holds = _answer(options, Path(name) / "ws")
    print(text)
    if options.keep and holds:
        keep(title, f"python -m benchmarks.events {options.what}", text)
    raise SystemExit(0 if holds else 1)


def _answer(options: argparse.Namespace, root: Path) -> tuple[str, str, bool]:
    """(title, figures, whether what must hold does)."""
    if options.what == "rate":
        return "Events a second", rates(options.seconds, options.connections), True
    if options.what == "kills":
        survived = kills(root, options.kills)
        holds = survived.missing == 0 and survived.new <= survived.stored == survived.measured
        return "Events and a killed server", f"{stated()}. {told(survived)}", holds
    from benchmarks.events import session  # a browser, and what the tests drive it with

    root.mkdir()
    compared = session.session(root, options.lost)
    holds = all(c.off_s <= session.TOLERANCE_S for c in compared)
    return "A session in a browser", f"{stated()}. {session.told(compared, options.lost)}", holds


def rates(seconds: int, connections: int) -> str:
    """Acknowledged events and how long a batch waits, at as many as are answered."""
    if not shutil.which("wrk"):
        raise Unavailable("wrk", "is not installed", "apt-get install wrk")
    rows = [_row(each, *_measured(each, seconds, connections)) for each in BATCHES]
    return (
        f"{stated()}. `vitalreel serve` over SQLite (WAL, synchronous FULL) with its pulse, which measures the views and scores the "
        f"accounts meanwhile; wrk beside it on the same cores: {connections} connections, each sending its next batch when the one before "
        f"is answered, {LINKS:,} viewers behind 100 addresses, {seconds} s.\n\n"
        "| events a batch | events acknowledged a second | batches a second | p50 ms | p99 ms | longest ms | other answers "
        "| acknowledged | stored |\n|---|---|---|---|---|---|---|---|---|\n" + "\n".join(rows)
    )


def _measured(each: int, seconds: int, connections: int) -> tuple[dict[str, Any], int]:
    """What wrk says of one run, and how many events are in the database afterwards."""
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        doors, tokens = place(Path(name) / "ws", LINKS)
        file = Path(name) / "tokens"
        file.write_text("\n".join(tokens))
        with served(Path(name) / "ws") as port:
            _wrk(port, file, each, "warm", WARM_S, connections)
            said = _wrk(port, file, each, "load", seconds, connections)
        with doors.engine.connect() as c:
            stored = c.execute(select(func.count()).where(event.c.id.like("load%"))).scalar_one()
    return said, stored


def _wrk(port: int, tokens: Path, each: int, salt: str, seconds: int, connections: int) -> dict[str, Any]:
    call = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s",
            "-s", str(Path(__file__).with_name("viewers.lua")), f"http://127.0.0.1:{port}"]  # fmt: skip
    around = {**os.environ, "TOKENS": str(tokens), "EACH": str(each), "SALT": salt, "AGENT": AGENT}
    said = subprocess.run(call, env=around, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    return found


def _row(each: int, said: dict[str, Any], stored: int) -> str:
    others = f"{said['others']:,}" + (f", {said['broken']:,} connections broken" if said["broken"] else "")
    return (
        f"| {each} | {said['acknowledged'] / said['seconds']:,.0f} | {said['batches'] / said['seconds']:,.0f} | {said['p50_ms']:.0f} "
        f"| {said['p99_ms']:.0f} | {said['longest_ms']:.0f} | {others} | {said['acknowledged']:,} | {stored:,} |"
    )


if __name__ == "__main__":
    main()
