"""A tiny company in a real workspace: a lake, a database, two signals, one scorecard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from vitalreel.identity import fingerprint
from vitalreel.sources.model import TABLES
from vitalreel.steps.doors import Doors
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = dt.datetime(2026, 4, 1, 6, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 31)
START = dt.date(2025, 1, 1)

SIGNALS = """
feeds: {usage: 3, crm: 30, support: 400, video: 2}
signals:
  segment: {type: enum, values: [enterprise, mid_market, long_tail], feed: crm}
  tier: {type: number, feed: crm}
  usage.active_users: {type: number, min: 0, feed: usage, fresh: 3}
  usage.minutes: {type: number, min: 0, feed: usage, fresh: 3}
  tickets.open: {type: number, min: 0, feed: support, fresh: 1092}
  contract.arr: {type: money, currency: USD, feed: crm}
  contract.seats: {type: number, feed: crm}
  renewal: {type: date, feed: crm}
  ticket.opened: {type: event, feed: support}
  tickets.opened_week: {from: ticket.opened, over: 1 week, how: count, fresh: 1092}
  usage.minutes_week: {from: usage.minutes, over: 1 week, how: sum, fresh: 1092}
  video.watched: {type: event, args: [pricing], feed: video}
  video.offered: {type: event, args: [pricing], feed: video}
  role: {type: enum, values: [sponsor, champion, admin, user], grain: contact}
"""
CARD = """
scorecard: everybody
applies_to: everyone
groups:
  use:
    weight: 6
    measures:
      people: {signal: usage.active_users, window: 7 days, scale: {0: 0, 10: 100}}
  support:
    weight: 4
    measures:
      tickets: {signal: tickets.open, scale: {0: 100, 2: 0}}
points:
  - {name: pricing_film, when: any contact has watched 'pricing' at least 50% within 14 days, points: {sponsor: +25, user: +10}}
"""


def company(root: Path) -> Doors:
    """An opened workspace with SIGNALS and CARD and nothing in its lake."""
    workspace = create(root)
    (workspace.root / "signals.yaml").write_text(SIGNALS, encoding="utf-8")
    for path in (workspace.root / "scorecards").glob("*.yaml"):
        path.unlink()
    (workspace.root / "scorecards" / "everybody.yaml").write_text(CARD, encoding="utf-8")
    (workspace.root / "scorecards" / "_order.yaml").write_text("order: [everybody]\n", encoding="utf-8")
    return open_doors(workspace.root)


def put(doors: Doors, table: str, rows: Sequence[Mapping[str, object]], known_on: dt.date | None = None) -> None:
    """Publish canonical rows, known on their own day (`day`, `start`, `since`, else START) unless said otherwise."""
    load = fingerprint(table, list(rows), known_on)[:12]
    lake_rows = [_with_provenance(table, row, known_on, load) for row in rows]
    with doors.engine.begin() as connection:
        staged = doors.lake.stage(load, {table: pa.Table.from_pylist(lake_rows, schema=_schema(table))})
        doors.lake.publish(connection, staged, NOW)


def _with_provenance(table: str, row: Mapping[str, object], known_on: dt.date | None, load: str) -> dict[str, object]:
    day = known_on or next((row[k] for k in ("day", "start", "since") if row.get(k)), START)
    at = row.get("opened") or row.get("at")
    if known_on is None and isinstance(at, dt.datetime):
        day = at.date()
    key = "|".join(str(row[k]) for k in TABLES[table].key)
    return {**row, "known_on": day, "learnt": NOW, "source": "test", "location": "test", "line": 1, "row_key": key,
            "row_digest": fingerprint(dict(row)), "load": load}  # fmt: skip


def _schema(table: str) -> pa.Schema:
    kinds = {"integer": pa.int64(), "money": pa.int64(), "number": pa.float64(), "bool": pa.bool_(), "date": pa.date32(),
             "time": pa.timestamp("us", "UTC")}  # fmt: skip
    own = [(c.name, kinds.get(c.type, pa.string())) for c in TABLES[table].columns]
    words = [(n, pa.string()) for n in ("source", "location", "row_key", "row_digest", "load")]
    return pa.schema(
        [*own, ("known_on", pa.date32()), ("learnt", pa.timestamp("us", "UTC")), ("line", pa.int64()), *words]
    )


def found(doors: Doors) -> None:
    """Three accounts: `busy` and `quiet` with four weeks of use, `blank` without any; one sponsor and one user each."""
    put(
        doors, "account", [{"account_id": a, "name": a.title(), "segment": "enterprise", "since": START} for a in NAMES]
    )
    put(doors, "contact", [{"contact_id": f"{a}-{r}", "account_id": a, "name": r, "role": r, "active": True}
                           for a in NAMES for r in ("sponsor", "user")])  # fmt: skip
    days = [DAY - dt.timedelta(days=n) for n in range(28)]
    put(doors, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": v}
                         for a, v in (("busy", 8.0), ("quiet", 0.0)) for d in days])  # fmt: skip
    put(doors, "ticket", [{"ticket_id": "t0", "account_id": "quiet", "opened": at(DAY - dt.timedelta(days=300)),
                           "closed": at(DAY - dt.timedelta(days=299)), "severity": "low"}])  # fmt: skip


NAMES = ("blank", "busy", "quiet")


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)


def at_work(doors: Doors, days: int) -> None:
    """Two accounts, acme and beta, of ten people each who were there on each of so many days; beta had one ticket."""
    accounts = ("acme", "beta")
    put(
        doors,
        "account",
        [{"account_id": a, "name": a, "segment": "enterprise", "tier": 1, "since": START} for a in accounts],
    )
    there = [DAY - dt.timedelta(days=n) for n in range(days)]
    put(
        doors,
        "usage",
        [{"account_id": a, "day": d, "metric": "active_users", "value": 10} for a in accounts for d in there],
    )
    once = NOW - dt.timedelta(days=9)
    closed = once + dt.timedelta(days=1)
    put(doors, "ticket", [{"ticket_id": "t", "account_id": "beta", "opened": once, "closed": closed}])
