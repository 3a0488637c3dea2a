"""From accepted rows to the versions the lake keeps: what we knew of each row from which day on (D5), and which are new.

A row known in parts (a subscription whose end is known only on its day) becomes a chain of versions: the open one learnt at
its start, the closed one learnt at its end. On a first import of history each is learnt on its own date; rows that arrive
later are learnt when they are loaded.
"""

# ruff: noqa: S608 - SQL over tables in memory; every name and text passes through quoted() and literal()

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitalreel.sources.mapping import Mapping
from vitalreel.sources.model import PROVENANCE, TABLES, Table
from vitalreel.sources.reading import SQL_TYPES
from vitalreel.sources.relations import Relations, literal, quoted

KNOWN = pa.schema([("row_key", pa.string()), ("row_digest", pa.string()), ("known_on", pa.date32()),
                   ("learnt", pa.timestamp("us", "UTC")), ("load", pa.string())])  # fmt: skip
"""Versions the lake has already, of this source."""

ZONES = pa.schema([("account_id", pa.string()), ("zone", pa.string())])

DECIMALS = 9
"""Sums of floats are rounded to so many, so that the order of rows cannot change a digest."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a load adds to one canonical table."""

    rows: pa.Table  # lake rows: canonical columns and PROVENANCE
    new: int  # source rows that brought a new version
    same: int  # source rows that brought nothing new


@dataclass(frozen=True, slots=True)
class Load:
    """The load that brings the rows."""

    id: str
    now: datetime  # aware UTC


def fresh(mapping: Mapping, name: str, accepted: pa.Table, known: pa.Table, zones: pa.Table, load: Load) -> Fresh:
    """The versions of one canonical table that the lake does not have.

    accepted: row-grain rows. known: KNOWN. zones: ZONES, account -> time zone, for the day on which an instant fell.
    """
    table = TABLES[name]
    now = f"TIMESTAMPTZ '{load.now.isoformat()}'"
    with Relations({"accepted": accepted, "known": known, "zones": zones}) as db:
        db.view("one", _one_per_key_sql(table, accepted))
        first = known.num_rows == 0
        if _late(table, accepted):
            db.keep("chain", _chain_sql(table, accepted, now))
            db.keep("arriving", _arriving_sql(table, mapping, now, first))
        else:
            db.view("chain", _single_sql(table, now))
            name_it = db.view if first else db.keep  # a first load asks for it once
            name_it("arriving", _arriving_single_sql(table, mapping, now, first))
        several = len(mapping.blocks_of(name)) != 1  # only then may a line become more than one row
        lines = db.number("SELECT count(DISTINCT (_file, _line)) FROM accepted") if several else accepted.num_rows
        new = lines if first else db.number(_new_lines_sql(table))  # a first load brings every line
        rows = _provenance(db.table(_lake_sql(table)), mapping, name, load)
    return Fresh(rows, new, lines - new)


def _new_lines_sql(table: Table) -> str:
    key = _key_sql(table)
    return f"SELECT count(DISTINCT (_file, _line)) FROM accepted WHERE {key} IN (SELECT row_key FROM arriving)"


def _key_sql(table: Table) -> str:
    """The key columns joined by "|"; one inside a value is written "\\|"."""
    parts = [_escaped(table, k) for k in table.key]
    return f"concat_ws('|', {', '.join(parts)})"


def _escaped(table: Table, column: str) -> str:
    """Only text can hold the characters, and hardly any does."""
    name = quoted(column)
    if table.column(column).type not in ("text", "word", "words"):
        return f"CAST({name} AS VARCHAR)"
    replaced = f"replace(replace({name}, '\\', '\\\\'), '|', '\\|')"
    return f"CASE WHEN contains({name}, '|') OR contains({name}, '\\') THEN {replaced} ELSE {name} END"


def _late(table: Table, accepted: pa.Table) -> list[str]:
    return [c.name for c in table.columns if f"_late_{c.name}" in accepted.column_names]


