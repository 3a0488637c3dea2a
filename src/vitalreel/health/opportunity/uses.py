"""Which features each account uses: from rows of use to the first and last day of each, and to one matrix over all accounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from numpy.typing import NDArray

from vitalreel.signals.days import number
from vitalreel.signals.moment import Moment

RECENT = 28
"""Days over which depth of use is told."""
KNOWN_BY = 10
"""A feature, department or the like that no list names counts as something of ours once so many accounts have it: what fewer have
may be one customer's own."""


@dataclass(frozen=True, slots=True)
class Uses:
    """All accounts' use of features as of a day. Arrays are (accounts, features)."""

    accounts: tuple[str, ...]
    features: tuple[str, ...]  # ids
    began: int | None  # first day number on which any use was recorded; None: none was
    first: NDArray[np.int64]  # day numbers; 0 where it was never used
    last: NDArray[np.int64]
    recent: NDArray[np.float64]  # value recorded over the last RECENT days
    days: NDArray[np.int64]  # with use, of those

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(accounts,): whether any use of any feature is known of the account: without, unused is unknown."""
        found: NDArray[np.bool_] = np.any(self.last > 0, axis=1)
        return found

    def within(self, until: NDArray[np.int64], days: int) -> NDArray[np.bool_]:
        """(accounts, features): used in the `days` days that end with the account's own day `until`, (accounts,)."""
        found: NDArray[np.bool_] = (self.last > 0) & (self.last > until[:, None] - days)
        return found


def uses(feature_usage: ibis.Table, moment: Moment) -> ibis.Table:
    """One row an account and feature it ever used: account_id, feature, first, last (day numbers), recent, days. Lazy.

    feature_usage: the canonical table as known at the end of the moment's day; rows about later days are not seen.
    """
    rows = feature_usage.filter(_.value > 0).select("account_id", "feature", "value", day=number(_.day))
    late = _.day > moment.on(moment.number - RECENT)
    return (
        rows.filter(_.day <= moment.today)
        .group_by(["account_id", "feature"])
        .aggregate(
            first=_.day.min(),
            last=_.day.max(),
            recent=_.value.cast("float64").sum(where=late).fill_null(0.0),
            days=ibis.cases((late, _.day)).nunique().cast("int64"),
        )
        .order_by("account_id", "feature")
    )


def gathered(rows: pa.Table, accounts: Sequence[str], more: Collection[str] = ()) -> Uses:
    """The rows of `uses` for these accounts, in their order; rows of others are left out. more: features that nobody need have used."""
    features = tuple(sorted({*pc.unique(rows["feature"]).to_pylist(), *more}))
    i = pc.index_in(rows["account_id"].combine_chunks(), pa.array(accounts, pa.string()))
    k = pc.index_in(rows["feature"].combine_chunks(), pa.array(features, pa.string()))
    here = pc.is_valid(i)
    at = (_ints(i, here), _ints(k, here))
    shape = (len(accounts), len(features))

    def laid(name: str, kind: Any) -> Any:
        found = np.zeros(shape, kind)
        found[at] = rows[name].combine_chunks().filter(here).to_numpy(zero_copy_only=False)
        return found

    began = pc.min(rows["first"]).as_py()
    return Uses(
        tuple(accounts),
        features,
        began,
        laid("first", np.int64),
        laid("last", np.int64),
        laid("recent", float),
        laid("days", np.int64),
    )


def _ints(values: Any, here: Any) -> NDArray[np.int64]:
    found: NDArray[np.int64] = values.filter(here).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
