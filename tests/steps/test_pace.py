"""Channels are used no faster than `channels: rate:` says, over all workers and restarts, on both databases (R6)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.steps.test_unopened import Peer
from tests.steps.touched import NOW, late
from vitalreel.delivery.message import Message
from vitalreel.settings import read_settings
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import Delivered, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import Inbox
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, open_database
from vitalreel.store.workspace import create
from vitalreel.triggers.rate import Rate
from vitalreel.wiring import open_doors, open_post

OPEN = {"channels": ["email", "in_app"], "window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=20)}


@pytest.fixture(params=["sqlite", "postgresql"])
def doors(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """Ten films wait to leave; three mails may in an hour, the product's inbox takes all."""
    url = request.getfixturevalue("fresh_pg") if request.param == "postgresql" else None
    opened = open_doors(create(tmp_path / "ws").root, replace(read_settings(), database=url))
    monkeypatch.setattr("vitalreel.steps.clearance.made_from_live", lambda *_: True)
    words = lambda doors, kit, base, key, now: Message(key, "a@v.example", "A", "b", "B", "A film", "", "", {}, {})  # noqa: E731
    monkeypatch.setattr(step, "compose", words)
    channels = replace(opened.programme.channels, rates={"email": Rate(3, 3600)})
    opened = replace(opened, programme=replace(opened.programme, channels=channels))
    for n in range(10):
        late(opened, f"a{n}", "approved", touch=OPEN)
    yield opened
    opened.engine.dispose()


def turn(doors: Doors, peer: Peer, minutes: int) -> Delivered:
    now = NOW + timedelta(minutes=minutes)
    post = replace(open_post(doors, now), channel=peer, others={"in_app": Inbox(doors.engine, lambda: now)})
    return deliver(doors, post, now)


def test_two_workers_together_send_no_more_than_one_may(doors: Doors):
    """R6: the bucket is a row that each claim draws from; a worker started anew finds it as the last one left it."""
    peer = Peer()
    with ThreadPoolExecutor(2) as two:
        done = list(two.map(lambda _: turn(doors, peer, 0), range(2)))
    again = replace(doors, engine=open_database(doors.engine.url.render_as_string(hide_password=False)))
    heard = [len(peer.heard)]
    for minutes in (1, 20, 40, 100):
        turn(again, peer, minutes)
        heard.append(len(peer.heard))
    again.engine.dispose()

    assert [3, 3, 4, 5, 8] == heard
    assert 8 == len(set(peer.heard))
    assert 10 == sum(d.beside for d in done)
    assert {"rate limit"} == {h.reason for d in done for h in d.withheld}


def test_what_is_held_for_another_reason_draws_nothing(doors: Doors):
    """R6: the bucket is asked last; that a film waits for it is told by the time alone, and is no silence on record."""
    peer = Peer()
    with doors.engine.begin() as c:
        insert_new(c, t.stop, [{"scope": "all", "name": "", "who": "op", "at": NOW}])
    turn(doors, peer, 0)
    with doors.engine.begin() as c:
        c.execute(t.stop.delete())
    held = turn(doors, peer, 1).withheld
    with doors.engine.connect() as c:
        silences = set(c.execute(select(t.withheld.c.reason)).scalars())

    assert (3, 7, {"stopped"}) == (len(peer.heard), len({h.touch for h in held}), silences)
