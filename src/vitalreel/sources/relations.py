"""Set-based computing inside a room: Arrow tables in, one Arrow table out, by a DuckDB that can reach nothing outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa


class Relations:
    """A DuckDB in memory over the Arrow tables it was given. No file, no network, no state that outlives it."""

    def __init__(self, tables: Mapping[str, pa.Table] | None = None) -> None:
        self._con: Any = _one().cursor()
        self._con.execute("SET TimeZone = 'UTC'")
        for name, table in (tables or {}).items():
            self.give(name, table)

    def give(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known under `name`, without copying it."""
        self._con.register(name, table)

    # all that is named below is temporary: of this connection alone, and gone with it

    def view(self, name: str, sql: str) -> None:
        """Name a query for later ones."""
        self._con.execute(f"create or replace temp view {quoted(name)} as {sql}")

    def keep(self, name: str, sql: str) -> None:
        """Compute a query once and keep its rows under `name`."""
        self._con.execute(f"create or replace temp table {quoted(name)} as {sql}")

    def table(self, sql: str) -> pa.Table:
        """The answer of a query."""
        return self._con.sql(sql).to_arrow_table()

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """A small answer as Python rows."""
        return list(self.table(sql).to_pylist())

    def number(self, sql: str) -> int:
        """The one whole number a query answers."""
        return int(self.table(sql).column(0)[0].as_py() or 0)

    def __enter__(self) -> Relations:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()


@cache
def _one() -> Any:
    """A process's one DuckDB: a connection costs a sixtieth of another database, with its threads."""
    return duckdb.connect(config={"enable_external_access": "false", "autoload_known_extensions": "false"})


os.register_at_fork(after_in_child=_one.cache_clear)  # its threads are not there


def quoted(name: str) -> str:
    """An SQL identifier, whatever characters a vendor put into it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"
