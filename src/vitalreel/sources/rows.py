"""From vendor tables as they arrived to canonical rows, one per source row, and the rows that could not be read.

A row-grain table has the canonical columns of its table, and beside them:
`_file`, `_line`  where the row stood (the mapping's name for the file, 1-based line);
`_moment`         when the row itself was known, struct (day, at), null where the mapping does not say;
`_late_COLUMN`    when a single value was known, for values the mapping declares as known later;
`_gather`         how values of rows with one key become one, null where a key is one row.
"""

# ruff: noqa: S608 - SQL over tables in memory; every name and text passes through quoted() and literal()

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from vitalreel.sources import mapping as written
from vitalreel.sources.columns import Read, parents, read_columns
from vitalreel.sources.mapping import Block, Field, missing_columns
from vitalreel.sources.model import TABLES, Table
from vitalreel.sources.reading import moment, moment_of_day, noon, wanted
from vitalreel.sources.relations import Relations, literal, quoted

REFUSED = pa.schema([("table", pa.string()), ("file", pa.string()), ("line", pa.int64()), ("code", pa.string()),
                     ("reason", pa.string())])  # fmt: skip
"""Rows that may not pass, and why in plain words."""

REPEATED = pa.schema([("table", pa.string()), ("file", pa.string()), ("line", pa.int64()), ("id", pa.string()),
                      ("first", pa.int64())])  # fmt: skip
"""Rows whose id stood on an earlier line, `first`."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of every source row: it is in `tables`, in `refused`, or in `repeated`."""

    tables: Mapping[str, pa.Table]  # canonical name -> row-grain table
    refused: pa.Table  # REFUSED
    repeated: pa.Table  # REPEATED
    read: Mapping[str, int]  # canonical name -> source rows read for it


def map_rows(mapping: written.Mapping, arrived: Mapping[str, pa.Table]) -> Mapped:
    """Map vendor tables to canonical row-grain tables.

    arrived: the mapping's name of a file -> its rows, all text, empty cells null, int64 `_line`, and text `_problem`, null
    where the row could be taken apart (ports.Arrived).
    Raises BadConfiguration for the first column the mapping reads and the file does not have.
    """
    for file, rows in arrived.items():
        for problem in missing_columns(mapping, file, tuple(rows.column_names)):
            raise problem
    tables, refused, repeated, read = {}, [REFUSED.empty_table()], [REPEATED.empty_table()], {}
    with Relations({f"file:{name}": rows for name, rows in arrived.items()}) as db:
        for name in mapping.tables:
            blocks = [b for b in mapping.blocks_of(name) if b.file in arrived]
            if not blocks:
                continue
            db.keep("repeated", " UNION ".join(_repeated_sql(b) for b in blocks))
            db.keep("mapped", " UNION ALL BY NAME ".join(_block_sql(mapping, b) for b in blocks))
            db.keep("bad", _bad_sql(name))
            refused.append(db.table("SELECT * FROM bad").cast(REFUSED))
            repeated.append(db.table("SELECT * FROM repeated").cast(REPEATED))
            passing = "SELECT * EXCLUDE (_problems) FROM mapped ANTI JOIN bad ON _file = bad.file AND _line = bad.line"
            tables[name] = db.table(f"{passing} ORDER BY _file, _line")
            read[name] = sum(arrived[f].num_rows for f in {b.file for b in blocks})
    return Mapped(tables, pa.concat_tables(refused), pa.concat_tables(repeated), read)


def _repeated_sql(block: Block) -> str:
    if block.row is None:
        nothing = "CAST(NULL AS BIGINT)"
        return f"SELECT '' AS \"table\", '' AS file, {nothing} AS line, '' AS id, {nothing} AS first WHERE false"
    row = quoted(block.row)
    return f"""
        SELECT {literal(block.table)} AS "table", {literal(block.file)} AS file, _line AS line, {row} AS id,
               min(_line) OVER (PARTITION BY {row}) AS first
        FROM {quoted("file:" + block.file)} WHERE {row} IS NOT NULL QUALIFY _line > first"""


