"""Canonical rows held against the canonical model: required, ranges, allowed values, references, sense, one row a key (D4)."""

# ruff: noqa: S608 - SQL over tables in memory; every name and text passes through quoted() and literal()

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from vitalreel.sources.model import TABLES, Table
from vitalreel.sources.relations import Relations, literal, quoted
from vitalreel.sources.rows import REFUSED, REPEATED, Mapped
from vitalreel.sources.rules import problems


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of every source row: accepted, refused (REFUSED) or repeated (REPEATED)."""

    accepted: Mapping[str, pa.Table]  # row-grain tables
    refused: pa.Table
    repeated: pa.Table


KEYS = pa.schema([("key", pa.string())])


def check(mapped: Mapped, impossible: pa.Table, known_keys: Mapping[str, pa.Table], now: datetime) -> Checked:
    """Let through what can be true.

    impossible: rows the source's own contract refuses (REFUSED). known_keys: canonical table -> KEYS already stored, for
    references. now: aware UTC, the load's time; nothing can have happened after it.
    """
    accepted: dict[str, pa.Table] = {}
    refused = [mapped.refused, impossible]
    repeated = [mapped.repeated]
    for name in (t for t in TABLES if t in mapped.tables):
        with Relations({"arrived": mapped.tables[name], "impossible": impossible}) as db:
            _give_parents(db, TABLES[name], accepted, known_keys)
            own = f'SELECT * FROM arrived ANTI JOIN impossible i ON i."table" = {literal(name)} AND i.file = _file AND i.line = _line'
            db.view("possible", own if impossible.num_rows else "SELECT * FROM arrived")
            db.keep("bad", _bad_sql(TABLES[name], now))
            db.keep("again", _again_sql(TABLES[name]))
            refused.append(db.table("SELECT * FROM bad").cast(REFUSED))
            repeated.append(db.table("SELECT * FROM again").cast(REPEATED))
            if not (impossible.num_rows or refused[-1].num_rows or repeated[-1].num_rows):
                accepted[name] = mapped.tables[name]
                continue
            accepted[name] = db.table(
                "SELECT * FROM possible ANTI JOIN bad ON bad.file = _file AND bad.line = _line "
                "ANTI JOIN again ON again.file = _file AND again.line = _line ORDER BY _file, _line"
            )
    return Checked(accepted, _one_per_row(pa.concat_tables(refused)), pa.concat_tables(repeated))


def _give_parents(db: Relations, table: Table, accepted: Mapping[str, pa.Table], known: Mapping[str, pa.Table]) -> None:
    for parent in {c.refers_to for c in table.columns if c.refers_to}:
        stored = known.get(parent, KEYS.empty_table())
        fresh = accepted.get(parent)
        new = pa.table({"key": fresh[TABLES[parent].key[0]]}, schema=KEYS) if fresh is not None else KEYS.empty_table()
        db.give(f"keys:{parent}", pa.concat_tables([stored, new]))


def _bad_sql(table: Table, now: datetime) -> str:
    """Few rows have problems: the reasons are put into words for those alone."""
    found = problems(table, f"TIMESTAMPTZ '{now.isoformat()}'") + [
        _orphan(c.name, c.refers_to) for c in table.columns if c.refers_to
    ]
    any_ = " OR ".join(f"({p}) IS NOT NULL" for p in found)
    return f"""
        WITH told AS (SELECT _file, _line, list_filter([{", ".join(found)}], lambda p: p IS NOT NULL) AS wrong
                      FROM possible WHERE {any_})
        SELECT {literal(table.name)} AS "table", _file AS file, _line AS line, min(wrong[1].code) AS code,
               string_agg(DISTINCT array_to_string(list_transform(wrong, lambda p: p.why), '; '), '; ') AS reason
        FROM told WHERE len(wrong) > 0 GROUP BY _file, _line"""


def _orphan(column: str, parent: str) -> str:
    name = quoted(column)
    missing = f"{name} IS NOT NULL AND {name} NOT IN (SELECT key FROM {quoted(f'keys:{parent}')})"
    why = f"concat({literal(column + ' ')}, {name}, {literal(f' is no {parent} we know')})"
    return f"CASE WHEN {missing} THEN struct_pack(code := 'child_without_parent', why := {why}) END"


def _again_sql(table: Table) -> str:
    """Rows whose key stood earlier, unless the mapping gathers rows of one key.

    Keys are counted by their hashes first: rows are put in order only among those whose hash occurs twice.
    """
    keys = ", ".join(quoted(k) for k in table.key)
    shown = ", ".join(f"CAST({quoted(k)} AS VARCHAR)" for k in table.key)
    return f"""
        WITH single AS (SELECT * FROM possible ANTI JOIN bad ON bad.file = _file AND bad.line = _line WHERE _gather IS NULL),
             twice AS (SELECT hash({keys}) AS h FROM single GROUP BY h HAVING count(*) > 1),
             alike AS (SELECT * FROM single WHERE hash({keys}) IN (SELECT h FROM twice))
        SELECT {literal(table.name)} AS "table", _file AS file, _line AS line, concat_ws('|', {shown}) AS id,
               first_value(_line) OVER (PARTITION BY {keys} ORDER BY _file, _line) AS first
        FROM alike QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _file, _line) > 1"""


def _one_per_row(refused: pa.Table) -> pa.Table:
    """A row refused for several reasons is one row with all of them."""
    with Relations({"refused": refused}) as db:
        return db.table(
            "SELECT \"table\", file, line, min(code) AS code, string_agg(DISTINCT reason, '; ') AS reason FROM refused "
            'GROUP BY "table", file, line ORDER BY "table", file, line'
        ).cast(REFUSED)
