"""The lake: canonical rows with all their versions, as Parquet files that the app database publishes a load at a time.

A file counts only when a `lake_file` row names it, so a load killed half way leaves nothing behind, and all tables of a load
appear at once. Every row carries the columns of PROVENANCE; per `row_key` the version known last counts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.operations import InMemoryTable
from sqlalchemy import Connection, Engine, func, select

from vitalreel.lookup import Lookup
from vitalreel.sources.model import PROVENANCE
from vitalreel.store.aliases import Aliases, joined, register
from vitalreel.store.database import insert_new, reading
from vitalreel.store.plans import Plans, Statement
from vitalreel.store.spill import Spill
from vitalreel.store.tables import identity, lake_file

ibis.options.sql.fuse_selects = False
"""DuckDB merges nested selects itself; Ibis took half of its compiling time for it."""
KEPT_ROWS = 1_000_000
"""Tables with more rows are read from their files each time: a worker's memory stays bounded."""
_TEMPORARY = ("temp", "main")


@dataclass(frozen=True, slots=True)
class Staged:
    """A file written and not yet published."""

    path: str  # inside the lake folder
    table: str
    load: str
    rows: int


class LakeSession:
    """One DuckDB in memory over published files. Not shared between threads or processes.

    It stands on one day at a time: asking for another forgets the first day's tables, and reading one of those fails.

    memory: what DuckDB may hold, as 256MB; tables of more than KEPT_ROWS rows then lie on the disk for the day, sorted by
    account, which pays where many questions are about one account each. None: DuckDB's own limit.
    """

    def __init__(self, folder: Path, plans: Plans, memory: str | None = None) -> None:
        self._folder, self._plans = folder, plans
        self._files: Mapping[str, tuple[str, ...]] = {}
        self._rows: Mapping[str, int] = {}
        self._viewed: set[str] = set()  # tables whose versions have a view
        self._known: dict[str, date] = {}  # table -> the day whose rows are at hand
        self._noted: list[Statement] | None = None  # of the plan that is being made
        self._aliases: Aliases = {}
        self.con: Any = ibis.duckdb.connect()
        self.con.raw_sql("SET enable_progress_bar = false")
        self._spill = Spill(folder.parent / "spill") if memory else None
        if self._spill and memory:
            self._spill.bound(self.con, memory)

    def follow(self, files: Mapping[str, tuple[str, ...]], rows: Mapping[str, int], aliases: Aliases) -> None:
        """See these published files from now on. rows: how many rows each table's files have. aliases: who is whom."""
        if aliases != self._aliases:
            for name in tuple(self._known):
                self._forget(name)
            register(self.con, aliases)
            self._aliases = aliases
        for name in {n for n, paths in self._files.items() if files.get(n) != paths}:
            self._forget(name)
            if name in self._viewed:
                self._viewed.remove(name)
                self.con.raw_sql(f'DROP VIEW "{_versions(name)}"')
        self._files, self._rows = files, rows

    @property
    def names(self) -> tuple[str, ...]:
        """Tables that have at least one row."""
        return tuple(sorted(self._files))

    def paths(self, table: str) -> tuple[str, ...]:
        """The published files of one table, oldest first. KeyError where the lake has none."""
        return tuple(str(self._folder / p) for p in self._files[table])

    def versions(self, table: str) -> Any:
        """Every version of every row of one table, as a lazy Ibis table. KeyError where the lake has none."""
        self._view(table)
        return self.con.table(_versions(table))

    def as_of(self, day: date) -> Mapping[str, Any]:
        """Per table, each row in the version known last at the end of `day`: Ibis tables, absent where the lake has none.

        A table is looked up when it is first asked for; one of up to KEPT_ROWS rows then lies in memory.
        """

        def look_up(name: str) -> Any:
            self._look_up(name, day)
            return self.con.table(_on(name, day), database=_TEMPORARY)

        return Lookup(self.names, look_up)

    def stand(self, day: date, variables: Mapping[str, str]) -> Mapping[str, Any]:
        """`as_of(day)` under names that do not tell the day, for plans; sets DuckDB variables (name -> SQL literal)."""
        for name, literal in variables.items():
            self.con.raw_sql(f"SET VARIABLE {name} = {literal}")
        for name in self._files:
            self._look_up(name, day)
            self.con.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{name}_known" AS FROM "{_on(name, day)}"')
        return Lookup(self.names, lambda name: self.con.table(f"{name}_known", database=_TEMPORARY))

    def columns(self) -> dict[str, dict[str, str]]:
        """The columns of every table there is, by name, as column -> DuckDB type."""
        found = {}
        for name in self.names:
            self._view(name)
            table = self.con.con.view(_versions(name))
            found[name] = dict(zip(table.columns, map(str, table.types), strict=True))
        return found

    def _view(self, name: str) -> None:
        if name not in self._viewed:
            self.con.con.read_parquet(list(self.paths(name)), union_by_name=True).create_view(_versions(name))
            self._viewed.add(name)

    def _look_up(self, name: str, day: date) -> None:
        """Makes the rows of a table as of a day, in place of those of another day."""
        if self._known.get(name) == day:
            return
        self._forget(name)
        self._view(name)
        known = known_last(f'"{_versions(name)}"', f"DATE '{day.isoformat()}'")
        columns = self.con.con.view(_versions(name)).columns
        if self._aliases:
            known = joined(name, columns, known)
        if self._spill and self._kind(name) == "VIEW":
            known = self._spill.write(self.con, name, known, columns)
        self.con.raw_sql(f'CREATE TEMP {self._kind(name)} "{_on(name, day)}" AS FROM {known}')
        self._known[name] = day

    def _forget(self, name: str) -> None:
        if name in self._known:
            self.con.raw_sql(f'DROP {self._kind(name)} "{_on(name, self._known.pop(name))}"')
            if self._spill:
                self._spill.forget(name)

    def _kind(self, name: str) -> str:
        return "TABLE" if self._rows[name] <= KEPT_ROWS else "VIEW"

    # -- what is computed once

    def keep(self, name: str, table: Any) -> Any:
        """A lazy table computed once into this session's memory, in place of an earlier one of that name.

        Raises ValueError where it reads rows that lie in this process alone: a plan could not be run by another.
        """
        if table.op().find(InMemoryTable):
            raise ValueError(f"{name} reads rows that only this process has: put() them under a name first")
        statement = Statement(name, self.con.compile(table))
        if self._noted is not None:
            self._noted.append(statement)
        self._run(statement)
        return self.kept(name)

    def put(self, name: str, rows: pa.Table) -> None:
        """Keep rows of the caller's under a name, in place of what was kept under it."""
        self.con.con.register("arriving", rows)
        self._run(Statement(name, "FROM arriving"))
        self.con.con.unregister("arriving")

    def kept(self, name: str) -> Any:
        """What was kept under a name, as an Ibis table."""
        return self.con.table(f"kept_{name}", database=_TEMPORARY)

    def rows(self, name: str, columns: Sequence[str] = ()) -> pa.Table:
        """What was kept under a name, whole or these columns of it."""
        found = self.con.con.table(f"kept_{name}")
        return (found.select(*(f'"{c}"' for c in columns)) if columns else found).to_arrow_table()

    def planned(self, question: Sequence[object], make: Callable[[], object]) -> None:
        """Keep the tables that make() keeps, by the SQL it ran last time if it was ever asked the same question.

        make() calls `keep` and hands nothing else on. question: all that make() depends on, in plain records: the columns of
        what it reads among them, the as-of day not. Building SQL takes longer than running it on a few thousand accounts.
        """
        plan = self._plans.find(question)
        if plan is not None:
            for statement in plan:
                self._run(statement)
            return
        self._noted = []
        try:
            with _uncollected():
                make()
            self._plans.save(question, self._noted)
        finally:
            self._noted = None

    def _run(self, statement: Statement) -> None:
        self.con.raw_sql(f'CREATE OR REPLACE TEMP TABLE "kept_{statement.name}" AS {statement.sql}')

    def close(self) -> None:
        self.con.disconnect()
        if self._spill:
            self._spill.close()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's cycle collector off: it would search the millions of small records that building SQL makes again and again."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def known_last(versions: str, day: str) -> str:
    """A subquery: the rows of `versions` as known at the end of `day`, one per row_key. Both are SQL."""
    newest = "row_number() OVER (PARTITION BY row_key ORDER BY known_on DESC, learnt DESC, load DESC) = 1"
    return f"(FROM {versions} WHERE known_on <= {day} QUALIFY {newest})"


