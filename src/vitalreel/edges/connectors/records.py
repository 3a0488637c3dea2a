"""Records of another system as rows of text: nested names are joined by dots, lists stay JSON, nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pyarrow as pa

from vitalreel.edges.connectors.formats import Record, Row, assemble, clean, header_of
from vitalreel.errors import BadInput

DEEPEST = 6
"""Levels of names within names; what lies deeper stays JSON."""


def read_json(body: bytes, name: str) -> object:
    """A JSON document in which numbers stay the text they are. Raises BadInput."""
    try:
        return json.loads(body, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=Record)
    except (ValueError, RecursionError) as e:
        raise BadInput(name, f"what came is not JSON: {e}", "ask it by hand and look") from e


def table_of(records: Iterable[object], name: str) -> pa.Table:
    """Rows of text with `_problem`, in the order given. name: what errors call them.

    A record that is no object is a row with a problem. Raises BadInput where the names of columns cannot be used.
    """
    rows = [_flat(record) for record in records]
    names = header_of(list(dict.fromkeys(key for cells, _ in rows for key in cells)), name) if rows else []
    by_name: Iterator[Row] = (clean(n, [cells.get(c) for c in names], p) for n, (cells, p) in enumerate(rows, 1))
    return assemble(names, by_name).drop_columns(["_line"])


def _flat(record: object) -> tuple[dict[str, str | None], str | None]:
    if not isinstance(record, Mapping):
        return {}, f"the row is no object: {json.dumps(record, default=str)[:200]}"
    problem = record.problem if isinstance(record, Record) else None
    cells: dict[str, str | None] = {}
    for key, value in _leaves(record, "", DEEPEST):
        if key in cells:
            problem = problem or f"the row has the name {key!r} twice"
        cells[key] = cell(value)
    return cells, problem


def _leaves(record: Mapping[str, object], before: str, deep: int) -> Iterator[tuple[str, object]]:
    for key, value in record.items():
        name = f"{before}{key}".strip()
        if isinstance(value, Mapping) and value and deep:
            yield from _leaves(value, f"{name}.", deep - 1)
        else:
            yield name, value


def cell(value: object) -> str | None:
    """A value as the text a file would hold: times in ISO form, numbers unrounded, null and "" as None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return repr(value.total_seconds())
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return repr(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False, default=str)