def _one_per_key_sql(table: Table, accepted: pa.Table) -> str:
    """One row a key: gathered where the mapping says so."""
    key = _key_sql(table)
    if accepted["_gather"].null_count == accepted.num_rows:
        return f"SELECT *, {key} AS row_key FROM accepted"
    value = f"""CASE any_value(_gather) WHEN 'sum' THEN round(fsum(value), {DECIMALS}) WHEN 'mean' THEN round(favg(value), {DECIMALS})
                WHEN 'max' THEN max(value) WHEN 'count' THEN count(value) END"""
    rest = [c.name for c in table.columns if c.name not in (*table.key, "value")]
    columns = [
        *(quoted(k) for k in table.key),
        f"{value} AS value",
        *(f"arg_min({quoted(c)}, _line) AS {quoted(c)}" for c in rest),
    ]
    place = "arg_min(_file, (_file, _line)) AS _file, arg_min(_line, (_file, _line)) AS _line, max(_moment) AS _moment"
    keys = ", ".join(quoted(k) for k in table.key)
    return f"SELECT {', '.join(columns)}, {place}, {key} AS row_key FROM accepted GROUP BY {keys}"


def _chain_sql(table: Table, accepted: pa.Table, now: str) -> str:
    """Each row in every version it had: one per moment at which something more was known."""
    late = _late(table, accepted)
    loaded = f"struct_pack(day := CAST(NULL AS DATE), at := {now})"
    own = _own_moment(now)
    told = {c: f"CASE WHEN isfinite({_late_at(c)}) THEN {quoted('_late_' + c)} ELSE {loaded} END" for c in late}
    later = ", ".join(f"CASE WHEN {quoted(c)} IS NOT NULL AND ({m}).at > own.at THEN {m} END" for c, m in told.items())
    moments = f"list_distinct(list_filter([own, {later}], lambda m: m IS NOT NULL))" if late else "[own]"
    columns = []
    for column in table.columns:
        name = quoted(column.name)
        if column.name in told:
            columns.append(
                f"CASE WHEN ({told[column.name]}).at <= greatest(moment.at, own.at) THEN {name} END AS {name}"
            )
        else:
            columns.append(name)
    return f"""
        WITH dated AS (SELECT *, {own} AS own FROM one),
             told AS (SELECT *, unnest({moments}) AS moment FROM dated),
             version AS (SELECT row_key, _file, _line, moment, {", ".join(columns)} FROM told)
        SELECT *, {_digest_sql(table)} AS row_digest FROM version
        QUALIFY row_number() OVER (PARTITION BY row_key, moment.at ORDER BY moment.day NULLS LAST) = 1"""


def _own_moment(now: str) -> str:
    """When a row was known: as its source says, and at the load's time where that says nothing or a time to come."""
    return f"CASE WHEN _moment.at <= {now} THEN _moment ELSE struct_pack(day := CAST(NULL AS DATE), at := {now}) END"


def _single_sql(table: Table, now: str) -> str:
    """Where no value is known later than its row, every row is a chain of one version."""
    columns = ", ".join(quoted(c.name) for c in table.columns)
    return f"""SELECT row_key, _file, _line, {_own_moment(now)} AS moment, {columns}, {_digest_sql(table)} AS row_digest
               FROM one"""


def _arriving_single_sql(table: Table, mapping: Mapping, now: str, first: bool) -> str:
    """`_arriving_sql` where every key has one version: nothing has to be put in order."""
    zone, zoned = _zone_sql(table, mapping)
    day = f"coalesce(learnt_.day, CAST(timezone({zone}, learnt_.at) AS DATE)) AS known_on"
    lacking = """SELECT chain.* FROM chain LEFT JOIN last USING (row_key)
                 WHERE last.digest IS DISTINCT FROM row_digest"""
    loaded = f"struct_pack(day := CAST(NULL AS DATE), at := {now})"
    moment = "moment" if first else f"CASE WHEN moment.at > {now} THEN moment ELSE {loaded} END"
    return f"""
        WITH last AS (SELECT row_key, arg_max(row_digest, (known_on, learnt, load)) AS digest FROM known GROUP BY row_key),
             placed AS (SELECT *, {moment} AS learnt_ FROM ({"SELECT * FROM chain" if first else lacking}))
        SELECT c.* EXCLUDE (learnt_), learnt_.at AS learnt, {day} FROM placed c {zoned}"""


def _zone_sql(table: Table, mapping: Mapping) -> tuple[str, str]:
    """SQL for the zone of a row `c`, and the join it needs."""
    if any(c.name == "account_id" for c in table.columns):
        own = literal(mapping.reads.zone)
        return f"coalesce(zones.zone, {own})", "LEFT JOIN zones ON zones.account_id = c.account_id"
    return literal(mapping.reads.zone), ""


