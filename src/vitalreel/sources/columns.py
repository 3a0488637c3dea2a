"""SQL for one canonical column of one mapping block: its value, what is wrong with it, and when it was known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitalreel.sources.mapping import Block, Field, Fixed, Reads, Value
from vitalreel.sources.model import Column, Table
from vitalreel.sources.reading import LARGEST, SQL_TYPES, guarded, moment, typed, unguarded, wanted
from vitalreel.sources.relations import literal, quoted

OURS = Reads()
"""How values are written in the mapping itself: constants, and our side of a list of values."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What makes a value unusable, and how it is told."""

    when: str  # SQL condition
    told: str  # SQL struct (code, why)


@dataclass(frozen=True, slots=True)
class Read:
    """One canonical column in three steps of SQL, so that no step is computed twice.

    `aside` reads the block's source rows (`here`, and `parent0`, `parent1`, ... joined to it) into named columns; `raw` reads
    those; `value`, `wrong` and `known` may read all of them and `raw` under the name `raw_name`.
    """

    name: str
    aside: Mapping[str, str]  # column -> SQL
    raw: str
    value: str
    wrong: tuple[Wrong, ...]
    known: str | None  # a moment, for a value known later than its row

    @property
    def raw_name(self) -> str:
        return raw_name(self.name)


def raw_name(column: str) -> str:
    return quoted(f"raw:{column}")


def text_name(column: str) -> str:
    """The text a value is read from, trimmed, null where it is empty."""
    return quoted(f"text:{column}")


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
    raw = raw_name(column.name)
    if value is None:
        empty = literal(reads.currency) if column.name == "currency" else f"CAST(NULL AS {SQL_TYPES[column.type]})"
        return Read(column.name, {}, empty, raw, (), None)
    if isinstance(value, Fixed):
        return Read(column.name, {}, typed(column.type, literal(value.text), OURS), raw, (), None)
    return _read_field(column, value, alias_of, reads)


def _read_field(column: Column, field: Field, alias_of: dict[tuple[str, str, str], str], reads: Reads) -> Read:
    through = field.through
    alias = alias_of[(through.file, through.by, through.key)] if through else "here"
    text = text_name(column.name)
    aside = {text: f"nullif(trim({alias}.{quoted(field.column)}), '')"}
    wrong: list[Wrong] = []
    if through:
        by, there = quoted(f"by:{column.name}"), quoted(f"there:{column.name}")
        aside |= {
            by: f"nullif(trim(here.{quoted(through.by)}), '')",
            there: f"{alias}.{quoted(through.key)} IS NOT NULL",
        }
        told = _problem("child_without_parent", literal(f"{through.by} '"), by, literal(f"' is not in {through.file}"))
        wrong.append(Wrong(f"{by} IS NOT NULL AND NOT {there}", told))
    rate, money = "1", quoted(f"currency:{column.name}")
    if field.currency is not None:
        aside[money] = f"here.{quoted(field.currency)}"
        rate = _rate(money, reads)
    raw, value = _value(column, field, text, rate, reads)
    unread = _unread(column, field, text, value, rate, reads)
    wrong += [unread] if unread else []
    if field.currency is not None:
        told = _problem("no_rate", literal(f"{field.currency} '"), f"coalesce({money}, '')",
                        literal(f"' has no rate to {reads.currency} in the mapping"))  # fmt: skip
        wrong.append(Wrong(f"{text} IS NOT NULL AND {rate} IS NULL", told))
    known = None
    if field.known_on:
        since = quoted(f"known:{column.name}")
        aside[since] = f"here.{quoted(field.known_on)}"
        known = moment(since, reads)
    return Read(column.name, aside, raw, value, tuple(wrong), known)


def _value(column: Column, field: Field, text: str, rate: str, reads: Reads) -> tuple[str, str]:
    """SQL for the raw value, and for the value over it."""
    raw = raw_name(column.name)
    if field.choices:
        return typed(column.type, _chosen(field, text), OURS), raw
    if column.type == "money":
        plain = field.times == 1.0 and rate == "1"
        worth = (
            raw if plain else f"CAST({raw} AS DOUBLE) * {field.times!r} * {rate}"
        )  # long decimals overflow when multiplied
        cents = f"round({worth} * 100)"
        return typed("money", text, reads), f"CASE WHEN abs({cents}) <= {LARGEST} THEN CAST({cents} AS BIGINT) END"
    if column.type in ("text", "word"):
        return text, raw  # trimmed already
    if field.times == 1.0:
        return unguarded(column.type, text, reads), guarded(column.type, raw)
    scaled = guarded("number", f"({raw} * {field.times!r})")
    return unguarded("number", text, reads), (
        f"try_cast(round({scaled}) AS BIGINT)" if column.type == "integer" else scaled
    )


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


def _rate(currency: str, reads: Reads) -> str:
    """What one unit of the row's currency is worth in the mapping's; null where no rate is declared."""
    rates = {reads.currency: 1.0, **(reads.rates or {})}
    cases = " ".join(f"WHEN {literal(code)} THEN {rate!r}" for code, rate in rates.items())
    return f"CASE upper(trim({currency})) {cases} END"


def _problem(code: str, *why: str) -> str:
    return f"struct_pack(code := {literal(code)}, why := concat({', '.join(why)}))"


def _unread(column: Column, field: Field, text: str, value: str, rate: str, reads: Reads) -> Wrong | None:
    """A text is there and no value came of it."""
    if column.type in ("text", "word", "words") and not field.choices:
        return None
    if field.choices:
        if field.otherwise is not None:
            return None
        known = literal(f"' is none of the values the mapping knows: {', '.join(t for t, _ in field.choices)}")
        told = _problem("unknown_value", literal(f"{field.column} '"), text, known)
    else:
        told = _problem(
            "unreadable", literal(f"{field.column} '"), text, literal(f"' is not {wanted(column.type, reads)}")
        )
    missing_rate = f" AND {rate} IS NOT NULL" if field.currency else ""
    return Wrong(f"{text} IS NOT NULL AND ({value}) IS NULL{missing_rate}", told)
