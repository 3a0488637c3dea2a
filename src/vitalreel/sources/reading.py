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
"""Whole numbers, and cents, beyond it are no longer exact in a float64."""

FAR = 1e18
"""Numbers further from 0 are a slip or a vendor's way to say "none": their sums and squares would end in infinities."""


def typed(type_: Type, text: str, reads: Reads) -> str:
    """SQL for the typed value of `text` (an SQL expression of text), null where it cannot be read."""
    return guarded(type_, unguarded(type_, text, reads))


def unguarded(type_: Type, text: str, reads: Reads) -> str:
    """SQL for the value as its text says it, true or not; `guarded` over it makes it the typed value.

    Two steps, because `guarded` names its value several times: a caller with many rows gives the first step a name.
    """
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
            return _date(text, reads)
        case "time":
            return _time(text, reads)
        case "number" | "integer":
            return _plain(text, reads)
        case "money":
            return _plain(f"regexp_replace({text}, '[$€£¥]', '')", reads, "DECIMAL(24, 6)")


def guarded(type_: Type, value: str) -> str:
    """SQL for a value of `unguarded`, null where it cannot be meant."""
    match type_:
        case "date":
            return f"CASE WHEN {value} BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{LAST_YEAR}-12-31' THEN {value} END"
        case "time":
            first, end = f"TIMESTAMPTZ '{FIRST_YEAR}-01-01'", f"TIMESTAMPTZ '{LAST_YEAR + 1}-01-01'"
            return f"CASE WHEN {value} >= {first} AND {value} < {end} THEN {value} END"
        case "number":
            return f"CASE WHEN abs({value}) <= {FAR:g} THEN {value} END"  # neither an infinity nor NaN is
        case "integer":
            return f"CASE WHEN {value} = floor({value}) AND abs({value}) <= {LARGEST} THEN CAST({value} AS BIGINT) END"
        case _:
            return value


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
    return f"to_timestamp(epoch({day}) + 43200)"  # timezone() asks the tables of time zones for every row


def wanted(type_: Type, reads: Reads) -> str:
    """What a readable text would look like, for people."""
    match type_:
        case "bool":
            return " or ".join(reads.booleans)
        case "date":
            return f"a date written {' or '.join(reads.dates)}, year {FIRST_YEAR} to {LAST_YEAR}"
        case "time":
            shown = "" if reads.zone == "UTC" else f" that clocks in {reads.zone} showed,"
            return f"a time{shown} written {' or '.join(reads.times)}, year {FIRST_YEAR} to {LAST_YEAR}"
        case "integer":
            return "a whole number"
        case "number":
            return f"a number between -{FAR:g} and {FAR:g}"
        case "money":
            return f"an amount such as 1{reads.thousands}234{reads.decimal}50, of at most {LARGEST} cents"
        case _:
            return "text"


def _formats(formats: tuple[str, ...]) -> str:
    return f"[{', '.join(literal(f) for f in formats)}]"


def _time(text: str, reads: Reads) -> str:
    """Formats with an offset say which instant; the others are local to the mapping's zone.

    A local time that no clock there showed, in the hour that summer time leaves out, is none. Of one that came twice the
    later counts. A last Z is an offset of zero.
    """
    offset = tuple(f for f in reads.times if "%z" in f)
    local = tuple(f for f in reads.times if "%z" not in f)
    parts = []
    if local:
        parts.append(_local(_strptime(f"trim({text})", local), literal(reads.zone)))
    if offset:
        parts.append(_strptime(f"regexp_replace(trim({text}), '[Zz]$', '+00')", offset))
    return f"coalesce({', '.join(parts)})"


def _local(time: str, zone: str) -> str:
    if zone == "'UTC'":
        return f"timezone({zone}, {time})"
    shown = f"CASE WHEN timezone({zone}, timezone({zone}, t)) = t THEN timezone({zone}, t) END"
    return f"list_transform([{time}], lambda t: {shown})[1]"


ISO = "%Y-%m-%d"


def _strptime(text: str, formats: tuple[str, ...]) -> str:
    """Whatever the formats, try_strptime takes the words epoch and infinity for times."""
    return f"CASE WHEN regexp_matches({text}, '[0-9]') THEN try_strptime({text}, {_formats(formats)}) END"


def _date(text: str, reads: Reads) -> str:
    """Dates by their formats. Where the first is ISO's, a text of that shape is cast: a third of the time."""
    text = f"trim({text})"
    by_format = f"CAST({_strptime(text, reads.dates)} AS DATE)"
    if reads.dates[0] != ISO:
        return by_format
    return (
        f"CASE WHEN {text} LIKE '____-__-__' THEN coalesce(try_cast({text} AS DATE), {by_format}) ELSE {by_format} END"
    )


def _plain(text: str, reads: Reads, as_: str = "DOUBLE") -> str:
    bare = f"trim({text})"
    if reads.thousands:
        bare = f"replace({bare}, {literal(reads.thousands)}, '')"
    if reads.decimal != ".":
        bare = f"replace({bare}, {literal(reads.decimal)}, '.')"
    return f"try_cast({bare} AS {as_})"
