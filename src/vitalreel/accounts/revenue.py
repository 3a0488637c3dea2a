"""An account's ARR on any day, from the versions of its contracts: what it paid then, by all that is known now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitalreel.identity import AccountId


@dataclass(frozen=True, slots=True)
class Contract:
    """One paid subscription. amounts: (known on, integer cents a year), rising by day; the last start and end known are used."""

    id: str
    start: date
    end: date | None  # the first day it no longer runs
    amounts: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """Its ARR on `day` in cents, 0 where it does not run: the amount known then, else the first one that was."""
        if not self.start <= day or (self.end is not None and self.end <= day):
            return 0
        known = [cents for known_on, cents in self.amounts if known_on <= day]
        return known[-1] if known else self.amounts[0][1]


def contracts(versions: Iterable[Mapping[str, Any]], currency: str) -> dict[AccountId, tuple[Contract, ...]]:
    """Paid subscriptions by account, those without an amount, in another currency or on trial left out.

    versions: rows of the canonical contract table's versions with account_id, contract_id, start, end, arr, currency, trial, known_on
    and learnt, in any order; those known later than the day asked of are to be left out before.
    """
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in versions:
        rows.setdefault(row["contract_id"], []).append(row)
    found: dict[AccountId, list[Contract]] = {}
    for contract_id in sorted(rows):
        mine = sorted(rows[contract_id], key=lambda r: (r["known_on"], r["learnt"]))
        last = mine[-1]
        paid = tuple((r["known_on"], r["arr"]) for r in mine if r["arr"] is not None and not r["trial"])
        if paid and not last["trial"] and (last["currency"] or currency) == currency:
            contract = Contract(contract_id, last["start"], last["end"], paid)
            found.setdefault(AccountId(last["account_id"]), []).append(contract)
    return {account: tuple(each) for account, each in found.items()}
