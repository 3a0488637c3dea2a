"""The lake shows whole loads or nothing, and each row in the version known on a day."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from vitalreel.store import lake as store
from vitalreel.store.database import migrate, open_database, sqlite_url
from vitalreel.store.lake import Lake
from vitalreel.store.spill import Spill

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    engine = open_database(sqlite_url(tmp_path / "app.db"))
    migrate(engine)
    return Lake(tmp_path / "lake", engine)


def rows(*them: tuple[str, str, date], load: str = "l1") -> pa.Table:
    keys, values, days = zip(*them, strict=True)
    n = len(them)
    return pa.table(
        {
            "account_id": keys, "name": values, "known_on": days, "learnt": [NOW] * n, "source": ["s"] * n,
            "location": ["f.csv"] * n, "line": list(range(2, n + 2)), "row_key": keys, "row_digest": values, "load": [load] * n,
        }
    )  # fmt: skip


def publish(lake: Lake, staged: list) -> None:
    with lake._engine.begin() as connection:
        lake.publish(connection, staged, NOW)


def names(lake: Lake, day: date) -> dict[str, str]:
    with lake.session() as session:
        found = session.as_of(day)["account"].select("account_id", "name").to_pyarrow().to_pylist()
    return {r["account_id"]: r["name"] for r in found}


def test_a_staged_load_that_was_never_committed_is_not_there(lake: Lake):
    """D2 P1: a load killed between writing and committing leaves nothing to be read, and is swept."""
    publish(lake, lake.stage("l1", {"account": rows(("acme", "Acme", date(2026, 1, 1)))}))
    lake.stage("l2", {"account": rows(("bolt", "Bolt", date(2026, 1, 1)), load="l2")})

    assert {"acme": "Acme"} == names(lake, date(2026, 2, 1))
    assert 1 == lake.sweep()


def test_each_row_is_read_in_the_version_known_on_the_day(lake: Lake):
    """D5: no look-ahead; a later correction never changes an earlier answer."""
    publish(lake, lake.stage("l1", {"account": rows(("acme", "Acme", date(2026, 1, 1)))}))
    publish(lake, lake.stage("l2", {"account": rows(("acme", "Acme Robotics", date(2026, 2, 10)), load="l2")}))

    assert {"acme": "Acme"} == names(lake, date(2026, 2, 9))
    assert {"acme": "Acme Robotics"} == names(lake, date(2026, 2, 10))
    assert {} == names(lake, date(2025, 12, 31))


def test_rows_without_provenance_are_refused(lake: Lake):
    """D1: every row says where it came from and when we learnt it."""
    with pytest.raises(ValueError, match=r"lake table account lacks .*known_on"):
        lake.stage("l1", {"account": pa.table({"account_id": ["a"]})})


def test_a_session_held_to_a_memory_keeps_large_tables_on_the_disk_for_the_day(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """V15 D5: the same rows as without a limit, those of another day after it, and nothing left behind."""
    publish(
        lake,
        lake.stage("l1", {"account": rows(("bolt", "Bolt", date(2026, 1, 1)), ("acme", "Acme", date(2026, 1, 1)))}),
    )
    publish(lake, lake.stage("l2", {"account": rows(("acme", "Acme Robotics", date(2026, 2, 10)), load="l2")}))
    monkeypatch.setattr(store, "KEPT_ROWS", 2)
    spill = tmp_path / "spill"
    session = lake.keep("64MB")
    session.follow(lake.files(), lake.rows(), lake.aliases())
    told = []
    for day in (date(2026, 2, 9), date(2026, 2, 10)):
        table = session.as_of(day)["account"]
        told.append(sorted(table.select("account_id", "name").to_pyarrow().to_pylist(), key=lambda r: r["account_id"]))
        kept = [path.name for path in spill.glob("*/*.parquet")]
    session.close()

    assert [["Acme", "Bolt"], ["Acme Robotics", "Bolt"]] == [[r["name"] for r in day] for day in told]
    assert ["account.parquet"] == kept
    assert [] == list(spill.iterdir())


def test_rows_on_the_disk_of_a_process_that_was_killed_go_with_the_next_one(tmp_path: Path):
    """D10: copies of rows do not outlive their use; those of a process at work stay."""
    killed, at_work = Spill(tmp_path), Spill(tmp_path)
    (left,) = {path for path in tmp_path.iterdir() if path == killed._folder}
    long_ago = NOW.timestamp()
    os.utime(left, (long_ago, long_ago))
    Spill(tmp_path).close()

    assert [at_work._folder] == list(tmp_path.iterdir())
