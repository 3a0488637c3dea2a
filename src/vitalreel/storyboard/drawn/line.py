"""A line is a series of the ledger, and ends and is marked where its words say."""

from __future__ import annotations

from collections.abc import Iterator

from vitalreel.briefs.fact import Ledger
from vitalreel.briefs.trace import Untraced
from vitalreel.briefs.windows import read_values
from vitalreel.storyboard.pictures.line import LinePicture
from vitalreel.storyboard.storyboard import Scene


def untraced(picture: LinePicture, scene: Scene, ledger: Ledger, where: str) -> Iterator[Untraced]:
    series = [ledger[f] for _, tick in picture.ticks for f in tick.facts][:1]
    if not series or read_values(str(series[0].value)) != picture.values:
        yield Untraced(where, "line", "is no series of the ledger")
    if "starts at zero" in scene.source.shown and picture.ticks[0][0] != 0:
        yield Untraced(where, scene.source.shown, "but the scale does not")
    known = [v for v in picture.values if v is not None]
    if picture.end_value.facts and ledger[picture.end_value.facts[0]].value != known[-1]:
        yield Untraced(where, picture.end_value.shown, "is not where the line ends")
    for mark in picture.marks:
        if mark.label.facts and ledger[mark.label.facts[0]].value != picture.values[mark.index]:
            yield Untraced(where, mark.label.shown, "is not where the mark stands")
