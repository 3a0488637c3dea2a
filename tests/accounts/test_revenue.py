"""An account's ARR on a day, from the versions of its contracts."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from vitalreel.accounts.contract import current_contracts
from vitalreel.accounts.revenue import contracts

START = date(2025, 1, 1)


def row(contract: str = "c", account: str = "a", **over: object) -> dict[str, object]:
    one = {"account_id": account, "contract_id": contract, "start": START, "end": None, "arr": 120_000, "currency": "USD",
           "trial": None, "known_on": START, "learnt": 0}  # fmt: skip
    return {**one, **over}


def test_the_amount_known_on_a_day_counts_and_the_end_known_now():
    """M6 D3: a rise learnt in June is no revenue of May; an end that was learnt late still ended it."""
    raised = row(arr=150_000, known_on=date(2025, 6, 1), end=date(2025, 9, 1), learnt=1)
    (c,) = contracts([raised, row()], "USD")["a"]  # type: ignore[index]

    assert [0, 120_000, 120_000, 150_000, 150_000, 0] == [
        c.on(d)
        for d in (
            START - timedelta(days=1),
            START,
            date(2025, 5, 31),
            date(2025, 6, 1),
            date(2025, 8, 31),
            date(2025, 9, 1),
        )
    ]


def test_trials_other_currencies_and_contracts_without_an_amount_are_left_out():
    """M6: what has no amount in the programme's currency is no revenue of it."""
    rows = [row("t", trial=True), row("e", currency="EUR"), row("n", arr=None), row("u", "b", currency=None)]

    assert {"b": [120_000]} == {a: [c.on(START) for c in each] for a, each in contracts(rows, "USD").items()}


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2025, 7, 1), date(2026, 3, 1)])
def test_it_agrees_with_the_contract_of_the_day(day: date):
    """M6: the same revenue as `current_contracts` sums, account by account."""
    rows = [
        row("a1"),
        row("a2", start=date(2025, 5, 1), arr=1),
        row("b1", "b", end=date(2025, 7, 1)),
        row("d1", "d", trial=True),
    ]
    table = pa.Table.from_pylist([{**r, "seats": 1, "plan": "p", "auto_renew": True, "renewal": None} for r in rows],
                                 schema=pa.schema([("account_id", pa.string()), ("contract_id", pa.string()), ("start", pa.date32()),
                                                   ("end", pa.date32()), ("arr", pa.int64()), ("currency", pa.string()),
                                                   ("trial", pa.bool_()), ("seats", pa.int64()), ("plan", pa.string()),
                                                   ("auto_renew", pa.bool_()), ("renewal", pa.date32())]))  # fmt: skip
    live = {r["account_id"]: r["arr"] for r in current_contracts(table, day).to_pylist()}
    ours = {str(a): sum(c.on(day) for c in each) for a, each in contracts(rows, "USD").items()}

    assert live == {a: cents for a, cents in ours.items() if cents}
