"""Look-ahead is impossible: whatever is learnt after a day leaves every score and part as of that day as it was."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path

from tests.steps.companies import DAY, NAMES, START, at, company, found, put
from vitalreel.sources.model import TABLES, Column, Table
from vitalreel.steps.assess import read_model, score_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors


def planted(doors: Doors, draw: random.Random, known_on: dt.date) -> None:
    """Rows of five kinds about days before and after: new ones, and other versions of those that are there."""
    near = [DAY + dt.timedelta(days=draw.randint(-27, 9)) for _ in range(12)]
    put(doors, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": float(draw.randint(20, 90))}
                         for a in NAMES for d in near], known_on)  # fmt: skip
    put(doors, "ticket", [{"ticket_id": f"t{draw.randint(0, 9)}", "account_id": draw.choice(NAMES), "opened": at(d),
                           "severity": "urgent"} for d in near], known_on)  # fmt: skip
    put(doors, "content_view", [{"view_id": f"v{n}-{known_on}", "account_id": a, "contact_id": f"{a}-sponsor", "at": at(d),
                                 "module": "pricing", "share": 0.9} for n, d in enumerate(near) for a in NAMES], known_on)  # fmt: skip
    put(doors, "contact", [{"contact_id": f"{a}-sponsor", "account_id": a, "name": "gone", "role": "user", "active": False}
                           for a in NAMES], known_on)  # fmt: skip
    put(doors, "account", [{"account_id": a, "name": a, "segment": "long_tail", "since": START} for a in (*NAMES, "new")],
        known_on)  # fmt: skip


def scored(doors: Doors) -> tuple[object, object]:
    with doors.lake.session() as session:
        result = score_day(doors, session, read_model(doors), DAY)
    return result.scores.to_pylist(), result.parts.to_pylist()


def test_rows_learnt_after_a_day_change_nothing_as_of_it(tmp_path: Path) -> None:
    """H2, D3: planted at random, one to forty days late; the same kinds of row learnt in time do change it."""
    draw = random.Random(7)
    doors = company(tmp_path / "ws")
    found(doors)
    before = scored(doors)
    planted(doors, draw, DAY + dt.timedelta(days=draw.randint(1, 40)))
    assert before == scored(doors)
    planted(doors, draw, DAY)

    assert before != scored(doors)


def anything(table: Table, draw: random.Random) -> dict[str, object]:
    """A row of the table that could be true, of an account that is there, about a day before or after."""
    near = DAY + dt.timedelta(days=draw.randint(-60, 9))
    account = draw.choice(NAMES)
    known = {"account_id": account, "contact_id": f"{account}-sponsor", "zone": "UTC", "role": "user", "segment": "long_tail",
             "currency": "USD", "metric": "active_users", "module": "pricing", "topics": "billing"}  # fmt: skip
    by_type: Mapping[str, object] = {"date": near, "time": at(near), "bool": draw.random() < 0.5, "integer": draw.randint(1, 5),
                                     "money": draw.randint(1, 9) * 10_000, "number": draw.randint(1, 5) / 5}  # fmt: skip

    def value(column: Column) -> object:
        if column.values:
            return draw.choice(column.values)
        return known.get(column.name, by_type.get(column.type, f"{column.name}-{draw.randint(0, 3)}"))

    return {c.name: value(c) for c in table.columns}


def read(doors: Doors) -> dict[str, list[str]]:
    """Every signal table of the day."""
    with doors.lake.session() as session:
        tables = signals_of(doors, session, catalogue_of(doors), DAY).tables
        return {
            name: sorted(map(repr, session.con.to_pyarrow(t).to_pylist()))
            for name, t in tables.items()
            if name != "feeds"
        }


def test_no_table_lets_a_signal_look_ahead(tmp_path: Path) -> None:
    """Show 4, D5: rows of every canonical table, learnt after the day, change no shipped signal as of it; learnt in time, they do."""
    draw = random.Random(11)
    doors = open_doors(create(tmp_path / "ws").root)
    found(doors)
    for n, table in enumerate(TABLES.values()):  # every table is there before, so that none is missing by chance
        put(doors, table.name, [anything(table, draw)], DAY - dt.timedelta(days=n + 1))
    before = read(doors)
    for table in TABLES.values():
        put(doors, table.name, [anything(table, draw) for _ in range(6)], DAY + dt.timedelta(days=draw.randint(1, 40)))
    late = read(doors)
    for table in TABLES.values():
        put(doors, table.name, [anything(table, draw) for _ in range(6)], DAY)
    in_time = read(doors)

    assert before == late
    assert {"accounts", "spans", "facts", "events", "contacts", "features", "milestones"} <= {
        n for n in before if before[n] != in_time[n]
    }
