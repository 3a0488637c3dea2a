"""What every Feed promises, run over object storage, SQLite, PostgreSQL and a REST API (D2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.feeds import CHANGED, NOW, ROWS, Make, make
from tests.services.storage import Storage
from vitalreel.edges.connectors import rest
from vitalreel.errors import Unavailable
from vitalreel.store.landing import Landing

MAKES = ["bucket", "sqlite", "postgresql", "rest"]


@pytest.fixture(params=MAKES)
def made(
    request: pytest.FixtureRequest, tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Make]:
    monkeypatch.setattr(rest, "wait", lambda _: None)
    server = storage if request.param == "bucket" else None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
    with make(str(request.param), tmp_path, server) as one:
        yield one


def fetched(made: Make, landing: Landing) -> int:
    """Rows that one fetch brought."""
    return landing.take(made.ask, made.feed().fetch(made.ask, landing.landed(made.ask), NOW))


def rows(made: Make, landing: Landing) -> dict[str, tuple[str | None, str | None]]:
    table = landing.read(made.ask, "t").rows
    return {r["id"]: (r["name"], r["note"]) for r in table.to_pylist()}


def test_cells_arrive_as_the_text_they_are(made: Make, tmp_path: Path):
    """D2: nothing is guessed; 007 stays 007, an empty cell is null, every row has a line of its own."""
    made.put(ROWS)
    landing = Landing(tmp_path / "landing")
    fetched(made, landing)
    table = landing.read(made.ask, "t").rows

    assert {r["id"]: (r["name"], r["note"]) for r in ROWS} == rows(made, landing)
    assert [1, 2, 3] == sorted(table["_line"].to_pylist())
    assert {None} == set(table["_problem"].to_pylist())


def test_a_second_fetch_brings_what_changed(made: Make, tmp_path: Path):
    """D2: incremental; the row's new self stands in the place of the old one, the others stay."""
    made.put(ROWS)
    landing = Landing(tmp_path / "landing")
    first = fetched(made, landing)
    made.put([CHANGED])
    second = fetched(made, landing)
    expected = {"1": ("Zoë, the 1st", "two\nlines"), "2": ("008", "new"), "3": ("Drei", "x")}

    assert (3, True) == (first, second in (1, 2))  # the row at the watermark may come again
    assert expected == rows(made, landing)


def test_a_fetch_that_was_cut_off_goes_on(made: Make, tmp_path: Path):
    """D2: resumable; whatever had landed before the end is neither lost nor doubled."""
    made.put(ROWS[:2])
    made.put(ROWS[2:])
    landing = Landing(tmp_path / "landing")
    pieces = made.feed().fetch(made.ask, landing.landed(made.ask), NOW)

    def killed():
        yield next(pieces)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        landing.take(made.ask, killed())
    fetched(made, landing)

    assert {r["id"]: (r["name"], r["note"]) for r in ROWS} == rows(made, landing)
    assert 3 == landing.read(made.ask, "t").rows.num_rows


def test_fetching_again_and_again_changes_nothing(made: Make, tmp_path: Path):
    """D2: idempotent, and the landing does not grow without end."""
    made.put(ROWS)
    landing = Landing(tmp_path / "landing")
    fetched(made, landing)
    before = landing.read(made.ask, "t").rows.drop_columns(["_line"]).to_pylist()
    for _ in range(3):
        fetched(made, landing)
    landing.sweep(made.ask)

    assert sorted(before, key=str) == sorted(
        landing.read(made.ask, "t").rows.drop_columns(["_line"]).to_pylist(), key=str
    )


def test_a_system_that_is_away_is_told_with_a_remedy(made: Make, tmp_path: Path):
    """P5, P8: it may come back; no secret is told."""
    with pytest.raises(Unavailable) as e:
        list(made.gone().fetch(made.ask, Landing(tmp_path / "landing").landed(made.ask), NOW))

    assert "is not available" in str(e.value)
    assert not any(secret in str(e.value) for secret in ("hush", "test-secret", "a-key"))
