"""Change points against people's: `signals.shifts` with its one setting over all series of the Turing Change Point Dataset.

`python -m benchmarks.changepoints` prints every series and keeps the figures in results.md. The measure is that of the data
set's authors (van den Burg and Williams, arXiv 2003.06222, section 4.2): precision against the changes any annotator marked,
recall as the mean over annotators, a margin of five values, and the series' beginning counted as a change for everybody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import keep, stated
from vitalreel.signals.shifts import CAUTION, Floats, shifts

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "changepoint_tcpd"
MARGIN = 5
TRIED = (1.0, 1.5, CAUTION, 2.5, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: Floats  # (n, series), NaN where missing
    marked: Sequence[Collection[int]]  # by each annotator


def read(folder: Path = DATA) -> tuple[Series, ...]:
    """All series of the data set by name. Raises FileNotFoundError where it does not lie there."""
    marked = json.loads((folder / "annotations.json").read_text())
    files = [json.loads(p.read_text()) for p in sorted(folder.glob("*.json")) if p.name != "annotations.json"]
    return tuple(
        Series(
            f["name"],
            np.array([[np.nan if v is None else v for v in s["raw"]] for s in f["series"]], float).T,
            list(marked[f["name"]].values()),
        )
        for f in files
    )


def f1(marked: Sequence[Collection[int]], found: Collection[int]) -> float:
    """F1 of found changes against those of all annotators."""
    people, ours = [{0, *m} for m in marked], {0, *found}
    precision = _hits(set().union(*people), ours) / len(ours)
    recall = float(np.mean([_hits(p, ours) / len(p) for p in people]))
    return 2 * precision * recall / (precision + recall)


def _hits(true: Collection[int], found: Collection[int]) -> int:
    """How many true changes have a found one of their own within the margin."""
    left, hits = set(found), 0
    for change in sorted(true):
        near = min(left, key=lambda x: (abs(x - change), x), default=None)
        if near is not None and abs(near - change) <= MARGIN:
            left.remove(near)
            hits += 1
    return hits


def scores(series: Sequence[Series], caution: float) -> Mapping[str, float]:
    """F1 by series."""
    return {s.name: f1(s.marked, shifts(s.values, caution)) for s in series}


def main() -> None:
    series = read()
    single = [s.name for s in series if s.values.shape[1] == 1]
    by = {caution: scores(series, caution) for caution in TRIED}
    nothing = {s.name: f1(s.marked, ()) for s in series}

    def both(found: Mapping[str, float]) -> str:
        return f"{np.mean(list(found.values())):.3f} | {np.mean([found[n] for n in single]):.3f}"

    for s in series:
        print(f"{s.name:20} {by[CAUTION][s.name]:.3f} (no change {nothing[s.name]:.3f})  {shifts(s.values)}")
    lines = [f"| times BIC: {c:g}{', as shipped' if c == CAUTION else ''} | {both(by[c])} |" for c in TRIED]
    left_out = [_chosen_without(s.name, by) for s in series]
    table = "\n".join([
        f"| setting | {len(series)} series | {len(single)} of one dimension |", "|---|---|---|",
        f"| no change at all | {both(nothing)} |", *lines,
        f"| chosen on all others, scored on the one left out | {np.mean(left_out):.3f} | |",
    ])  # fmt: skip
    print(table)
    text = (
        f"{stated()}. Mean F1 over the Turing Change Point Dataset, five annotators, margin {MARGIN}, one setting for all series."
        f"\n\n{table}\n\n"
        "Measured before with other methods, over the series of one dimension: PELT untuned 0.684, binary segmentation 0.737. The form "
        "of the method (levels or lines, shortest segment, noise floor, spikes) was chosen by looking at these same series: its figures "
        "are no forecast for others. The one left out covers the choice of the factor alone. `bank` is far off, with changes found "
        "where people marked none."
    )
    keep("Change points", "python -m benchmarks.changepoints", text)


def _chosen_without(name: str, by: Mapping[float, Mapping[str, float]]) -> float:
    best = max(TRIED, key=lambda c: (float(np.mean([f for n, f in by[c].items() if n != name])), -c))
    return by[best][name]


if __name__ == "__main__":
    main()
