"""From an event to a signed message: what a viewer does reaches the score, the plays and other systems without anybody's turn."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from tests.services.hook import Told, hook_service
from tests.steps.companies import DAY, NAMES, NOW, at, company, found, put
from tests.trip.conftest import settings
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.identity import AccountId, ContactId
from vitalreel.steps import assess as scoring
from vitalreel.steps import decide as deciding
from vitalreel.steps.assess import assess
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.heard import hear
from vitalreel.steps.hooks import Mouth
from vitalreel.steps.hosted import register, token_for
from vitalreel.steps.loads import load_source
from vitalreel.steps.sync import origins
from vitalreel.steps.track import import_events
from vitalreel.store import tables as t
from vitalreel.tracking.hook import FIRED, SCORE, VIEW, Hook
from vitalreel.tracking.hosted import Hosted
from vitalreel.triggers.programme import Guarding
from vitalreel.web.app import make_app
from vitalreel.web.pulse import Pulse
from vitalreel.wiring import kit_of, open_doors

KEY = b"k" * 32
PRICES = Hosted("prices", "What it costs", "https://learn.example/prices", "pricing", 100.0, dt.date(2026, 3, 2))
PLAY = """
play: pricing_watched
category: expansion
when: video.watched('pricing') within 1 week
already_true: skip
episode: {cool_down: 60 days}
success: {metric: contract.seats, moves: up 5%, within: 90 days}
holdout: 0%
critical: true
priority: 42
risk: false
ladder:
  - step: answer
    task: {owner: csm, title: "{account.name} has looked at prices: ask what they decide", due: 2 business days, playbook: expansion}
  - step: again
    after: 5 days
    task: {owner: csm, title: "{account.name}: ask again", due: 2 business days, playbook: expansion}
