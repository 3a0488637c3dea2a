"""What was said to an account is kept as spells that can be asked for any day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.triggers.plays import DAY, play
from vitalreel.identity import AccountId, fingerprint
from vitalreel.steps.remember import remember
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, open_database, sqlite_url
from vitalreel.triggers.decision import Outcome, Said

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ACME = AccountId("acme")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(sqlite_url(tmp_path / "app.db"))
    t.meta.create_all(engine)
    with engine.begin() as c:
        insert_new(c, t.account, [{"id": ACME, "name": "Acme", "row": {}, "updated": NOW}])
    yield engine
    engine.dispose()


def keep(engine: Engine, n: int, *outcomes: Outcome, flags: dict[str, bool | None] | None = None) -> None:
    """The answers of day n, in the order given."""
    day = DAY + timedelta(days=n)
    said = [Said(ACME, "usage_drop", day, o, detail=o) for o in outcomes]
    with engine.begin() as c:
        remember(c, said, [play()], {ACME: flags or {}}, day, NOW)


def spells(engine: Engine) -> Sequence[tuple[str, date, date | None]]:
    with engine.connect() as c:
        return [
            tuple(r)
            for r in c.execute(select(t.said.c.outcome, t.said.c.since, t.said.c.until).order_by(t.said.c.since))
        ]


def on(n: int) -> date:
    return DAY + timedelta(days=n)


def test_a_spell_lasts_for_as_long_as_the_answer_is_the_same(engine: Engine):
    """T7: cost follows what changed: four days and two answers are two rows; a plain no ends a spell and writes none."""
    for n, said in enumerate((["unknown"], ["unknown"], ["opened"], [])):
        keep(engine, n, *said)

    assert [("unknown", on(0), on(2)), ("opened", on(2), on(3))] == spells(engine)


def test_a_day_asked_again_replaces_what_it_said(engine: Engine):
    """T9: a crash and a second run of the same day leave one answer."""
    keep(engine, 0, "unknown")
    keep(engine, 0, "opened")
    keep(engine, 1, "running")
    keep(engine, 1)

    assert [("opened", on(0), on(1))] == spells(engine)


def test_an_earlier_day_asked_late_changes_no_later_answer(engine: Engine):
    """T9: what was said stands, whatever is asked about the past."""
    keep(engine, 5, "opened")
    keep(engine, 2, "unknown")

    assert [("opened", on(5), None)] == spells(engine)


def test_the_definition_that_answered_is_kept(engine: Engine):
    """T9: a play edited afterwards does not change what is told about the past."""
    keep(engine, 0, "opened", flags={"person_first": None})
    with engine.connect() as c:
        version = c.execute(select(t.play_version)).mappings().one()
        asked = c.execute(select(t.play_day.c.config)).scalar_one()
        flags = c.execute(select(t.account.c.flags)).scalar_one()

    assert (fingerprint(play()), play().when) == (asked, version["definition"]["when"])
    assert {"person_first": None} == flags
