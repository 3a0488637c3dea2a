"""Loads by schedule and by hand, each in the history with how it went (D8)."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from vitalreel.cli import main
from vitalreel.settings import read_settings
from vitalreel.steps import loads
from vitalreel.steps.doors import Doors
from vitalreel.steps.loads import any_due, load_due, load_source, runs_of, standings
from vitalreel.steps.sync import origins
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors
from vitalreel.worker import Loader

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
MAPPING = """
source: crm
connection: database
schedule: every 15 minutes
files: {accounts: select * from accounts}
account: {from: accounts, key: id, name: name}
"""
FOLDER = "source: folder\nfiles: {a: a.csv}\naccount: {from: a, key: id, name: name}\n"


def vendor(root: Path, rows: int) -> None:
    with sqlite3.connect(root / "vendor.db") as c:
        c.execute("DROP TABLE IF EXISTS accounts")
        c.execute("CREATE TABLE accounts (id text, name text)")
        c.executemany("INSERT INTO accounts VALUES (?, ?)", [(f"A{n}", f"Account {n}") for n in range(rows)])


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doors:
    root = tmp_path / "ws"
    create(root)
    for shipped in (root / "mappings").glob("*"):
        shipped.unlink()
    (root / "mappings" / "crm.yaml").write_text(MAPPING, encoding="utf-8")
    (root / "mappings" / "folder.yaml").write_text(FOLDER, encoding="utf-8")
    vendor(root, 10)
    monkeypatch.setenv("VITALREEL_SOURCE_CRM_URL", f"sqlite:///{root / 'vendor.db'}")
    return open_doors(root, read_settings())


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def turn(doors: Doors, minutes: int, holder: str = "w1") -> list[tuple[str, str]]:
    return [(one.source, one.error) for one in load_due(doors, lambda: at(minutes), holder)]


def test_what_is_due_is_loaded_and_stands_in_the_history(doors: Doors):
    """D8: by schedule, with rows and duration; a folder without one is nobody's turn."""
    first, soon, later = turn(doors, 0), turn(doors, 14), turn(doors, 15)
    runs = runs_of(doors, "crm")
    due = {s.source: s.due for s in standings(doors, at(16))}

    assert ([("crm", "")], [], [("crm", "")]) == (first, soon, later)
    assert [(at(15), "done", "schedule", 10, 0), (at(0), "done", "schedule", 10, 10)] == [
        (r.started, r.state, r.by, r.read, r.accepted) for r in runs
    ]
    assert all(0 < r.took_s < 60 for r in runs)
    assert {"crm": at(30), "folder": None} == due


def test_a_load_by_hand_counts_for_the_schedule(doors: Doors):
    """D8: the next one is due an interval later."""
    (origin,) = origins(doors, ["crm"])
    load_source(doors, origin, Path("/nowhere"), lambda: at(0), "hand")

    assert (["hand"], at(15)) == ([r.by for r in runs_of(doors, "crm")], standings(doors, at(1), ["crm"])[0].due)


def test_a_failure_is_recorded_alarmed_and_tried_again_until_it_passes(doors: Doors):
    """D8: alerts on failure; five minutes, ten, then done, and the alarm is over."""
    turn(doors, 0)
    away = doors.workspace.root / "vendor.db"
    away.rename(away.with_suffix(".away"))
    (away.parent / "vendor.db").mkdir()  # opening it fails
    (failed,) = turn(doors, 15)
    again = [turn(doors, m) for m in (19, 20, 29, 30)]
    (standing,) = standings(doors, at(31), ["crm"])
    (away.parent / "vendor.db").rmdir()
    away.with_suffix(".away").rename(away)
    healed = turn(doors, 45)

    assert "is not available" in failed[1]
    assert [0, 1, 0, 1] == [len(t) for t in again]
    assert [("failed", "crm")] == [(a.kind, a.source) for a in standing.alarms]
    assert "3 times in a row since 01 Mar 09:15 UTC" in standing.alarms[0].what
    assert ([("crm", "")], ()) == (healed, standings(doors, at(46), ["crm"])[0].alarms)


