"""SQL for one canonical column of one mapping block: its value, what is wrong with it, and when it was known."""

from __future__ import annotations

from dataclasses import dataclass

from vitalreel.sources.mapping import Block, Field, Fixed, Reads, Value
from vitalreel.sources.model import Column, Table
from vitalreel.sources.reading import SQL_TYPES, moment, typed, wanted
from vitalreel.sources.relations import literal, quoted

OURS = Reads()
"""How values are written in the mapping itself: constants, and our side of a list of values."""


@dataclass(frozen=True, slots=True)
class Read:
    """One canonical column as SQL over the block's source rows (`here`, and `parent0`, `parent1`, ... joined to it)."""

    name: str
    value: str
    problem: str | None  # a struct (code, why), null where nothing is wrong; None: nothing can be
    known: str | None  # a moment, for a value known later than its row


def parents(block: Block) -> list[tuple[str, str, str, str]]:
    """(alias, file, column here, column there) of every parent the block reads through, each once."""
    found: dict[tuple[str, str, str], str] = {}
    for value in block.values.values():
        if isinstance(value, Field) and value.through:
            key = (value.through.file, value.through.by, value.through.key)
            found.setdefault(key, f"parent{len(found)}")
    return [(alias, *key) for key, alias in found.items()]


def read_columns(table: Table, block: Block, reads: Reads) -> list[Read]:
    """Every canonical column of the table; those the block does not fill are null."""
    alias_of = {(f, b, k): a for a, f, b, k in parents(block)}
    return [_read(c, block.values.get(c.name), alias_of, reads) for c in table.columns]


def _read(column: Column, value: Value | None, alias_of: dict[tuple[str, str, str], str], reads: Reads) -> Read:
    if value is None:
        empty = literal(reads.currency) if column.name == "currency" else f"CAST(NULL AS {SQL_TYPES[column.type]})"
        return Read(column.name, empty, None, None)
    if isinstance(value, Fixed):
        return Read(column.name, typed(column.type, literal(value.text), OURS), None, None)
    return _read_field(column, value, alias_of, reads)


def _read_field(column: Column, field: Field, alias_of: dict[tuple[str, str, str], str], reads: Reads) -> Read:
    if field.through:
        alias = alias_of[(field.through.file, field.through.by, field.through.key)]
        raw = f"{alias}.{quoted(field.column)}"
    else:
        raw = f"here.{quoted(field.column)}"
    text = f"nullif(trim({raw}), '')"
    value = _value(column, field, text, reads)
    problem = _first(
        _orphan(field, alias_of) if field.through else None,
        _unread(column, field, text, value, reads),
        _unconverted(field, text, reads),
    )
    known = moment(f"here.{quoted(field.known_on)}", reads) if field.known_on else None
    return Read(column.name, value, problem, known)


def _value(column: Column, field: Field, text: str, reads: Reads) -> str:
    if field.choices:
        return typed(column.type, _chosen(field, text), OURS)
    value = typed(column.type, text, reads)
    if column.type == "money":
        return f"try_cast(round({value} * {field.times!r} * {_rate(field, reads)} * 100) AS BIGINT)"
    if field.times == 1.0:
        return value
    scaled = f"({typed('number', text, reads)}) * {field.times!r}"
    return f"try_cast(round({scaled}) AS BIGINT)" if column.type == "integer" else scaled


def _chosen(field: Field, text: str) -> str:
    cases = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in field.choices)
    match field.otherwise:
        case None:
            rest = "NULL"
        case "same":
            rest = text
        case other:
            rest = f"CASE WHEN {text} IS NOT NULL THEN {literal(other)} END"
    return f"CASE {text} {cases} ELSE {rest} END"


def _rate(field: Field, reads: Reads) -> str:
    """What one unit of the row's currency is worth in the mapping's; null where no rate is declared."""
    if field.currency is None:
        return "1"
    rates = {reads.currency: 1.0, **(reads.rates or {})}
    cases = " ".join(f"WHEN {literal(code)} THEN {rate!r}" for code, rate in rates.items())
    return f"CASE upper(trim(here.{quoted(field.currency)})) {cases} END"


def _problem(code: str, *why: str) -> str:
    return f"struct_pack(code := {literal(code)}, why := concat({', '.join(why)}))"


def _unread(column: Column, field: Field, text: str, value: str, reads: Reads) -> str | None:
    """A text is there and no value came of it."""
    if column.type in ("text", "word", "words") and not field.choices:
        return None
    if field.choices:
        if field.otherwise is not None:
            return None
        known = literal(f"' is none of the values the mapping knows: {', '.join(t for t, _ in field.choices)}")
        why = _problem("unknown_value", literal(f"{field.column} '"), text, known)
    else:
        why = _problem(
            "unreadable", literal(f"{field.column} '"), text, literal(f"' is not {wanted(column.type, reads)}")
        )
    missing_rate = f" AND {_rate(field, reads)} IS NOT NULL" if field.currency else ""
    return f"CASE WHEN {text} IS NOT NULL AND ({value}) IS NULL{missing_rate} THEN {why} END"


def _unconverted(field: Field, text: str, reads: Reads) -> str | None:
    if field.currency is None:
        return None
    raw = f"here.{quoted(field.currency)}"
    why = _problem("no_rate", literal(f"{field.currency} '"), f"coalesce({raw}, '')",
                   literal(f"' has no rate to {reads.currency} in the mapping"))  # fmt: skip
    return f"CASE WHEN {text} IS NOT NULL AND {_rate(field, reads)} IS NULL THEN {why} END"


def _orphan(field: Field, alias_of: dict[tuple[str, str, str], str]) -> str:
    """The row names a parent that the parent's file does not have."""
    through = field.through
    assert through is not None
    alias = alias_of[(through.file, through.by, through.key)]
    by = f"nullif(trim(here.{quoted(through.by)}), '')"
    why = _problem("child_without_parent", literal(f"{through.by} '"), by, literal(f"' is not in {through.file}"))
    return f"CASE WHEN {by} IS NOT NULL AND {alias}.{quoted(through.key)} IS NULL THEN {why} END"


def _first(*problems: str | None) -> str | None:
    given = [p for p in problems if p]
    return f"coalesce({', '.join(given)})" if given else None
