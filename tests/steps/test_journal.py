"""The writer of events: many letters in one commit, each judged and answered as if it had come alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from vitalreel.errors import NotFound, Unavailable
from vitalreel.steps import journal as journal_module
from vitalreel.steps.journal import Journal
from vitalreel.steps.receive import Batch, Letter, Taken, keep, read
from vitalreel.store.database import open_database, sqlite_url
from vitalreel.store.tables import event, link, meta, video
from vitalreel.tracking.intake import Sender

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(sqlite_url(tmp_path_factory.mktemp("journal") / "app.db"))
    meta.create_all(engine)
    film = {
        "id": "film", "account": "a", "contact": "", "module": "m", "module_version": 1, "as_of": NOW.date(), "title": "A film",
        "tier": 3, "state": "made", "draft": False, "length_s": 60.0, "scenes": [], "files": {}, "preflight": [], "cost": {},
        "config": {}, "at": NOW,
    }  # fmt: skip
    link_row = {"video": "film", "account": "a", "contact": "c", "expires": NOW + timedelta(days=90), "created": NOW}
    with engine.begin() as connection:
        connection.execute(video.insert(), [film])
        connection.execute(link.insert(), [{"id": name, **link_row} for name in ("mine", "theirs")])
    yield engine
    engine.dispose()


def letter(link_id: str, *ids: str, view: str = "v") -> Letter:
    events = [{"id": i, "view": view, "type": "play", "position_s": 0, "at": NOW.isoformat()} for i in ids]
    return read(link_id, Batch(events, None), Sender("Mozilla/5.0"), NOW)


def there(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(select(event.c.id)).scalars())


def test_letters_of_one_commit_are_answered_each_for_itself(engine: Engine):
    """A repeat is new once, a view stays on the link it began on, a link that is gone is told (K3 P2)."""
    letters = [letter("mine", "a", "b"), letter("mine", "b", "c"), letter("theirs", "d"), letter("gone", "e")]
    with engine.begin() as connection:
        answers = keep(connection, letters)

    assert [Taken(2), Taken(1), Taken(0, {"another view": 1}), None] == answers
    assert {"a", "b", "c"} == there(engine) & set("abcde")


def test_a_stored_event_reads_back_as_it_was_sent(engine: Engine):
    """Times to the microsecond and in UTC, words in any script, and the first of two events with one id (K3 P2)."""
    at = datetime(2026, 11, 20, 11, 0, 0, 250_001, tzinfo=timezone(timedelta(hours=1)))
    said = {
        "id": "Zoë’s 1",
        "view": "Ansicht ü",
        "type": "seek",
        "position_s": 7.125,
        "from_s": 0.5,
        "at": at.isoformat(),
        "device": "日",
    }
    batch = Batch([said, {**said, "position_s": 9}], None)
    with engine.begin() as connection:
        answers = keep(connection, [read("mine", batch, Sender("Mozilla/5.0"), NOW + timedelta(microseconds=7))])
        row = connection.execute(select(event).where(event.c.id == said["id"])).mappings().one()

    assert [Taken(1)] == answers
    assert ("Ansicht ü", "mine", "seek", at, NOW + timedelta(microseconds=7), None) == tuple(
        row[name] for name in ("view", "link", "type", "at", "received", "seq")
    )
    assert (7.125, 0.5, "日", "", 0) == tuple(
        row["body"][k] for k in ("position_s", "from_s", "device", "apart", "skew_ms")
    )


def test_a_letter_that_comes_alone_does_not_wait_for_company(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """A commit waits only while more keeps coming (K8)."""
    monkeypatch.setattr(journal_module, "GATHER_S", 60.0)
    with Journal(engine) as journal:
        taken = journal.append(letter("mine", "alone", view="alone")).result(30)

    assert Taken(1) == taken


def test_what_waits_when_the_journal_closes_is_stored(engine: Engine):
    """Nothing that was taken is left behind (P2)."""
    with Journal(engine) as journal:
        answers = [journal.append(letter("mine", f"late{n}", view="late")) for n in range(20)]

    assert [1] * 20 == [a.result(0).accepted for a in answers]
    assert {f"late{n}" for n in range(20)} <= there(engine)


def test_a_full_journal_refuses_at_once_and_stores_what_it_took(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """Overload is said at the door; memory stays bounded (K8 P6)."""
    monkeypatch.setattr(journal_module, "GATHER_S", 0.2)
    with Journal(engine, max_waiting=2) as journal:
        taken, refused = [], 0
        for n in range(9):
            try:
                taken.append(journal.append(letter("mine", f"full{n}", view="full")))
            except Unavailable:
                refused += 1

    assert refused >= 6 and len(taken) + refused == 9
    assert len(taken) == sum(a.result(0).accepted for a in taken)


def test_a_letter_that_cannot_be_stored_fails_alone(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """Its neighbours in the same commit are stored, and its sender hears why (P6)."""

    def picky(connection: object, letters: list[Letter]) -> list[Taken | None]:
        if any(one.events[0].id == "bad" for one in letters):
            raise ValueError("not this one")
        return keep(connection, letters)  # type: ignore[arg-type]

    monkeypatch.setattr(journal_module, "keep", picky)
    with Journal(engine) as journal:
        good, bad, gone = (
            journal.append(letter(x, i, view=i)) for x, i in (("mine", "g"), ("mine", "bad"), ("no", "n"))
        )

    assert Taken(1) == good.result(0)
    with pytest.raises(ValueError, match="not this one"):
        bad.result(0)
    with pytest.raises(NotFound):
        gone.result(0)


def test_a_database_that_takes_nothing_refuses_all_that_wait_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """A lock that lasts 30 s is waited for once and not by each letter in turn; nothing is acknowledged (K8 P6)."""
    calls = []

    def locked(connection: object, letters: list[Letter]) -> None:
        calls.append(len(letters))
        raise OperationalError("insert", None, Exception("database is locked"))

    monkeypatch.setattr(journal_module, "keep", locked)
    with Journal(engine) as journal:
        answers = [journal.append(letter("mine", f"l{n}")) for n in range(5)]

    assert 5 == sum(calls) and len(calls) <= 2
    assert all("database is locked" in str(a.exception(0)) for a in answers)


def test_what_a_link_s_end_cuts_off_is_dropped_by_name(engine: Engine):
    """Events after the end of a link on the viewer's own clock are not taken, those before are (K9)."""
    later = NOW + timedelta(days=200)
    said = {"id": "z", "view": "z", "type": "play", "position_s": 0}
    batch = Batch([{**said, "at": later.isoformat()}, {**said, "id": "y", "at": NOW.isoformat()}], None)
    after = read("mine", batch, Sender("Mozilla/5.0"), later)
    with engine.begin() as connection:
        answers = keep(connection, [after])

    assert [Taken(1, {"link expired": 1})] == answers
