"""What an account has agreed to, day by day: its live paid contracts together, recorded on each day that changes.

On a day the live contracts are those with start <= day < end (no end: open). Value and seats are their sums; the renewal is
that of the largest (by yearly value, then the older, then by id): the date its row names while that lies ahead, else the next
yearly anniversary of its start.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _
from ibis.common.deferred import Deferred

from vitalreel.signals.days import facts, number

YEARS = 60
"""Anniversaries looked for: longer than any contract has run."""


def agreement_facts(contract: ibis.Table, currency: str, as_of: Any) -> ibis.Table:
    """Facts contract.arr (in `currency`, whole units), contract.seats, contract.start, contract.auto_renew, contract.live
    (contracts), renewal.

    contract: the canonical table as known on the as-of day; other currencies are left out of contract.arr.
    """
    paid = _paid(contract, currency)
    days = _change_days(paid, as_of)
    live = days.join(paid, [days.account_id == paid.account_id, paid.first <= days.day, paid.stop > days.day])
    live = live.drop("account_id_right").mutate(renews=_renews())
    largest = ibis.window(
        group_by=["account_id", "day"], order_by=[ibis.desc(_.arr.fill_null(0)), "first", "contract_id"]
    )
    ranked = live.mutate(rank=ibis.row_number().over(largest))
    top = _.rank == 0
    together = ranked.group_by(["account_id", "day"]).aggregate(
        arr=_.arr.sum() / 100,
        seats=_.seats.sum(),
        live=_.count(),
        start=_.first.max(where=top),
        renewal=_.renews.max(where=top),
        auto_renew=_.auto_renew.max(where=top),
        known=_.known.max(),
    )
    every = days.left_join(together, ["account_id", "day"]).select(
        "account_id",
        "day",
        "start",
        "renewal",
        "auto_renew",
        arr=_.arr.fill_null(ibis.cases((_.live.isnull(), 0.0))),
        seats=_.seats.fill_null(ibis.cases((_.live.isnull(), 0))),
        live=_.live.fill_null(0),
        known_on=ibis.greatest(_.known.fill_null(_.day), _.day),
    )
    return facts(
        every,
        {
            "contract.arr": _.arr,
            "contract.seats": _.seats,
            "contract.live": _.live,
            "contract.start": _.start,
            "renewal": _.renewal,
        },
        {"contract.auto_renew": _.auto_renew},
    )


def _paid(contract: ibis.Table, currency: str) -> ibis.Table:
    """Contracts that are not trials, with first and stop as day numbers (stop: first day it is no longer live)."""
    ours = _.currency.isnull() | (_.currency == currency)
    return contract.filter(~_.trial.fill_null(False)).select(
        "account_id",
        "contract_id",
        "start",
        first=number(_.start),
        stop=number(_.end).fill_null(10**6),
        arr=ibis.cases((ours, _.arr.cast("int64"))),
        seats=_.seats.cast("int64"),
        named=number(_.renewal),
        auto_renew=_.auto_renew.cast("string"),
        known=number(_.known_on),
    )


def _change_days(paid: ibis.Table, as_of: Any) -> ibis.Table:
    """(account_id, day): each day up to `as_of` on which a contract starts, ends or has an anniversary."""
    each = paid.select(
        "account_id",
        days=ibis.array([_.first, _.stop, _.named.fill_null(_.first)]).unnest(),
    ).select("account_id", day=_.days)
    # no more than the years that can have passed, at most YEARS: one that lies ahead is dropped below
    passed = ((ibis.least(paid.stop, as_of + 1) - paid.first) // 365).cast("int64") + 2
    reached = ibis.greatest(ibis.least(passed, YEARS), 1)
    yearly = paid.mutate(years=ibis.range(1, reached).unnest()).select(
        "account_id", "stop", day=number((_.start.cast("timestamp") + _.years.as_interval("Y")).date())
    )
    anniversaries = yearly.filter(_.day < _.stop).select("account_id", "day")
    return ibis.union(each, anniversaries).filter(_.day <= as_of).distinct()


def _renews() -> Deferred:
    """Day number of the next renewal after the row's `day`."""
    # a guess of whole years that is never too late, then at most two steps on
    guess = ((_.day - _.first) // 366).cast("int64")
    candidates = [_anniversary(guess + k) for k in (0, 1, 2)]
    ahead = ibis.cases(*[(c > _.day, c) for c in candidates[:2]], else_=candidates[2])
    return ibis.cases((_.named > _.day, _.named), else_=ahead)


def _anniversary(years: Deferred) -> Deferred:
    return number((_.start.cast("timestamp") + years.as_interval("Y")).date())