def test_a_table_that_lost_its_rows_is_an_alarm_until_the_next_load(doors: Doors):
    """D8: volume."""
    turn(doors, 0)
    vendor(doors.workspace.root, 3)
    turn(doors, 15)
    fell = standings(doors, at(16), ["crm"])[0].alarms
    turn(doors, 30)
    after = standings(doors, at(31), ["crm"])[0].alarms

    assert (["volume"], []) == ([a.kind for a in fell], [a.kind for a in after])


def test_a_source_is_loaded_by_one_worker_at_a_time(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """D8: the second finds it taken; a claim nobody gave back ends by itself."""
    met: list[list[tuple[str, str]]] = []
    real = loads.sync

    def slow(*given: object) -> object:
        met.append(turn(doors, 0, "w2"))
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as during:
        during.setattr(loads, "sync", slow)
        turn(doors, 0)

    def killed(*_: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(loads, "sync", killed)
        broken.setattr(loads, "_give_back", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            turn(doors, 15)

    assert [[]] == met
    assert ([], [("crm", "")]) == (turn(doors, 16), turn(doors, 15 + 121, "w3"))


def test_a_broken_mapping_is_nobodys_turn(doors: Doors):
    """D8: `check` tells of it; a worker goes on with its films."""
    (doors.workspace.root / "mappings" / "folder.yaml").write_text("source: [", encoding="utf-8")

    assert False is any_due(doors, NOW)


def test_the_commands_show_schedule_history_and_alarms(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """D8: exit 1 where somebody should look, 3 where a system was away."""
    call = ["-w", str(doors.workspace.root), "--json"]
    before = CliRunner().invoke(main, ["sources", "list", *call])
    done = CliRunner().invoke(main, ["sources", "run", *call])
    monkeypatch.setenv("VITALREEL_SOURCE_CRM_URL", "sqlite:////nowhere/at/all.db")
    failed = CliRunner().invoke(main, ["load", "crm", *call])
    after = CliRunner().invoke(main, ["sources", "list", "-w", str(doors.workspace.root)])
    history = CliRunner().invoke(main, ["sources", "history", "crm", *call])
    told = json.loads(history.stdout)["runs"]

    assert (0, 0, 3, 1, 0) == tuple(r.exit_code for r in (before, done, failed, after, history))
    assert [None, None] == [s["last"] for s in json.loads(before.stdout)["sources"]]
    assert "crm: the last load failed: the database of crm is not available" in after.stdout
    assert [("failed", "hand"), ("done", "schedule")] == [(r["state"], r["by"]) for r in told]


def test_a_source_that_is_away_does_not_stop_those_after_it(doors: Doors, monkeypatch: pytest.MonkeyPatch):
    """D2: `load` of all tells each failure, writes what was loaded, and exits by the worst."""
    monkeypatch.setenv("VITALREEL_SOURCE_CRM_URL", "sqlite:////nowhere/at/all.db")
    (doors.workspace.root / "data").mkdir()
    (doors.workspace.root / "data" / "a.csv").write_text("id,name\nF1,Folder One\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["load", "-w", str(doors.workspace.root), "--json"])
    told = json.loads(done.stdout)

    assert (3, ["crm"], ["folder"]) == (
        done.exit_code,
        [f["source"] for f in told["failed"]],
        [o["source"] for o in told["loads"]],
    )
    assert "vitalreel: crm was not loaded: the database of crm is not available" in done.stderr


def test_a_worker_loads_what_is_due_beside_its_films(doors: Doors):
    """D8: in a process of its own, one at a time, ended with the worker."""
    clock = [0.0]
    loader = Loader(doors, every_s=30, clock=lambda: clock[0])
    loader.turn()
    until = time.monotonic() + 60
    while not runs_of(doors, "crm") and time.monotonic() < until:
        time.sleep(0.1)
    loader.close()
    loader.turn()  # not before half a minute has passed

    assert [("done", "schedule")] == [(r.state, r.by) for r in runs_of(doors, "crm")]