def _late_at(column: str) -> str:
    return f"{quoted('_late_' + column)}.at"


def _digest_sql(table: Table) -> str:
    """Over the values as text, null told apart from empty, columns parted by a character no text contains."""
    parts = [f"coalesce(CAST({quoted(c.name)} AS VARCHAR), chr(30))" for c in table.columns]
    return f"substr(sha256(concat_ws(chr(31), {', '.join(parts)})), 1, 32)"


def digests(table: Table, rows: pa.Table) -> pa.ChunkedArray:
    """What `row_digest` says of rows of a lake table as they stand, in their order."""
    with Relations({"rows": rows.append_column("_place", pa.array(np.arange(rows.num_rows)))}) as db:
        told = ", ".join(
            f"CAST({quoted(c.name) if c.name in rows.column_names else 'NULL'} AS {SQL_TYPES[c.type]}) AS {quoted(c.name)}"
            for c in table.columns
        )
        return db.table(f"SELECT {_digest_sql(table)} AS d FROM (SELECT {told}, _place FROM rows) ORDER BY _place")["d"]


def _arriving_sql(table: Table, mapping: Mapping, now: str, first: bool) -> str:
    """Versions the lake lacks, with the day and the instant they count as learnt.

    A version is new where the lake never had it, or where it is how the row stands now and the lake's last says otherwise
    (a value that went away and came back).
    """
    zone, zoned = _zone_sql(table, mapping)
    moment = (
        "c.moment"
        if first
        else f"CASE WHEN c.moment.at > {now} THEN c.moment ELSE struct_pack(day := CAST(NULL AS DATE), at := {now}) END"
    )
    return f"""
        WITH last AS (SELECT row_key, arg_max(row_digest, (known_on, learnt, load)) AS digest FROM known GROUP BY row_key),
             latest AS (SELECT *, lead(row_key) OVER (PARTITION BY row_key ORDER BY moment.at) IS NULL AS is_last FROM chain),
             lacking AS (
                SELECT l.* FROM latest l LEFT JOIN last USING (row_key)
                WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.row_key = l.row_key AND k.row_digest = l.row_digest)
                   OR (l.is_last AND last.digest <> l.row_digest)),
             placed AS (SELECT c.*, {zone} AS zone_, {moment} AS learnt_ FROM lacking c {zoned})
        SELECT * EXCLUDE (learnt_, zone_, is_last), learnt_.at AS learnt,
               coalesce(learnt_.day, CAST(timezone(zone_, learnt_.at) AS DATE)) AS known_on
        FROM placed QUALIFY row_number() OVER (PARTITION BY row_key, learnt_.at ORDER BY moment.at DESC) = 1"""


def _lake_sql(table: Table) -> str:
    """The lake's rows but for what `_provenance` knows, by key: alike values lie together, which packs them tighter."""
    columns = [f"CAST({quoted(c.name)} AS {SQL_TYPES[c.type]}) AS {quoted(c.name)}" for c in table.columns]
    keys = ", ".join(quoted(k) for k in table.key)
    return f"""
        SELECT {", ".join(columns)}, known_on, learnt, _file, _line AS line, row_key, row_digest
        FROM arriving ORDER BY {keys}, learnt"""


def _provenance(rows: pa.Table, mapping: Mapping, name: str, load: Load) -> pa.Table:
    """Where rows came from: few texts, each written once and not once a row."""
    blocks = mapping.blocks_of(name) or mapping.blocks  # what was found within other rows stood where they did
    paths = {block.file: mapping.files[block.file].path for block in blocks}
    if len(paths) == 1:
        location = _same(next(iter(paths.values())), rows.num_rows)
    else:
        place = pc.index_in(rows["_file"], value_set=pa.array(list(paths))).combine_chunks()
        location = pa.DictionaryArray.from_arrays(place, pa.array(list(paths.values()), pa.string()))
    told = {"source": _same(mapping.source, rows.num_rows), "location": location, "load": _same(load.id, rows.num_rows)}
    names = [c for c in rows.column_names if c not in ("_file", *PROVENANCE)]
    return pa.table({c: told[c] if c in told else rows[c] for c in (*names, *PROVENANCE)})


def _same(text: str, times: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(times, np.int32)), pa.array([text], pa.string()))
