"""Calendar quarters, half-open, and how much of one is behind us on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from vitalreel.errors import BadInput

_FORM = re.compile(r"([12]\d{3})[Qq]([1-4])")
_WORDS = ("First", "Second", "Third", "Fourth")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """January to March is number 1. Quarters sort in time."""

    year: int
    number: int  # 1..4

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> date:
        """The first day inside."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day after: a quarter is [start, end)."""
        return self.next.start

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def words(self) -> str:
        """Third quarter of 2026."""
        return f"{_WORDS[self.number - 1]} quarter of {self.year}"

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter as it is known at the end of a day."""

    quarter: Quarter
    day: date  # what is known is what was known at the end of this day

    def __post_init__(self) -> None:
        if self.day < self.quarter.start:
            raise BadInput(
                f"quarter {self.quarter}",
                f"it begins only after {self.day}",
                f"name {quarter_of(self.day)} or one before",
            )

    @property
    def until(self) -> date:
        """The first day that does not count: the quarter's end, or the day after `day` while the quarter runs."""
        return min(self.quarter.end, self.day + timedelta(days=1))

    @property
    def over(self) -> bool:
        """Whether the whole quarter is behind `day`."""
        return self.until == self.quarter.end


def read_quarter(text: str) -> Quarter:
    """The quarter of "2026Q3". Raises BadInput naming the form."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise BadInput("--quarter", f"{text!r} is no quarter", "write year, Q and 1 to 4, such as 2026Q3")
    return Quarter(int(found[1]), int(found[2]))


def quarter_of(day: date) -> Quarter:
    """The quarter that holds a day."""
    return Quarter(day.year, (day.month + 2) // 3)
