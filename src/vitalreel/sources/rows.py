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
import pyarrow.compute as pc

from vitalreel.sources import mapping as written
from vitalreel.sources.columns import Read, Wrong, parents, read_columns, text_name
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
        _keep_repeats(db, mapping, arrived)
        for name in mapping.tables:
            blocks = [b for b in mapping.blocks_of(name) if b.file in arrived]
            if not blocks:
                continue
            again = " UNION ".join(_repeated_sql(b) for b in blocks if b.row) or _NO_REPEATS
            repeated.append(db.table(again).cast(REPEATED))
            db.keep("mapped", " UNION ALL BY NAME ".join(_block_sql(mapping, b) for b in blocks))
            db.keep("bad", _bad_sql(name))
            refused.append(db.table("SELECT * FROM bad").cast(REFUSED))
            passing = "SELECT * EXCLUDE (_problems) FROM mapped ANTI JOIN bad ON _file = bad.file AND _line = bad.line"
            rows = db.table(f"{passing} ORDER BY _file, _line" if len(blocks) > 1 else passing)
            tables[name] = _with_own_ids(mapping, TABLES[name], rows) if mapping.own_ids else rows
            read[name] = sum(arrived[f].num_rows for f in {b.file for b in blocks})
    return Mapped(tables, pa.concat_tables(refused), pa.concat_tables(repeated), read)


def _with_own_ids(mapping: written.Mapping, table: Table, rows: pa.Table) -> pa.Table:
    """Ids that mean something in their source alone, with the source's name before them: another's never meet them."""
    for column in table.columns:
        if column.name.endswith("_id") or column.name in ("left_contact", "new_contact", "parent"):
            place = rows.column_names.index(column.name)
            named = pc.binary_join_element_wise(pa.scalar(mapping.source), rows[column.name].cast(pa.string()), ":")
            rows = rows.set_column(place, column.name, named)
    return rows


def _keep_repeats(db: Relations, mapping: written.Mapping, arrived: Mapping[str, pa.Table]) -> None:
    """Per file and column that names its rows: the lines whose id stood on an earlier one. Mostly none."""
    named = {(b.file, b.row) for b in mapping.blocks if b.row}
    named |= {(file, key) for b in mapping.blocks for _, file, _, key in parents(b)}
    for file, row in named:
        if file not in arrived:
            continue
        source, key = quoted("file:" + file), quoted(row)
        twice = f"SELECT {key} AS id, min(_line) AS first FROM {source} WHERE {key} IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        later = f"JOIN ({twice}) AS twice ON twice.id = here.{key} WHERE here._line > twice.first"
        db.keep(_again(file, row), f"SELECT here._line AS line, twice.id, twice.first FROM {source} AS here {later}")


def _again(file: str, row: str) -> str:
    return f"again:{file}:{row}"


_NO_REPEATS = "SELECT '' AS \"table\", '' AS file, CAST(NULL AS BIGINT) AS line, '' AS id, CAST(NULL AS BIGINT) AS first WHERE false"


def _repeated_sql(block: Block) -> str:
    assert block.row is not None
    return f"""
        SELECT {literal(block.table)} AS "table", {literal(block.file)} AS file, line, id, first
        FROM {quoted(_again(block.file, block.row))}"""


def _bad_sql(table: str) -> str:
    """One line per source row with a problem: the first problem's code, all problems' words."""
    return f"""
        SELECT {literal(table)} AS "table", _file AS file, _line AS line, any_value(_problems[1].code) AS code,
               string_agg(DISTINCT array_to_string(list_transform(_problems, lambda p: p.why), '; '), '; ') AS reason
        FROM mapped WHERE _problems IS NOT NULL GROUP BY _file, _line"""


