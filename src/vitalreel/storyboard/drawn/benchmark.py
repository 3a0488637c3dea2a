"""Every dot, band and tick is the ledger's, peers are ten at least, and the scale holds them all."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.peers import SPREAD_LEAST
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.benchmark import BenchmarkPicture, BenchmarkRow
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: BenchmarkPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    for row in picture.rows:
        if not row.yours_text.facts or ledger[row.yours_text.facts[0]].value != row.yours:
            yield Untraced(where, f"{row.label.shown}: {row.yours}", "is not the value beside it")
        yield from _peers(row, ledger, where)
        ends = [value for value, _ in picture.ticks]
        if not ends or not all(ends[0] <= v <= ends[-1] for v in (*row.peers, row.yours)):
            yield Untraced(where, row.label.shown, "leaves the scale")


def _peers(row: BenchmarkRow, ledger: Ledger, where: str) -> Iterator[Untraced]:
    family = row.middle_text.facts[0].rpartition(".")[0] if row.middle_text.facts else ""
    if family not in ledger or read_values(str(ledger[family].value)) != row.peers:
        yield Untraced(where, f"{row.label.shown}: peers", "are no spread of the ledger")
        return
    if len(row.peers) < SPREAD_LEAST:
        yield Untraced(where, f"{row.label.shown}: {len(row.peers)} peers", f"are fewer than {SPREAD_LEAST}")
    for part, drawn in (("low", row.low), ("median", row.middle), ("high", row.high)):
        if ledger[f"{family}.{part}"].value != drawn:
            yield Untraced(where, f"{row.label.shown}: {drawn}", f"is not {family}.{part}")
