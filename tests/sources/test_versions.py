"""What the lake keeps: the versions of a row, when each was known, and nothing twice (D5, D2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.small import NOW, SUBSCRIPTIONS, USAGE, Rows, arrived, checked, mapping
from vitalreel.sources.versions import KNOWN, ZONES, Fresh, Load, fresh

ZONE = pa.table({"account_id": ["A1", "A2"], "zone": ["Europe/Paris", "Australia/Sydney"]}, schema=ZONES)


def arriving(table: str, known: pa.Table | None = None, now: datetime = NOW, **rows: Rows) -> Fresh:
    return fresh(
        mapping(), table, checked(arrived(**rows)).accepted[table], known or KNOWN.empty_table(), ZONE, Load("L1", now)
    )


def as_known(*loads: Fresh) -> pa.Table:
    return pa.concat_tables([f.rows.select(KNOWN.names).cast(KNOWN) for f in loads])


def versions(got: Fresh, key: str) -> list[tuple[date | None, date]]:
    """(end, known_on) of a contract's versions, in order of learning."""
    rows = sorted((r for r in got.rows.to_pylist() if r["row_key"] == key), key=lambda r: r["learnt"])
    return [(r["end"], r["known_on"]) for r in rows]


def test_an_end_is_known_only_on_its_day():
    """D5: as of any day before, the subscription was open."""
    got = arriving("contract")

    assert [(None, date(2025, 2, 1)), (date(2025, 6, 1), date(2025, 6, 1))] == versions(got, "S2")


def test_an_end_that_lies_ahead_waits_for_its_day():
    """D5: on a first import and on a later one alike."""
    row = ("S1", "A1", "2025-01-01", "2027-01-01", "1200", "USD", "5", "no")
    first = arriving("contract", subscriptions=[row])
    open_ = arriving("contract", subscriptions=[SUBSCRIPTIONS[0]])
    later = arriving(
        "contract", as_known(open_), NOW + timedelta(days=1), subscriptions=[(*row[:4], *SUBSCRIPTIONS[0][4:])]
    )

    assert (date(2027, 1, 1), date(2027, 1, 1)) == versions(first, "S1")[-1]
    assert [(date(2027, 1, 1), date(2027, 1, 1))] == versions(later, "S1")


def test_loading_again_brings_nothing():
    """D2: loading the same thing twice changes nothing."""
    for table in ("account", "contract", "usage"):
        first = arriving(table)
        again = arriving(table, as_known(first), NOW + timedelta(days=1))

        assert (0, 0, first.new) == (again.rows.num_rows, again.new, again.same)


def test_a_later_change_is_known_when_it_was_loaded():
    """D5: history is known on its own date only on a first import; a correction is not back-dated."""
    first = arriving("contract")
    changed = [("S1", "A1", "2025-01-01", "", "1,200.50", "USD", "9", "no"), *SUBSCRIPTIONS[1:]]
    got = arriving("contract", as_known(first), NOW + timedelta(days=1), subscriptions=changed)

    assert [(9, date(2026, 3, 2), 1)] == [(r["seats"], r["known_on"], got.new) for r in got.rows.to_pylist()]


def test_a_value_that_comes_back_is_a_new_version():
    """D2: nine seats, then five again: five must count."""
    nine = [("S1", "A1", "2025-01-01", "", "1,200.50", "USD", "9", "no"), *SUBSCRIPTIONS[1:]]
    first = arriving("contract")
    second = arriving("contract", as_known(first), NOW + timedelta(days=1), subscriptions=nine)
    third = arriving("contract", as_known(first, second), NOW + timedelta(days=2))
    fourth = arriving("contract", as_known(first, second, third), NOW + timedelta(days=3))

    assert [5] == third.rows["seats"].to_pylist()
    assert 0 == fourth.rows.num_rows


def test_usage_is_one_number_per_account_day_and_metric():
    """The issue's rule: usage is the count per account and day over all its subscriptions."""
    got = {(r["account_id"], str(r["day"]), r["metric"]): r["value"] for r in arriving("usage").rows.to_pylist()}

    assert 7.0 == got[("A1", "2025-02-01", "uses")]
    assert 3.0 == got[("A1", "2025-02-01", "minutes")]
    assert 4 == len(got)


def test_an_instant_falls_on_a_day_of_the_accounts_own():
    """D5: a load at 20:00 UTC is known in Sydney on the next day and in Paris on the same."""
    evening = datetime(2026, 3, 1, 20, tzinfo=UTC)
    text = arriving("account")
    first = as_known(text)
    renamed = [
        ("A1", "One", "Big", "Europe/Paris", "2025-01-01"),
        ("A2", "Zwei", "Small", "Australia/Sydney", "2025-02-01"),
    ]
    got = arriving("account", first, evening, accounts=renamed)

    assert {"A1": date(2026, 3, 1), "A2": date(2026, 3, 2)} == {
        r["account_id"]: r["known_on"] for r in got.rows.to_pylist()
    }


def test_every_version_says_where_it_came_from():
    """V2, P4: any figure can be traced to file and line."""
    got = next(r for r in arriving("contract").rows.to_pylist() if r["row_key"] == "S3")

    assert ("small", "subscriptions.csv", 4, "L1") == (got["source"], got["location"], got["line"], got["load"])


@given(st.integers(0, 160), st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_the_order_of_rows_changes_nothing(size: int, seed: int):
    """D2: values and digests are those of the set of rows, whatever the order in which they come."""
    r = Random(seed)
    usage = [
        (f"U{i}", r.choice(["S1", "S2", "S3"]), str(date(2025, 1, 1) + timedelta(days=r.randrange(16))),
         str(r.randrange(6)), str(r.randrange(61)))
        for i in range(size)
    ] or USAGE  # fmt: skip
    shuffled = r.sample(usage, len(usage))
    straight, mixed = (
        arriving("usage", usage=u).rows.select(["row_key", "row_digest", "value"]).to_pylist()
        for u in (usage, shuffled)
    )

    assert straight == mixed
