"""The loop once around on PostgreSQL, and killed where it sends: the same code, the same rows, the same promises as on SQLite."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Integer, Table, select

from tests.services.mail import MailServer
from tests.services.postgres import Server
from tests.trip.conftest import DAY, NOW, SETTING, Company
from tests.trip.killed import FILMING, NONE, STATIONS, turns
from tests.trip.test_killed import judge
from tests.trip.test_watch import PERSON, score_of
from vitalreel.identity import AccountId
from vitalreel.measurement.quarter import Period, quarter_of
from vitalreel.steps import demo
from vitalreel.steps.deliver import deliver
from vitalreel.steps.report import report
from vitalreel.steps.track import track
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

SENDING = tuple(s for s in STATIONS if s not in (NONE, *FILMING))[-5:]
"""From the review on: the joints at which a message may be lost or sent twice."""
DECIDED = (t.finding, t.quarantine, t.account, t.contact, t.csm, t.score_run, t.assignment, t.episode, t.play_run, t.touch, t.task,
           t.withheld, t.video, t.review, t.review_event)  # fmt: skip
OF_THE_RUN = {"cost", "scenes", "numbers"}
"""Columns that tell one run from another: seconds taken, and which scenes were found again."""


@pytest.fixture(scope="module")
def once_around(sent_once: Path, postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company of the other trips, loaded, scored, decided, filmed and reviewed on PostgreSQL. Never to be changed.

    Its films were spoken and drawn before, for SQLite's company: they are found again.
    """
    root = Path(
        shutil.copytree(
            sent_once, tmp_path_factory.mktemp("postgres") / "company", ignore=shutil.ignore_patterns("var")
        )
    )
    for kind in ("takes", "scenes"):
        shutil.copytree(sent_once / "var" / "media" / kind, root / "var" / "media" / kind)
    with postgres.database() as url:
        company = Company(root, url)
        company.decide()
        company.film()
        yield company


@pytest.fixture
def reviewed(once_around: Company, postgres: Server, tmp_path: Path) -> Iterator[Company]:
    """A copy of the folder and of the database."""
    root = Path(shutil.copytree(once_around.root, tmp_path / "company"))
    with postgres.database(like=once_around.database) as url:
        yield Company(root, url)


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    """What a table says, without what tells one run from another, numbers given in order of insertion among it."""
    columns = [
        c for c in table.columns if c.name not in OF_THE_RUN and not (c.primary_key and isinstance(c.type, Integer))
    ]
    with engine.connect() as c:
        found = [dict(r) for r in c.execute(select(*columns)).mappings()]
    return sorted(found, key=repr)


@pytest.mark.parametrize("table", DECIDED, ids=lambda table: table.name)
def test_postgresql_and_sqlite_hold_the_same_rows(once_around: Company, sent_once: Path, table: Table):
    """D1 H5 T1 T6 V2 R1: from the load to the review, the same company comes to the same rows on both."""
    ours, theirs = once_around.doors.engine, Company(sent_once).doors.engine
    here, there = rows(ours, table), rows(theirs, table)
    ours.dispose()
    theirs.dispose()

    assert there == here


def test_a_second_turn_of_load_and_plan_adds_nothing(reviewed: Company):
    """D1 T9 P1: unique keys decide on PostgreSQL too."""
    doors = reviewed.doors
    before = [rows(doors.engine, table) for table in (t.play_run, t.touch, t.assignment, t.withheld)]

    assert 0 == demo.load_company(doors, SETTING)
    demo.open_plays(doors, SETTING)
    assert before == [rows(doors.engine, table) for table in (t.play_run, t.touch, t.assignment, t.withheld)]


def told(second: int, kind: str, position_s: float) -> dict[str, Any]:
    """One of the player's events."""
    at = (NOW + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    return {
        "id": f"pg.{second}",
        "view": "pg",
        "type": kind,
        "position_s": position_s,
        "seq": second,
        "device": "d1",
        "at": at,
    }


def test_a_film_goes_out_is_watched_and_moves_the_next_score(reviewed: Company, smtp: MailServer):
    """R6 R7 K1 K3 K4 H3 M16: the second half of the loop on PostgreSQL: mail, page, events, view, score, report."""
    doors = reviewed.doors
    sent = deliver(doors, reviewed.post(doors, f"smtp://{smtp.host}:{smtp.port}"), NOW).sent
    again = deliver(doors, reviewed.post(doors, f"smtp://{smtp.host}:{smtp.port}"), NOW).sent
    assert (1, (), 1) == (len(sent), again, len(smtp.received))
    with doors.engine.connect() as c:
        account, length_s = c.execute(select(t.video.c.account, t.video.c.length_s)).one()
    before = score_of(doors, AccountId(account))
    text = smtp.received[0].message.get_body(("plain",)).get_content()
    link = re.search(r"http://localhost:8321(/v/[^\s?]+)", text)
    assert link is not None
    token = link[1].rstrip(".,").removeprefix("/v/")
    events = [told(0, "play", 0), told(20, "progress", 20), told(50, "pause", 50)]
    with TestClient(
        make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321"), headers={"User-Agent": PERSON}
    ) as web:
        page = web.get(f"/v/{token}")
        answers = [web.post(f"/e/{token}", json={"events": events}).json() for _ in range(2)]
        portfolio = web.get("/")
    assert (200, 200) == (page.status_code, portfolio.status_code)
    assert [(3, {}), (0, {})] == [(a["accepted"], a["dropped"]) for a in answers]
    track(doors, NOW)
    with doors.engine.connect() as c:
        view = c.execute(select(t.view)).mappings().one()
    after = score_of(doors, AccountId(account))

    assert ([[0, 50]], 50, pytest.approx(50 / length_s, rel=1e-4), True) == (
        view["ranges"],
        view["watched_s"],
        view["completion"],
        view["counts"],
    )
    moved = {name: round(after.get(name, 0.0) - before.get(name, 0.0), 1) for name in after | before}
    assert any(name.endswith("_film") or "_film" in name for name, by in moved.items() if by and name != "score")
    assert pytest.approx(sum(by for name, by in moved.items() if name != "score"), abs=0.05) == moved["score"]
    period = Period(quarter_of(DAY), NOW.date())
    findings = report(doors, period).findings
    assert (1, 1) == (sum(f.films for f in findings), sum(f.watched for f in findings))


@pytest.mark.parametrize("station", SENDING)
def test_a_delivery_killed_on_postgresql_sends_each_touch_once(reviewed: Company, smtp: MailServer, station: str):
    """P1 R6 T9: kill -9 at each joint of sending; what SMTP cannot tell is parked for a person."""
    url = f"smtp://{smtp.host}:{smtp.port}"
    statuses = turns(reviewed.root, url, station, 0, reviewed.database)
    doors = reviewed.doors
    deliver(doors, reviewed.post(doors, url), NOW)

    assert [-signal.SIGKILL, 0] == statuses
    judge(reviewed, smtp, station)
