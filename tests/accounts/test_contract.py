"""An account's contract as of a day: the issue's rule for accounts with many subscriptions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.accounts.contract import CONTRACT, current_contracts

ROWS = pa.schema([
    ("contract_id", pa.string()), ("account_id", pa.string()), ("start", pa.date32()), ("end", pa.date32()), ("arr", pa.int64()),
    ("currency", pa.string()), ("seats", pa.int64()), ("plan", pa.string()), ("auto_renew", pa.bool_()), ("trial", pa.bool_()),
    ("renewal", pa.date32()),
])  # fmt: skip
AS_OF = date(2024, 9, 30)


def row(key: str, **values: Any) -> dict[str, Any]:
    base = {"contract_id": key, "account_id": "A1", "start": date(2023, 3, 10), "end": None, "arr": 100, "currency": "USD", "seats": 2,
            "plan": "Pro", "auto_renew": True, "trial": False, "renewal": None}  # fmt: skip
    return {**base, **values}


def contract(*rows: dict[str, Any], as_of: date = AS_OF) -> dict[str, Any] | None:
    got = current_contracts(pa.Table.from_pylist(list(rows), ROWS), as_of).to_pylist()
    return got[0] if got else None


def test_live_paid_subscriptions_count_together():
    """ARR and seats are sums; dates and plan are those of the largest."""
    got = contract(
        row("S1"),
        row("S2", arr=900, seats=7, plan="Enterprise", start=date(2024, 1, 15), auto_renew=False),
        row("S3", arr=5000, trial=True),
        row("S4", arr=5000, end=AS_OF),
        row("S5", arr=5000, start=AS_OF + timedelta(days=1)),
    )

    assert got is not None
    assert (1000, 9, 2, "Enterprise", False) == (
        got["arr"],
        got["seats"],
        got["contracts"],
        got["plan"],
        got["auto_renew"],
    )
    assert (date(2024, 1, 15), date(2025, 1, 15)) == (got["start"], got["renewal"])


def test_an_account_without_a_live_paid_subscription_has_no_contract():
    """A trial alone, or an end that has come, leaves nothing to renew."""
    assert contract(row("S1", trial=True), row("S2", end=date(2024, 1, 1))) is None


@pytest.mark.parametrize(
    ("start", "as_of", "renewal"),
    [
        (date(2023, 10, 1), date(2024, 9, 30), date(2024, 10, 1)),
        (date(2023, 9, 30), date(2024, 9, 30), date(2025, 9, 30)),
        (date(2024, 9, 30), date(2024, 9, 30), date(2025, 9, 30)),
        (date(2020, 2, 29), date(2022, 9, 30), date(2023, 2, 28)),
        (date(2020, 2, 29), date(2023, 9, 30), date(2024, 2, 29)),
    ],
)
def test_the_renewal_is_the_next_yearly_anniversary(start: date, as_of: date, renewal: date):
    """The anniversary after the day, never on it; leap days fall back to 28 February."""
    got = contract(row("S1", start=start), as_of=as_of)

    assert got is not None
    assert renewal == got["renewal"]


def test_a_renewal_the_row_names_stands_while_it_lies_ahead():
    """A vendor that says when a contract renews is believed until that day."""
    got = [contract(row("S1", renewal=d)) for d in (date(2024, 12, 24), date(2024, 9, 30))]

    assert [date(2024, 12, 24), date(2025, 3, 10)] == [g["renewal"] for g in got if g]


def test_money_of_another_currency_is_not_added():
    """Cents of two currencies have no sum."""
    got = contract(row("S1"), row("S2", arr=10_000, currency="EUR"))

    assert got is not None
    assert (100, 4, "S1") == (got["arr"], got["seats"], got["contract_id"])


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3), st.integers(0, 50)), min_size=1, max_size=8),
    st.integers(0, 800),
)
def test_a_contract_sums_what_is_live_and_renews_within_a_year(rows: list[tuple[int, int, int]], day: int):
    """Law: whatever the subscriptions, the sums are of the live ones and 0 < renewal - as_of <= 366 days."""
    as_of = date(2023, 1, 1) + timedelta(days=day)
    made = [
        row(f"S{i}", start=date(2023, 1, 1) + timedelta(days=s), arr=a, seats=n) for i, (s, n, a) in enumerate(rows)
    ]
    live = [r for r in made if r["start"] <= as_of]
    got = contract(*made, as_of=as_of)

    assert (len(live), sum(r["arr"] for r in live)) == ((got["contracts"], got["arr"]) if got else (0, 0))
    assert got is None or timedelta(0) < got["renewal"] - as_of <= timedelta(days=366)
    assert CONTRACT.names == current_contracts(pa.Table.from_pylist(made, ROWS), as_of).column_names
