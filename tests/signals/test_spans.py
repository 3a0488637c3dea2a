"""Spans answer what facts answer, and a workspace's tables hold one row a series and day, which spans stand on."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from pathlib import Path

import ibis
import pyarrow as pa

from tests.conditions.beside import Row, Rows, catalogue_of_tests, tables
from tests.conditions.chance import Company
from tests.conditions.test_laws import conditions
from tests.steps.companies import DAY, company, found, put
from vitalreel.conditions import evaluate
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.signals.spans import followed
from vitalreel.signals.tables import SHAPES, day_number
from vitalreel.steps.knowing import catalogue_of, signals_of

CATALOGUE = catalogue_of_tests()
TODAY = day_number(DAY)


def known_last(rows: Rows) -> list[Row]:
    """Of each account, signal and day the version known last on DAY, those about days to come too."""
    last: dict[tuple[object, ...], Row] = {}
    for row in sorted(rows["facts"], key=lambda r: int(str(r["known_on"]))):
        if int(str(row["known_on"])) <= TODAY:
            last[(row["account_id"], row["signal"], row["day"])] = row
    return list(last.values())


def test_conditions_answer_from_spans_as_from_facts() -> None:
    """T3: values replaced, withdrawn, stale and about days to come; 20 conditions over 30 accounts."""
    r = random.Random(5)
    rows = Company(r, CATALOGUE, TODAY, accounts=30).rows
    rows["facts"] += [{**f, "day": TODAY + 2, "known_on": TODAY} for f in rows["facts"][::7]]  # known of a day to come
    plain = {**rows, "facts": known_last(rows)}
    trees = conditions(r, 20)
    facts = pa.Table.from_pylist(plain["facts"], schema=SHAPES["facts"])

    spans = ibis.memtable(ibis.duckdb.connect().to_pyarrow(followed(ibis.memtable(facts))))
    kept = {name: table for name, table in tables(plain).items() if name != "facts"}
    assert evaluate(tables(plain), trees, CATALOGUE, DAY) == evaluate({**kept, "spans": spans}, trees, CATALOGUE, DAY)


def test_a_workspace_has_one_row_a_series_and_day(tmp_path: Path) -> None:
    """A sponsor who goes the day after they came is the one day's value, not two; corrections leave the last."""
    doors = company(tmp_path / "ws")
    found(doors)
    signals = doors.workspace.root / "signals.yaml"
    signals.write_text(signals.read_text(encoding="utf-8") + "  sponsor: {type: text, feed: crm}\n", encoding="utf-8")
    for n, (left, new) in enumerate((("p1", "p2"), ("p2", "p3"))):
        day = DAY - dt.timedelta(days=5 - n)
        put(doors, "sponsor_change", [{"account_id": "busy", "day": day, "left_contact": left, "new_contact": new}])
    put(doors, "usage", [{"account_id": "busy", "day": DAY, "metric": "active_users", "value": 1.0}], known_on=DAY)
    with doors.lake.session() as session:
        rows = signals_of(doors, session, catalogue_of(doors), DAY).tables["spans"].to_pyarrow().to_pylist()

    assert 1 == max(Counter((r["account_id"], r["signal"], r["day"]) for r in rows).values())
    assert [("p1", -6), ("p2", -5), ("p3", -4)] == [
        (r["word"], r["day"] - TODAY) for r in sorted(rows, key=lambda r: r["day"]) if r["signal"] == "sponsor"
    ]


def test_only_what_is_named_is_computed_and_is_the_same(tmp_path: Path) -> None:
    """H2: a score and a decision ask for their own signals; those are as in a whole day."""
    doors = company(tmp_path / "ws")
    found(doors)
    catalogue = catalogue_of(doors)
    assert read_catalogue(doors.workspace.yaml("signals.yaml"), "signals.yaml") == catalogue

    def rows(named: frozenset[str] | None) -> list[str]:
        with doors.lake.session() as session:
            table = signals_of(doors, session, catalogue, DAY, named).tables["spans"].to_pyarrow()
        return sorted(
            str(r) for r in table.to_pylist() if r["signal"] in ("tickets.open", "usage.minutes_week", "tier")
        )

    some = rows(frozenset({"tickets.open", "usage.minutes_week", "tier"}))
    assert (rows(None), True) == (some, len(some) > 3)
