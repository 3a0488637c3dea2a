"""The account among its peers: one row a measure, on one scale."""

from __future__ import annotations

from dataclasses import dataclass

from vitalreel.storyboard.text import Text


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    label: Text
    yours: float
    yours_text: Text
    peers: tuple[float, ...]  # lowest first, ten at least
    low: float  # where the middle half of them begins
    middle: float  # their median
    high: float  # where the middle half ends
    middle_text: Text  # "peers 84%"
    at_s: float = 0.0  # when the voice reaches it; 0 = by the default clock


@dataclass(frozen=True, slots=True)
class BenchmarkPicture:
    """Peers' middle half, their median and each of them without a name, and the account's own value (1 to 5 rows)."""

    rows: tuple[BenchmarkRow, ...]
    ticks: tuple[tuple[float, Text], ...]  # lowest first
    you: Text  # over the account's first dot
    middle: Text  # over the first median
    lower_is_better: bool = False

    def behind(self, row: BenchmarkRow) -> bool:
        """Whether the account stands on the worse side of the median: amber."""
        return row.yours > row.middle if self.lower_is_better else row.yours < row.middle
