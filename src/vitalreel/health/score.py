"""From readings to one health score an account, every tenth of a point accounted for by a part (H2, H3, H5, H17).

All arithmetic is in whole numbers: levels in millionths, points in tenths. A measure's part is its worth times its level,
rounded once, so it does not depend on any other measure: what did not move shows no change. The score is the sum of the
parts, exactly; `missing` holds what stands in for measures without data, `clip` what the limits took away.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Literal

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.health.band import banded, past
from vitalreel.health.readings import Asked, asked, reading_of, unprompted
from vitalreel.health.scorecard import CLIP, FULL, MISSING, PROMPTED, TENTHS, Measure, Rule, Scale, Scorecard
from vitalreel.signals.moment import Moment

MILLION = 1_000_000
ENOUGH = FULL // 2
"""Worth of the measures with fresh data below which no score is claimed: half of it (H17)."""

State = Literal["scored", "insufficient", "no_scorecard"]
PartState = Literal["known", "missing", "yes", "prompted", "stand_in", "limit"]
"""known, missing: a measure with and without data; yes: a rule that holds; prompted: a rule that holds only by views a play
prompted; stand_in: the part `missing`; limit: the part `clip`."""


def counted(wide: ibis.Table, card: Scorecard, wanted: Asked) -> ibis.Table:
    """The accounts of one scorecard with every number of their score, best materialised: `scores` and `parts` both read it.

    wide: `readings.readings`, materialised too. Columns added, per measure i and rule j: l<i> level in millionths (NULL: no
    data), p<i> its part; o<j> what the rule gives without, x<j> with films that plays sent; known: worth of the measures with
    data; measured: sum of p; missing; raw; points; alone: points without x. All int64, tenths where not said otherwise.
    """
    rows = wide.filter(_.card == card.name)
    rows = rows.mutate(**{f"l{i}": _level(m, _[wanted.readings[reading_of(m)]]) for i, m in enumerate(card.measures)})
    rows = rows.mutate(
        known=_total([_[f"l{i}"].notnull().ifelse(m.worth, 0) for i, m in enumerate(card.measures)]),
        **{f"p{i}": (_[f"l{i}"] * m.worth + MILLION // 2) // MILLION for i, m in enumerate(card.measures)},
        **_rule_points(card.rules, wanted),
    )
    rows = rows.mutate(measured=_total([_[f"p{i}"].fill_null(0) for i in range(len(card.measures))]))
    rows = _stood_in(rows, card)
    own = _total([_[f"o{j}"] for j in range(len(card.rules))])
    ruled = own + _total([_[f"x{j}"] for j in range(len(card.rules))])
    base, limit = _.measured + _.missing, card.rules_limit
    return rows.mutate(
        raw=base + ruled,
        enough=_.known >= ENOUGH,
        points=_clipped(base + _within(ruled, -limit, limit)),
        alone=_clipped(base + _within(own, -limit, limit)),
    )


def scores(
    wide: ibis.Table, cards: Sequence[tuple[Scorecard, ibis.Table]], earlier: ibis.Table, moment: Moment
) -> ibis.Table:
    """One row an account: account_id, day, scorecard, config, points, raw, unprompted, band, coverage, state.

    cards: each scorecard with its `counted` accounts. earlier: rows of `score` of the days before. points: 0..100 in tenths,
    NULL unless state is "scored"; raw: before any limit; unprompted: the score without what films sent by plays earned, for
    the plays' own conditions (H18); coverage: 0..1, share of weight with fresh data.
    """
    found = [_scored(rows, past(earlier, moment, card.hysteresis.days), card, moment) for card, rows in cards]
    return ibis.union(*found, _without_scorecard(wide, moment), distinct=False)


def parts(cards: Sequence[tuple[Scorecard, ibis.Table]], moment: Moment) -> ibis.Table:
    """Rows of `score_part`: account_id, day, part, label, points, value, level, weight, state.

    A row for every measure; rules, `missing` and `clip` only where they give or take something. points of an account sum to
    its score to the last decimal. An account without a score has rows for its measures only.
    """
    wanted = asked([card for card, _rows in cards])
    found = [_listed(rows, card, wanted, moment) for card, rows in cards]
    return ibis.union(*found, distinct=False) if len(found) > 1 else found[0]


# -- one scorecard


def _level(measure: Measure, reading: Deferred) -> Deferred:
    """The measure's level in millionths (int64), by the scale of the account's tenure; NULL where there is no reading."""
    branches = [(_.tenure < below, _on(scale, reading)) for below, scale in measure.by_tenure]
    level = ibis.cases(*branches, else_=_on(measure.scale, reading)) if branches else _on(measure.scale, reading)
    return _whole(level * (MILLION / 100))


def _on(scale: Scale, reading: Deferred) -> Deferred:
    """Points 0..100 of a reading on straight lines between the corners."""
    first, last = scale.corners[0], scale.corners[-1]
    lines = [
        (reading <= x1, y0 + (reading - x0) * ((y1 - y0) / (x1 - x0)))
        for (x0, y0), (x1, y1) in zip(scale.corners, scale.corners[1:], strict=False)
    ]
    return ibis.cases((reading.isnull(), ibis.null("float64")), (reading <= first[0], first[1]), *lines, else_=last[1])


def _rule_points(rules: Sequence[Rule], wanted: Asked) -> dict[str, Deferred]:
    """o<j>: what a rule gives without films that plays sent; x<j>: what those add to it (tenths)."""
    found = {}
    for j, rule in enumerate(rules):
        column = wanted.rules[rule]
        own = _[unprompted(column)].fill_null(0).cast("int64")
        found[f"o{j}"] = own
        found[f"x{j}"] = _[column].fill_null(0).cast("int64") - own
    return found


def _stood_in(rows: ibis.Table, card: Scorecard) -> ibis.Table:
    """Adds `missing`: what stands in for measures without data (tenths).

    share_out: the account's own mean level over what it has. shrink_to_segment: each measure's mean level over the accounts
    of the scorecard that have it; one that nobody has is shared out.
    """
    # known is 0 only for accounts without any data: they get no score, so what stands in for them does not matter
    own = _.measured.cast("float64") / _.known.nullif(0)
    if card.missing == "share_out":
        return rows.mutate(missing=_whole(((FULL - _.known) * own).fill_null(0)))
    counted = {f"s{i}": _[f"l{i}"].sum().cast("int64") for i in range(len(card.measures))}
    known = {f"n{i}": _[f"l{i}"].count() for i in range(len(card.measures))}
    means = rows.aggregate(**counted, **known)
    lacking = [
        ibis.cases(
            (_[f"l{i}"].notnull(), 0.0),
            (_[f"n{i}"] > 0, _[f"s{i}"] * (m.worth / MILLION) / _[f"n{i}"].nullif(0)),
            else_=(m.worth * own).fill_null(0.0),
        )
        for i, m in enumerate(card.measures)
    ]
    joined = rows.cross_join(means).mutate(missing=_whole(_total(lacking)))
    return joined.drop(*counted, *known)


def _scored(rows: ibis.Table, remembered: ibis.Table, card: Scorecard, moment: Moment) -> ibis.Table:
    rows = rows.left_join(remembered, "account_id").drop("account_id_right")
    claimed = ibis.cases((_.enough, _.points))
    return rows.select(
        "account_id",
        day=moment.date,
        scorecard=ibis.literal(card.name),
        config=ibis.literal(card.config),
        points=claimed / float(TENTHS),
        raw=ibis.cases((_.enough, _.raw)) / float(TENTHS),
        unprompted=ibis.cases((_.enough, _.alone)) / float(TENTHS),
        band=banded(claimed, card.bands, card.hysteresis),
        coverage=_.known / float(FULL),
        state=ibis.cases((_.enough, "scored"), else_="insufficient"),
    )


def _without_scorecard(wide: ibis.Table, moment: Moment) -> ibis.Table:
    nothing = ibis.null("float64")
    return wide.filter(_.card.isnull()).select(
        "account_id",
        day=moment.date,
        scorecard=ibis.literal(""),
        config=ibis.literal(""),
        points=nothing,
        raw=nothing,
        unprompted=nothing,
        band=ibis.null("string"),
        coverage=ibis.literal(0.0),
        state=ibis.literal("no_scorecard"),
    )


# -- the parts of one scorecard


def _listed(rows: ibis.Table, card: Scorecard, wanted: Asked, moment: Moment) -> ibis.Table:
    """One row a part: a selection of the accounts for each, in columns every engine has (an array of structs is none)."""
    lacking = (FULL - _.known).cast("float64") / float(FULL)
    found = [_measure_part(rows, i, m, wanted, moment) for i, m in enumerate(card.measures)]
    for j, rule in enumerate(card.rules):
        prompted = f"{rule.label}, from a film a play sent"
        found.append(_given_part(rows, rule.name, rule.label, _[f"o{j}"], None, "yes", moment))
        found.append(_given_part(rows, f"{rule.name}.{PROMPTED}", prompted, _[f"x{j}"], None, PROMPTED, moment))
    found.append(_given_part(rows, MISSING, "What stands in for missing data", _.missing, lacking, "stand_in", moment))
    found.append(_given_part(rows, CLIP, "The limits of the score", _.points - _.raw, None, "limit", moment))
    return ibis.union(*found, distinct=False)


def _measure_part(rows: ibis.Table, i: int, measure: Measure, wanted: Asked, moment: Moment) -> ibis.Table:
    """A measure's part of every account."""
    return rows.select(
        "account_id",
        day=moment.date,
        part=ibis.literal(measure.name),
        label=ibis.literal(measure.label),
        points=_[f"p{i}"].fill_null(0) / float(TENTHS),
        value=_[wanted.readings[reading_of(measure)]],
        level=_[f"l{i}"] / float(MILLION),
        weight=_in_points(measure.worth),
        state=_[f"l{i}"].notnull().ifelse("known", "missing"),
    )


