"""What each measure reads and each points rule answers, for all accounts at once: from the long signal tables to one wide table.

Columns of the wide table: account_id, tenure (days as a customer), card (name of the scorecard that applies, NULL for none),
one `r<i>` float64 per distinct reading (NULL: no data, or stale), one `q<i>` int64 per distinct rule (tenths of a point it
gives now), and one `u<i>` per rule as it would give without the films that plays sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
from ibis.common.deferred import Deferred

from vitalreel.conditions.compile import compile_conditions
from vitalreel.conditions.tree import Tree
from vitalreel.health.scorecard import Change, Measure, Rule, Scorecard
from vitalreel.health.viewers import given_by_role
from vitalreel.signals.catalogue import WORDS, Catalogue
from vitalreel.signals.features import Features
from vitalreel.signals.moment import Moment

CHANGE_WINDOW = 7
"""Days a change is read over where the measure names no window: a whole week, so that weekdays count alike."""

Reading = tuple[str, str | None, int | None, Change | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the scorecards need to know, each thing once, with the column it stands in."""

    readings: Mapping[Reading, str]
    rules: Mapping[Rule, str]  # rule -> column; its unprompted twin is `unprompted(column)`


def unprompted(column: str) -> str:
    """The column of what a rule gives without the films that plays sent."""
    return "u" + column[1:]


def reading_of(measure: Measure) -> Reading:
    """What a measure reads, without how it is judged: measures of several scorecards may share it."""
    return measure.signal, measure.over, measure.window_days, measure.change


def asked(scorecards: Sequence[Scorecard]) -> Asked:
    """Distinct readings and rules of all scorecards, in order."""
    readings = dict.fromkeys(reading_of(m) for card in scorecards for m in card.measures)
    rules = dict.fromkeys(rule for card in scorecards for rule in card.rules)
    return Asked(
        {reading: f"r{i}" for i, reading in enumerate(readings)},
        {rule: f"q{i}" for i, rule in enumerate(rules)},
    )


def readings(
    tables: Mapping[str, ibis.Table],
    scorecards: Sequence[Scorecard],
    trees: Mapping[str, Tree],
    catalogue: Catalogue,
    moment: Moment,
    fresh: Mapping[str, bool],
) -> ibis.Table:
    """The wide table of the module's docstring, lazily.

    tables: the long tables, and `unprompted_events`. trees: a rule's `when` -> its checked tree. fresh: feed -> is it fresh.
    """
    wanted = asked(scorecards)
    features = Features(catalogue, moment, fresh)
    columns = {
        "tenure": features.days_since(features.since()),
        "card": _card(features, scorecards),
        **{column: read(features, reading) for reading, column in wanted.readings.items()},
        **_given(features, wanted.rules, trees),
    }
    out = features.wide(tables).select("account_id", **columns)
    own = {**tables, "events": tables["unprompted_events"]}
    alone = Features(catalogue, moment, fresh)
    twins = {unprompted(column): given for column, given in _given(alone, wanted.rules, trees).items()}
    if twins:
        out = _beside(out, alone.wide(own).select("account_id", **twins))
    roles = {column: (rule, trees[rule.when]) for rule, column in wanted.rules.items() if rule.by_role}
    if roles:
        out = _beside(out, given_by_role(tables, roles, catalogue.kinds, moment))
        twins_by_role = {unprompted(column): both for column, both in roles.items()}
        out = _beside(out, given_by_role(own, twins_by_role, catalogue.kinds, moment))
    return out


def _given(features: Features, rules: Mapping[Rule, str], trees: Mapping[str, Tree]) -> dict[str, Deferred]:
    """What the rules that do not go by role give: their points where the answer is yes; no and unknown give nothing."""
    simple = {column: rule for rule, column in rules.items() if not rule.by_role}
    answers = compile_conditions({column: trees[rule.when] for column, rule in simple.items()}, features)
    return {column: answers[column].fill_null(False).ifelse(rule.points, 0) for column, rule in simple.items()}


def _beside(left: ibis.Table, right: ibis.Table) -> ibis.Table:
    return left.left_join(right, "account_id").drop("account_id_right")


def _card(features: Features, scorecards: Sequence[Scorecard]) -> Deferred:
    """Name of the first scorecard whose conditions all hold."""
    branches = [(_applies(features, card), card.name) for card in scorecards]
    return ibis.cases(*branches, else_=ibis.null("string"))


def _applies(features: Features, card: Scorecard) -> Deferred:
    holds = features.here()
    for name, values in card.applies_to.items():
        spec = features.catalogue.signals[name]
        hit = features.at(name).isin([v if spec.type in WORDS else float(v) for v in values])
        holds = holds & hit.fill_null(False)
    return holds


def read(features: Features, reading: Reading) -> Deferred:
    """The column of one reading, rounded to a billionth, so that the order in which an engine adds floats cannot show."""
    signal, over, window, change = reading
    if change is not None:
        value = _relative(features, signal, window or CHANGE_WINDOW, change)
    elif over is not None:
        value = _over(features, signal, window) / _over(features, over, window).nullif(0)
    else:
        value = _over(features, signal, window)
    return value.round(9)


def _over(features: Features, signal: str, window: int | None) -> Deferred:
    """The value on the as-of day, or its mean over the window that ends with it; NULL while the feed is dead."""
    if window is None or not _alive(features, signal):
        return features.at(signal)
    return features.mean(signal, -1, window)


def _relative(features: Features, signal: str, window: int, change: Change) -> Deferred:
    """How much more (0.1: 10%) than before; a share of nothing is unknown."""
    if not _alive(features, signal):
        return features.at(signal)
    now = features.mean(signal, -1, window)
    before = (
        features.mean(signal, window - 1, change.days)
        if change.against == "mean"
        else features.mean(signal, change.days - 1, window)
    )
    return now / before.nullif(0) - 1


def _alive(features: Features, signal: str) -> bool:
    """Whether today's value may be known: a dead feed is not zero use (H17)."""
    spec = features.catalogue.signals[signal]
    return spec.fresh is None or features.fresh[spec.feed or ""]