"""
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def known(doors: Doors, zone: str = "UTC") -> Doors:
    """The three accounts in lake and database, a pricing video, and one play that waits for somebody to watch it; a tour was watched."""
    found(doors)
    with doors.engine.begin() as c:
        c.execute(insert(t.account), [
            {"id": a, "name": a.title(), "zone": zone, "row": {}, "updated": NOW} for a in NAMES
        ])  # fmt: skip
        c.execute(insert(t.contact), [
            {"id": f"{a}-sponsor", "account": a, "name": "S", "role": "sponsor", "active": True, "row": {}, "updated": NOW}
            for a in NAMES
        ])  # fmt: skip
    plays = doors.workspace.root / "plays"
    for path in plays.glob("*.yaml"):
        path.unlink()
    (plays / "pricing_watched.yaml").write_text(PLAY, encoding="utf-8")
    yesterday = at(DAY - dt.timedelta(days=1))
    put(
        doors,
        "content_view",
        [{"view_id": "tour", "account_id": "blank", "at": yesterday, "module": "tour", "share": 1.0}],
    )
    register(doors, PRICES, NOW)
    return replace(doors, programme=replace(doors.programme, guards=Guarding()))


@pytest.fixture(params=["sqlite", "postgresql"])
def doors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Doors]:
    """On each database."""
    made = company(tmp_path / "ws")
    if request.param == "postgresql":
        made.engine.dispose()
        made = open_doors(tmp_path / "ws", settings(database=request.getfixturevalue("fresh_pg")))
    yield known(made)
    made.engine.dispose()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Doors]:
    made = company(tmp_path / "ws")
    yield known(made)
    made.engine.dispose()


def plays_of(seconds: float, view: str, began: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"id": f"{view}.{n}", "view": view, "type": kind, "position_s": at_s, "seq": n, "device": f"of-{view}",
         "at": (began + dt.timedelta(seconds=at_s)).isoformat()}
        for n, (kind, at_s) in enumerate((("play", 0.0), ("pause", seconds)))
    ]  # fmt: skip


def watch(doors: Doors, account: str, now: dt.datetime) -> None:
    """An account's sponsor watches 60 of the video's 100 seconds."""
    token = token_for(doors, PRICES.name, ContactId(f"{account}-sponsor"), now)
    events = [{**e, "token": token} for e in plays_of(60, account, now - dt.timedelta(minutes=5))]
    assert 2 == import_events(doors.engine, events, now).accepted


def clock_from(start: dt.datetime) -> Callable[[], dt.datetime]:
    began = time.monotonic()
    return lambda: start + dt.timedelta(seconds=time.monotonic() - began)


def signed_rightly(sent: Mapping[str, str], body: bytes) -> bool:
    """Standard Webhooks, worked out here by its text: v1 is HMAC-SHA256 of "id.timestamp.body"."""
    content = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(KEY, content, hashlib.sha256).digest()).decode()
    return sent["webhook-signature"] == f"v1,{mac}"


def messages_about(crm: Told, account: str) -> list[tuple[str, dict[str, Any]]]:
    heard = [json.loads(body) for _, body in list(crm.heard)]
    return [(m["type"], m["data"]) for m in heard if m["subject"] == account]


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_a_viewers_event_reaches_score_plays_and_other_systems_by_itself(doors: Doors):
    """(K5) One batch over HTTP; the pulse does the rest: a view, 25 points, a play that opens with its task, and three signed messages."""
    assess(doors, DAY, at(DAY, 6))
    decide_day(doors, DAY, at(DAY, 6))
    clock = clock_from(at(DAY, 12))
    with hook_service() as crm:
        named = replace(doors.programme, webhooks=(Hook("crm", crm.url, ("views", "scores", "plays")),))
        heard = replace(doors, programme=named)
        mouth = Mouth(HttpsCaller(), {"crm": (KEY,)}, clock)
        app = make_app(
            heard, kit_of(doors), clock, "http://localhost", start_pulse=lambda: Pulse(heard, clock, 0.05, mouth)
        )
        with TestClient(app, headers={"User-Agent": AGENT}) as web:
            token = token_for(doors, PRICES.name, ContactId("quiet-sponsor"), clock())
            answer = web.post(f"/e/{token}", json={"events": plays_of(60, "v", clock() - dt.timedelta(minutes=2))})
            assert (202, 2) == (answer.status_code, answer.json()["accepted"])
            until(lambda: {VIEW, SCORE, FIRED} <= {kind for kind, _ in messages_about(crm, "quiet")})
        told = dict(messages_about(crm, "quiet"))
        assert all(signed_rightly(sent, body) for sent, body in crm.heard)
        assert {"quiet"} == {json.loads(body)["subject"] for _, body in crm.heard}

    assert (60.0, "quiet-sponsor") == (told[VIEW]["watched_s"], told[VIEW]["contact"])
    assert (65.0, str(DAY)) == (told[SCORE]["points"], told[SCORE]["day"])  # 40 before
    assert ("pricing_watched", str(DAY)) == (told[FIRED]["play"], told[FIRED]["opened_on"])
    with doors.engine.connect() as c:
        assert [("quiet", "pricing_watched")] == [
            tuple(r) for r in c.execute(select(t.play_run.c.account, t.play_run.c.play))
        ]
        assert ["quiet"] == list(c.execute(select(t.task.c.account)).scalars())


def test_nothing_is_asked_that_was_never_put_to_all_and_nobody_else_is_touched(small: Doors):
    """(K5) Before its first whole turn a play stays silent; after it, an event opens it for whom it is about, and no one else's
    standing moves."""
    watch(small, "busy", at(DAY, 8))
    first = hear(small, at(DAY, 8))
    decide_day(small, DAY, at(DAY, 9))  # busy watched before the play was on: it skips those
    watch(small, "quiet", at(DAY, 10))
    later = hear(small, at(DAY, 10))

    assert [(1, 0), (1, 1)] == [(h.views, h.opened) for h in (first, later)]
    assert 0 == hear(small, at(DAY, 11)).views
    with small.engine.connect() as c:
        assert ["quiet"] == list(c.execute(select(t.play_run.c.account)).scalars())
        assert {"busy", "quiet"} == set(c.execute(select(t.said.c.account).where(t.said.c.until.is_(None))).scalars())
        assert 1 == len(c.execute(select(t.play_day)).all())


def test_watching_on_a_day_that_has_not_begun_in_utc_counts_on_that_day(tmp_path: Path):
    """(K5 K4) It is Wednesday morning in Sydney and Tuesday in UTC: the score of Wednesday has it, and only for that account."""
    doors = known(company(tmp_path / "ws"), "Australia/Sydney")
    assess(doors, DAY, at(DAY, 6))
    watch(doors, "quiet", at(DAY, 22))
    done = hear(doors, at(DAY, 22))
    with doors.lake.session() as session:
        rows = session.versions("score").to_pyarrow().to_pylist()
    doors.engine.dispose()

    ahead = [(r["account_id"], r["points"]) for r in rows if r["day"] == DAY + dt.timedelta(days=1)]
    assert (1, 0, [("quiet", 65.0)]) == (done.scored, done.opened, ahead)
    assert 3 == sum(r["day"] == DAY for r in rows)


def test_scores_that_others_saved_meanwhile_are_not_taken_back(small: Doors, monkeypatch: pytest.MonkeyPatch):
    """(K5 P6) A turn over all accounts ends between the reading and the saving of one account's score: the one waits for no one and
    loses nothing of the other."""
    assess(small, DAY, at(DAY, 6))
    put(small, "ticket", [{"ticket_id": "t1", "account_id": "busy", "opened": at(DAY), "severity": "urgent"}])
    kept, turns = scoring._only, []

    def overtaken(*given: Any) -> Any:
        if not turns:
            turns.append(assess(small, DAY, at(DAY, 7)))
        return kept(*given)

    monkeypatch.setattr(scoring, "_only", overtaken)
    assess(small, DAY, at(DAY, 8), [AccountId("quiet")])
    with small.lake.session() as session:
        rows = session.versions("score").to_pyarrow().to_pylist()

    assert {"blank": None, "busy": 68.0, "quiet": 40.0} == {r["account_id"]: r["points"] for r in rows}


def test_a_day_decided_while_others_drew_is_decided_anew(small: Doors, monkeypatch: pytest.MonkeyPatch):
    """(K5 T6) Arms are drawn one after another: of two who decide at once the second sees what the first has drawn."""
    decide_day(small, DAY, at(DAY, 6))
    watch(small, "quiet", at(DAY, 7))
    hear(small, at(DAY, 7))
    watch(small, "busy", at(DAY, 8))
    kept, turns = deciding.ask, []

    def overtaken(*given: Any) -> Any:
        if not turns:
            turns.append(1)
            hear(small, at(DAY, 8))
        turns.append(2)
        return kept(*given)

    monkeypatch.setattr(deciding, "ask", overtaken)
    done = decide_day(small, DAY, at(DAY, 9))
    with small.engine.connect() as c:
        runs = {r.account: r.state for r in c.execute(select(t.play_run.c.account, t.play_run.c.state))}

    assert {"busy": "running", "quiet": "running"} == runs
    assert [1, 2, 2, 2] == turns  # this one's, the other's inside it, and this one's again
    assert [] == done.decision.assignments


def points(doors: Doors, day: dt.date) -> dict[str, float | None]:
    with doors.lake.session() as session:
        rows = session.as_of(day)["score"].to_pyarrow().to_pylist()
    return {r["account_id"]: r["points"] for r in rows if r["day"] == day}


def test_what_a_load_brings_is_scored_for_those_accounts(small: Doors) -> None:
    """H2: at the next beat of the pulse, once; a day that has no scores yet waits for its own run."""
    (small.workspace.root / "mappings" / "desk.yaml").write_text(DESK, encoding="utf-8")
    data = small.workspace.root / "data"
    data.mkdir()
    (data / "tickets.csv").write_text(f"id,account,opened\nT1,busy,{NOW.date()}T05:00:00Z\n", encoding="utf-8")
    early = hear(small, NOW - dt.timedelta(hours=1))
    assess(small, NOW.date(), NOW - dt.timedelta(minutes=30))
    before = points(small, NOW.date())
    load_source(small, origins(small, ["desk"])[0], data, lambda: NOW, "hand")
    beats = [hear(small, NOW + dt.timedelta(minutes=n)).scored for n in (1, 2)]
    after = points(small, NOW.date())

    assert (0, [True, False]) == (early.scored, [n > 0 for n in beats])
    assert before["busy"] is not None and after["busy"] is not None
    assert (before["busy"] - 20, before["quiet"]) == (after["busy"], after["quiet"])


DESK = """
source: desk
files: {tickets: tickets.csv}
reads: {times: "%Y-%m-%dT%H:%M:%S%z"}
ticket: {from: tickets, key: id, account: account, opened: opened}
"""
