"""There is a square for every ticket of the month, each in its state."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.support import SupportPicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: SupportPicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    name = picture.months[0].label.facts[0] if picture.months and picture.months[0].label.facts else ""
    drawn = tuple(float(n) for m in picture.months for n in (m.in_time, m.late, m.unknown))
    if name not in ledger or read_values(str(ledger[name].value)) != drawn:
        yield Untraced(where, "squares", "are no tickets of the ledger")
        return
    for n, month in enumerate(picture.months, 1):
        if month.label.shown != f"{ledger[f'{name}.{n}.month'].value:%b}":
            yield Untraced(where, month.label.shown, f"is not the month of column {n}")
        if not month.total.facts or ledger[month.total.facts[0]].value != month.count:
            yield Untraced(where, month.total.shown, "is not how many squares there are")
