"""The answers of many conditions for all accounts at once: lazily as a table, or evaluated as sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

import ibis

from vitalreel.conditions.compile import compile_conditions
from vitalreel.conditions.tree import Tree
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.features import Features, freshness
from vitalreel.signals.moment import Moment


class Answer(NamedTuple):
    """Who says yes, and of whom it is unknown; all other accounts say no."""

    yes: frozenset[str]
    unknown: frozenset[str]


def answers(
    tables: Mapping[str, ibis.Table],
    trees: Mapping[str, Tree],
    catalogue: Catalogue,
    moment: Moment,
    fresh: Mapping[str, bool],
    holidays: Collection[dt.date] = (),
) -> ibis.Table:
    """(account_id, one nullable boolean a tree): true is yes, NULL unknown. Lazy: nothing runs until the caller does.

    tables: the long tables of signals/tables.py, and `openings` (see `before`) where a tree says `of before`.
    trees: checked trees by name; the names become columns. fresh: feed -> whether it is fresh (see `freshness`).
    holidays: days that are not working days, besides weekends.
    """
    features = Features(catalogue, moment, fresh)
    columns = compile_conditions(trees, features, holidays)
    return features.wide(tables).select("account_id", **columns)


def evaluate(
    tables: Mapping[str, ibis.Table],
    trees: Mapping[str, Tree],
    catalogue: Catalogue,
    as_of: dt.date,
    holidays: Collection[dt.date] = (),
) -> dict[str, Answer]:
    """name -> Answer, with each feed's freshness read from the tables."""
    fresh = freshness(tables["feeds"].to_pyarrow().to_pylist(), catalogue, as_of)
    got = answers(tables, trees, catalogue, Moment(as_of), fresh, holidays).to_pyarrow().to_pydict()
    accounts = got["account_id"]
    return {
        name: Answer(
            frozenset(a for a, said in zip(accounts, got[name], strict=True) if said),
            frozenset(a for a, said in zip(accounts, got[name], strict=True) if said is None),
        )
        for name in trees
    }
