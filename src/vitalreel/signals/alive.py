"""Usage without the days on which a feed was dead and delivered zeros: that nobody at all came is bad data, not a fact about anyone."""

from __future__ import annotations

import ibis
from ibis import _

from vitalreel.signals.days import number
from vitalreel.signals.weekly import PEERS


def alive(usage: ibis.Table) -> ibis.Table:
    """The canonical `usage` rows less those of dead days.

    A day is dead for a source and metric where PEERS accounts or more are reported, all with zero, though on most such weekdays
    somebody came.
    """
    by_day = usage.group_by(["source", "metric", "day"]).aggregate(n=_.count(), most=_.value.max())
    by_day = by_day.mutate(weekday=number(_.day) % 7)
    usual = by_day.group_by(["source", "metric", "weekday"]).aggregate(lively=(_.most > 0).cast("float64").mean())
    told = by_day.join(usual, ["source", "metric", "weekday"])
    dead = told.filter((_.n >= PEERS) & (_.most == 0) & (_.lively > 0.5))
    return usage.anti_join(dead, ["source", "metric", "day"])
