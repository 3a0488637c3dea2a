"""Plain SQL over the published files of the lake: what pages ask for in milliseconds, values always bound."""

# ruff: noqa: S608 (table and file names in the queries are our own; values are bound)
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Select

from vitalreel.accounts.contract import current_contracts
from vitalreel.steps.doors import Doors
from vitalreel.store.lake import LakeSession, known_last

Row = Mapping[str, Any]


def versions(session: LakeSession, table: str) -> str:
    """The published files of a table, as DuckDB names them. KeyError where the lake has none."""
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in session.paths(table))
    return f"read_parquet([{paths}], union_by_name = true)"


def known(session: LakeSession, table: str, where: str = "true") -> str:
    """A subquery: the rows of a table as known at the end of $today, one per row_key."""
    return known_last(f"(FROM {versions(session, table)} WHERE {where})", "$today")


def arrow(session: LakeSession, sql: str, values: Row) -> pa.Table:
    """A query's answer as an Arrow table."""
    found: pa.Table = session.con.con.execute(sql, dict(values)).to_arrow_table()
    return found


def rows(session: LakeSession, sql: str, values: Row) -> list[dict[str, Any]]:
    """A query's answer as Python rows."""
    return list(arrow(session, sql, values).to_pylist())


def stored(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """Rows of the app database."""
    return [dict(r) for r in connection.execute(query).mappings()]


def contracts(doors: Doors, session: LakeSession, today: date, account: str | None = None) -> pa.Table:
    """The contract in force of every account, or of one: `accounts.contract.CONTRACT` rows."""
    if "contract" not in session.names:
        return current_contracts(_no_contract(), today, doors.programme.currency)
    where = "true" if account is None else "account_id = $account"
    values = {"today": today} | ({} if account is None else {"account": account})
    found = arrow(session, f"SELECT * FROM {known(session, 'contract', where)}", values)
    return current_contracts(found, today, doors.programme.currency)


def _no_contract() -> pa.Table:
    words = {n: pa.string() for n in ("contract_id", "account_id", "currency", "plan")}
    numbers = {n: pa.int64() for n in ("arr", "seats")}
    days = {n: pa.date32() for n in ("start", "end", "renewal")}
    flags = {n: pa.bool_() for n in ("auto_renew", "trial")}
    return pa.schema(list((words | numbers | days | flags).items())).empty_table()


def days_to(day: date | None, today: date) -> int | None:
    """Days from today to a date; None where there is none."""
    return None if day is None else (day - today) // timedelta(days=1)
