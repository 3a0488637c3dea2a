"""Workers as processes of their own, over both databases: their order, what a viewer asks for, and what becomes of killed ones."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert, select, update

from tests.trip.conftest import DAY, NOW, SETTING, Company, settings
from tests.trip.killed import WITHIN_S, die
from vitalreel.ports import Letter
from vitalreel.steps import demo, queue
from vitalreel.steps.carrying import PATIENCE, reconcile
from vitalreel.steps.deliver import watch_url
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import link_of
from vitalreel.steps.make import due_orders
from vitalreel.steps.on_request import asked
from vitalreel.steps.orders import Order
from vitalreel.steps.shelf import Shelf
from vitalreel.store import jobs
from vitalreel.store import tables as t
from vitalreel.store.database import migrate, open_database
from vitalreel.store.jobs import this_process
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_carrier, open_doors, open_workshop, utc_now

ROOT = Path(__file__).resolve().parents[2]
HOPELESS = 8
"""Films that are refused as soon as they are in hand: cheap enough to see in what order they are taken."""


@pytest.fixture
def company(short: Company) -> Company:
    return short


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
        time.sleep(0.05)


def rows(engine: Engine) -> dict[str, dict[str, Any]]:
    return {r["id"]: r for r in queue.listing(engine, (*queue.SHOWN, *queue.ENDED))}


@dataclass
class Watch:
    """What can be seen of the queue from outside."""

    engine: Engine
    begun: dict[str, Any] = field(default_factory=dict)  # film -> when it was first taken in hand
    told: dict[str, set[tuple[str, int]]] = field(default_factory=dict)  # film -> stages with their totals

    def look(self) -> dict[str, dict[str, Any]]:
        now = rows(self.engine)
        for film, row in now.items():
            if row["started"] is not None:
                self.begun.setdefault(film, row["started"])
            if row["total"]:
                self.told.setdefault(film, set()).add((row["stage"], row["total"]))
        return now


def promised(doors: Doors, order: Order) -> str:
    """The film of a touch as a mail has promised it: its page asks whether to make it. Answers the page's path."""
    film = {"id": "promise", "account": order.account, "contact": order.contact, "module": order.module, "module_version": 1,
            "as_of": DAY, "title": "A film", "tier": 3, "state": "on_request", "draft": True, "length_s": 30.0, "scenes": [],
            "files": {}, "preflight": [], "cost": {}, "config": {}, "at": NOW}  # fmt: skip
    link = {"id": link_of(order.touch), "video": "promise", "account": order.account, "contact": order.contact, "touch": order.touch,
            "expires": NOW + timedelta(days=90), "revoked": None, "created": NOW}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(insert(t.video).values(film))
        c.execute(insert(t.link).values(link))
        c.execute(
            update(t.touch).where(t.touch.c.id == order.touch).values(made="on_request", state="sent", video="promise")
        )
    return watch_url(doors, "", order.touch, NOW)


def entered(doors: Doors, ahead: Order, hopeless: list[Order]) -> list[str]:
    """One film that can be made, the most urgent, and films that cannot, entered the least urgent first; their ids, most urgent first."""
    with doors.engine.begin() as c:
        for hours, order in enumerate([ahead, *hopeless], start=1):
            ends = {"window_to": NOW + timedelta(hours=hours)}
            c.execute(update(t.touch).where(t.touch.c.id == order.touch).values(ends))
            c.execute(update(t.account).where(t.account.c.id == order.account).values(tier=3))
    lost = [Order(o.account, o.contact, "not_there", o.play, o.step, o.touch) for o in hopeless]
    orders = [ahead, *lost]
    ids = queue.enter_orders(doors, [*orders[::-1], *orders], DAY, NOW, True, utc_now())
    return list(ids[len(orders) :])


