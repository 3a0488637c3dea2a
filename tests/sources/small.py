"""A small vendor of its own: two accounts, their subscriptions and usage, as text the way a file brings it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from vitalreel.sources.check import Checked, check
from vitalreel.sources.mapping import Mapping, read_mapping
from vitalreel.sources.rows import REFUSED, Mapped, map_rows

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

MAPPING = """\
source: small
files: {accounts: accounts.csv, subscriptions: subscriptions.csv, usage: usage.csv}
reads: {booleans: ["yes", "no"], rates: {EUR: 1.5}}
known: row_date_on_first_import
account:
  from: accounts
  key: id
  name: name
  segment: {plan: {Big: enterprise, Small: long_tail}}
  zone: zone
  since: since
contract:
  from: subscriptions
  key: id
  account: account
  start: start
  end: {from: end, known_on: end}
  arr: {money: yearly, in: currency}
  seats: seats
  trial: trial
usage:
  from: usage
  row: id
  account: {through: subscriptions, by: subscription, take: account, key: id}
  day: day
  metrics:
    uses: {sum: uses}
    minutes: {sum: seconds, times: 1/60}
"""

COLUMNS = {
    "accounts": ("id", "name", "plan", "zone", "since"),
    "subscriptions": ("id", "account", "start", "end", "yearly", "currency", "seats", "trial"),
    "usage": ("id", "subscription", "day", "uses", "seconds"),
}
ACCOUNTS = [
    ("A1", "Ångström & Co", "Big", "Europe/Paris", "2025-01-01"),
    ("A2", "Two", "Small", "Australia/Sydney", "2025-02-01"),
]
SUBSCRIPTIONS = [
    ("S1", "A1", "2025-01-01", "", "1,200.50", "USD", "5", "no"),
    ("S2", "A1", "2025-02-01", "2025-06-01", "100", "EUR", "3", "no"),
    ("S3", "A2", "2025-03-01", "", "0", "USD", "2", "yes"),
]
USAGE = [
    ("U1", "S1", "2025-02-01", "3", "60"),
    ("U2", "S2", "2025-02-01", "4", "120"),
    ("U3", "S3", "2025-03-05", "1", "30"),
]

Rows = Sequence[Sequence[str]]


def mapping(text: str = MAPPING) -> Mapping:
    return read_mapping(text, "mappings/small.yaml")


def vendor_table(columns: Sequence[str], rows: Rows) -> pa.Table:
    """Rows as a source hands them on: text, empty cells null, from line 2."""
    cells = {c: pa.array([row[i] or None for row in rows], pa.string()) for i, c in enumerate(columns)}
    lines = pa.array(range(2, len(rows) + 2), pa.int64())
    return pa.table({**cells, "_line": lines, "_problem": pa.nulls(len(rows), pa.string())})


def arrived(accounts: Rows = ACCOUNTS, subscriptions: Rows = SUBSCRIPTIONS, usage: Rows = USAGE) -> dict[str, pa.Table]:
    rows = {"accounts": accounts, "subscriptions": subscriptions, "usage": usage}
    return {name: vendor_table(COLUMNS[name], rows[name]) for name in rows}


def mapped(tables: dict[str, pa.Table] | None = None, text: str = MAPPING) -> Mapped:
    return map_rows(mapping(text), arrived() if tables is None else tables)


def checked(tables: dict[str, pa.Table] | None = None, text: str = MAPPING) -> Checked:
    return check(mapped(tables, text), REFUSED.empty_table(), {}, NOW)


def reasons(done: Checked | Mapped) -> list[tuple[str, int, str]]:
    """(table, line, code) of every refused row."""
    return [(r["table"], r["line"], r["code"]) for r in done.refused.to_pylist()]
