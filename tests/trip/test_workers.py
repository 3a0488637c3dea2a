"""Workers as processes of their own, over both databases: one is killed in the middle, and every film is made once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from tests.trip.conftest import DAY, NOW, Company
from vitalreel.steps import queue
from vitalreel.steps.make import due_orders
from vitalreel.store import tables as t
from vitalreel.store.database import migrate, open_database
from vitalreel.wiring import open_carrier, utc_now

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, company: Company) -> str:
    """Where the company's rows are: its own SQLite file (""), or the URL of a PostgreSQL they were copied to."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("fresh_pg")
    target = open_database(url)
    migrate(target)
    with company.doors.engine.connect() as here, target.begin() as there:
        for table in t.meta.sorted_tables:
            if rows := [dict(r) for r in here.execute(select(table)).mappings()]:
                there.execute(insert(table), rows)
    target.dispose()
    return url


@contextmanager
def worker(company: Company, database: str) -> Iterator[subprocess.Popen[str]]:
    """A worker of one process, ready to take films."""
    env = {**os.environ, "VITALREEL_WORKERS": "1", "VITALREEL_DATABASE": database}
    call = [sys.executable, "-m", "vitalreel", "worker", "-w", str(company.root)]
    with subprocess.Popen(call, env=env, cwd=ROOT, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stderr is not None
            assert any("takes films" in line for line in child.stderr)
            yield child
        finally:
            child.terminate()


def until(done: Callable[[], bool], seconds: float = 250) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def rows(engine: Engine) -> dict[str, dict[str, object]]:
    return {r["touch"]: r for r in queue.listing(engine, (*queue.SHOWN, *queue.ENDED))}


@pytest.mark.timeout(600)
def test_a_film_whose_worker_is_killed_is_made_once_by_another(company: Company, database: str):
    """P1 P6 P10 V15: kill -9 in the middle of a film; the other worker takes it over, and nothing is made or told twice."""
    company.short()
    doors = company.at(database)
    orders = due_orders(doors, NOW, 2)
    queue.enter_orders(doors, [*orders, *orders], DAY, NOW, True, utc_now())
    with worker(company, database) as first, worker(company, database):
        until(lambda: any(r["state"] == "working" and r["done"] for r in rows(doors.engine).values()))
        first.send_signal(signal.SIGKILL)
        until(lambda: all(r["state"] == "made" for r in rows(doors.engine).values()))
    with doors.engine.connect() as c:
        films = c.execute(select(func.count()).select_from(t.video)).scalar_one()
        told = c.execute(select(t.touch.c.state).where(t.touch.c.id.in_([o.touch for o in orders]))).scalars().all()
    doors.engine.dispose()

    assert 2 == len(rows(doors.engine)) == films
    assert ["made", "made"] == list(told)
    assert max(int(str(r["turn"])) for r in rows(doors.engine).values()) == 2


def test_letters_that_are_lost_are_sent_again(company: Company, database: str):
    """P1: a queue restored from an older backup has no letters; the rows bring them back. Letters without work change nothing."""
    from vitalreel.ports import Letter
    from vitalreel.steps.carrying import PATIENCE, reconcile

    doors = company.at(database)
    (order,) = due_orders(doors, NOW, 1)
    (job,) = queue.enter_orders(doors, [order], DAY, NOW, True, utc_now())
    carrier = open_carrier(doors)
    now = utc_now()
    sent = [reconcile(doors.engine, carrier, now), reconcile(doors.engine, carrier, now + 2 * PATIENCE)]
    carrier.withdraw([Letter(job, 0, "films", 1).name])
    sent += [reconcile(doors.engine, carrier, now + 2 * PATIENCE), reconcile(doors.engine, carrier, now + 2 * PATIENCE)]
    carrier.close()
    doors.engine.dispose()

    assert [1, 0, 0, 1] == sent
