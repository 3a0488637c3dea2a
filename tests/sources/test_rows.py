"""From vendor text to canonical rows: units, money, dates, parents; and rows that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sources.small import ACCOUNTS, MAPPING, SUBSCRIPTIONS, USAGE, arrived, checked, mapped, reasons
from vitalreel.errors import BadConfiguration


def test_money_is_converted_to_cents_of_one_currency():
    """D3: 1,200.50 USD is 120050 cents; 100 EUR at 1.5 are 15000 cents of USD."""
    got = mapped().tables["contract"]

    assert [(120050, "USD"), (15000, "USD"), (0, "USD")] == list(
        zip(got["arr"].to_pylist(), got["currency"].to_pylist(), strict=True)
    )


def test_usage_finds_its_account_through_its_subscription():
    """D1: nothing downstream reads the vendor's own shape."""
    got = {(r["account_id"], r["day"], r["metric"], r["value"]) for r in mapped().tables["usage"].to_pylist()}

    assert ("A1", date(2025, 2, 1), "minutes", 2.0) in got
    assert ("A2", date(2025, 3, 5), "uses", 1.0) in got


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        (2, "2025-13-01", "unreadable"),
        (2, "9999-12-31", "unreadable"),
        (2, "", "missing_value"),
        (4, "twelve", "unreadable"),
        (4, "NaN", "unreadable"),
        (4, "1e400", "unreadable"),
        (4, "-5", "negative_money"),
        (5, "CHF", "no_rate"),
        (6, "2.5", "unreadable"),
        (6, "-1", "negative_seats"),
        (7, "perhaps", "unreadable"),
        (3, "2024-12-31", "end_before_start"),
        (1, "A9", "child_without_parent"),
    ],
)
def test_a_cell_that_cannot_be_true_puts_its_row_aside_with_a_reason(cell: int, text: str, code: str):
    """D4, P5: a value that does not parse or cannot be is a refused row, never a crash, and the others pass."""
    row = list(SUBSCRIPTIONS[0])
    row[cell] = text
    got = checked(arrived(subscriptions=[row, *SUBSCRIPTIONS[1:]]))

    assert ("contract", 2, code) in reasons(got)
    assert 2 == got.accepted["contract"].num_rows


def test_a_refused_row_tells_the_value_and_what_it_should_be():
    """D4: the reason is in plain words."""
    row = (*SUBSCRIPTIONS[0][:6], "many", "no")
    got = checked(arrived(subscriptions=[row, *SUBSCRIPTIONS[1:]])).refused.to_pylist()[0]

    assert "seats 'many' is not a whole number" == got["reason"]


def test_one_bad_number_takes_the_whole_row_out_of_every_metric():
    """D4: a row is one thing; half of it may not be counted."""
    got = checked(arrived(usage=[("U1", "S1", "2025-02-01", "3", "-60"), *USAGE[1:]]))

    assert [("usage", 2, "negative_value")] == reasons(got)
    assert {3, 4} == set(got.accepted["usage"]["_line"].to_pylist())


def test_usage_of_an_unknown_subscription_is_a_child_without_a_parent():
    """D4: referential integrity, also through a parent."""
    got = mapped(arrived(usage=[*USAGE, ("U4", "S9", "2025-02-01", "1", "1")]))

    assert [("usage", 5, "child_without_parent")] == reasons(got)
    assert "subscription 'S9' is not in subscriptions" == got.refused["reason"][0].as_py()


def test_children_of_a_refused_account_are_refused_too():
    """D4: what a score or film would quote must hang together."""
    got = checked(arrived(accounts=[("A1", "", "Big", "", "2025-01-01"), ACCOUNTS[1]]))

    assert {
        ("account", 2, "missing_value"),
        ("contract", 2, "child_without_parent"),
        ("usage", 2, "child_without_parent"),
    } <= set(reasons(got))


def test_a_repeated_id_keeps_the_first_row():
    """The issue's rule: later rows of an id are counted and told, not used."""
    got = mapped(arrived(usage=[*USAGE, ("U1", "S1", "2025-02-01", "100", "0")]))

    assert [{"table": "usage", "file": "usage", "line": 5, "id": "U1", "first": 2}] == got.repeated.to_pylist()
    assert 100.0 not in got.tables["usage"]["value"].to_pylist()


def test_a_word_the_mapping_does_not_know_is_told_with_those_it_knows():
    """D3: a new plan of the vendor's is seen, not guessed."""
    got = mapped(arrived(accounts=[("A1", "One", "Huge", "", ""), ACCOUNTS[1]]))

    assert "plan 'Huge' is none of the values the mapping knows: Big, Small" == got.refused["reason"][0].as_py()


def test_otherwise_says_what_other_words_become():
    """D3: declared, a rest may pass."""
    text = MAPPING.replace(
        "{plan: {Big: enterprise, Small: long_tail}}", "{from: plan, values: {Big: enterprise}, otherwise: long_tail}"
    )
    got = mapped(arrived(accounts=[("A1", "One", "Huge", "", ""), ACCOUNTS[1]]), text)

    assert ["long_tail", "long_tail"] == got.tables["account"]["segment"].to_pylist()


def test_an_unknown_time_zone_is_refused():
    """D3: a zone decides what a day is."""
    got = checked(arrived(accounts=[("A1", "One", "Big", "Paris", "2025-01-01"), ACCOUNTS[1]]))

    assert ("account", 2, "unknown_zone") in reasons(got)


def test_what_happened_cannot_lie_after_the_load():
    """D5: usage of next year is a slip, and would be look-ahead."""
    got = checked(arrived(usage=[("U1", "S1", "2027-02-01", "3", "60")]))

    assert [("usage", 2, "in_the_future")] == reasons(got)


def test_a_missing_column_stops_the_load_and_names_the_mapping_line():
    """P5: schema drift is a clear error."""
    tables = arrived()
    tables["usage"] = tables["usage"].rename_columns(
        ["id", "subscription", "date", "uses", "seconds", "_line", "_problem"]
    )
    with pytest.raises(
        BadConfiguration, match=r"small.yaml:\d+: usage.csv has no column 'day'; did you mean|it may be"
    ):
        mapped(tables)
