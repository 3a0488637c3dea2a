"""Rows of the lake under the ids that stand: second selves are read as their first, so that undoing a merge is one row less.

Nothing in the lake's files is changed. Of two rows that are one account or one contact, the first's values count, and where
it has none the second's. What was computed for a second self alone (scores of earlier days) is left out.
"""

# ruff: noqa: S608 - names are the lake's own, and pass through quoted()

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from vitalreel.accounts.identity import followed
from vitalreel.sources.model import TABLES
from vitalreel.sources.relations import quoted

Aliases = Mapping[tuple[str, str], str]
"""(account | contact, id) -> the id that stands."""

_CONTACTS = ("contact_id", "left_contact", "new_contact")
_ACCOUNTS = ("account_id", "parent")


def register(con: Any, aliases: Aliases) -> None:
    """Make the aliases known to a DuckDB connection, chains followed."""
    for kind in ("account", "contact"):
        found = followed({alias: canonical for (k, alias), canonical in aliases.items() if k == kind})
        rows = pa.table({"alias": list(found), "canonical": list(found.values())}, schema=_SCHEMA)
        con.con.register("aliases", rows)
        con.raw_sql(f"CREATE OR REPLACE TEMP TABLE {kind}_alias AS FROM aliases")
        con.con.unregister("aliases")


_SCHEMA = pa.schema([("alias", pa.string()), ("canonical", pa.string())])


def joined(table: str, columns: Sequence[str], known: str) -> str:
    """A subquery: `known`, a table's rows of a day, under the ids that stand. Both are SQL."""
    accounts = [c for c in _ACCOUNTS if c in columns]
    contacts = [c for c in _CONTACTS if c in columns]
    if table not in TABLES:
        only = "known.account_id NOT IN (SELECT alias FROM account_alias)"
        return f"(SELECT * FROM {known} AS known WHERE {only})" if "account_id" in columns else known
    if not accounts and not contacts:
        return known
    renamed = [(c, "account") for c in accounts] + [(c, "contact") for c in contacts]
    joins = " ".join(
        f"LEFT JOIN {kind}_alias AS {quoted('as:' + c)} ON {quoted('as:' + c)}.alias = known.{c}" for c, kind in renamed
    )
    told = ", ".join(f"coalesce({quoted('as:' + c)}.canonical, known.{c}) AS {c}" for c, _ in renamed)
    if table not in ("account", "contact"):
        return f"(SELECT known.* REPLACE ({told}) FROM {known} AS known {joins})"
    key = f"{table}_id"
    ranked = f"SELECT known.* REPLACE ({told}), {quoted('as:' + key)}.alias AS _alias FROM {known} AS known {joins}"
    order = "ORDER BY _alias NULLS FIRST"
    # the alias column is null for the first self, which so comes before its second selves
    values = ", ".join(
        f"first({quoted(c)} {order}) FILTER ({quoted(c)} IS NOT NULL) AS {quoted(c)}" for c in columns if c != key
    )
    names = ", ".join(quoted(c) for c in columns)
    return f"(SELECT {names} FROM (SELECT {key}, {values} FROM ({ranked}) GROUP BY {key}))"
