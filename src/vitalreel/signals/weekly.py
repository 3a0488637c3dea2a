"""Use week by week, made comparable: without holidays, outages, weekdays and days on which everybody does less.

Weeks are counted back from the as-of day: week 0 ends with it, so that every day ends a whole week. Taken out are

- **days that tell nothing**: public holidays of the account's country, days on which the accounts of a source or a country together
  did next to nothing for such a weekday (a holiday nobody listed, an outage, a feed that delivers zeros), and days on which a source
  reported for less than half of its accounts;
- **slack days**: what the accounts of a country or region together did less or more than on other such weekdays (between the years);
- **weekdays**: a week's use is held against what the account's own weekdays bring on the days that are left.

A single day without any use, in a week of use, is left out as a day off; three such days are a week's use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
from ibis import _
from ibis.common.deferred import Deferred

Keep = Callable[[str, ibis.Table], ibis.Table]
"""(name, lazy table) -> the same, computed once where the caller can: what follows reads it several times."""
WEEKS = 78
"""Looked back: a year, and the half-year before it that a decline of the same weeks last year is judged by."""
PEERS = 10
"""Accounts that must report before a day is judged by what they all did."""
CROWD = 30
"""Accounts of which what they do together is taken out of each one's own."""
TELLING = 0.3
"""Share of a weekday's usual level below which a day tells nothing about one account."""
SLACK = 0.15
"""Share by which a day must differ from the weekday's usual level to count as slack or busy: less may be chance."""
MOST = 5.0
"""Times its mean that one account's use of a day counts at most in the level of a day."""
WORKED = 0.5
"""Share of the busiest weekday's level from which a weekday counts as worked."""
REGULAR = 4.0
"""Mean use of a weekday from which a zero is no chance: it would come once in 50 days."""
DAYS_OFF = 3
"""Zeros in a week from which they are its use and no days off."""
LEAST = 5.0
"""Mean use of a whole week below which nothing can be said."""
COVERED = 0.4
"""Share of a usual week's use that the usable days must stand for."""


def by_day(rows: ibis.Table) -> ibis.Table:
    """(source, country, region, day, holiday, n, did): how many accounts were reported, and the sum of their use as shares of their means.

    rows: (account_id, source, country, region, day, num, holiday), a country in one region, holiday true on a public one.
    """
    means = rows.group_by("account_id").aggregate(mean=_.num.mean())
    held = rows.join(means, "account_id").mutate(share=ibis.least(_.num / (_.mean + 1), MOST))
    return held.group_by(["source", "country", "region", "day", "holiday"]).aggregate(n=_.count(), did=_.share.sum())


def usable_days(daily: ibis.Table) -> ibis.Table:
    """(source, country, day, counted, level): days of a source and country on which an account's own use tells something.

    daily: `by_day`. counted: on which silence is silence. level: use of the day, as a share of such a weekday's usual.
    """
    own = _told(daily, "source").mutate(
        ok=(_.n < PEERS) | ((_.level >= TELLING) & (2 * _.n >= _.before.fill_null(_.n)))
    )
    there, region = _told(daily, "country"), _told(daily, "region")
    quiet = there.filter((_.n >= PEERS) & (_.level < TELLING) & (_.country != "")).select("country", "day")
    busy = own.filter(_.ok).select("source", "day", counted=_.weekly >= WORKED * _.top, wide=_crowd())
    days = daily.filter(~_.holiday).select("source", "country", "region", "day").distinct()
    days = days.join(busy, ["source", "day"]).anti_join(quiet, ["country", "day"])
    days = days.join(there.select("country", "day", nearest=_crowd()), ["country", "day"])
    days = days.join(region.select("region", "day", near=_crowd()), ["region", "day"])
    level = ibis.coalesce(_.nearest, _.near, _.wide, 1.0)
    return days.select(
        "source", "country", "day", "counted", level=ibis.cases(((level - 1).abs() < SLACK, 1.0), else_=level)
    )


def _crowd() -> Deferred:
    return ibis.cases((_.n >= CROWD, _.level))


def _told(daily: ibis.Table, group: str) -> ibis.Table:
    """By group and day: n accounts, their level as a share of the weekday's usual, the weekday's and the busiest one's, n before."""
    found = daily.group_by([group, "day"]).aggregate(n=_.n.sum(), did=_.did.sum() / _.n.sum())
    found = found.mutate(weekday=_.day % 7)
    usual = found.group_by([group, "weekday"]).aggregate(weekly=_.did.median())
    top = usual.group_by(group).aggregate(top=_.weekly.max())
    week = ibis.range_window(group_by=group, order_by="day", preceding=(7, 1))
    told = found.mutate(before=_.n.max().over(week)).join(usual, [group, "weekday"]).join(top, group)
    return told.mutate(level=(_.did / _.weekly.nullif(0)).fill_null(1.0))


def weekly(rows: ibis.Table, days: ibis.Table, today: Any) -> ibis.Table:
    """(account_id, k, region, size, cover, x): weeks, k before `today`.

    x: 2 (sqrt(share) - 1) of the share of its usual use, near its logarithm and, for counts, of even noise (Bartlett 1936). size: the use
    of its usual week. cover: the share of it that the usable days stand for. Weeks of which too little is known have no row.
    """
    there = rows.join(days, ["source", "country", "day"]).mutate(k=(-_.day + today) // 7, weekday=_.day % 7)
    usual = there.group_by("account_id").aggregate(region=_.region.max(), **{f"m{d}": _usual(d) for d in range(7)})
    sums = {f"v{d}": _.num.sum(where=_.weekday == d) for d in range(7)}
    levels = {f"l{d}": _.level.sum(where=_.weekday == d).fill_null(0.0) for d in range(7)}
    seen = there.group_by(["account_id", "k"]).aggregate(total=_.num.sum(), **sums, **levels).join(usual, "account_id")
    seen = seen.mutate(size=_sum(_[f"m{d}"] for d in range(7)), off=_sum(_off(d).cast("int8") for d in range(7)))
    expected = _sum(((_.off < DAYS_OFF) & _off(d)).ifelse(0.0, _[f"m{d}"] * _[f"l{d}"]) for d in range(7))
    told = seen.mutate(expected=expected).filter((_.size >= LEAST) & (_.expected >= COVERED * _.size))
    share = (_.total + 0.375) / (_.expected + 0.375)
    return told.select("account_id", "k", "region", "size", cover=_.expected / _.size, x=2 * (share.sqrt() - 1))


def _usual(weekday: int) -> Deferred:
    mine = _.weekday == weekday
    return (_.num.sum(where=mine) / _.level.sum(where=mine)).fill_null(0.0)


def _off(weekday: int) -> Deferred:
    """Whether a weekday of regular use brought none."""
    return ((_[f"v{weekday}"] == 0) & (_[f"m{weekday}"] >= REGULAR)).fill_null(False)


def _sum(terms: Any) -> Any:
    first, *rest = terms
    for term in rest:
        first = first + term
    return first
