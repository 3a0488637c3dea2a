"""A fact: one number, name or date that may reach a customer, with where it came from and how it is shown and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

Value = int | float | str | date


class Missing(Enum):
    """What a film does when the fact is not there."""

    STOP = "stop"  # no film
    REWORD = "reword"  # a case that does without it is chosen
    DROP = "drop"  # every scene that would use it is left out


@dataclass(frozen=True, slots=True)
class Origin:
    """The rows a fact was computed from."""

    table: str  # canonical table, e.g. "usage"; "configuration" for names from vitalreel.yaml
    query: str  # what was done with the rows, in words: "count over the week 2024-09-23 to 2024-09-29"
    rows: tuple[str, ...]  # "file.csv:line" (or "table/key") of up to 50 rows, in row order
    count: int  # how many rows in all
    digest: str  # fingerprint over all the rows' content


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about an account as of a day."""

    name: str  # the module's name for it: "wau_now"
    means: str  # the definition a reviewer reads
    value: Value
    unit: str  # "count", "percent" (0.41 is 41%), "money:USD" (integer cents), "date", "name", ...
    shown: str  # on screen: "1,204", "41%", "$48,500", "12 October 2026"
    said: str  # by the voice, in words: "just over twelve hundred"
    as_of: date
    fresh_days: int | None  # may be quoted this many days after as_of; None: does not age
    origin: Origin


Ledger = Mapping[str, Fact]
