"""Series out of the lake: readings grouped by account, metric and week or month, with the rows behind each of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from vitalreel.briefs.dossier import WEEKS_KEPT, Month, Series, Week
from vitalreel.signals.days import number
from vitalreel.signals.tables import day_number


def weekly(rows: ibis.Table, kind: str, as_of: date, table: str) -> Mapping[tuple[str, str], Series]:
    """(account_id, metric or feature) -> its last WEEKS_KEPT weeks, the last ending on `as_of`.

    rows: canonical `usage` or `feature_usage`, already cut to the accounts wanted. kind: the column that names the series.
    """
    age = day_number(as_of) - number(_.day)
    recent = rows.mutate(age=age).filter((_.age >= 0) & (_.age < 7 * WEEKS_KEPT)).mutate(back=_.age // 7)
    ref = _.location + ":" + _.line.cast("string")
    grouped = recent.group_by(["account_id", kind, "back"]).aggregate(
        last=_.value.argmax(_.day),
        peak=_.value.max(),
        last_day=_.day.max(),
        total=_.value.sum(),
        rows=ref.collect(order_by=[_.day, _.line]),
        digests=_.row_digest.collect(order_by=[_.day, _.line]),
    )
    found: dict[tuple[str, str], list[Week]] = {}
    for row in grouped.to_pyarrow().to_pylist():
        weeks = found.setdefault((row["account_id"], row[kind]), [Week()] * WEEKS_KEPT)
        weeks[WEEKS_KEPT - 1 - int(row["back"])] = Week(
            float(row["last"]),
            float(row["peak"]),
            row["last_day"],
            float(row["total"]),
            tuple(row["rows"]),
            tuple(row["digests"]),
        )
    return {key: Series(table, key[1], as_of, tuple(weeks)) for key, weeks in sorted(found.items())}


def monthly(rows: ibis.Table, kind: str, as_of: date) -> Mapping[str, tuple[Month, ...]]:
    """Feature -> its calendar months with a row, up to the end of `as_of`, oldest first, a year and a month of them at most.

    rows: canonical `feature_usage` of one account. kind: the column that names the series.
    """
    began = as_of.replace(year=as_of.year - 1, day=1)
    recent = rows.filter((_.day >= began) & (_.day <= as_of)).mutate(first=_.day.truncate("M"))
    ref = _.location + ":" + _.line.cast("string")
    grouped = recent.group_by([kind, "first"]).aggregate(
        total=_.value.sum(),
        rows=ref.collect(order_by=[_.day, _.line]),
        digests=_.row_digest.collect(order_by=[_.day, _.line]),
    )
    found: dict[str, list[Month]] = {}
    for row in grouped.order_by([kind, "first"]).to_pyarrow().to_pylist():
        month = Month(row["first"], float(row["total"]), tuple(row["rows"]), tuple(row["digests"]))
        found.setdefault(row[kind], []).append(month)
    return {name: tuple(months) for name, months in found.items()}