def _block_sql(mapping: written.Mapping, block: Block) -> str:
    """The block's rows, first of each id only, with every canonical column typed.

    Four steps, each naming what the next reads more than once: the texts, their raw values, the values, what is wrong.
    """
    table = TABLES[block.table]
    columns = read_columns(table, block, mapping.reads)
    aside = {name: sql for c in columns for name, sql in c.aside.items()}
    if block.known:
        aside[_KNOWN] = f"nullif(trim(here.{quoted(block.known)}), '')"
    texts = ", ".join(["here._line", "here._problem", *(f"{sql} AS {name}" for name, sql in aside.items())])
    raw = ", ".join(["*", *(f"{c.raw} AS {c.raw_name}" for c in columns)])
    values = ", ".join(["*", *(f"{c.value} AS {quoted(c.name)}" for c in columns)])
    select = [
        *(quoted(c.name) for c in columns),
        *(f"{_known_from_now_on(c)} AS {quoted('_late_' + c.name)}" for c in columns if c.known),
        f"{literal(block.file)} AS _file",
        "_line",
        f"{_moment(mapping, block, table)} AS _moment",
        f"{literal(block.gather) if block.gather else 'CAST(NULL AS VARCHAR)'} AS _gather",
        f"{_told([_TORN, *_unknown_day(mapping, block), *(w for c in columns for w in _first(c.wrong))])} AS _problems",
    ]
    return f"""
        SELECT {", ".join(select)} FROM (SELECT {values} FROM (SELECT {raw} FROM (
            SELECT {texts} FROM {_first_rows(block.file, block.row)} AS here {_joins(block)})))"""


def _first(wrong: tuple[Wrong, ...]) -> list[Wrong]:
    """Of one column's problems the first that is there."""
    if len(wrong) < 2:
        return list(wrong)
    cases = " ".join(f"WHEN {w.when} THEN {w.told}" for w in wrong)
    return [Wrong(" OR ".join(f"({w.when})" for w in wrong), f"CASE {cases} END")]


def _told(wrong: list[Wrong]) -> str:
    """SQL: the list of what is wrong with a row, null where nothing is. Few rows have any: theirs alone are made into words."""
    whys = ", ".join(f"CASE WHEN {w.when} THEN {w.told} END" for w in wrong)
    return (
        f"CASE WHEN {' OR '.join(f'({w.when})' for w in wrong)} THEN list_filter([{whys}], lambda p: p IS NOT NULL) END"
    )


_KNOWN = quoted("text:_known")

_TORN = Wrong("_problem IS NOT NULL", "struct_pack(code := 'torn_row', why := _problem)")
"""The source could not take the row apart: cells are missing or too many, or the line is no record."""


def _unknown_day(mapping: written.Mapping, block: Block) -> list[Wrong]:
    """The column that says when we learnt the row holds something that is no day."""
    if block.known is None:
        return []
    quote, wish = literal(" '"), literal(f"' is not {wanted('date', mapping.reads)}")
    why = f"concat({literal(block.known)}, {quote}, {_KNOWN}, {wish})"
    unread = f"{_KNOWN} IS NOT NULL AND {moment(_KNOWN, mapping.reads)} IS NULL"
    return [Wrong(unread, f"struct_pack(code := 'unreadable', why := {why})")]


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
    return f"(SELECT file.* FROM {source} AS file ANTI JOIN {quoted(_again(file, row))} AS again ON again.line = file._line)"


def _known_from_now_on(column: Read) -> str:
    """A value known later than its row, but without the day, was known when we loaded it: an instant that never came yet."""
    return f"CASE WHEN {quoted(column.name)} IS NOT NULL THEN coalesce({column.known}, {moment_of_day('NULL', NEVER_SAID)}) END"


NEVER_SAID = "TIMESTAMPTZ 'infinity'"
"""Stands for the load's own time until `versions` puts it there: this module knows no clock."""


def _moment(mapping: written.Mapping, block: Block, table: Table) -> str:
    if block.known:
        return moment(_KNOWN, mapping.reads)
    if mapping.known == "load_time" or table.dated is None or table.dated not in block.values:
        return 'CAST(NULL AS STRUCT("day" DATE, "at" TIMESTAMPTZ))'
    field, value = block.values[table.dated], quoted(table.dated)
    if table.column(table.dated).type == "date":
        return moment_of_day(value, noon(value))
    if isinstance(field, Field) and not field.through and not field.choices:
        return moment(text_name(table.dated), mapping.reads)  # a date written without a time stays a date
    return moment_of_day("CAST(NULL AS DATE)", value)
