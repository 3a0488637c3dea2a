"""Declines beyond an account's own noise: the week against those before (sudden), the month against the half-year before (gradual).

Both are a difference of two means of comparable weeks (signals/weekly.py), less its season: what most accounts of the region did over
the same weeks, so that a decline of all customers at once is no account's own. It is divided by how much that same difference usually
moves: in the account's own past year and, by their median, in accounts of its size, so that bursts which last for weeks are no news.
Where the account fell as much in the same weeks of the year before, only what is more counts.

The bound is set by how often chance may cross it. A difference of means moves a little every day; a stationary normal series with
correlation r from day to day crosses h upward sqrt(2 (1 - r)) / (2 pi) * exp(-h^2 / 2) times a day (Rice 1945, "Mathematical analysis
of random noise"), r following from the two windows. What is known of the scale makes the tails longer: the normal bound is taken to
Student's t with the scale's degrees of freedom (Abramowitz and Stegun 1964, 26.7.5). `python -m benchmarks.declines` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, pi, sqrt
from typing import Any

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.weekly import CROWD, Keep

NEAR = 0.1
"""From the median beyond which an account says no more about the season."""
WEIGHT = 200.0
"""Weekly use above which an account says no more about the season than others."""
YEAR_WEEKS = 52
DAYS = 365
NORMAL_MEDIAN = 0.6745
"""Median of the size of a standard normal."""
MEDIAN_TELLS = 0.37
"""Degrees of freedom that one value gives a scale taken from the median."""
PRIOR = 15.0
"""Degrees of freedom that accounts of the same size weigh at most, beside an account's own past."""
SURE = 8.0
"""Degrees of freedom of the scale below which nothing is said."""
WIDTH = 1.0
"""Width of a class of size, in natural logarithms of weekly use."""
RESTLESS = 4.0
"""Times the usual variance of its size that an account's own past may make it: beyond lies a decline that was, not noise."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two runs of weeks, counted back from a week: the newer is `now` long, the older ends `gap` weeks after it and is `base` long."""

    now: int
    gap: int
    base: int

    @property
    def spaced(self) -> int:
        """Weeks after which the difference is nearly another one."""
        return self.now + self.gap

    def bound(self, alarms_a_year: float) -> float:
        """Standard deviations that chance crosses `alarms_a_year` times in an account's year of days (see the module)."""
        new, old = 7 * self.now, 7 * self.base
        if self.gap:
            stirred = 2 / new**2 + 2 / old**2
        else:
            stirred = 1 / new**2 + (1 / new + 1 / old) ** 2 + 1 / old**2
        crossings = DAYS / (2 * pi) * sqrt(stirred / (1 / new + 1 / old))
        return sqrt(2 * log(max(crossings / alarms_a_year, exp(0.5))))


SUDDEN_NOW, GRADUAL_NOW, GRADUAL_GAP = 1, 4, 4


