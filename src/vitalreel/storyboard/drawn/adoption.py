"""A grid's cells are the ledger's, in their order, under the names and months they belong to."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.adoption import AdoptionPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: AdoptionPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    name = picture.rows[0].label.facts[0].split(".")[0] if picture.rows and picture.rows[0].label.facts else ""
    cells = [cell for row in picture.rows for cell in row.cells]
    if name not in ledger or read_values(str(ledger[name].value)) != tuple(c.value for c in cells):
        yield Untraced(where, "grid", "is no grid of the ledger")
        return
    for cell in cells:
        if cell.value is not None and (not cell.text.facts or ledger[cell.text.facts[0]].value != cell.value):
            yield Untraced(where, cell.text.shown, "is not the value of its cell")
    for n, row in enumerate(picture.rows, 1):
        if row.label.shown != ledger[f"{name}.{n}.name"].shown:
            yield Untraced(where, row.label.shown, f"is not the feature of row {n}")
    for n, column in enumerate(picture.columns, 1):
        head = ledger[f"{name}.column.{n}"]
        if column.shown != (f"{head.value:%b}" if head.unit == "month" else head.shown):
            yield Untraced(where, column.shown, f"is not what column {n} is about")
