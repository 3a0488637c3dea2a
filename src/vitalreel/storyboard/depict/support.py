"""Tickets of the ledger by month, as squares."""

from __future__ import annotations

from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.depict.scene import Scene, quoted
from vitalreel.storyboard.pictures.support import SupportMonth, SupportPicture
from vitalreel.storyboard.text import Text

STACKED_S = 2.6
"""Squares need this long to be stacked."""
NOTE_AFTER_S = 0.5


def picture(scene: Scene) -> tuple[SupportPicture, float]:
    family = scene.fact("support")
    numbers = [int(v or 0) for v in read_values(str(family.value))]
    months = tuple(
        SupportMonth(
            Text(f"{scene.ledger[f'{family.name}.{n + 1}.month'].value:%b}", (family.name,)),
            in_time=numbers[3 * n],
            late=numbers[3 * n + 1],
            unknown=numbers[3 * n + 2],
            total=quoted(scene.ledger[f"{family.name}.{n + 1}.opened"]),
        )
        for n in range(len(numbers) // 3)
    )
    note = scene.text("note")
    note_at = max(scene.cue(note), STACKED_S + NOTE_AFTER_S)
    picture = SupportPicture(
        months, scene.text("in_time"), scene.text("late"), scene.text("unknown"), note, scene.text("note_more"), note_at
    )
    return picture, note_at + 0.6 if note.shown else STACKED_S + 0.5
