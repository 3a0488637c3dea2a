"""One person in data: where they are mentioned, and data without them (D10).

A person is mentioned by their ids, their address and their full name. What is theirs alone (their row) is blanked; where they
are mentioned in somebody else's words, the mention is taken out and the rest stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vitalreel.sources.model import Column, Table

GONE = "[erased]"
NOBODY = "Erased person"
"""What stands for the name where one must stand."""
SHORTEST = 5
"""A single word shorter than this is too common to be looked for in other people's sentences."""
_TIED = ("contact_id", "left_contact", "new_contact")


@dataclass(frozen=True)
class Person:
    """A contact under all ids that were merged."""

    ids: frozenset[str]
    names: tuple[str, ...]
    emails: tuple[str, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What they are mentioned by, longest first."""
        names = [n for n in self.names if " " in n or len(n) >= SHORTEST]
        return tuple(sorted({*names, *self.emails}, key=lambda w: (-len(w), w)))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        either = "|".join(re.escape(w) for w in self.words)
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE) if either else None

    def mentioned(self, text: str) -> bool:
        """Whether a text mentions them."""
        return self._pattern is not None and self._pattern.search(text) is not None

    @cached_property
    def _spoken(self) -> re.Pattern[str] | None:
        names = "|".join(re.escape(n) for n in self.names)
        return re.compile(rf"^(\[[\d:]+\] )?(?:{names}): .*$", re.IGNORECASE | re.MULTILINE) if names else None

    def without(self, text: str) -> str:
        """The text without their mentions, and without their turns where it is a transcript."""
        if self._spoken is not None and ": " in text:
            text = self._spoken.sub(lambda turn: f"{turn[1] or ''}{GONE}", text)
        return self._pattern.sub(GONE, text) if self._pattern is not None else text


def about(person: Person, value: object) -> bool:
    """Whether plain data holds one of their ids as a value, or mentions them."""
    if isinstance(value, str):
        return value in person.ids or person.mentioned(value)
    if isinstance(value, Mapping):
        return any(about(person, v) for v in value.values())
    return isinstance(value, list | tuple) and any(about(person, v) for v in value)


def without(person: Person, value: Any) -> Any:
    """Plain data without mentions; ids stay."""
    if isinstance(value, str):
        return person.without(value)
    if isinstance(value, Mapping):
        return {k: without(person, v) for k, v in value.items()}
    return [without(person, v) for v in value] if isinstance(value, list | tuple) else value


def rows_about(person: Person, rows: pa.Table) -> pa.Array:
    """Per row of a lake or vendor table, whether it is about them or mentions them."""
    found: Any = pa.repeat(False, rows.num_rows)
    for name in rows.column_names:
        column = _text(rows[name])
        if column is not None:
            mine = pc.is_in(column, value_set=pa.array(sorted(person.ids), pa.string()))
            for word in person.words:
                mine = pc.or_(mine, pc.fill_null(pc.match_substring(column, word, ignore_case=True), False))
            found = pc.or_(found, mine.combine_chunks() if isinstance(mine, pa.ChunkedArray) else mine)
    return found


def erased_rows(person: Person, table: Table, rows: pa.Table) -> pa.Table:
    """A canonical table's rows without them: their own words and traits blank, mentions elsewhere taken out."""
    if table.name == "contact":
        return blank_contacts(rows, pc.is_in(rows["contact_id"], value_set=pa.array(sorted(person.ids), pa.string())))
    tied = _tied(person, rows)
    for column in table.columns:
        if column.name not in rows.column_names or column.type not in ("text", "words"):
            continue
        if column.name.endswith("_id") or column.name in _TIED:
            continue
        cells = rows[column.name].cast(pa.string())
        if wordy(table, column):
            cells = pc.if_else(tied, None, cells)
        elif column.name == "sentence":
            cells = pc.if_else(tied, GONE, cells)
        cells = pa.chunked_array([pa.array([c and person.without(c) for c in cells.to_pylist()], pa.string())])
        rows = rows.set_column(rows.column_names.index(column.name), column.name, cells.cast(pa.string()))
    return rows


def wordy(table: Table, column: Column) -> bool:
    """Whether a column holds what somebody wrote or said, which is theirs where the row is."""
    return column.type == "text" and not column.required and column.name not in (*table.key, *_TIED, "account_id")


def blank_contacts(rows: pa.Table, who: pa.Array) -> pa.Table:
    """Contacts of which nothing is left but that they were there, where `who` is true."""
    who = pc.fill_null(who, False)
    for name, type_ in zip(rows.column_names, rows.schema.types, strict=True):
        if name in ("contact_id", "account_id") or name.startswith("_") or name in _KEPT:
            continue
        stands: Any = {"name": NOBODY, "active": False, "consent_email": False, "consent_in_app": False}.get(name)
        blank = pa.scalar(stands, type_ if not pa.types.is_dictionary(type_) else pa.string())
        column = rows[name].cast(pa.string()) if pa.types.is_dictionary(type_) else rows[name]
        rows = rows.set_column(rows.column_names.index(name), name, pc.if_else(who, blank, column))
    return rows


_KEPT = ("known_on", "learnt", "source", "location", "line", "row_key", "row_digest", "load")


def blank_vendor_rows(rows: pa.Table, who: Any, keep: Collection[str], stands: Mapping[str, str]) -> pa.Table:
    """A vendor's rows as they came, blank where `who` is true but for the columns `keep`. stands: column -> what stands there."""
    for name in rows.column_names:
        if name != "_line" and name not in keep:
            blank = pc.if_else(who, pa.scalar(stands.get(name), pa.string()), rows[name])
            rows = rows.set_column(rows.column_names.index(name), name, blank)
    return rows


def erased_vendor_rows(
    person: Person, rows: pa.Table, own: Collection[str], keep: Collection[str], stands: Mapping[str, str]
) -> pa.Table:
    """The same for whoever's id stands in a column of `own`; mentions are taken out of all rows."""
    ids = pa.array(sorted(person.ids), pa.string())
    mine: Any = pa.repeat(False, rows.num_rows)
    for column in own:
        mine = pc.or_(mine, pc.fill_null(pc.is_in(rows[column], value_set=ids), False))
    rows = blank_vendor_rows(rows, mine, {*own, *keep}, stands)
    for name in rows.column_names:
        if name not in ("_line", *own):
            cells = [c and person.without(c) for c in rows[name].to_pylist()]
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(cells, pa.string()))
    return rows


def _tied(person: Person, rows: pa.Table) -> Any:
    ids = pa.array(sorted(person.ids), pa.string())
    found: Any = pa.repeat(False, rows.num_rows)
    for name in _TIED:
        if name in rows.column_names:
            found = pc.or_(found, pc.fill_null(pc.is_in(rows[name], value_set=ids), False))
    return found


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The column as text, None where it holds none."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return column.cast(pa.string()) if kind in (pa.string(), pa.large_string()) else None
