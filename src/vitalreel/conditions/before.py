"""`90% of before`: which older value of a signal opened an episode, and what it was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.conditions.tree import Change, Compare, Cross, Mean, Ref, Tree, tests
from vitalreel.conditions.windows import length
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.features import Features
from vitalreel.signals.moment import Moment

OPENINGS = ("account_id", "condition", "signal", "value")
"""Columns of the optional table `openings`: strings, strings, strings, float64; `condition` is the name of the tree asked."""


def older_values(when: Tree) -> dict[str, tuple[int, int | None]]:
    """signal -> (days back, days of a mean or None): what a play's `when` compares today's value with.

    `down 40% over 1 quarter` is the value 91 days back; `fell below 40 within 7 days` the one 7 days back; `< 0.5x own
    28-day mean` that mean, not multiplied. Where a signal is compared twice, the first comparison written counts.
    """
    found: dict[str, tuple[int, int | None]] = {}
    for test in tests(when):
        match test:
            case Change(Ref(name), over=over):
                found.setdefault(name, (length(over), None))
            case Cross(Ref(name), to=Mean(days=days)) | Compare(Ref(name), to=(Mean(days=days),)):
                found.setdefault(name, (0, days))
            case Cross(Ref(name), within=within):
                found.setdefault(name, (length(within) if within else 1, None))
            case _:
                pass
    return found


def opening_values(
    tables: Mapping[str, ibis.Table],
    whens: Mapping[str, Tree],
    catalogue: Catalogue,
    moment: Moment,
    fresh: Mapping[str, bool],
) -> ibis.Table | None:
    """(account_id, condition, signal, value) as of the day an episode opens, for every account; None where nothing is compared.

    Keep the rows of the accounts that open, under the name of the condition that will ask for them (`closes_when`'s), and
    hand them back as `tables["openings"]`.
    """
    features = Features(catalogue, moment, fresh)
    wanted: list[tuple[str, str, Deferred]] = []
    for condition, when in whens.items():
        for signal, (lag, mean) in older_values(when).items():
            value = features.at(signal, lag) if mean is None else features.mean(signal, lag, mean)
            wanted.append((condition, signal, value))
    if not wanted:
        return None
    wide = features.wide(tables)
    rows = [
        wide.select("account_id", condition=ibis.literal(condition), signal=ibis.literal(signal), value=value)
        for condition, signal, value in wanted
    ]
    return reduce(lambda a, b: a.union(b), rows).filter(_.value.notnull())