def _versions(table: str) -> str:
    return f"{table}_versions"


def _on(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


class Lake:
    """Writes and publishes files; opens sessions to read them."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder, self._engine = folder, engine
        self._plans = Plans(folder.parent / "plans")

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

    def rewrite(self, path: str, rows: pa.Table) -> str:
        """Write other rows for a published file; answers the new file's path, which counts once `lake_file` names it."""
        stem, _, again = Path(path).stem.partition("~")
        made = f"{Path(path).parent}/{stem}~{int(again or 0) + 1}.parquet"
        self._write(self._folder / made, rows)
        return made

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

    def aliases(self) -> Aliases:
        """(kind, id) of accounts and contacts that are another's second self -> that other's id."""
        query = select(identity.c.kind, identity.c.alias, identity.c.canonical).where(identity.c.state == "merged")
        with reading(self._engine).connect() as connection:
            return {(kind, alias): canonical for kind, alias, canonical in connection.execute(query)}

    def keep(self, memory: str | None = None) -> LakeSession:
        """A session to stay open; `follow` tells it what is published. memory: as `LakeSession` has it."""
        return LakeSession(self._folder, self._plans, memory)

    def rows(self) -> dict[str, int]:
        """Rows of the published files by table, all versions."""
        query = select(lake_file.c.table, func.sum(lake_file.c.rows)).group_by(lake_file.c.table)
        with reading(self._engine).connect() as connection:
            return {table: int(rows) for table, rows in connection.execute(query)}

    @contextmanager
    def session(self) -> Iterator[LakeSession]:
        """Everything published by now; closes with the block."""
        session = self.keep()
        session.follow(self.files(), self.rows(), self.aliases())
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