def _given_part(
    rows: ibis.Table, name: str, label: str, tenths: Deferred, level: Deferred | None, state: str, moment: Moment
) -> ibis.Table:
    """A part only of those accounts, among the scored, to which it gives or from which it takes something."""
    return rows.filter(_.enough & (tenths != 0)).select(
        "account_id",
        day=moment.date,
        part=ibis.literal(name),
        label=ibis.literal(label),
        points=tenths / float(TENTHS),
        value=ibis.null("float64"),
        level=level if level is not None else ibis.null("float64"),
        weight=_in_points(0),
        state=ibis.literal(state),
    )


# -- whole numbers


def _total(values: Sequence[Deferred]) -> Deferred:
    return reduce(add, values) if values else ibis.literal(0, "int64")


def _in_points(tenths: int) -> object:
    """Whole tenths as a float64 constant: a written 12.5 is a decimal to PostgreSQL."""
    return ibis.literal(tenths).cast("float64") / float(TENTHS)


def _whole(value: Deferred) -> Deferred:
    """The nearest whole number of one that is not negative, halves upward: engines round halves each in their own way."""
    return (value + 0.5).floor().cast("int64")


def _within(value: Deferred, low: int, high: int) -> Deferred:
    return ibis.greatest(ibis.least(value, high), low)


def _clipped(value: Deferred) -> Deferred:
    return _within(value, 0, FULL)
