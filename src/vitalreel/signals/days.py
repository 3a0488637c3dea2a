"""Day numbers from the lake's dates and times, and rows of signals from columns: the grammar the signal tables are written in."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.datatypes as dtypes
from ibis import _
from ibis.common.deferred import Deferred

FACT = ("account_id", "signal", "day", "num", "word", "known_on")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def timezone(zone: str, moment: dtypes.Timestamp(timezone="UTC")) -> dtypes.Timestamp():  # type: ignore[valid-type]
    """The wall clock of `zone` at a moment: built into DuckDB and PostgreSQL under this name."""


def number(date: Deferred) -> Deferred:
    """Day number (int64) of a date column."""
    return date.epoch_days().cast("int64")


def local_days(rows: ibis.Table, accounts: ibis.Table | None, **times: str) -> ibis.Table:
    """Adds int64 day numbers of time columns in the account's own zone: `local_days(t, accounts, opened_day="opened")`.

    accounts: the canonical `account` table, `zone` a name that exists; without it, or without a zone, days are UTC. Columns that
    are there already stay: a day found once need not be found again.
    """
    times = {name: column for name, column in times.items() if name not in rows.columns}
    if not times:
        return rows
    if accounts is None:
        zoned = rows.mutate(_zone=ibis.literal("UTC"))
    else:
        known = accounts.select("account_id", _zone=_.zone.cast("string"))
        zoned = rows.left_join(known, "account_id").drop("account_id_right")
    zone = _._zone.fill_null("UTC")
    days = {name: number(timezone(zone, _[column].cast("timestamp('UTC')")).date()) for name, column in times.items()}
    return zoned.mutate(**days).drop("_zone")


def facts(rows: ibis.Table, numbers: Mapping[str, Deferred], words: Mapping[str, Deferred] | None = None) -> ibis.Table:
    """Fact rows from columns, one a signal: rows have account_id, day, known_on; numbers and words: signal -> value."""
    values = [_value(signal, number=value) for signal, value in numbers.items()]
    values += [_value(signal, word=value) for signal, value in (words or {}).items()]
    listed = rows.select("account_id", "day", "known_on", value=ibis.array(values).unnest()).unpack("value")
    return listed.select(*FACT)


def _value(signal: str, number: Deferred | None = None, word: Deferred | None = None) -> Deferred:
    return ibis.struct(
        {
            "signal": ibis.literal(signal),
            "num": number.cast("float64") if number is not None else ibis.null("float64"),
            "word": word.cast("string") if word is not None else ibis.null("string"),
        }
    )
