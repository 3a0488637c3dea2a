"""A series of the ledger as a line: its number lands on the word that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from vitalreel.briefs.windows import read_values
from vitalreel.identity import Plain
from vitalreel.storyboard import axis
from vitalreel.storyboard.depict.scene import Scene, name_of, quoted, text_of
from vitalreel.storyboard.pictures.line import LinePicture, Mark

LINE_LANDS_S = 2.6
"""A line needs this long to be drawn; its number lands on its word, but not before."""
NOTE_AFTER_S = 0.8


def picture(scene: Scene) -> tuple[LinePicture, float]:
    series, end = scene.fact("line"), scene.fact("end")
    values = read_values(str(series.value))
    ends = [scene.brief.as_of - timedelta(weeks=len(values) - 1 - n) for n in range(len(values))]
    marks = tuple(_mark(part, scene, len(values)) for part in scene.parts("marks"))
    land = max(scene.timing.cue(end.name), LINE_LANDS_S)
    note = max(scene.cue(scene.text("note")), land + NOTE_AFTER_S)
    picture = LinePicture(
        values=values,
        ticks=axis.ticks(values, series.name),
        labels=axis.months(ends, series.name),
        end_value=quoted(end),
        end_note=scene.text("note"),
        unit=scene.text("unit"),
        marks=marks,
        land_at_s=land,
        note_at_s=note,
        gap_note=scene.text("gap_note"),
        falling=_falls(values, marks),
    )
    return picture, note


def _mark(part: Mapping[str, Plain], scene: Scene, weeks: int) -> Mark:
    label = text_of(part["label"])
    return Mark(weeks - 1 - int(cast("int", part["back"])), label, scene.timing.cue(name_of(part["at"])))


def _falls(values: Sequence[float | None], marks: tuple[Mark, ...]) -> bool:
    """Whether the line ends below where it is compared with: the first mark, or else its first reading."""
    known = [v for v in values if v is not None]
    against = values[marks[0].index] if marks else known[0]
    return against is not None and known[-1] < against
