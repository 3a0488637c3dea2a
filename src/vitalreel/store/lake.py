"""The lake: canonical rows with all their versions, as Parquet files that the app database publishes a load at a time.

A file counts only when a `lake_file` row names it, so a load killed half way leaves nothing behind, and all tables of a load
appear at once. Every row carries the columns of PROVENANCE; per `row_key` the version known last counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, func, select

from vitalreel.sources.model import PROVENANCE
from vitalreel.store.database import insert_new, reading
from vitalreel.store.tables import lake_file

ibis.options.sql.fuse_selects = False
"""DuckDB merges nested selects itself; Ibis took half of its compiling time for it."""
KEPT_ROWS = 1_000_000
"""Tables with more rows are read from their files each time: a worker's memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file written and not yet published."""

    path: str  # inside the lake folder
    table: str
    load: str
    rows: int


class LakeSession:
    """One DuckDB in memory over the files published when it was opened. Not shared between threads or processes."""

    def __init__(self, folder: Path, files: Mapping[str, tuple[str, ...]], memory: str | None = None) -> None:
        self._folder, self._files = folder, files
        self.con: Any = ibis.duckdb.connect()
        self.con.raw_sql("SET enable_progress_bar = false")
        if memory:
            self.con.raw_sql(f"SET memory_limit = '{memory}'")

    @property
    def names(self) -> tuple[str, ...]:
        """Tables that have at least one row."""
        return tuple(sorted(self._files))

    def paths(self, table: str) -> tuple[str, ...]:
        """The published files of one table, oldest first. KeyError where the lake has none."""
        return tuple(str(self._folder / p) for p in self._files[table])

    def versions(self, table: str) -> Any:
        """Every version of every row of one table, as a lazy Ibis table. KeyError where the lake has none."""
        return self.con.read_parquet(list(self.paths(table)), table_name=f"{table}_versions", union_by_name=True)

    def as_of(self, day: date) -> dict[str, Any]:
        """Per table, each row in the version known last at the end of `day`: lazy Ibis tables, absent where empty."""
        return {name: known_last(self.versions(name), day) for name in self._files}

    def keep(self, name: str, table: Any) -> Any:
        """A lazy table computed once into this session's memory, in place of an earlier one of that name."""
        return self.con.create_table(f"kept_{name}", table, temp=True, overwrite=True)

    def close(self) -> None:
        self.con.disconnect()


class KeptSession(LakeSession):
    """A session that stays open while the lake grows: what a day knew is worked out once per table, until its files change."""

    def __init__(self, folder: Path, memory: str | None = None) -> None:
        super().__init__(folder, {}, memory)
        self._rows: Mapping[str, int] = {}
        self._kept: dict[str, tuple[date, tuple[str, ...], Any]] = {}

    def follow(self, files: Mapping[str, tuple[str, ...]], rows: Mapping[str, int]) -> None:
        """See these published files from now on. rows: how many rows each table's files have."""
        self._files, self._rows = files, rows

    def as_of(self, day: date) -> dict[str, Any]:
        """As LakeSession.as_of; tables of up to KEPT_ROWS rows are in memory, so that asking of one account is cheap."""
        return {name: self._known(name, day) for name in self._files}

    def _known(self, name: str, day: date) -> Any:
        if self._rows[name] > KEPT_ROWS:
            return known_last(self.versions(name), day)
        if (kept := self._kept.get(name)) is None or kept[:2] != (day, self._files[name]):
            table = self.con.create_table(
                f"{name}_kept", known_last(self.versions(name), day), temp=True, overwrite=True
            )
            kept = self._kept[name] = (day, self._files[name], table)
        return kept[2]


def known_last(versions: Any, day: date) -> Any:
    """The rows of `versions` as known at the end of `day`, one per row_key."""
    known = versions.filter(versions.known_on <= ibis.literal(day))
    order = [ibis.desc(known.known_on), ibis.desc(known.learnt), ibis.desc(known.load)]
    rank = ibis.row_number().over(ibis.window(group_by="row_key", order_by=order))
    return known.mutate(_version=rank).filter(lambda t: t._version == 0).drop("_version")


class Lake:
    """Writes and publishes files; opens sessions to read them."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder, self._engine = folder, engine

    def stage(self, load: str, tables: Mapping[str, pa.Table]) -> list[Staged]:
        """Write one file per non-empty table. Nothing is visible until `publish`.

        Raises ValueError where a table lacks a column of PROVENANCE.
        """
        staged = []
        for name, rows in tables.items():
            missing = set(PROVENANCE) - set(rows.column_names)
            if missing:
                raise ValueError(f"lake table {name} lacks {sorted(missing)}")
            if rows.num_rows:
                path = f"{name}/{load}.parquet"
                self._write(self._folder / path, rows)
                staged.append(Staged(path, name, load, rows.num_rows))
        return staged

    @staticmethod
    def _write(path: Path, rows: pa.Table) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        pq.write_table(rows, draft, compression="zstd")
        draft.replace(path)

    def publish(self, connection: Connection, staged: list[Staged], now: datetime) -> None:
        """Name the files in the caller's transaction: its commit makes them count."""
        rows = [{"path": s.path, "table": s.table, "load": s.load, "rows": s.rows, "written": now} for s in staged]
        insert_new(connection, lake_file, rows)

    def files(self) -> dict[str, tuple[str, ...]]:
        """Published files by table, oldest first."""
        with reading(self._engine).connect() as connection:
            rows = connection.execute(select(lake_file.c.table, lake_file.c.path).order_by(lake_file.c.written)).all()
        found: dict[str, list[str]] = {}
        for table, path in rows:
            found.setdefault(table, []).append(path)
        return {table: tuple(paths) for table, paths in found.items()}

    def keep(self) -> KeptSession:
        """A session to stay open; `follow` tells it what is published."""
        return KeptSession(self._folder)

    def rows(self) -> dict[str, int]:
        """Rows of the published files by table, all versions."""
        query = select(lake_file.c.table, func.sum(lake_file.c.rows)).group_by(lake_file.c.table)
        with reading(self._engine).connect() as connection:
            return {table: int(rows) for table, rows in connection.execute(query)}

    @contextmanager
    def session(self) -> Iterator[LakeSession]:
        """Everything published by now; closes with the block."""
        session = LakeSession(self._folder, self.files())
        try:
            yield session
        finally:
            session.close()

    def sweep(self) -> int:
        """Delete files no load ever published (a crash left them); answers how many. Call when no load is running."""
        named = {path for paths in self.files().values() for path in paths}
        loose = [p for p in self._folder.glob("*/*") if p.relative_to(self._folder).as_posix() not in named]
        for path in loose:
            path.unlink()
        return len(loose)
