"""Ours beside our peers, in turns, on this machine: `python -m benchmarks.render [--rounds N] [--keep]`.

Prints the table that stands in benchmarks/results.md. CPU seconds are those of the whole process tree, the lowest of the
rounds; the machine may be busy, which CPU time shows far less than wall time does. --keep writes the table there.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import keep, stated
from benchmarks.render.content import SECONDS
from benchmarks.render.peers import Make, peers
from benchmarks.render.processes import Cost, counted

ROOT = Path(__file__).resolve().parents[2]
PATH = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}


def ours(*arguments: str) -> Cost:
    return counted([sys.executable, "-m", "benchmarks.render.ours", *arguments], ROOT, PATH)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=2, help="of each maker; the lowest is kept")
    asked.add_argument("--keep", action="store_true", help="write the table into benchmarks/results.md")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        folder = Path(name)
        makes: dict[str, Make | str] = {"ours, cold": lambda out: ours("cold", str(out)), **peers(folder)}
        makes["ours, cold"](folder / "first.mp4")  # type: ignore[operator]  # compiles the colour kernel of this machine
        costs = {name: _lowest(make, folder, options.rounds) for name, make in makes.items()}
        warm = json.loads(ours("warm", str(options.rounds + 1)).out)
    table = _table(costs, warm)
    print(table)
    if options.keep:
        keep("The common scene", "make bench-render", table)


def _lowest(make: Make | str, folder: Path, rounds: int) -> tuple[Cost, int] | str:
    """The cheapest of some rounds and the film's size; where it cannot be made, why."""
    if isinstance(make, str):
        return make
    out = folder / "film.mp4"
    costs = [make(out) for _ in range(rounds)]
    cheapest = Cost(min(c.cpu_s for c in costs), min(c.wall_s for c in costs), "")
    return cheapest, out.stat().st_size


def _table(costs: dict[str, tuple[Cost, int] | str], warm: dict[str, dict[str, float]]) -> str:
    cold, size = costs["ours, cold"]  # type: ignore[misc]
    made, plain, card = warm["ours"], warm["plain"], warm["card"]
    rows = [
        f"{stated()}. Common scene: 1920 x 1080, {SECONDS} s at 30 frames a second, {warm['repeats']} of 300 frames exact"
        " repeats, without sound. CPU s of the whole process tree, process start included unless said.",
        "",
        "| maker | CPU s | wall s | times real time | kB | SSIM Y | PSNR Y | CPU / ours cold | CPU / ours warm |",
        "|---|---|---|---|---|---|---|---|---|",
        _row("ours, cold: a process that starts, makes the film and ends", cold.cpu_s, cold.wall_s, size / 1000, made),
        _row("ours, a warm worker", made["cpu_s"], made["wall_s"], made["kB"], made),
    ]
    for name, cost in costs.items():
        if name == "ours, cold":
            continue
        if isinstance(cost, str):
            rows.append(f"| {name} | skipped: {cost} | | | | | | | |")
            continue
        spent, size = cost
        ratios = f"{spent.cpu_s / cold.cpu_s:.1f} | {spent.cpu_s / made['cpu_s']:.1f}"
        rows.append(_row(name, spent.cpu_s, spent.wall_s, size / 1000, None, ratios))
    ratios = f"{plain['cpu_s'] / cold.cpu_s:.1f} | {plain['cpu_s'] / made['cpu_s']:.1f}"
    rows.append(
        _row("x264 veryfast crf 20 of the ready pictures", plain["cpu_s"], plain["wall_s"], plain["kB"], plain, ratios)
    )
    rows += [
        "",
        f"Beside that plain encode, our whole warm render (draw, convert, encode, mux) takes {made['cpu_s'] / plain['cpu_s']:.2f}"
        f" of its CPU and {made['kB'] / plain['kB']:.2f} of its bytes. Drawing alone: {warm['drawing_s']:.2f} s."
        f" A still card: {card['cpu_s_per_s']:.4f} CPU s a second, {card['kB']:.0f} kB."
        f" Peak memory of the worker: {warm['peak_MB']:.0f} MB.",
    ]
    return "\n".join(rows)


def _row(
    name: str, cpu_s: float, wall_s: float, kilobytes: float, like: dict[str, float] | None, ratios: str = " | "
) -> str:
    seen = f"{like['ssim']:.5f} | {like['psnr']:.2f}" if like else "- | -"
    return f"| {name} | {cpu_s:.2f} | {wall_s:.2f} | {SECONDS / wall_s:.1f} | {kilobytes:.0f} | {seen} | {ratios} |"


if __name__ == "__main__":
    main()
