"""Opt-outs, stops and caps against sendings: every transaction of two delivery workers, a contact and an operator in random order.

`python -m benchmarks.races --rounds 10000` plays the product's own steps on a real SQLite workspace. Each actor is a greenlet that hands
over before each of its transactions and before it speaks to the mail server; nothing else of a step can be seen by another,
so that the orders tried are those two processes can have. Every round is judged from the log alone.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from greenlet import getcurrent, greenlet
from sqlalchemy import Engine, delete, event

from benchmarks.machine import keep, stated
from vitalreel.delivery.message import Message, NotSent, Sent, Unknown
from vitalreel.steps import deliver
from vitalreel.steps.deliver import Post
from vitalreel.steps.doors import Doors
from vitalreel.steps.viewing import OpenLink, Viewing
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new, upsert
from vitalreel.store.workspace import create
from vitalreel.video.kit import Kit
from vitalreel.wiring import open_doors, open_post

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PEOPLE = ("ana", "bo")
TOUCHES = (("t1", "ana"), ("t2", "ana"), ("t3", "bo"))
PER_CONTACT, PER_ACCOUNT = 1, 1
"""One mail a week to a person, and one in two weeks to the account: tighter than shipped, so that every sending is in every other's way."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the order the database saw it."""

    what: str  # allowed | refused | stopped | resumed | claimed | sent
    who: str = ""  # contact, or touch for claimed and sent


@dataclass(slots=True)
class Round:
    """One random order of everything, and what came of it."""

    log: list[Event] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """What may never be: told from the log alone."""
        allowed, stopped = dict.fromkeys(PEOPLE, True), False
        sent: list[str] = []
        owner = dict(TOUCHES)
        for e in self.log:
            if e.what in ("allowed", "refused"):
                allowed[e.who] = e.what == "allowed"
            elif e.what in ("stopped", "resumed"):
                stopped = e.what == "stopped"
            elif e.what == "claimed":
                if not allowed[owner[e.who]]:
                    self.wrong.append(f"{e.who} was claimed after {owner[e.who]} had opted out")
                if stopped:
                    self.wrong.append(f"{e.who} was claimed after the kill switch")
            elif e.what == "sent":
                sent.append(e.who)
        people = Counter(owner[touch] for touch in sent)
        self.wrong += [f"{touch} was sent {n} times" for touch, n in Counter(sent).items() if n > 1]
        self.wrong += [f"{who} got {n}" for who, n in people.items() if n > PER_CONTACT]
        self.wrong += [f"the account got {len(sent)}"] if len(sent) > PER_ACCOUNT else []

    def count(self, what: str) -> int:
        return sum(e.what == what for e in self.log)


class _Stepping:
    """The engine, handing over to the other actors before each transaction that writes."""

    def __init__(self, engine: Engine, hand_over: Callable[[], None]) -> None:
        self._engine, self._hand_over = engine, hand_over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        self._hand_over()
        with self._engine.begin() as connection:
            yield connection


