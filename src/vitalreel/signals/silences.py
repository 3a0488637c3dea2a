"""Unusual silence: how long ago an account's last use is, where that is more than its own habits explain.

Days are counted only where silence means something: worked days on which the source was alive for others (`weekly.usable_days`). An
account that uses the product on a share p of those days is silent for n of them by chance with probability (1 - p)^n, and has some
260 p occasions a year; the silence counts where that makes fewer alarms than asked for, and where it is the longest of the
half-year too, since days off come together.
"""

from __future__ import annotations

from math import log
from typing import Any

import ibis
from ibis import _

from vitalreel.signals.weekly import Keep

HALF_YEAR = 182
WORKED_DAYS = 260.0
"""Worked days a year."""
HABIT = 20
"""Days of use that make a habit."""


def silences(
    rows: ibis.Table, days: ibis.Table, shortest: int, alarms_a_year: float, today: Any, keep: Keep
) -> ibis.Table:
    """(account_id, num): days since the last use where they are unusual, else 0; NULL for accounts without a habit.

    rows: (account_id, source, country, day, num); of an account only its newest source counts. days: `weekly.usable_days`.
    shortest: calendar days.
    """
    half = _.day > today - HALF_YEAR
    counted = days.filter(half & _.counted)
    order = ibis.window(group_by=["source", "country"], order_by="day")
    numbered = keep("days", counted.mutate(at=ibis.row_number().over(order)))
    newest = numbered.group_by(["source", "country"]).aggregate(end=_.at.max())
    uses = keep("uses", rows.filter(half & (_.num > 0)).select("account_id", "source", "country", "day"))
    last = uses.group_by("account_id").aggregate(last_day=_.day.max(), source=_.source.argmax(_.day))
    mine = uses.join(last, ["account_id", "source"]).join(numbered, ["source", "country", "day"])
    one_by_one = ibis.window(group_by="account_id", order_by="at")
    habits = (
        mine.mutate(gap=_.at - _.at.lag().over(one_by_one) - 1)
        .group_by(["account_id", "source", "country", "last_day"])
        .aggregate(many=_.count(), longest=_.gap.max().fill_null(0), last=_.at.max(), span=_.at.max() - _.at.min() + 1)
    )
    told = keep("habits", habits).join(newest, ["source", "country"])
    told = told.mutate(silent=_.end - _.last, p=(_.many + 1) / (_.span + 2), since=-_.last_day + today)
    chance = _.silent * (1 - _.p).ln() + (WORKED_DAYS * _.p).ln()
    unusual = (chance <= log(alarms_a_year)) & (_.silent > _.longest) & (_.since >= shortest)
    value = ibis.cases((_.many < HABIT, ibis.null("float64")), (unusual, _.since.cast("float64")), else_=0.0)
    return told.select("account_id", num=value)
