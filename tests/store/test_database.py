"""The app database keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from vitalreel.store.database import insert_new, migrate, open_database, sqlite_url, upsert
from vitalreel.store.tables import account, consent, meta, review, stop

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty database of each make, brought up to date."""
    url = sqlite_url(tmp_path / "app.db") if request.param == "sqlite" else request.getfixturevalue("fresh_pg")
    opened = open_database(url)
    migrate(opened)
    return opened


def test_migrating_twice_changes_nothing(engine: Engine):
    """P9 P10: one migration path, both makes, safe to repeat."""
    before, after = migrate(engine)

    assert before == after


def test_the_migrations_make_exactly_the_tables_declared(engine: Engine):
    """P9: what the code believes is there is there, columns and all."""
    from sqlalchemy import inspect

    found = inspect(engine)
    declared = {t.name: {c.name for c in t.columns} for t in meta.sorted_tables}

    assert declared == {t: {c["name"] for c in found.get_columns(t)} for t in declared}


def test_times_come_back_aware_and_in_utc(engine: Engine):
    """P5: 10:30 in Berlin is stored as what it is; a naive time is refused."""
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))
    with engine.begin() as c:
        c.execute(insert(stop).values(scope="all", name="*", who="Ingrid", at=berlin))
        stored = c.execute(select(stop.c.at)).scalar_one()

    assert (NOW, UTC) == (stored, stored.tzinfo)
    with pytest.raises((StatementError, ValueError), match="without a zone"), engine.begin() as c:
        c.execute(insert(stop).values(scope="all", name="x", who="Ingrid", at=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_a_repeated_insert_is_counted_as_nothing_new(engine: Engine):
    """T9: unique keys decide; a second run of a step changes nothing."""
    row = {"contact": "ana", "channel": "email", "allowed": True, "source": "mapping", "at": NOW}
    with engine.begin() as c:
        first, second = insert_new(c, consent, [row]), insert_new(c, consent, [{**row, "allowed": False}])

        assert (1, 0, True) == (first, second, c.execute(select(consent.c.allowed)).scalar_one())


def test_an_upsert_replaces_the_columns_given(engine: Engine):
    """D2: the current version of an account is one row."""
    row = {"id": "acme", "name": "Acme", "row": {}, "updated": NOW}
    with engine.begin() as c:
        upsert(c, account, [row])
        upsert(c, account, [{**row, "name": "Acme Robotics"}])

        assert ["Acme Robotics"] == list(c.execute(select(account.c.name)).scalars())


def test_a_row_without_its_parent_is_refused(engine: Engine):
    """P5: foreign keys hold on SQLite too."""
    row = {
        "id": "r",
        "video": "no",
        "touch": "no",
        "needs": [],
        "why": "tier 1",
        "state": "waiting",
        "due": NOW,
        "at": NOW,
    }
    with pytest.raises(IntegrityError), engine.begin() as c:
        c.execute(insert(review).values(row))
