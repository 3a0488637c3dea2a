"""A small, safe language for conditions over vendor rows, checked against the columns there are and turned into SQL.

It knows columns written `alias.column`, numbers, 'texts', true, false, + - * /, abs(), comparisons, `between`, `in`,
`is null`, `and`, `or`, `not` and brackets. Nothing else passes, so a contract can compute and compare and do no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vitalreel.sources.outline import Entry, suggestion
from vitalreel.sources.relations import quoted

_ALLOWED = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.Between, exp.In,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Abs,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    text: str
    sql: str
    columns: tuple[tuple[str, str], ...]  # (alias, column) as first mentioned


def read_condition(entry: Entry, columns: Mapping[str, tuple[str, ...] | None]) -> Condition:
    """The condition written at `entry`.

    columns: alias -> the columns it has, None where they are not known yet. Raises BadConfiguration at the entry.
    """
    text = entry.text("a condition")
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as e:
        entry.fail(f"the condition {text!r} cannot be read", str(e).splitlines()[0])
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            entry.fail(
                f"the condition uses {node.sql(dialect='duckdb')!r}",
                "only comparisons, arithmetic, and, or, not, in, between",
            )
    named = [(c.table, c.name) for c in tree.find_all(exp.Column, bfs=False)]
    for alias, column in named:
        _check(entry, alias, column, columns)
    for part in tree.find_all(exp.Identifier):
        part.set("quoted", True)
    return Condition(text, tree.sql(dialect="duckdb"), tuple(dict.fromkeys(named)))


def _check(entry: Entry, alias: str, column: str, columns: Mapping[str, tuple[str, ...] | None]) -> None:
    if not alias:
        entry.fail(f"the column {column!r} says not whose it is", f"write {next(iter(columns))}.{column}")
    if alias not in columns:
        entry.fail(f"the condition speaks of {alias!r}", suggestion(alias, columns))
    known = columns[alias]
    if known is not None and column not in known:
        entry.fail(f"{alias} has no column {column!r}", suggestion(column, known))


def select_list(columns: tuple[tuple[str, str], ...]) -> str:
    """The columns under the names people wrote."""
    return ", ".join(f"{quoted(a)}.{quoted(c)} AS {quoted(f'{a}.{c}')}" for a, c in columns)
