"""An account's contract as of a day: its live paid subscriptions together, and the next yearly renewal of the largest."""

# ruff: noqa: S608 - SQL over tables in memory; the only text in it passes through literal()

from __future__ import annotations

from datetime import date

import pyarrow as pa

from vitalreel.sources.relations import Relations, literal

CONTRACT = pa.schema([
    ("account_id", pa.string()),
    ("arr", pa.int64()),  # integer cents a year, all live paid subscriptions; null where none names an amount
    ("currency", pa.string()),
    ("seats", pa.int64()),  # all live paid subscriptions; null where none names seats
    ("start", pa.date32()),  # of the largest
    ("renewal", pa.date32()),  # of the largest: the date it names, else its next yearly anniversary; always after as_of
    ("plan", pa.string()),  # of the largest
    ("auto_renew", pa.bool_()),  # of the largest
    ("contracts", pa.int64()),  # live paid subscriptions, at least 1
    ("contract_id", pa.string()),  # the largest
])  # fmt: skip


def current_contracts(contract_rows: pa.Table, as_of: date, currency: str = "USD") -> pa.Table:
    """One row (CONTRACT) per account with a live paid subscription at the end of `as_of`; others have none.

    contract_rows: the canonical contract table in the versions known at the end of `as_of`, one row a contract_id. Live:
    start <= as_of < end, or no end. Largest: by ARR, then the older, then by id. Amounts in another currency than
    `currency` are not added; such subscriptions still count with their seats. An anniversary of 29 February is 28 February
    in other years.
    """
    day = f"DATE '{as_of.isoformat()}'"
    years = f"(year({day}) - year(start))"
    anniversary = f"CAST(start + to_years(CAST({years} AS INTEGER)) AS DATE)"
    next_one = f"CAST(start + to_years(CAST({years} + 1 AS INTEGER)) AS DATE)"
    with Relations({"contract": contract_rows}) as db:
        return db.table(f"""
            WITH live AS (
                SELECT *, CASE WHEN coalesce(currency, {literal(currency)}) = {literal(currency)} THEN arr END AS amount,
                       CASE WHEN renewal > {day} THEN renewal WHEN {anniversary} > {day} THEN {anniversary} ELSE {next_one} END AS renews,
                       row_number() OVER (PARTITION BY account_id ORDER BY coalesce(
                           CASE WHEN coalesce(currency, {literal(currency)}) = {literal(currency)} THEN arr END, 0) DESC,
                           start, contract_id) AS rank
                FROM contract
                WHERE NOT coalesce(trial, false) AND start <= {day} AND ("end" IS NULL OR "end" > {day}))
            SELECT account_id, CAST(sum(amount) AS BIGINT) AS arr, {literal(currency)} AS currency,
                   CAST(sum(seats) AS BIGINT) AS seats, max(start) FILTER (rank = 1) AS start,
                   max(renews) FILTER (rank = 1) AS renewal, max(plan) FILTER (rank = 1) AS plan,
                   bool_or(auto_renew) FILTER (rank = 1) AS auto_renew, count(*) AS contracts,
                   max(contract_id) FILTER (rank = 1) AS contract_id
            FROM live GROUP BY account_id ORDER BY account_id""").cast(CONTRACT)
