"""The as-of day inside a query: written into it, or left open as a variable, so that one query serves every day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from vitalreel.signals.tables import day_number

_NUMBER, _DATE = "as_of", "as_of_date"


@ibis.udf.scalar.builtin(name="getvariable")  # type: ignore[untyped-decorator]
def _number(variable: str) -> int:  # type: ignore[empty-body]
    """A DuckDB variable that is a day number: a constant to the query that reads it."""


@ibis.udf.scalar.builtin(name="getvariable")  # type: ignore[untyped-decorator]
def _date(variable: str) -> dt.date:  # type: ignore[empty-body]
    """A DuckDB variable that is a date."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An as-of day, and the days near it, as expressions.

    `open` writes each day by its distance from the as-of day, which `variables` say when the query runs: the same query on
    any day, in DuckDB alone. Otherwise days stand as they are, for any engine.
    """

    day: dt.date
    open: bool = False

    @property
    def number(self) -> int:
        """The as-of day's day number."""
        return day_number(self.day)

    @property
    def variables(self) -> Mapping[str, str]:
        """DuckDB variables that open queries read: name -> SQL literal."""
        return {_NUMBER: f"{self.number}::BIGINT", _DATE: f"DATE '{self.day.isoformat()}'"}

    @property
    def today(self) -> Any:
        """The as-of day as an int64 expression."""
        return self.on(self.number)

    def on(self, number: int) -> Any:
        """A day number as an int64 expression."""
        if not self.open:
            return ibis.literal(number, "int64")
        distance = number - self.number
        return _number(_NUMBER) + distance if distance else _number(_NUMBER)

    @property
    def date(self) -> Any:
        """The as-of day as a date expression."""
        return _date(_DATE) if self.open else ibis.literal(self.day)

    def days_ago(self, days: int) -> Any:
        """A date to compare with, `days` before the as-of day."""
        return self.date - ibis.interval(days=days)
