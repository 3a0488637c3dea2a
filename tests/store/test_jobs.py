"""The rows of the render queue decide who makes a film, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.store.queued import NOW, entry, queued
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.store.database import migrate, open_database, sqlite_url
from vitalreel.store.jobs import Holder, this_process

ME = this_process("here-1")
FAR = Holder("there-1", "another-machine/1/1")
LEASE = timedelta(seconds=30)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty database of each make."""
    url = sqlite_url(tmp_path / "app.db") if request.param == "sqlite" else request.getfixturevalue("fresh_pg")
    opened = open_database(url)
    migrate(opened)
    return opened


def test_a_film_is_entered_once_and_made_from_the_newest_day(engine: Engine):
    """V15: two ticks order the same film; the second only renews what it is made from."""
    queued(engine, entry("a"))
    newer = replace(entry("a", priority=7), as_of=NOW.date())
    with engine.begin() as c:
        jobs.enter(c, [newer, newer], NOW)
    held = jobs.claim(engine, "a", ME, NOW)

    assert {"working": 1} == jobs.counts(engine)
    assert held is not None
    assert newer == held.entry


def test_a_film_in_hand_is_not_changed_by_another_order(engine: Engine):
    """P1: what is being made stays what it was ordered as."""
    queued(engine, entry("a"))
    jobs.claim(engine, "a", ME, NOW)
    with engine.begin() as c:
        again = jobs.enter(c, [replace(entry("a"), draft=False)], NOW)

    assert (0, {"a": "working"}) == (again, jobs.states(engine, ["a"]))


def test_the_most_urgent_film_is_taken_first(engine: Engine):
    """V15: priority before order of arrival; ids decide between equals, so that every worker agrees."""
    queued(engine, entry("late", 900), entry("b", 50), entry("a", 50), entry("now", 1))
    taken = [jobs.claim_next(engine, ME, NOW, ["late", "a", "b", "now"]) for _ in range(5)]

    assert ["now", "a", "b", "late", None] == [h.entry.id if h else None for h in taken]


def test_of_many_that_reach_for_a_film_one_gets_it(engine: Engine):
    """P1 P10: the database decides, whoever is quicker."""
    queued(engine, *(entry(f"f{n}") for n in range(6)))
    ids = [f"f{n}" for n in range(6)]
    with ThreadPoolExecutor(4) as workers:
        taken = list(workers.map(lambda n: jobs.claim(engine, ids[n % 6], ME, NOW), range(24)))

    assert ids == sorted(h.entry.id for h in taken if h)


def test_only_the_holder_of_the_last_turn_may_settle(engine: Engine):
    """P1: a worker thought dead that comes back changes nothing."""
    queued(engine, entry("a"))
    first = jobs.claim(engine, "a", FAR, NOW)
    assert first is not None
    with engine.begin() as c:
        jobs.put_back(c, first, NOW, "taken from it", "")
    second = jobs.claim(engine, "a", ME, NOW)
    assert second is not None
    with engine.begin() as c:
        settled = jobs.settle(c, first, "made", NOW, video="x"), jobs.settle(c, second, "refused", NOW, reason="y")

    assert (False, True) == settled
    assert not jobs.beat(engine, first, NOW)
    assert {"a": "refused"} == jobs.states(engine, ["a"])


def test_a_film_put_back_waits_its_time(engine: Engine):
    """V15: retries keep a distance."""
    queued(engine, entry("a"))
    held = jobs.claim(engine, "a", ME, NOW)
    assert held is not None
    with engine.begin() as c:
        jobs.put_back(c, held, NOW + timedelta(seconds=8), "the voice did not answer", "")

    assert jobs.claim(engine, "a", ME, NOW + timedelta(seconds=7)) is None
    again = jobs.claim(engine, "a", ME, NOW + timedelta(seconds=8))
    assert again is not None
    assert (2, 2) == (again.turn, again.attempts)


def test_a_silent_worker_is_noticed_after_its_lease(engine: Engine):
    """P1 P10: another machine's worker cannot be asked; its silence tells."""
    queued(engine, entry("a"))
    held = jobs.claim(engine, "a", FAR, NOW)
    assert held is not None
    jobs.beat(engine, held, NOW + timedelta(seconds=20))

    assert [] == jobs.without_life(engine, NOW + timedelta(seconds=50), LEASE)
    assert ["a"] == [h.entry.id for h in jobs.without_life(engine, NOW + timedelta(seconds=51), LEASE)]


def test_a_dead_process_of_this_machine_is_noticed_at_once(engine: Engine):
    """P1: a run that was killed is taken up by the next one without waiting."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    process = f"{os.uname().nodename}/{child.pid}/{began}"
    queued(engine, entry("a"))
    jobs.claim(engine, "a", Holder("run", process), NOW)
    alive = jobs.without_life(engine, NOW, LEASE)
    child.kill()
    child.wait()

    assert [] == alive
    assert ["a"] == [h.entry.id for h in jobs.without_life(engine, NOW, LEASE)]


def test_what_was_set_aside_can_be_tried_again_or_dropped(engine: Engine):
    """P6 V15: a person decides; a film that is made, or in hand, is left alone."""
    queued(engine, *(entry(name) for name in ("poison", "made", "hand")))
    for name, state in (("poison", "set_aside"), ("made", "made"), ("hand", None)):
        held = jobs.claim(engine, name, ME, NOW)
        assert held is not None
        if state:
            with engine.begin() as c:
                jobs.settle(c, held, state, NOW)
    with engine.begin() as c:
        tried = [jobs.retry(c, name, NOW) for name in ("poison", "made", "hand")]
        dropped = [jobs.drop(c, name, "not wanted", NOW) for name in ("poison", "made", "hand")]

    assert ([True, False, False], [True, False, False]) == (tried, dropped)
    assert {"poison": "dropped", "made": "made", "hand": "working"} == jobs.states(engine, ["poison", "made", "hand"])


def test_a_message_is_noted_only_for_the_row_as_it_stands(engine: Engine):
    """P1: between looking and sending, the film may have been taken."""
    queued(engine, entry("a"), entry("b"))
    seen = jobs.waiting(engine, 10)
    jobs.claim(engine, "a", ME, NOW)
    with engine.begin() as c:
        noted = [jobs.note_carried(c, row, NOW) for row in seen]
        carried = c.execute(select(t.film_job.c.carried).order_by(t.film_job.c.id)).scalars().all()

    assert ([False, True], [-1, 0]) == (noted, list(carried))