def _bad_sql(table: str) -> str:
    """One line per source row with a problem: the first problem's code, all problems' words."""
    return f"""
        SELECT {literal(table)} AS "table", _file AS file, _line AS line, any_value(_problems[1].code) AS code,
               string_agg(DISTINCT array_to_string(list_transform(_problems, lambda p: p.why), '; '), '; ') AS reason
        FROM mapped WHERE len(_problems) > 0 GROUP BY _file, _line"""


def _block_sql(mapping: written.Mapping, block: Block) -> str:
    """The block's rows, first of each id only, with every canonical column typed."""
    table = TABLES[block.table]
    columns = read_columns(table, block, mapping.reads)
    problems = ", ".join([_TORN, *_unknown_day(mapping, block), *(c.problem for c in columns if c.problem)])
    select = [
        *(f"{c.value} AS {quoted(c.name)}" for c in columns),
        *(f"{_known_from_now_on(c)} AS {quoted('_late_' + c.name)}" for c in columns if c.known),
        f"{literal(block.file)} AS _file",
        "here._line AS _line",
        f"{_moment(mapping, block, table, columns)} AS _moment",
        f"{literal(block.gather) if block.gather else 'CAST(NULL AS VARCHAR)'} AS _gather",
        f"list_filter([{problems}], lambda p: p IS NOT NULL) AS _problems",
    ]
    return f"SELECT {', '.join(select)} FROM {_first_rows(block.file, block.row)} AS here {_joins(block)}"


_TORN = "CASE WHEN here._problem IS NOT NULL THEN struct_pack(code := 'torn_row', why := here._problem) END"
"""The source could not take the row apart: cells are missing or too many, or the line is no record."""


def _unknown_day(mapping: written.Mapping, block: Block) -> list[str]:
    """The column that says when we learnt the row holds something that is no day."""
    if block.known is None:
        return []
    text = f"nullif(trim(here.{quoted(block.known)}), '')"
    quote, wish = literal(" '"), literal(f"' is not {wanted('date', mapping.reads)}")
    why = f"concat({literal(block.known)}, {quote}, {text}, {wish})"
    unread = f"{text} IS NOT NULL AND {moment(text, mapping.reads)} IS NULL"
    return [f"CASE WHEN {unread} THEN struct_pack(code := 'unreadable', why := {why}) END"]


def _joins(block: Block) -> str:
    return " ".join(
        f"LEFT JOIN {_first_rows(file, key)} AS {alias} ON {alias}.{quoted(key)} = here.{quoted(by)}"
        for alias, file, by, key in parents(block)
    )


def _first_rows(file: str, row: str | None) -> str:
    """A file with the first row of each id."""
    source = quoted("file:" + file)
    if row is None:
        return source
    key = quoted(row)
    first = f"row_number() OVER (PARTITION BY {key} ORDER BY _line) = 1"
    return f"(SELECT * FROM {source} QUALIFY {key} IS NULL OR {first})"


def _known_from_now_on(column: Read) -> str:
    """A value known later than its row, but without the day, was known when we loaded it: an instant that never came yet."""
    return (
        f"CASE WHEN ({column.value}) IS NOT NULL THEN coalesce({column.known}, {moment_of_day('NULL', NEVER_SAID)}) END"
    )


NEVER_SAID = "TIMESTAMPTZ 'infinity'"
"""Stands for the load's own time until `versions` puts it there: this module knows no clock."""


def _moment(mapping: written.Mapping, block: Block, table: Table, columns: list[Read]) -> str:
    if block.known:
        return moment(f"here.{quoted(block.known)}", mapping.reads)
    if mapping.known == "load_time" or table.dated is None or table.dated not in block.values:
        return 'CAST(NULL AS STRUCT("day" DATE, "at" TIMESTAMPTZ))'
    field = block.values[table.dated]
    if isinstance(field, Field) and not field.through and not field.choices:
        return moment(f"here.{quoted(field.column)}", mapping.reads)  # a date written without a time stays a date
    value = next(c.value for c in columns if c.name == table.dated)
    if table.column(table.dated).type == "date":
        return moment_of_day(value, noon(f"({value})"))
    return moment_of_day("CAST(NULL AS DATE)", value)
