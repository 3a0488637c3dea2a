"""A contract's own promises: what is kept and flagged, what is refused, what is stale or shrunken (D4)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.sources.small import SUBSCRIPTIONS, USAGE, arrived, mapping
from vitalreel.errors import BadConfiguration
from vitalreel.sources.contract import read_contract
from vitalreel.sources.promises import check_promises, flagged, impossible, shrunk, stale

CONTRACT = """\
contract: small
volume: {lost: 50%}
tables:
  accounts: {columns: {since: date}}
  subscriptions: {columns: {start: date, seats: integer, yearly: number}, required: [start]}
  usage: {columns: {day: date, uses: integer}, fresh: {column: day, within: 30 days}}
cannot:
  - cannot: too_many_seats
    table: contract
    each: {s: subscriptions}
    where: s.seats > 1000
    what: no vendor of ours sells so many seats
flags:
  - flag: usage_before_subscription
    table: usage
    each: {u: usage}
    with: {s: subscriptions, on: s.id = u.subscription and u.day < s.start}
    what: usage is dated before its subscription starts
    did: kept
  - flag: account_without_subscription
    table: account
    each: {a: accounts}
    without: {s: subscriptions, on: s.account = a.id}
    what: no subscription
"""


def contract(text: str = CONTRACT):  # type: ignore[no-untyped-def]
    return read_contract(text, "contracts/small.yaml")


def test_what_disagrees_is_counted_and_shown_with_both_rows():
    """D4: kept and flagged, with an example a person can open."""
    got = flagged(mapping(), contract(), arrived(usage=[*USAGE, ("U4", "S2", "2025-01-31", "1", "1")]))

    assert [("usage_before_subscription", 1, "kept")] == [(f.code, f.count, f.did) for f in got]
    assert "usage.csv:5 subscription S2, day 2025-01-31; subscriptions.csv:3 id S2, start 2025-02-01" == got[0].example


def test_a_row_without_its_partner_is_counted():
    """D4: `without` asks for rows nothing answers to."""
    got = flagged(mapping(), contract(), arrived(subscriptions=SUBSCRIPTIONS[:2], usage=USAGE[:2]))

    assert [("account_without_subscription", 1)] == [(f.code, f.count) for f in got]


def test_a_contracts_own_impossible_row_is_refused():
    """D4: a vendor's own limits go to quarantine like the model's, and so does a required column that is empty."""
    many = (*SUBSCRIPTIONS[0][:6], "5000", "no")
    undated = (*SUBSCRIPTIONS[1][:2], "", *SUBSCRIPTIONS[1][3:])
    got = impossible(mapping(), contract(), arrived(subscriptions=[many, undated])).to_pylist()

    assert [("contract", 2, "too_many_seats"), ("contract", 3, "missing_value")] == [
        (r["table"], r["line"], r["code"]) for r in got
    ]


def test_a_table_is_stale_when_its_newest_day_is_too_old():
    """D4: freshness per table, in days."""
    kinds = [[f.code for f in stale(mapping(), contract(), arrived(), d)] for d in (date(2025, 4, 4), date(2025, 4, 5))]

    assert [[], ["stale_table"]] == kinds


def test_a_table_that_lost_half_its_rows_is_reported():
    """D4: volume anomaly against the last load."""
    got = shrunk(contract(), {"usage": 50, "contract": 51}, {"usage": 100, "contract": 100})

    assert [("volume_fell", "usage", 50, True)] == [(f.code, f.table, f.count, f.look) for f in got]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("u.day < s.start", "read_csv('/etc/passwd')", "only comparisons"),
        ("u.day < s.start", "u.day < (select 1)", "only comparisons"),
        ("u.day < s.start", "u.day <", "cannot be read"),
        ("u.day < s.start", "u.day < x.start", "speaks of 'x'"),
        ("u.day < s.start", "day < s.start", "whose it is"),
        ("start: date, seats", "start: dote, seats", "did you mean 'date'"),
        ("within: 30 days", "within: a month", "number of days"),
        ("lost: 50%", "lost: 150%", "write a share"),
        ("table: contract", "table: contrakt", "did you mean 'contract'"),
        ("    what: no subscription\n", "", "needs `what`"),
    ],
)
def test_an_unsound_contract_is_refused_with_its_place(old: str, new: str, words: str):
    """D4, P8: conditions compute and compare, and can do no more; slips are told with file and line."""
    assert old in CONTRACT
    with pytest.raises(BadConfiguration, match=r"contracts/small\.yaml:") as e:
        contract(CONTRACT.replace(old, new))

    assert words in str(e.value)


def test_a_condition_on_a_column_the_file_lacks_is_told():
    """D4: a promise that cannot be checked is an error, not a silence."""
    with pytest.raises(BadConfiguration, match="has no column 'dey'; did you mean 'day'"):
        flagged(mapping(), contract(CONTRACT.replace("u.day <", "u.dey <")), arrived())


def test_a_contract_about_an_unknown_file_is_told():
    """D4: as above, for files."""
    with pytest.raises(BadConfiguration, match="did you mean 'usage'"):
        check_promises(mapping(), contract(CONTRACT.replace("{u: usage}", "{u: usages}")))
