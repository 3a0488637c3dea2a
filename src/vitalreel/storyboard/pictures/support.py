"""Tickets by month: one square a ticket, in time or late."""

from __future__ import annotations

from dataclasses import dataclass, field

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class SupportMonth:
    label: Text
    in_time: int
    late: int
    unknown: int
    total: Text

    @property
    def count(self) -> int:
        return self.in_time + self.late + self.unknown


@dataclass(frozen=True, slots=True)
class SupportPicture:
    """Tickets by month opened (1 to 12 months)."""

    months: tuple[SupportMonth, ...]
    in_time: Text  # the words of the key
    late: Text
    unknown: Text
    note: Text = field(default_factory=lambda: Text(""))  # at the month with most late ones
    note_more: Text = field(default_factory=lambda: Text(""))
    note_at_s: float = 0.0

    @property
    def hardest(self) -> int | None:
        """The month with most late tickets, the last of equals; None where none was late."""
        late = max((m.late for m in self.months), default=0)
        return max(n for n, m in enumerate(self.months) if m.late == late) if late else None
