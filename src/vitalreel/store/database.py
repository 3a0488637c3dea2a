"""Opens the app database, SQLite or PostgreSQL, and brings its tables up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from vitalreel.errors import Unavailable
from vitalreel.identity import fingerprint

BUSY_TIMEOUT_MS = 30_000
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit that was acknowledged survives a power cut
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"


def open_database(url: str) -> Engine:
    """An engine with the safety settings of its dialect; does not connect yet."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _safe_sqlite)
        event.listen(engine, "begin", _write_lock_first)
    return engine


def _safe_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not open transactions on its own; `begin` below does
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _write_lock_first(connection: Connection) -> None:
    """BEGIN IMMEDIATE: two writers queue at the start instead of failing in the middle."""
    mode = "" if connection.get_execution_options().get("read_only") else " IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN{mode}")


def reading(engine: Engine) -> Engine:
    """The same database for reading: on SQLite its transactions take no write lock."""
    return engine.execution_options(read_only=True)


def alone(connection: Connection, name: str) -> None:
    """Wait until nobody else is between this line and the end of a transaction by the same name. SQLite has one writer as it is."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int(fingerprint("alone", name)[:15], 16))))


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the tables to the newest form; answers (revision before, revision after).

    Raises Unavailable when the database cannot be reached.
    """
    config = _alembic()
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    try:
        with engine.connect() as connection:
            before = MigrationContext.configure(connection).get_current_revision()
        if newest and before != newest:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except OperationalError as e:
        raise Unavailable(
            f"the database {engine.url.render_as_string(hide_password=True)}", str(e.orig), "check VITALREEL_DATABASE"
        ) from e
    return before, newest


def compact(engine: Engine) -> None:
    """Leave nothing of deleted rows in SQLite's file and its log; other databases see to it themselves."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows, leaving alone those whose key or unique columns are there already; answers how many were new.

    Rows next to each other that name the same columns go together, many to a statement.
    """
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    statement = insert.on_conflict_do_nothing().returning(*table.primary_key.columns)
    alike = (list(group) for _, group in groupby(rows, key=tuple))
    return sum(len(connection.execute(statement, group).all()) for group in alike)


def upsert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows or replace the columns given, by primary key."""
    rows = list(rows)
    if not rows:
        return
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    keys = [c.name for c in table.primary_key.columns]
    changed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)
