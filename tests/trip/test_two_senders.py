"""Two workers deliver at once, over both databases: each attempt is one worker's, and a kill switch is heard to the last moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.trip.conftest import NOW, Company
from tests.trip.copied import copies
from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.steps import deliver as step
from vitalreel.steps.deliver import LEASE, Delivered, Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import migrate, open_database, upsert

OF_ONE_TOUCH = (t.account, t.contact, t.play_version, t.play_run, t.touch, t.video, t.consent, t.review, t.secret)
COPIES = 11


@dataclass
class Peer:
    """A mail server that takes everything and counts; `during` is what happens while it takes a message."""

    during: Callable[[], Any] = lambda: None
    taken: Counter[str] = field(default_factory=Counter)
    name: str = "email"

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        self.during()
        self.taken[message.key] += 1
        return Sent("250 counted")


@pytest.fixture(params=["sqlite", "postgresql"])
def doors(request: pytest.FixtureRequest, filmed: Company) -> Iterator[Doors]:
    """The company with one film made and approved: in its own SQLite file, or its rows in PostgreSQL."""
    if request.param == "sqlite":
        opened = filmed.doors
    else:
        url: str = request.getfixturevalue("fresh_pg")
        target = open_database(url)
        migrate(target)
        with filmed.doors.engine.connect() as here, target.begin() as there:
            for table in (table for table in t.meta.sorted_tables if table in OF_ONE_TOUCH):
                if rows := [dict(r) for r in here.execute(select(table)).mappings()]:
                    there.execute(insert(table), rows)
        target.dispose()
        opened = filmed.at(url)
    yield opened
    opened.engine.dispose()


def post(doors: Doors, peer: Peer, clock: datetime = NOW, holder: str = "elsewhere/1/1") -> Post:
    """A worker on another machine, of whose life its lease alone tells."""
    return replace(Company(doors.workspace.root).post(doors), channel=peer, holder=holder, clock=lambda: clock)


def states(doors: Doors) -> list[str]:
    with doors.engine.connect() as c:
        return list(c.execute(select(t.outbox.c.state).where(t.outbox.c.channel == "email")).scalars())


def test_two_workers_share_what_is_due(doors: Doors):
    """P1 R6: two deliver at once, again and again: every message is taken once, none is parked, none is told of twice."""
    copies(doors, COPIES)
    peer = Peer()
    with ThreadPoolExecutor(2) as pool:
        gone: list[Delivered] = list(
            pool.map(lambda n: deliver(doors, post(doors, peer, holder=f"elsewhere/{n}/1"), NOW), range(4))
        )

    assert ["sent"] * (COPIES + 1) == states(doors)
    assert [1] * (COPIES + 1) == list(peer.taken.values())
    assert COPIES + 1 == len([touch for g in gone for touch in g.sent])


def test_an_attempt_under_way_is_left_to_its_worker(doors: Doors):
    """P1 R6: while one worker speaks to the mail server, the other neither sends nor parks what that one has in hand."""
    seen: list[str] = []
    other = Peer()

    def meanwhile() -> None:
        deliver(doors, post(doors, other, NOW + LEASE - timedelta(seconds=1), "elsewhere/2/1"), NOW)
        seen.extend(states(doors))

    sent = deliver(doors, post(doors, Peer(meanwhile)), NOW).sent

    assert (["sending"], 1, ["sent"], 0) == (seen, len(sent), states(doors), other.taken.total())


def test_an_attempt_whose_lease_lapsed_is_parked_and_a_late_word_settles_it(doors: Doors):
    """P1 R6: nobody sends it again by himself, whether its worker died or was only slow; the slow one's word counts."""
    seen: list[str] = []
    other = Peer()

    def meanwhile() -> None:
        deliver(doors, post(doors, other, NOW + LEASE, "elsewhere/2/1"), NOW)
        seen.extend(states(doors))

    deliver(doors, post(doors, Peer(meanwhile)), NOW)

    assert (["unknown"], ["sent"], 0) == (seen, states(doors), other.taken.total())


def test_a_kill_switch_thrown_during_a_claim_is_heard_before_the_message_leaves(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
):
    """R9 P1: who throws it while a claim is being made waits for that claim, which then is given back: nothing has left."""
    real, ask_again, thrown = step.cleared, step._last_word, list[Future[None]]()

    def throw() -> None:
        with doors.engine.begin() as c:
            upsert(c, t.stop, [{"scope": "all", "name": "", "who": "Ingrid", "at": NOW}])

    def cleared(*args: Any) -> Any:
        answer, claims = real(*args), len(args) > 5  # it is told the channel then
        if claims and not thrown:
            thrown.append(pool.submit(throw))
            with pytest.raises(TimeoutError):
                thrown[0].result(timeout=0.3)
        return answer

    def last_word(*args: Any) -> Any:
        thrown[0].result(timeout=20)  # the claim is committed: nothing keeps the switch any more
        return ask_again(*args)

    peer = Peer()
    monkeypatch.setattr(step, "cleared", cleared)
    monkeypatch.setattr(step, "_last_word", last_word)
    with ThreadPoolExecutor(1) as pool:
        gone = deliver(doors, post(doors, peer), NOW)
    with doors.engine.connect() as c:
        rows = c.execute(select(t.outbox.c.state, t.outbox.c.attempts)).all()

    assert (["stopped", "stopped"], (), 0) == ([h.reason for h in gone.withheld], gone.sent, peer.taken.total())
    assert [("ready", 0)] * 2 == [tuple(row) for row in rows]