def sudden(days: int) -> Contrast:
    """A week against the `days` before it."""
    return Contrast(SUDDEN_NOW, 0, max(1, days // 7))


def gradual(days: int) -> Contrast:
    """Four weeks against those of the `days` that ended four weeks before them."""
    return Contrast(GRADUAL_NOW, GRADUAL_GAP, max(1, days // 7 - GRADUAL_NOW - GRADUAL_GAP))


def falls(weeks: ibis.Table, contrast: Contrast, alarms_a_year: float, keep: Keep) -> ibis.Table:
    """(account_id, k, num): by how much use is lower, 0..1, where that is beyond noise, else 0; NULL where too little is known.

    weeks: `weekly`. k: weeks before the as-of day.
    """
    c = contrast
    now, before = _mean(0, c.now - 1), _mean(c.spaced, c.spaced + c.base - 1)
    known = (_count(0, c.now - 1) * 4 >= 3 * c.now) & (_count(c.spaced, c.spaced + c.base - 1) * 2 >= c.base)
    told = keep(
        "moves",
        weeks.mutate(
            moved=ibis.cases((known, now - before)), before=before, cover=_.cover.mean().over(_over(0, c.now - 1))
        ),
    )
    past = keep("past", _with_past(_without_season(told), c))
    both = past.join(_kinds(past, c), "kind").mutate(lent=ibis.least(_.many, PRIOR))
    both = both.mutate(
        scale=((_.free * ibis.least(_.own, RESTLESS * _.usual) + _.lent * _.usual) / (_.free + _.lent)).sqrt(),
        sure=(_.free + _.lent) ** 2 / (_.free + _.lent * _.lent / _.many),
    )
    beyond = _.fell * ibis.least(_.cover, 1.0).sqrt() <= -_.scale * _student(c.bound(alarms_a_year), _.sure)
    left = ((_.before + _.fell + 2) / (_.before + 2)).clip(0.0, 1.0)
    unknown = _.moved.isnull() | (_.sure < SURE)
    fall = ibis.cases((unknown, ibis.null("float64")), (beyond, 1 - left * left), else_=0.0)
    return both.select("account_id", "k", num=fall.round(6))


def _with_past(told: ibis.Table, c: Contrast) -> ibis.Table:
    """fell: `moved` beyond what last year's same weeks did; own: its mean square in the year before, on `free` degrees of freedom."""
    year = _over(c.spaced, c.spaced + YEAR_WEEKS - 1)
    same_weeks = _.moved.mean().over(_over(YEAR_WEEKS - 2, YEAR_WEEKS + 2)).fill_null(0.0)
    return told.mutate(
        fell=_.moved - ibis.least(same_weeks, 0.0),
        own=(_.moved * _.moved).mean().over(year).fill_null(0.0),
        free=_.moved.count().over(year) / float(c.spaced),
        kind=(_.size.ln() / WIDTH).floor(),
    )


def _kinds(past: ibis.Table, c: Contrast) -> ibis.Table:
    """By class of size: how much the difference usually moves, squared, and on how many degrees of freedom that stands."""
    alike = past.filter((_.k % c.spaced == 0) & _.moved.notnull())
    usual = (_.moved.abs().median() / NORMAL_MEDIAN) ** 2
    return alike.group_by("kind").aggregate(usual=usual, many=_.count() * MEDIAN_TELLS)


def _without_season(moves: ibis.Table) -> ibis.Table:
    """`moved` less what most did over the same weeks: the median, and from there a mean in which far ones count as near ones.

    A region that is no crowd is forgiven what all accounts did less; what they did more is not asked of it.
    """
    regional = _season(moves, ["region", "k"]).select("region", "k", near=_.season)
    everywhere = _season(moves, ["k"]).select("k", wide=_.season)
    both = moves.left_join(regional, ["region", "k"]).drop("region_right", "k_right")
    both = both.left_join(everywhere, "k").drop("k_right")
    return both.mutate(moved=_.moved - ibis.coalesce(_.near, ibis.least(_.wide, 0.0), 0.0)).drop("near", "wide")


def _season(moves: ibis.Table, group: list[str]) -> ibis.Table:
    known = moves.filter(_.moved.notnull()).mutate(weight=ibis.least(_.size, WEIGHT))
    middle = known.group_by(group).aggregate(crowd=_.count(), middle=_.moved.median()).filter(_.crowd >= CROWD)
    near = known.join(middle, group).mutate(near=_.weight * (_.moved - _.middle).clip(-NEAR, NEAR))
    return near.group_by(group).aggregate(season=_.middle.max() + _.near.sum() / _.weight.sum())


def _student(h: float, free: Deferred) -> Deferred:
    """Student's t bound of the same tail as the normal's h (Abramowitz and Stegun 26.7.5, two terms)."""
    return h + (h**3 + h) / 4 / free + (5 * h**5 + 16 * h**3 + 3 * h) / 96 / (free * free)


def _over(first: int, last: int) -> Any:
    return ibis.range_window(group_by="account_id", order_by="k", following=(first, last))


def _mean(first: int, last: int) -> Deferred:
    return _.x.mean().over(_over(first, last))


def _count(first: int, last: int) -> Deferred:
    return _.x.count().over(_over(first, last))