@pytest.mark.timeout(600)
def test_a_killed_worker_s_films_are_made_once_by_another_and_what_a_viewer_asks_for_comes_first(
    company: Company, database: str
):
    """P1 P6 P10 V11 V15: press, worker process, published. The most urgent letter first, a viewer's before all; how far each film is
    can be seen; kill -9 in the middle, and another process makes what the first had in hand, once."""
    doors = company.at(database)
    viewer = demo._candidates(doors, SETTING)[0]
    ahead, *hopeless = [o for o in due_orders(doors, NOW) if o.account != viewer.account][: 1 + HOPELESS]
    films, path = entered(doors, ahead, hopeless), promised(doors, viewer)
    wanted, watch = asked(link_of(viewer.touch)), Watch(doors.engine)
    with TestClient(
        make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321"), follow_redirects=False
    ) as site:
        pressed = [site.post(path).status_code for _ in range(2)]
        with worker(company, database) as first:
            until(lambda: all(f in watch.look() and watch.begun.get(f) for f in (films[0], wanted)))
            until(lambda: any(watch.look()[f]["done"] for f in (films[0], wanted)))
            first.send_signal(signal.SIGKILL)
        with worker(company, database):
            until(lambda: all(r["state"] in ("made", "refused") for r in watch.look().values()))
        page = site.get(f"{path}?play").text
        media = path.replace("/v/", "/media/")
        lists = {name: site.get(f"{media}/{name}").text for name in ("master.m3u8", "v.m3u8", "a.m3u8", "s.m3u8")}
        parts = [x for text in lists.values() for x in re.findall(r'^[^#\s]\S*$|URI="([^"]+)"', text, re.M)]
        answers = {site.get(f"{media}/{part}").status_code for part in parts if part}
    now = rows(doors.engine)
    with doors.engine.connect() as c:
        made = {r["id"]: dict(r) for r in c.execute(select(t.video)).mappings()}
        link = c.execute(select(t.link.c.video)).scalar_one()
        told = c.execute(select(t.touch.c.state).where(t.touch.c.id == ahead.touch)).scalar_one()
    doors.engine.dispose()
    order = sorted(watch.begun, key=lambda film: watch.begun[film])

    assert [303, 303] == pressed
    assert {"made": 2, "refused": len(hopeless)} == {
        s: [r["state"] for r in now.values()].count(s) for s in ("made", "refused")
    }
    assert order.index(wanted) <= queue.LANES, order
    assert max(abs(n - [f for f in order if f != wanted].index(film)) for n, film in enumerate(films)) <= queue.LANES, (
        order
    )
    for film in (films[0], wanted):
        assert {"speaking sentences", "drawing scenes"} <= {stage for stage, _ in watch.told[film]}
    assert max(now[f]["turn"] for f in (films[0], wanted)) == 2
    assert (3, "made") == (len(made), told)  # the promise, the one ahead, and the one asked for
    assert (link, True) == (now[wanted]["video"], all(c["ok"] for c in made[link]["preflight"]))
    assert "<vital-reel" in page and all(
        "#EXT-X-ENDLIST" in text for name, text in lists.items() if name != "master.m3u8"
    )
    assert {200} == answers


def _die_over(root: Path, database: str, job: str) -> None:
    """Take a film in hand, in a process of its own, and be killed over it."""
    doors = open_doors(root, settings(database=database or None))
    queue.write = lambda *_: die()  # type: ignore[assignment]
    held = jobs.claim(doors.engine, job, this_process("doomed"), utc_now())
    assert held is not None
    with Shelf(doors) as shelf, open_workshop(doors, draft=True, settings=settings()) as workshop:
        queue.make(doors, workshop, shelf, held)


def test_a_film_that_kills_three_workers_is_set_aside(company: Company, database: str, monkeypatch: pytest.MonkeyPatch):
    """P6 V15: three processes are killed over it; then nobody takes it any more, and its touch waits as it was."""
    monkeypatch.setattr(queue, "BACK_OFF", (timedelta(0), timedelta(0)))
    doors = company.at(database)
    (order,) = due_orders(doors, NOW, 1)
    (job,) = queue.enter_orders(doors, [order], DAY, NOW, True, utc_now())
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ended, seen = [], []
    for _ in range(queue.TRIES):
        process = context.Process(target=_die_over, args=(company.root, database, job))
        process.start()
        process.join(WITHIN_S)
        ended.append(process.exitcode)
        taken = queue.take_from_the_dead(doors.engine, utc_now())
        seen.append((taken, rows(doors.engine)[job]["state"]))
    again = queue.take_from_the_dead(doors.engine, utc_now())
    row = rows(doors.engine)[job]
    with doors.engine.connect() as c:
        state = c.execute(select(t.touch.c.state).where(t.touch.c.id == order.touch)).scalar_one()
    doors.engine.dispose()

    assert [-signal.SIGKILL] * 3 == ended
    assert [(1, "waiting"), (1, "waiting"), (1, "set_aside")] == seen
    assert (0, 3, "its worker ended without a word (3 tries)", "planned") == (
        again,
        row["attempts"],
        row["reason"],
        state,
    )


def test_letters_that_are_lost_are_sent_again(company: Company, database: str):
    """P1: a queue restored from an older backup has no letters; the rows bring them back. Letters without work change nothing."""
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
