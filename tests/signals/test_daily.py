"""The long tables: sums, counts and contracts day by day, against a plain computation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.companies import DAY, START, at, company, found, put
from vitalreel.accounts.contract import current_contracts
from vitalreel.signals.catalogue import How
from vitalreel.signals.rolling import rolling
from vitalreel.signals.tables import SHAPES, day_number
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of

TODAY = 60


def value_on(day: int, rows: Sequence[Mapping[str, float]]) -> float | None:
    """The last recorded value on or before a day."""
    past = [r for r in rows if r["day"] <= day]
    return max(past, key=lambda r: r["day"])["num"] if past else None


@pytest.mark.parametrize("how", ["sum", "count", "distinct", "mean"])
@given(
    read=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 9), st.sampled_from("abc")), min_size=1, max_size=12),
    days=st.integers(1, 20),
)
@settings(max_examples=12)
def test_rolling_values_equal_a_window_counted_by_hand(how: How, read: list[tuple[int, int, str]], days: int) -> None:
    """On every day up to the as-of day, and unknown before the first whole window."""
    con = ibis.duckdb.connect()
    rows = [{"account_id": "a", "day": d, "num": float(n), "arg": a, "known_on": d} for d, n, a in read]
    kinds = [
        ("account_id", pa.string()),
        ("day", pa.int64()),
        ("num", pa.float64()),
        ("arg", pa.string()),
        ("known_on", pa.int64()),
    ]
    table = con.create_table("rows", pa.Table.from_pylist(rows, schema=pa.schema(kinds)))
    starts = con.create_table("starts", pa.table({"account_id": ["a"], "start": pa.array([0], pa.int64())}))
    got = con.to_pyarrow(rolling(table, starts, days, how, TODAY)).to_pylist()

    for day in range(TODAY + 1):
        window = [(n, a) for d, n, a in read if day - days < d <= day]
        by_hand: float | None = {
            "sum": sum(n for n, _a in window),
            "count": len(window),
            "distinct": len({a for _n, a in window}),
            "mean": round(sum(n for n, _a in window) / len(window), 6) if window else None,
        }[how]
        assert (by_hand if how == "mean" or day >= days - 1 else None) == value_on(day, got)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    opened = company(tmp_path / "ws")
    found(opened)
    return opened


def tables(doors: Doors, day: dt.date) -> dict[str, list[dict[str, object]]]:
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue_of(doors), day)
        return {name: table.to_pyarrow().to_pylist() for name, table in signals.tables.items()}


def test_every_table_has_the_shape_all_rooms_read(doors: Doors) -> None:
    """The seven long tables, column for column and type for type."""
    with doors.lake.session() as session:
        lazy = signals_of(doors, session, catalogue_of(doors), DAY).tables
        shapes = {n: {f.name: f.type for f in lazy[n].to_pyarrow().schema} for n in SHAPES}

    assert {n: {f.name: f.type for f in schema} for n, schema in SHAPES.items()} == shapes


def test_an_account_without_tickets_has_none_open(doors: Doors) -> None:
    """Where the source is there, no row means nothing happened: silence is not unknown."""
    facts = [f for f in tables(doors, DAY)["facts"] if f["signal"] == "tickets.open" and f["account_id"] == "busy"]

    assert [(day_number(START), 0.0)] == [(f["day"], f["num"]) for f in facts]


def test_contracts_add_up_as_the_accounts_room_says(doors: Doors) -> None:
    """D1: value, seats and renewal on each day a contract starts or ends are those of `current_contracts` on that day."""
    signed = [
        {"contract_id": "c1", "start": dt.date(2024, 2, 29), "arr": 900_00, "seats": 5, "end": dt.date(2025, 9, 1)},
        {"contract_id": "c2", "start": dt.date(2025, 6, 15), "arr": 1200_00, "seats": 7},
        {"contract_id": "c3", "start": dt.date(2025, 7, 1), "arr": 5000_00, "seats": 90, "trial": True},
    ]
    put(doors, "contract", [{"account_id": "busy", "currency": "USD", **c} for c in signed])
    facts = [f for f in tables(doors, DAY)["facts"] if f["account_id"] == "busy"]
    days = [dt.date(2024, 2, 29), dt.date(2025, 2, 28), dt.date(2025, 6, 15), dt.date(2025, 9, 1), DAY]
    with doors.lake.session() as session:
        rows = session.versions("contract").to_pyarrow()

    for day in days:
        theirs = current_contracts(rows, day).to_pylist()[0]
        now = {
            s: value_on(day_number(day), [f for f in facts if f["signal"] == s])
            for s in ("contract.arr", "contract.seats", "renewal")
        }  # type: ignore[arg-type, misc]
        assert (theirs["arr"] / 100, theirs["seats"], day_number(theirs["renewal"])) == tuple(now.values())


def test_a_day_is_the_accounts_own(doors: Doors) -> None:
    """A ticket opened at 23:30 UTC belongs to the next day in Berlin; a zone nobody knows is read as UTC."""
    moment = at(DAY - dt.timedelta(days=1), 23).replace(minute=30)
    put(
        doors,
        "account",
        [
            {"account_id": n, "name": n, "zone": z, "since": START}
            for n, z in (("b", "Europe/Berlin"), ("x", "Mars/One"))
        ],
    )
    put(
        doors,
        "ticket",
        [{"ticket_id": f"t{a}", "account_id": a, "opened": moment, "severity": "low"} for a in ("b", "x")],
    )
    opened = {e["account_id"]: e["day"] for e in tables(doors, DAY)["events"] if e["account_id"] in ("b", "x")}

    assert {"b": day_number(DAY), "x": day_number(DAY) - 1} == opened
