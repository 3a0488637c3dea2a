"""Lists of the dossier: rows with a few columns each, such as the milestones that were agreed, every cell with its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from vitalreel.briefs.dossier import Entry, Known
from vitalreel.briefs.fact import Origin

Row = Mapping[str, Any]
Origins = Any
"""(table, query, rows) -> Origin: how a cell names the rows it came from."""


def milestone_lists(rows: Iterable[Row], as_of: date, origin: Origins) -> dict[str, tuple[Entry, ...]]:
    """`milestones`: all, by planned day; `milestones.ahead`: those not done, soonest due first. rows: of table `milestone`."""
    dated = sorted(rows, key=lambda r: (r["due"] or r["done"] or date.max, r["milestone"]))
    entries = [(_milestone(row, as_of, origin), row) for row in dated]
    ahead = tuple(
        {column: entry[column] for column in ("name", "due") if column in entry}
        for entry, _ in entries
        if "done" not in entry
    )
    found = {"milestones": tuple(entry for entry, _ in entries), "milestones.ahead": ahead}
    return {name: listed for name, listed in found.items() if listed}


def _milestone(row: Row, as_of: date, origin: Origins) -> Entry:
    source: Origin = origin("milestone", "the milestone as agreed", [row])
    entry = {"name": Known(row["milestone"], as_of, source)}
    if row["due"] is not None:
        entry["due"] = Known(row["due"], as_of, source)
    done = row["done"] is not None and row["done"] <= as_of
    if done:
        entry["done"] = Known(row["done"], as_of, source)
    return {**entry, "state": Known(_state(row, done, as_of), as_of, source)}


def _state(row: Row, done: bool, as_of: date) -> str:
    """done, done late, late, or ahead."""
    due = row["due"]
    if done:
        return "done" if due is None or row["done"] <= due else "done, after its day"
    return "late" if due is not None and due < as_of else "ahead"
