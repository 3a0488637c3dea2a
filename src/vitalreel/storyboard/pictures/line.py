"""One line over time: the account's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a series that is named on screen when the voice reaches it."""

    index: int  # position in the series
    label: Text
    at_s: float  # scene time at which the voice says it


@dataclass(frozen=True, slots=True)
class LinePicture:
    """One line over time: the account's own."""

    values: tuple[float | None, ...]  # None is a gap and is drawn as one
    ticks: tuple[tuple[float, Text], ...]  # y axis: value and label, lowest first
    labels: tuple[tuple[int, Text], ...]  # x axis: index and label
    end_value: Text  # the number that rides the tip
    end_note: Text  # below it: "41% lower than last quarter"
    unit: Text  # beside the top tick: "people a week"
    marks: tuple[Mark, ...] = ()
    threshold: tuple[float, Text] | None = None
    land_at_s: float = 0.0  # when the tip reaches the last value; 0 = by the default clock
    note_at_s: float = 0.0  # when end_note appears
    gap_note: Text = field(default_factory=lambda: Text(""))
    falling: bool = False  # the last value is bad news: amber end
