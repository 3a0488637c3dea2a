"""Weeks of the loop with its process killed, a definition taken up, figures corrected, judged by a reader of its own; and it, judged."""

from __future__ import annotations

import datetime as dt
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from benchmarks.halfyear.hand import Hand, Job
from benchmarks.halfyear.reader import judge
from sqlalchemy import insert, select

from tests.steps.companies import DAY, company, found, put
from tests.steps.touched import late
from vitalreel.steps.assess import assess
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.steps.versions import upgrade
from vitalreel.store import tables as t
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

PLAY = """
play: quiet
category: usage_drop
when: usage.active_users < 9
already_true: fire
episode: {{closes_when: usage.active_users >= 12, cool_down: 30 days}}
success: {{metric: usage.active_users, moves: up 10%, within: 45 days}}
risk: false
ladder:
  - {{step: look, task: {{owner: csm, title: "Call {{account.name}}", due: 1 day}}}}
  - {{step: person, after: {after} days, task: {{owner: csm, title: "See {{account.name}}", due: 1 day}}}}
stop_when: [success]
"""
WEEK = dt.timedelta(days=7)


def turns(root: Path, pipe: Connection) -> None:
    """What the loop decides, turn by turn, until it is killed; nothing is filmed."""
    doors = open_doors(root)
    pipe.send(time.process_time())
    while True:
        job: Job = pipe.recv()
        assert job.day is not None
        assess(doors, job.day, job.now)
        decide_day(doors, job.day, job.now)
        pipe.send(time.process_time())


def written(doors: Doors, after: int) -> None:
    (doors.workspace.root / "plays" / "quiet.yaml").write_text(PLAY.format(after=after), encoding="utf-8")


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Three accounts; `busy` has fewer people than the play wants, and `quiet` none."""
    opened = company(tmp_path / "ws")
    root = opened.workspace.root
    for path in (root / "plays").glob("*.yaml"):
        path.unlink()
    text = (root / "vitalreel.yaml").read_text(encoding="utf-8").replace("holdout: 10%", "holdout: 0%")
    head, rest = text.split("guards:", 1)
    (root / "vitalreel.yaml").write_text(head + rest[rest.index("sending:") :], encoding="utf-8")
    written(opened, 7)
    found(opened)
    return open_doors(root)


def test_ladders_end_as_their_definitions_say_whatever_is_killed_meanwhile(doors: Doors):
    """P1 T9, issue 5 line 2: five weeks, two kills, the clock back a day, a definition taken up, figures late and corrected."""
    hand = Hand(doors.workspace.root, random.Random(3), kills=[1, 3], work=turns)
    hand.start()
    for week in range(5):
        day = DAY + week * WEEK
        now = dt.datetime.combine(day, dt.time(22), dt.UTC)
        use = [("busy", day - dt.timedelta(days=n), 8.0) for n in range(7)]
        use += [("quiet", DAY - dt.timedelta(days=3), 2.0)] if week == 2 else []  # what an old day should have said
        rows = [{"account_id": a, "day": d, "metric": "active_users", "value": v} for a, d, v in use]
        put(doors, "usage", rows, known_on=day)
        if week == 1:
            written(doors, 14)
            (asked,) = read_plays(doors, catalogue_of(doors))
            upgrade(doors, asked.play, now, "the test")
        if week == 3:
            hand.do(Job("decide", now - dt.timedelta(days=1), day - dt.timedelta(days=1)))
        hand.do(Job("decide", now, day))
    hand.stop()
    with doors.engine.connect() as c:
        runs = [(r.account, r.state, r.opened_on) for r in c.execute(select(t.play_run).order_by(t.play_run.c.account))]
        tasks = [(k.account, k.step) for k in c.execute(select(t.task).order_by(t.task.c.account, t.task.c.step))]
    judged = judge(doors.workspace.database, doors.workspace.var / "mails.log", DAY + 4 * WEEK, {})

    assert 2 == hand.crashes
    assert [("busy", "done", DAY), ("quiet", "done", DAY)] == runs
    assert [(a, step) for a in ("busy", "quiet") for step in ("look", "person")] == tasks
    assert ((), 2, 4) == (judged.wrong, judged.ended, judged.tasks)


HOURS = {"window_from": dt.datetime(2026, 3, 2, tzinfo=dt.UTC), "window_to": dt.datetime(2026, 3, 13, tzinfo=dt.UTC)}


def test_the_reader_sees_every_promise_that_is_broken(tmp_path: Path):
    """The judge of issue 5 line 2: mails sent twice, at night, on a Sunday, late, too often, to the held out, to who left."""
    doors = open_doors(create(tmp_path / "ws").root)
    for name in ("acme", "bolt", "cato"):
        late(doors, name, "sent", touch=HOURS, play_run={"arm": "held_out" if name == "cato" else "served"})
    with doors.engine.begin() as c:
        row = dict(c.execute(select(t.touch).where(t.touch.c.id == "acme-touch")).mappings().one())
        c.execute(insert(t.touch).values({**row, "id": "acme-more", "step": "again"}))
    log = tmp_path / "mails.log"

    def seen(*mails: tuple[str, str], left: dict[str, dt.datetime] | None = None) -> list[str]:
        log.write_text("".join(f"{touch}:email\t2026-03-{at}:00+00:00\n" for touch, at in mails), encoding="utf-8")
        return [w for w in judge(doors.workspace.database, log, dt.date(2026, 3, 5), left or {}).wrong if "mail" in w]

    said = {
        "": seen(("acme-touch", "04T10:00"), ("bolt-touch", "04T17:59")),
        "sent 2 times": seen(("bolt-touch", "04T10:00"), ("bolt-touch", "04T10:00")),
        "arrived Wednesday 04 March 19:00": seen(("bolt-touch", "04T19:00")),
        "arrived Sunday": seen(("bolt-touch", "08T10:00")),
        "is outside": seen(("bolt-touch", "13T10:00")),
        "had 2 mails within 7 days": seen(("acme-touch", "04T10:00"), ("acme-more", "10T10:00")),
        "held-out account": seen(("cato-touch", "04T10:00")),
        "had unsubscribed": seen(("bolt-touch", "04T10:00"), left={"bolt-ana": HOURS["window_from"]}),
        "is of no touch": seen(("nobody", "04T10:00")),
    }

    assert [] == said.pop("")
    assert [] == [words for words, wrong in said.items() if not any(words in w for w in wrong)]
