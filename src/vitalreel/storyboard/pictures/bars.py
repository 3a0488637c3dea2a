"""Before and now, side by side, one row a thing."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class Bar:
    label: Text
    before: float | None
    now: float | None
    before_text: Text
    now_text: Text
    change_text: Text
    exception: bool = False  # amber, with a sign or word too
    note: Text = field(default_factory=lambda: Text(""))
    at_s: float = 0.0  # when the voice reaches it; 0 = by the default clock


@dataclass(frozen=True, slots=True)
class BarsPicture:
    """Before and now, one row a thing (1 to 5 rows)."""

    bars: tuple[Bar, ...]
    before_unit: Text
    now_unit: Text
    stage_at_s: float = 0.0
