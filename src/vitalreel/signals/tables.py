"""The one shape in which signals are handed around: long tables of what was so on a day, and the day we learnt it.

Days are whole numbers, days since 1970-01-01 (int64), so that no engine's date functions are needed. Words and numbers
stand in separate columns. The same shape as `../shared/vectors/conditions/data`, so any folder of CSVs can be asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pyarrow as pa

EPOCH = dt.date(1970, 1, 1).toordinal()

SHAPES: Mapping[str, pa.Schema] = {
    # one row an account; since: first day it is a customer
    "accounts": pa.schema([("account_id", pa.string()), ("since", pa.int64())]),
    # recorded values; one row per account, signal, day and version (known_on)
    "facts": pa.schema([("account_id", pa.string()), ("signal", pa.string()), ("day", pa.int64()), ("num", pa.float64()),
                        ("word", pa.string()), ("known_on", pa.int64())]),
    # things that happen; share: of a film watched, 0..1
    "events": pa.schema([("account_id", pa.string()), ("contact", pa.string()), ("event", pa.string()), ("arg", pa.string()),
                         ("day", pa.int64()), ("share", pa.float64()), ("known_on", pa.int64())]),
    "contacts": pa.schema([("account_id", pa.string()), ("contact", pa.string()), ("role", pa.string()),
                           ("seniority", pa.string()), ("active", pa.bool_()), ("last_seen", pa.float64()),
                           ("known_on", pa.int64())]),
    "features": pa.schema([("account_id", pa.string()), ("feature", pa.string()), ("licensed", pa.string()),
                           ("last_used", pa.float64()), ("known_on", pa.int64())]),
    "milestones": pa.schema([("account_id", pa.string()), ("milestone", pa.string()), ("due", pa.float64()),
                             ("done", pa.float64()), ("known_on", pa.int64())]),
    # a row a day on which a feed loaded well
    "feeds": pa.schema([("feed", pa.string()), ("day", pa.int64())]),
}  # fmt: skip


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> dt.date:
    """The date of a day number."""
    return dt.date.fromordinal(number + EPOCH)
