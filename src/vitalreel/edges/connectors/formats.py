"""CSV, JSON Lines and Parquet read whole: every cell as the text it is, every row with its place.

Rows that cannot be taken apart (cells too many, a line that is no JSON, bytes that are no text) arrive with the words of what is
wrong in the column `_problem`, so that they can be quarantined; a file that cannot be read as a whole is refused with its place.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitalreel.edges.connectors.calendar import EVENT, events
from vitalreel.errors import BadInput

CHUNK_ROWS = 50_000
"""Rows held as Python text at a time; beyond it they live in Arrow, ten times smaller."""

LARGEST_FIELD = 8 * 1024 * 1024
"""Characters in one cell. An unclosed quote swallows the rest of a file; this ends it with a clear error."""

MOST_COLUMNS = 10_000
"""Columns of one file. A vendor's table has some hundreds; a million are rows and columns mixed up, and fill the memory."""

Row = tuple[int, list[str | None], str | None]
"""Line, cells in header order, and what is wrong with the row."""


TORN = "vitalreel.torn"
"""How bytes that are no text of the encoding are decoded: each as half a character of its own, so that its row can be told."""


def _torn(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(TORN, _torn)


def read_table(file: Path, name: str, encoding: str = "utf-8") -> pa.Table:
    """A file's rows: text columns, `_line` and `_problem`. name: what errors call it. encoding: of CSV and JSON Lines.

    Raises BadInput naming file and line where it is of another kind or cannot be read, OSError where it cannot be opened.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise BadInput(
            name, f"files that end in {file.suffix or 'nothing'!r} are not read", f"use {', '.join(_READERS)}"
        )
    return reader(file, name, encoding)


def _csv(file: Path, name: str, encoding: str) -> pa.Table:
    with _opened(file, name, encoding, newline="") as text:
        return assemble(*_csv_rows(text, name, encoding))


def _opened(file: Path, name: str, encoding: str, newline: str | None = None) -> TextIO:
    """A byte order mark is no content."""
    with file.open("rb") as content:
        if content.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and not _named(encoding).startswith("UTF-16"):
            raise BadInput(name, "the file is UTF-16", "write `reads: {encoding: utf-16}` in the mapping")
    plain = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    return file.open(encoding=plain, errors=TORN, newline=newline)


def _csv_rows(text: TextIO, name: str, encoding: str) -> tuple[list[str], Iterator[Row]]:
    first = text.readline(LARGEST_FIELD)
    text.seek(0)
    _told_encoding(first, name, encoding)
    if not first.strip("\r\n"):
        raise BadInput(name, "the file is empty", "export it again with its header line")
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(text, delimiter=max(",;\t", key=first.count), strict=True)
    cells = _cells(reader, name)
    header = header_of(next(cells)[1], name)
    return header, _fitted(cells, len(header), bytes_of(encoding))


def _told_encoding(first: str, name: str, encoding: str) -> None:
    """Refuse a file whose first line already is no text of the encoding: its columns have no names."""
    if first != whole_text(first):
        at = len(first[: _half_at(first)].encode(encoding)) + 1
        raise BadInput(f"{name}:1", f"byte {at} is not {_named(encoding)}", REMEDY)


REMEDY = "export the file as UTF-8, or write `reads: {encoding: ...}` in the mapping"


def bytes_of(encoding: str) -> str:
    return f"the line holds bytes that are not {_named(encoding)}"


def _named(encoding: str) -> str:
    return codecs.lookup(encoding).name.upper().replace("ISO8859-1", "Latin-1")


def _half_at(text: str) -> int:
    return next((i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff"), len(text))


def _cells(reader: csv.reader, name: str) -> Iterator[tuple[int, list[str]]]:  # type: ignore[valid-type]
    """(line a row begins on, its cells); blank lines are no rows."""
    line = 1
    try:
        for cells in reader:  # type: ignore[attr-defined]
            if cells:
                yield line, cells
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as e:
        raise BadInput(f"{name}:{line}", f"cannot be read as CSV: {e}", "check the quotes from this line on") from e


def _fitted(rows: Iterator[tuple[int, list[str]]], width: int, torn: str) -> Iterator[Row]:
    for line, cells in rows:
        problem = None
        if len(cells) != width:
            extra = f", too many: {' | '.join(cells[width:])[:200]}" if len(cells) > width else ""
            problem = f"the line has {len(cells)} cells and the header {width}{extra}"
            cells = (cells + [""] * width)[:width]
        yield clean(line, [c or None for c in cells], problem, torn)


NUL = "the line holds a NUL character"
HALF = "the line holds half of a character (a lone surrogate)"


def clean(line: int, cells: list[str | None], problem: str | None, half: str = HALF) -> Row:
    """NUL characters and lone surrogates are shown as U+FFFD: no database takes them as text. half: what a lone surrogate means."""
    if any(c is not None and "\0" in c for c in cells):
        cells = [c.replace("\0", "�") if c else c for c in cells]
        problem = problem or NUL
    whole = [whole_text(c) if c else c for c in cells]
    return line, whole, problem or (half if whole != cells else None)


def whole_text(text: str) -> str:
    return text if text.isascii() else "".join("�" if "\ud800" <= c <= "\udfff" else c for c in text)


def header_of(cells: list[str], name: str) -> list[str]:
    header = [c.strip() for c in cells]
    if len(header) > MOST_COLUMNS:
        raise BadInput(
            f"{name}:1",
            f"there are {len(header):,} columns, more than {MOST_COLUMNS:,}",
            "export those the mapping reads",
        )
    times = Counter(column.lower() for column in header)
    for column in header:
        if not column:
            raise BadInput(f"{name}:1", "a column has no name", "name every column in the first line")
        if "\0" in column or column != whole_text(column):
            raise BadInput(f"{name}:1", f"the name {whole_text(column)!r} holds no text", "rename the column")
        if column.lower() in ("_line", "_problem"):
            raise BadInput(f"{name}:1", f"the name {column!r} is taken", "rename the column")
        if times[column.lower()] > 1:
            same = dict.fromkeys(repr(c) for c in header if c.lower() == column.lower())
            alike = ", which only differ in capitals" if len(same) > 1 else ""
            raise BadInput(f"{name}:1", f"two columns are called {' and '.join(same)}{alike}", "rename one of them")
    return header


def assemble(header: list[str], rows: Iterator[Row]) -> pa.Table:
    schema = pa.schema([*((c, pa.string()) for c in header), ("_line", pa.int64()), ("_problem", pa.string())])
    chunks = [schema.empty_table()]
    while chunk := list(islice(rows, CHUNK_ROWS)):
        columns = [pa.array(column, pa.string()) for column in zip(*(cells for _, cells, _ in chunk), strict=True)]
        lines = pa.array([line for line, _, _ in chunk], pa.int64())
        chunks.append(pa.table([*columns, lines, pa.array([p for _, _, p in chunk], pa.string())], schema=schema))
    return pa.concat_tables(chunks)


def _jsonl(file: Path, name: str, encoding: str) -> pa.Table:
    """Two passes: which names occur, then the rows, so that a late name is a column like any other."""
    torn = bytes_of(encoding)
    with _opened(file, name, encoding) as text:
        names = list(dict.fromkeys(key for _, record, _ in _records(text, torn) for key in record))
    header = header_of(names, name) if names else []
    if not header:
        raise BadInput(name, "no line holds a JSON object", "write one object a line")
    with _opened(file, name, encoding) as text:
        return assemble(header, (clean(n, [r.get(c) for c in names], p) for n, r, p in _records(text, torn)))


def _records(text: TextIO, torn: str) -> Iterator[tuple[int, dict[str, str | None], str | None]]:
    """torn: the words for a line that holds bytes which are no text."""
    for line, raw in enumerate(text, 1):
        if not raw.strip():
            continue
        whole = whole_text(raw)
        try:
            # numbers stay as written: a float would change them
            record = json.loads(whole, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=Record)
        except (ValueError, RecursionError) as e:
            yield line, {}, torn if whole != raw else f"the line is not JSON ({e}): {raw.strip()[:200]}"
            continue
        if isinstance(record, Record):
            yield line, {str(k): _text(v) for k, v in record.items()}, torn if whole != raw else record.problem
        else:
            yield line, {}, f"the line is JSON but no object: {whole.strip()[:200]}"


class Record(dict[str, object]):
    """A JSON object that knows whether a name stands in it twice: the last value would silently win."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        again = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
        self.problem = f"the line has the name {again[0]!r} twice" if again else None


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parquet(file: Path, name: str, _: str) -> pa.Table:
    try:
        header = header_of(pq.read_schema(file).names, name)
        table = pq.read_table(file)
        found = [_told(table[c]) for c in table.column_names]
    except (pa.ArrowException, OSError) as e:
        raise BadInput(
            name, f"cannot be read as Parquet of plain columns: {str(e).splitlines()[0]}", "export it again"
        ) from e
    lines = pa.array(np.arange(1, table.num_rows + 1, dtype=np.int64))
    schema = pa.schema([*((c, pa.string()) for c in header), ("_line", pa.int64()), ("_problem", pa.string())])
    problems: pa.Array = pa.nulls(table.num_rows, pa.string())
    for _, wrong in found:
        if wrong is not None:
            problems = pc.coalesce(wrong, problems)
    return pa.table([*(column for column, _ in found), lines, problems], schema=schema)


def _told(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array | None]:
    """A column as text, and per row what no text can hold; None where nothing is wrong."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        text = column.cast(pa.string())
        text.validate(full=True)
    except pa.ArrowInvalid:
        if column.type not in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
            raise
        raw = [None if b is None else b.decode("utf-8", "replace") for b in column.cast(pa.large_binary()).to_pylist()]
        text = pa.chunked_array([pa.array(raw, pa.string())])
        broken = pc.and_(pc.match_substring(text, "�"), pc.is_valid(text))
        return text, pc.if_else(pc.fill_null(broken, False), bytes_of("utf-8"), pa.scalar(None, pa.string()))
    nul = pc.match_substring(text, "\0")
    if not pc.any(nul).as_py():
        return text, None
    wrong = pc.if_else(pc.fill_null(nul, False), NUL, pa.scalar(None, pa.string()))
    return pc.replace_substring(text, "\0", "�"), wrong


def _ics(file: Path, name: str, _: str) -> pa.Table:
    """A calendar's events in the order they stand; the first is line 1. It is of the day its file was written."""
    with file.open("rb") as content:
        text = content.read().decode("utf-8-sig", "replace")
    if "BEGIN:VCALENDAR" not in text:
        raise BadInput(name, "is no calendar", "export it as iCalendar (.ics)")
    found = list(events(text, datetime.fromtimestamp(file.stat().st_mtime, UTC).date()))
    rows = (clean(n, [event[c] for c in EVENT], None) for n, event in enumerate(found, 1))
    return assemble(list(EVENT), rows)


_READERS: Mapping[str, Callable[[Path, str, str], pa.Table]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".ics": _ics,
}
