"""A grid of the ledger: features down, sites or months across."""

from __future__ import annotations

from vitalreel.briefs.fact import Fact
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.depict.scene import NOTHING, Scene, number_of, quoted
from vitalreel.storyboard.pictures.adoption import AdoptionPicture, AdoptionRow, Cell
from vitalreel.storyboard.text import Text

ROWS_IN_S = 0.8


def picture(scene: Scene) -> tuple[AdoptionPicture, float]:
    grid = scene.fact("adoption")
    down, across = (int(number_of(scene.ledger[f"{grid.name}.{part}"])) for part in ("rows", "columns"))
    values = read_values(str(grid.value))
    heads = [scene.ledger[f"{grid.name}.column.{n}"] for n in range(1, across + 1)]
    rows = tuple(
        AdoptionRow(
            quoted(scene.ledger[f"{grid.name}.{row}.name"]),
            tuple(
                Cell(value, quoted(scene.ledger[f"{grid.name}.{row}.{n}"]) if value is not None else NOTHING)
                for n, value in enumerate(values[(row - 1) * across : row * across], 1)
            ),
        )
        for row in range(1, down + 1)
    )
    note = scene.text("note")
    months = heads[0].unit == "month"
    picture = AdoptionPicture(
        columns=tuple(_head(head, grid) for head in heads),
        rows=rows,
        full=max([1.0, *(v for v in values if v is not None)]),
        months=months,
        off=scene.text("off"),
        note=note,
        note_at_s=scene.cue(note),
    )
    return picture, max(ROWS_IN_S + 0.08 * down + (1.4 if note.shown else 0.4), picture.note_at_s + 0.6)


def _head(head: Fact, grid: Fact) -> Text:
    """A site's name; a month in three letters, held by the grid it belongs to."""
    return quoted(head) if head.unit != "month" else Text(f"{head.value:%b}", (grid.name,))
