"""Bands with hysteresis: an account leaves its band only when its score has stood clear of the edge for days running (H17)."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.health.scorecard import BANDS, Band, Bands, Hysteresis
from vitalreel.signals.moment import Moment

REMEMBERED_DAYS = 14
"""A band from further back holds nobody: the account starts afresh from its points."""


def past(scores: ibis.Table, moment: Moment, days: int) -> ibis.Table:
    """What hysteresis remembers of earlier scores, one row an account: held (band), low and high (tenths).

    scores: rows of the `score` table (account_id, day date, points, band). held: the newest band of the days remembered;
    low, high: range of the scores of the `days - 1` days before the as-of day, NULL where there are none.
    """
    known = scores.filter((_.day < moment.date) & (_.day >= moment.days_ago(REMEMBERED_DAYS)) & _.band.notnull())
    recent = _.day > moment.days_ago(days)
    tenths = (_.points * 10 + 0.5).floor().cast("int64")
    return known.group_by("account_id").aggregate(
        held=_.band.argmax(_.day), low=tenths.min(where=recent), high=tenths.max(where=recent)
    )


def banded(points: Deferred, bands: Bands, hysteresis: Hysteresis) -> Deferred:
    """The band of `points` (tenths, int64) on rows that also carry `past`'s columns; NULL points, NULL band."""
    natural = ibis.cases(
        (points.isnull(), ibis.null("string")),
        (points >= bands.green, "green"),
        (points >= bands.yellow, "yellow"),
        (points >= bands.orange, "orange"),
        else_="red",
    )
    stays = [(_.held == band) & ~_clear(points, bands, band, hysteresis.points) for band in BANDS]
    kept = stays[0] | stays[1] | stays[2] | stays[3]
    return ibis.cases((points.notnull() & kept.fill_null(False), _.held), else_=natural)


def _clear(points: Deferred, bands: Bands, band: Band, margin: int) -> Deferred:
    """Whether today's and the recent scores all stand `margin` beyond the same edge of `band`."""
    low, high = bands.span(band)
    below = (points <= low - margin if margin else points < low) & (_.high.isnull() | _below(_.high, low, margin))
    above = (points >= high + margin) & (_.low.isnull() | (_.low >= high + margin))
    return below | above


def _below(value: Deferred, edge: int, margin: int) -> Deferred:
    return value <= edge - margin if margin else value < edge
