"""Throwing out what can be made again: the longest unused first, and nothing else."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from vitalreel.cli.prune import prune, size_bytes
from vitalreel.errors import BadInput
from vitalreel.store.sweep import Swept, sweep
from vitalreel.store.workspace import create

NOW = datetime.now(UTC)


def kept(folder: Path, name: str, days: float, size: int = 1000) -> Path:
    path = folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


@pytest.fixture
def takes(tmp_path: Path) -> dict[str, Path]:
    files = {
        "aa.take": 100.0,
        "bb.take": 40.0,
        "cc.take": 3.0,
        "dd.1f.part": 1.0,
        "ee.2f.part": 0.01,
        "note.txt": 400.0,
    }
    return {name: kept(tmp_path, name, days) for name, days in files.items()}


def left(takes: dict[str, Path]) -> set[str]:
    return {name for name, path in takes.items() if path.exists()}


def test_what_was_not_used_for_long_goes_and_drafts_of_killed_runs(takes: dict[str, Path], tmp_path: Path) -> None:
    """V12, P3: room is bounded; what is being written now, and what is no take, stays."""
    assert Swept(3, 3000, 2, 2000) == sweep(tmp_path, ".take", NOW, timedelta(days=60))
    assert {"bb.take", "cc.take", "ee.2f.part", "note.txt"} == left(takes)


def test_the_longest_unused_go_until_the_rest_fits(takes: dict[str, Path], tmp_path: Path) -> None:
    """V12, P3: a budget in bytes."""
    assert Swept(3, 3000, 3, 3000) == sweep(tmp_path, ".take", NOW, most_bytes=1500)
    assert {"cc.take", "ee.2f.part", "note.txt"} == left(takes)


def test_a_dry_run_only_counts(takes: dict[str, Path], tmp_path: Path) -> None:
    """V12: look before."""
    assert Swept(3, 3000, 4, 4000) == sweep(tmp_path, ".take", NOW, timedelta(0), dry=True)
    assert set(takes) == left(takes)
    assert Swept(0, 0, 0, 0) == sweep(tmp_path / "nothing", ".take", NOW, timedelta(0))


def test_the_command_tells_what_it_did(tmp_path: Path) -> None:
    """V12: for a nightly job, as JSON."""
    root = tmp_path / "ws"
    create(root)
    kept(root / "var" / "media" / "takes", "aa.take", 100)
    kept(root / "var" / "media" / "takes", "bb.take", 1)
    done = CliRunner().invoke(prune, ["-w", str(root), "--unused", "90", "--most", "2GB", "--json"])

    assert {"takes": 2, "bytes": 2000, "removed": 1, "freed_bytes": 1000, "dry_run": False} == json.loads(done.output)


def test_sizes_are_read_as_people_write_them() -> None:
    """V12: a slip must not throw everything out."""
    assert [None, 500_000_000, 2_500_000_000, 12] == [size_bytes(t) for t in (None, "500MB", "2.5 gb", "12")]
    with pytest.raises(BadInput, match="2GB"):
        size_bytes("lots")
