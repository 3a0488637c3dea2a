"""What can be true of a canonical row by itself, whatever vendor it came from: types are read, now sense is checked."""

# ruff: noqa: S608 - SQL made of constants; every text passes through literal()

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from vitalreel.sources.model import Column, Table
from vitalreel.sources.relations import literal, quoted


@dataclass(frozen=True, slots=True)
class Rule:
    """A row for which `when` (SQL over its columns; `{zones}`: the time zones there are) is true cannot be."""

    code: str
    when: str
    why: str  # SQL text in plain words


def _zones() -> str:
    """SQL: the time zones DuckDB and Python both know; DuckDB's abbreviations, such as CST, are several zones."""
    return (
        f"SELECT name FROM pg_timezone_names() WHERE name IN ({', '.join(map(literal, sorted(available_timezones())))})"
    )


_RULES: dict[str, tuple[Rule, ...]] = {
    "account": (
        Rule("unknown_zone", "zone IS NOT NULL AND zone NOT IN ({zones})",
             "concat('zone ''', zone, ''' is not a time zone such as Europe/Paris')"),
    ),
    "contact": (
        Rule("email_malformed", r"email IS NOT NULL AND NOT regexp_matches(email, '^[^@\s<>,;:]+@[^@\s<>,;:]+\.[^@\s<>,;:]+$')",
             "concat('email ''', email, ''' is not an address')"),
    ),
    "contract": (
        Rule("end_before_start", '"end" < start', "concat('ends ', \"end\", ', before it starts ', start)"),
    ),
    "ticket": (
        Rule("closed_before_opened", "closed < opened", "concat('closed ', closed, ', before it was opened ', opened)"),
    ),
    "survey": (
        Rule("rating_outside_scale", "(kind = 'nps' AND NOT score BETWEEN 0 AND 10) OR (kind = 'csat' AND NOT score BETWEEN 1 AND 5)",
             "concat(kind, ' score ', score, ' is outside its scale')"),
    ),
    "product_feature": (
        Rule("retired_before_released", "retired < released", "concat('retired ', retired, ', before its release ', released)"),
    ),
}  # fmt: skip

_RATINGS = frozenset({"csat", "sentiment", "score", "share"})
HAPPENED = frozenset({"usage", "contact_usage", "feature_usage", "ticket", "survey", "conversation", "engagement", "sponsor_change",
                      "content_view", "content_offer", "outcome", "csm_activity"})  # fmt: skip
"""Tables whose rows say that something happened: it cannot have happened after we read of it."""


def problems(table: Table, now: str) -> list[str]:
    """SQL structs (code, why), one per thing that may be wrong with a row, null where it is not.

    now: SQL for the load's time.
    """
    found = [p for c in table.columns for p in _of_column(c)]
    for rule in _RULES.get(table.name, ()):
        found.append(_when(rule.when.replace("{zones}", _zones()), rule.code, rule.why))
    if table.name in HAPPENED and table.dated:
        found.append(_future(table.column(table.dated), now))
    return found


def _when(condition: str, code: str, why: str) -> str:
    return f"CASE WHEN {condition} THEN struct_pack(code := {literal(code)}, why := {why}) END"


def _of_column(column: Column) -> list[str]:
    name, shown = quoted(column.name), literal(column.name + " ")
    found = []
    if column.required:
        found.append(_when(f"{name} IS NULL", "missing_value", literal(f"{column.name} is empty")))
    if column.values:
        allowed = ", ".join(literal(v) for v in column.values)
        quote, choice = literal(" '"), literal(f"' is none of {', '.join(column.values)}")
        why = f"concat({literal(column.name)}, {quote}, {name}, {choice})"
        found.append(_when(f"{name} NOT IN ({allowed})", "value_not_allowed", why))
    for limit, sign, words in ((column.low, "<", "below"), (column.high, ">", "above")):
        if limit is not None:
            why = f"concat({shown}, {_amount(column, name)}, {literal(f' is {words} {limit:g}')})"
            found.append(_when(f"{name} {sign} {limit!r}", _range_code(column), why))
    return found


def _amount(column: Column, name: str) -> str:
    return f"printf('%.2f', {name} / 100.0)" if column.type == "money" else name


def _range_code(column: Column) -> str:
    if column.name == "seats":
        return "negative_seats"
    if column.type == "money":
        return "negative_money"
    if column.name in _RATINGS:
        return "rating_outside_scale"
    return "negative_value" if column.low == 0 and column.high is None else "out_of_range"


def _future(column: Column, now: str) -> str:
    """A day may be tomorrow's already in zones east of UTC."""
    name = quoted(column.name)
    latest = f"({now} + INTERVAL 14 HOUR)"
    latest = f"CAST({latest} AS DATE)" if column.type == "date" else latest
    why = f"concat({literal(column.name + ' ')}, {name}, ' lies after this load')"
    return _when(f"{name} > {latest}", "in_the_future", why)
