"""From a vendor's text to a typed value, as SQL: every type says what it accepts, and in words what it does not."""

from __future__ import annotations

from vitalreel.sources.mapping import Reads
from vitalreel.sources.model import Type
from vitalreel.sources.relations import literal

SQL_TYPES: dict[Type, str] = {
    "text": "VARCHAR", "word": "VARCHAR", "words": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "money": "BIGINT",
    "bool": "BOOLEAN", "date": "DATE", "time": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside are a vendor's way to say "never" or a slip; both are asked about instead of believed."""

LARGEST = 2**53
"""Whole numbers beyond it are no longer exact in a float64."""


def typed(type_: Type, text: str, reads: Reads) -> str:
    """SQL for the typed value of `text` (an SQL expression of text), null where it cannot be read."""
    match type_:
        case "text" | "word":
            return f"nullif(trim({text}), '')"
        case "words":
            members = f"list_transform(string_split({text}, {literal(reads.separator)}), lambda w: trim(w))"
            return f"nullif(array_to_string(list_filter({members}, lambda w: w <> ''), '|'), '')"
        case "bool":
            yes, no = (literal(w.lower()) for w in reads.booleans)
            return f"CASE lower(trim({text})) WHEN {yes} THEN true WHEN {no} THEN false END"
        case "date":
            return _sane(f"CAST(try_strptime(trim({text}), {_formats(reads.dates)}) AS DATE)")
        case "time":
            return _sane(_time(text, reads))
        case "number":
            return _finite(_plain(text, reads))
        case "integer":
            number = _finite(_plain(text, reads))
            return (
                f"CASE WHEN {number} = floor({number}) AND abs({number}) <= {LARGEST} THEN CAST({number} AS BIGINT) END"
            )
        case "money":
            return _plain(f"regexp_replace({text}, '[$€£¥]', '')", reads, "DECIMAL(24, 6)")


def moment(text: str, reads: Reads) -> str:
    """SQL for when something was known: struct (day, at).

    day: the calendar date, where only a date is written; null where an instant is. at: the instant; of a date its noon UTC,
    which lies inside that date in every zone from -11:59 to +11:59, so that no row is known a day early.
    """
    day = typed("date", text, reads)
    return moment_of_day(day, f"coalesce({noon(day)}, {typed('time', text, reads)})")


def moment_of_day(day: str, at: str) -> str:
    """A moment from SQL for its day (or null) and its instant."""
    return f"CASE WHEN {at} IS NOT NULL THEN struct_pack(day := {day}, at := {at}) END"


def noon(day: str) -> str:
    """SQL for noon UTC of a date."""
    return f"timezone('UTC', CAST({day} AS TIMESTAMP) + INTERVAL 12 HOUR)"


def wanted(type_: Type, reads: Reads) -> str:
    """What a readable text would look like, for people."""
    match type_:
        case "bool":
            return " or ".join(reads.booleans)
        case "date":
            return f"a date written {' or '.join(reads.dates)}, year {FIRST_YEAR} to {LAST_YEAR}"
        case "time":
            return f"a time written {' or '.join(reads.times)}, year {FIRST_YEAR} to {LAST_YEAR}"
        case "integer":
            return "a whole number"
        case "number":
            return "a number"
        case "money":
            return f"an amount such as 1{reads.thousands}234{reads.decimal}50"
        case _:
            return "text"


def _formats(formats: tuple[str, ...]) -> str:
    return f"[{', '.join(literal(f) for f in formats)}]"


def _time(text: str, reads: Reads) -> str:
    """Formats with an offset say which instant; the others are local to the mapping's zone."""
    offset = tuple(f for f in reads.times if "%z" in f)
    local = tuple(f for f in reads.times if "%z" not in f)
    parts = []
    if local:
        parts.append(f"timezone({literal(reads.zone)}, try_strptime(trim({text}), {_formats(local)}))")
    if offset:
        parts.append(f"try_strptime(trim({text}), {_formats(offset)})")
    return f"coalesce({', '.join(parts)})"


def _sane(value: str) -> str:
    return f"CASE WHEN year({value}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN {value} END"


def _plain(text: str, reads: Reads, as_: str = "DOUBLE") -> str:
    bare = f"trim({text})"
    if reads.thousands:
        bare = f"replace({bare}, {literal(reads.thousands)}, '')"
    if reads.decimal != ".":
        bare = f"replace({bare}, {literal(reads.decimal)}, '.')"
    return f"try_cast({bare} AS {as_})"


def _finite(number: str) -> str:
    return f"CASE WHEN isfinite({number}) THEN {number} END"
