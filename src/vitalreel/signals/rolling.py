"""Values that run along: counts that rise and fall, and sums, means, counts and distinct counts over the days that end with each day.

Computed from differences, so a row stands only on days the value changes, whatever the length of the window.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.catalogue import How


def running(steps: ibis.Table, starts: ibis.Table, as_of: Any) -> ibis.Table:
    """A count that starts at 0 and rises or falls: (account_id, day, num, known_on), a row on each day it changes.

    steps: (account_id, day, step, known_on). starts: (account_id, start): the first day a 0 is known.
    """
    zero = starts.select("account_id", day=_.start, step=ibis.literal(0.0), known_on=_.start)
    daily = _daily(ibis.union(steps.select("account_id", "day", _.step.cast("float64"), "known_on"), zero), as_of)
    return daily.mutate(num=_along(_.step)).select("account_id", "day", "num", _known())


def rolling(rows: ibis.Table, starts: ibis.Table, days: int, how: How, as_of: Any) -> ibis.Table:
    """`how` of the rows of the `days` days that end with each day: (account_id, day, num, known_on).

    rows: (account_id, day, num, arg, known_on). starts: (account_id, start), the first day on which an absent row means
    nothing happened: sums and counts are known from the first whole window after it. A mean of no rows is NULL.
    """
    if how == "mean":
        return _means(rows, days, as_of)
    steps = _presence(rows, days) if how == "distinct" else _in_and_out(rows, days, how)
    whole = starts.select("account_id", whole=_.start + (days - 1)).filter(_.whole <= as_of)
    zero = whole.select("account_id", day=_.whole, step=ibis.literal(0.0), known_on=_.whole)
    daily = _daily(ibis.union(steps, zero), as_of).mutate(num=_along(_.step))
    known = daily.join(whole, "account_id").filter(_.day >= _.whole)
    return known.select("account_id", "day", _.num.round(6).name("num"), _known())


def _means(rows: ibis.Table, days: int, as_of: Any) -> ibis.Table:
    values = rows.filter(_.num.notnull())
    enter = values.select("account_id", "day", "known_on", step=_.num.cast("float64"), one=ibis.literal(1))
    leave = values.select("account_id", "known_on", day=_.day + days, step=-_.num.cast("float64"), one=ibis.literal(-1))
    both = ibis.union(enter, leave.select(*enter.columns))
    daily = (
        both.filter(_.day <= as_of)
        .group_by(["account_id", "day"])
        .aggregate(step=_.step.sum(), one=_.one.sum(), known_on=ibis.greatest(_.known_on.max(), _.day.max()))
    )
    totals = daily.mutate(total=_along(_.step), many=_along(_.one))
    mean = (_.total / _.many.nullif(0)).round(6)
    return totals.mutate(num=mean).select("account_id", "day", "num", _known())


def _in_and_out(rows: ibis.Table, days: int, how: How) -> ibis.Table:
    """Each row comes in on its day and goes out `days` later."""
    size = ibis.literal(1.0) if how == "count" else _.num.fill_null(0.0).cast("float64")
    enter = rows.select("account_id", "day", step=size, known_on=_.known_on)
    leave = enter.select("account_id", day=_.day + days, step=-_.step, known_on=_.known_on)
    return ibis.union(enter, leave)


def _presence(rows: ibis.Table, days: int) -> ibis.Table:
    """Each arg counts once for as long as its newest row is in the window."""
    seen = rows.group_by(["account_id", "arg", "day"]).aggregate(known_on=_.known_on.min())
    one_by_one = ibis.window(group_by=["account_id", "arg"], order_by="day")
    near = seen.mutate(before=_.day.lag().over(one_by_one), after=_.day.lead().over(one_by_one))
    enter = near.filter(_.before.isnull() | (_.day - _.before > days))
    leave = near.filter(_.after.isnull() | (_.after - _.day > days))
    return ibis.union(
        enter.select("account_id", "day", step=ibis.literal(1.0), known_on=_.known_on),
        leave.select("account_id", day=_.day + days, step=ibis.literal(-1.0), known_on=_.known_on),
    )


def _daily(steps: ibis.Table, as_of: Any) -> ibis.Table:
    """One row an account and day, none after `as_of`."""
    past = steps.filter(_.day <= as_of).group_by(["account_id", "day"])
    return past.aggregate(step=_.step.sum(), known_on=ibis.greatest(_.known_on.max(), _.day.max()))


def _along(value: Deferred) -> Deferred:
    return value.sum().over(_so_far())


def _known() -> Deferred:
    """A running value is known once everything in it is."""
    return _.known_on.max().over(_so_far()).name("known_on")


def _so_far() -> object:
    return ibis.cumulative_window(group_by="account_id", order_by="day")