class Races:
    """A workspace in which one account's mails are raced again and again."""

    def __init__(self, root: Path) -> None:
        create(root)
        programme = root / "vitalreel.yaml"
        text = programme.read_text(encoding="utf-8")
        shipped = "account: 2 in 14 days"
        assert shipped in text
        programme.write_text(text.replace(shipped, f"account: {PER_ACCOUNT} in 14 days"), encoding="utf-8")
        self._real = open_doors(root)
        event.listen(self._real.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF").close())
        self._real.engine.dispose()  # connections made from now on do not wait for the disk
        self._post = open_post(self._real, NOW)
        self._stand()

    def play(self, seed: int) -> Round:
        """One round: two workers, two people who change their minds, an operator at the kill switch."""
        self._again()
        draw, this = random.Random(seed), Round()
        actors: list[greenlet] = []
        main = getcurrent()
        hand_over = main.switch
        doors = replace(self._real, engine=_Stepping(self._real.engine, hand_over))  # type: ignore[arg-type]
        fates = [
            Sent("ok"),
            Sent("ok"),
            NotSent("450 later", retry=True),
            NotSent("550 no", retry=False),
            Unknown("broke off"),
        ]
        post = replace(self._post, channel=_Peer(this, hand_over, lambda: draw.choice(fates)))
        for worker in range(2):
            order, now = random.Random(seed * 2 + worker), NOW + worker * timedelta(minutes=20)
            actors.append(
                greenlet(lambda d=order, n=now: self._work(doors, post, d, n))
            )  # the second finds what was put off
        for who in PEOPLE:
            changes = draw.choice([(False,), (False,), (False, True), (False, True, False), ()])
            actors.append(greenlet(lambda w=who, cs=changes: self._change_mind(doors, this, w, cs)))
        if draw.random() < 0.3:
            actors.append(greenlet(lambda: self._operate(doors, this)))
        with self._told(this):
            while alive := [a for a in actors if not a.dead]:
                draw.choice(alive).switch()
        this.judge()
        return this

    # -- the actors

    def _work(self, doors: Doors, post: Post, draw: random.Random, now: datetime) -> None:
        """A worker's turn: it queues what is approved and attempts what is ready."""
        approved = list(deliver._approved(doors.engine))
        draw.shuffle(approved)
        for touch in approved:
            deliver._enqueue(doors, touch, now)
        for row in deliver._ready(doors.engine, now):
            deliver._attempt(doors, post, row["key"], now)

    def _change_mind(self, doors: Doors, this: Round, who: str, changes: tuple[bool, ...]) -> None:
        """Through the page behind the unsubscribe link."""
        viewing = _viewing(doors)
        link = OpenLink("l", "v", "acme", who, "t1", "open")
        for allowed in changes:
            viewing.choose(link, ["email"], allowed)
            this.log.append(Event("allowed" if allowed else "refused", who))

    def _operate(self, doors: Doors, this: Round) -> None:
        for what in ("stopped", "resumed"):
            with doors.engine.begin() as c:
                if what == "stopped":
                    upsert(c, t.stop, [{"scope": "all", "name": "", "who": "operator", "at": NOW}])
                else:
                    c.execute(delete(t.stop))
            this.log.append(Event(what))

    @contextmanager
    def _told(self, this: Round) -> Iterator[None]:
        """Claims are written into the log as they are made: nothing comes between a claim and its commit."""
        claim = deliver._claim

        def told(c: Any, doors: Doors, key: str, now: datetime, lease: Any) -> Any:
            kept = claim(c, doors, key, now, lease)
            if kept is None:
                this.log.append(Event("claimed", key.partition(":")[0]))
            return kept

        # What the mail says takes no part in the race, and most of the time.
        with patch.object(deliver, "_claim", told), patch.object(deliver, "compose", _message):
            yield

    # -- the company

    def _stand(self) -> None:
        person = {"account": "acme", "role": "champion", "active": True, "updated": NOW}
        with self._real.engine.begin() as c:
            insert_new(c, t.account, [{"id": "acme", "name": "Acme", "segment": "mid_market", "tier": 3, "zone": "Europe/London",
                                       "row": {"country": "GB"}, "updated": NOW}])  # fmt: skip
            insert_new(
                c,
                t.contact,
                [{**person, "id": w, "name": w.title(), "email": f"{w}@acme.example", "row": {}} for w in PEOPLE],
            )
            insert_new(c, t.play_run, [{"id": "r", "account": "acme", "play": "p", "occurrence": "1", "arm": "served", "state": "done",
                                        "step": 1, "opened_on": NOW.date(), "config": "c", "ended": None, "at": NOW}])  # fmt: skip
            insert_new(c, t.video, [_video()])
            insert_new(
                c,
                t.module_sign,
                [{"module": "m", "content": "c", "version": 1, "state": "live", "who": "Ingrid", "at": NOW}],
            )

    def _again(self) -> None:
        window = {"window_from": NOW - timedelta(days=1), "window_to": NOW + timedelta(days=2)}
        with self._real.engine.begin() as c:
            for table in (t.outbox, t.link, t.touch, t.consent, t.stop, t.withheld):
                c.execute(delete(table))
            insert_new(
                c,
                t.consent,
                [{"contact": w, "channel": "email", "allowed": True, "source": "mapping", "at": NOW} for w in PEOPLE],
            )
            insert_new(
                c, t.touch,
                [{"id": touch, "run": "r", "step": touch, "account": "acme", "contact": who, "module": "m", "channels": ["email"],
                  **window, "as_of": NOW.date(), "state": "approved", "video": "v", "why": {}, "at": NOW} for touch, who in TOUCHES],
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Peer:
    """A mail server that takes, puts off, refuses or breaks off."""

    this: Round
    hand_over: Callable[[], None]
    fate: Callable[[], Sent | NotSent | Unknown]
    name: str = "email"

    def send(self, message: Message) -> Sent | NotSent | Unknown:
        self.hand_over()
        fate = self.fate()
        if not isinstance(fate, NotSent):  # where it broke off, it may have been taken: counted as if it was
            self.this.log.append(Event("sent", message.key.partition(":")[0]))
        return fate


def _message(doors: Doors, kit: Kit, base_url: str, key: str, now: datetime) -> Message:
    return Message(key, "a@vendor.example", "A", "b@acme.example", "B", "A film", "", "", {}, {})


def _viewing(doors: Doors) -> Any:
    viewing = object.__new__(Viewing)
    viewing._doors, viewing._now = doors, lambda: NOW
    return viewing


def _video() -> Mapping[str, Any]:
    files = {"poster": "videos/v/poster.jpg"}
    return {
        "id": "v", "account": "acme", "contact": "ana", "module": "m", "module_version": 1, "as_of": date(2026, 3, 2), "title": "Acme",
        "tier": 3, "state": "made", "draft": False, "length_s": 60.0, "scenes": [], "files": files, "preflight": [], "cost": {},
        "config": {"module": "c"}, "at": NOW,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results.md")
    given = parser.parse_args()
    began, wrong, counts, orders = time.process_time(), [], Counter[str](), set()
    with tempfile.TemporaryDirectory() as folder:
        races = Races(Path(folder) / "ws")
        for seed in range(given.rounds):
            one = races.play(seed)
            wrong += [f"round {seed}: {w}" for w in one.wrong]
            orders.add(tuple((e.what, e.who) for e in one.log))
            counts.update(e.what for e in one.log)
    text = (
        f"{given.rounds:,} rounds, {len(orders):,} different orders of what counts: {counts['claimed']:,} claims, "
        f"{counts['sent']:,} messages "
        f"given to the mail server, {counts['refused']:,} opt-outs, {counts['stopped']:,} stops. Broken promises: **{len(wrong)}** "
        f"(claimed after an opt-out or a stop, sent twice, over a cap). {time.process_time() - began:.0f} CPU s.\n\n{stated()}"
    )
    print(text, *wrong[:20], sep="\n")
    if given.keep:
        keep("Races with a sending", f"python -m benchmarks.races --rounds {given.rounds} --keep", text)


if __name__ == "__main__":
    main()
