"""What fired, who watched and what came of it is written back: as a signed message once, as a file, over HTTP (D13)."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

from tests.steps.companies import DAY, NOW, START, at_work, company
from vitalreel.cli import main
from vitalreel.errors import BadConfiguration
from vitalreel.ports import Called
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.hooks import Mouth, send_due
from vitalreel.steps.told_back import runs_of, tell_runs
from vitalreel.store import tables as t
from vitalreel.store.hooks import read_hooks
from vitalreel.tracking.hook import ENDED, FIRED, Hook, headers
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

KEY, ASK = b"k" * 32, "a-key-of-the-test-0123"
HOOKS = (Hook("crm", "https://crm.example/hook", ("plays",)), Hook("lake", "https://lake.example/hook"))
GOAL = {"metric": "usage.active_users", "moves": "up 20%", "within": "28 days"}


class Heard:
    """A system that takes everything, and what it was sent."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Mapping[str, str], Any]] = []

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Called:
        self.said.append((url, headers, json.loads(body)))
        return Called(204)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Three runs at two accounts: one runs, one reached its goal and was watched, one is kept without to measure by."""
    opened = company(tmp_path / "ws")
    at_work(opened, 40)
    for day in (DAY - dt.timedelta(days=7), DAY):
        assess(opened, day, NOW)
    row = {"row": {}, "updated": NOW}
    with opened.engine.begin() as c:
        c.execute(insert(t.account), [{"id": a, "name": a, **row} for a in ("acme", "beta")])
        c.execute(insert(t.contact), [{"id": "p1", "account": "acme", "name": "Ada", "active": True, **row}])
        c.execute(
            insert(t.play_version),
            [{"config": "v1", "play": "usage_drop", "definition": {"success": GOAL}, "at": NOW}],
        )
        runs = (("r1", "acme", "stopped", "success"), ("r2", "beta", "running", None), ("r3", "beta", "held_out", None))
        for n, (name, account, state, ended) in enumerate(runs):
            opened_on = DAY - dt.timedelta(days=5 + n)
            c.execute(insert(t.play_run), [
                {"id": name, "account": account, "play": "usage_drop", "occurrence": str(n), "arm": "served", "state": state, "step": 0,
                 "opened_on": opened_on, "config": "v1", "ended": ended, "at": NOW - dt.timedelta(days=5)}
            ])  # fmt: skip
        _watched(c)
    return replace(opened, programme=replace(opened.programme, webhooks=HOOKS))


def _watched(c: Any) -> None:
    """The film of r1, sent and watched by half; a second view that is no customer's; a task that was done."""
    about = {"account": "acme", "contact": "p1"}
    times = {"window_from": NOW - dt.timedelta(days=4), "window_to": NOW - dt.timedelta(days=3), "at": NOW}
    touch = {
        "id": "x1",
        "run": "r1",
        "step": "film",
        "module": "recovery",
        "channels": ["email"],
        "state": "sent",
        "video": "v",
    }
    c.execute(insert(t.touch), [{**about, **touch, **times, "as_of": DAY, "why": {}}])
    video = {
        "id": "v",
        "module": "recovery",
        "module_version": 1,
        "as_of": DAY,
        "title": "x",
        "tier": 1,
        "state": "made",
    }
    made = {
        "draft": False,
        "length_s": 60.0,
        "scenes": [],
        "files": {},
        "preflight": [],
        "cost": {},
        "config": {},
        "at": NOW,
    }
    c.execute(insert(t.video), [{**about, **video, **made}])
    c.execute(insert(t.link), [{"id": "l", "video": "v", **about, "touch": "x1", "expires": NOW, "created": NOW}])
    view = {"link": "l", "video": "v", "started": NOW, "watched_s": 30.0, "ranges": [], "replays": [], "updated": NOW}
    more = {"last_position_s": 30.0, "clicked": True, "asked_for_human": False, "why_not": "", "events": 3}
    both = (("counts", 0.5, True), ("staff", 1.0, False))
    c.execute(
        insert(t.view),
        [{"id": i, "completion": share, "counts": yes, **about, **view, **more} for i, share, yes in both],
    )
    task = {"id": "k", "run": "r1", "step": "s", "account": "acme", "owner": "ann", "title": "Call", "due": DAY}
    c.execute(insert(t.task), [{**task, "state": "done", "at": NOW}])


def test_a_run_is_told_with_what_came_of_it(doors: Doors):
    """D13: its goal and whether it was reached, its films, who watched how much, its tasks, the score then and now; no holdout."""
    first, second = runs_of(doors, DAY - dt.timedelta(days=30))

    assert ("r1", "usage_drop", "acme", {"success": GOAL, "reached": True}) == tuple(
        first[n] for n in ("run", "play", "account", "goal")
    )
    assert [("recovery", "sent")] == [(x["module"], x["state"]) for x in first["touches"]]
    assert [("p1", 0.5, True)] == [(v["contact"], v["completion"], v["clicked"]) for v in first["views"]]
    assert [("Call", "done")] == [(k["title"], k["state"]) for k in first["tasks"]]
    assert (
        str(DAY - dt.timedelta(days=7)) == first["score"]["opened"]["day"]
        and str(DAY) == first["score"]["latest"]["day"]
    )
    assert ("r2", None, []) == (second["run"], second["goal"]["reached"], second["views"])
    assert ["r1"] == [r["run"] for r in runs_of(doors, DAY - dt.timedelta(days=5))] and ["r2"] == [
        r["run"] for r in runs_of(doors, START, "r1")
    ]


def test_hooks_that_want_plays_are_told_once_of_each_beginning_and_end(doors: Doors):
    """D13: signed as every message; told again neither by a later turn nor after the message was sent; others are not told."""
    heard = Heard()
    assert (2, 0) == (tell_runs(doors, NOW), tell_runs(doors, NOW))
    send_due(doors, Mouth(heard, {h.name: (KEY,) for h in HOOKS}, lambda: NOW))
    with doors.engine.begin() as c:
        c.execute(update(t.play_run).where(t.play_run.c.id == "r2").values(state="done", ended="ladder finished"))
    later = NOW + dt.timedelta(days=40)
    assert (1, 0) == (tell_runs(doors, later), tell_runs(doors, later))
    send_due(doors, Mouth(heard, {h.name: (KEY,) for h in HOOKS}, lambda: later))
    tell_runs(doors, later)
    told = [(body["type"], body["data"]["run"], body["subject"]) for _, _, body in heard.said]
    _url, sent, body = heard.said[0]

    assert [(ENDED, "r1", "acme"), (FIRED, "r2", "beta"), (ENDED, "r2", "beta")] == sorted(
        told, key=lambda x: (x[1], x[0] == ENDED)
    )
    assert {"https://crm.example/hook"} == {u for u, _, _ in heard.said}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert sent["webhook-signature"] == headers(sent["webhook-id"], text, (KEY,), NOW)["webhook-signature"]
    with doors.engine.connect() as c:
        assert {"r1", "r2"} == set(c.execute(select(t.hook_message.c.run)).scalars())


def test_an_end_takes_the_place_of_a_beginning_nobody_was_told_yet(doors: Doors):
    """D13: of two messages about a run the later one says all."""
    tell_runs(doors, NOW)
    with doors.engine.begin() as c:
        c.execute(update(t.play_run).where(t.play_run.c.id == "r2").values(state="done", ended="ladder finished"))
    tell_runs(doors, NOW)
    with doors.engine.connect() as c:
        rows = c.execute(select(t.hook_message.c.run, t.hook_message.c.version).order_by(t.hook_message.c.run)).all()

    assert [("r1", 1), ("r2", 1)] == [tuple(r) for r in rows]


def test_runs_are_a_file_and_a_page_over_http(doors: Doors, tmp_path: Path):
    """D13: where no webhook can be taken: JSON Lines or CSV, and `GET /api/runs` with the key."""
    root, out = str(doors.workspace.root), tmp_path / "runs.csv"
    lines = CliRunner().invoke(main, ["runs", "-w", root]).stdout.splitlines()
    told = CliRunner().invoke(main, ["runs", "-w", root, "--form", "csv", "--out", str(out), "--json"])
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    client = TestClient(make_app(doors, kit_of(doors), lambda: NOW, "http://localhost:8321", ask_keys=(ASK,)))
    page = client.get("/api/runs", params={"since": str(START)}, headers={"Authorization": f"Bearer {ASK}"}).json()

    assert ["r1", "r2"] == [json.loads(line)["run"] for line in lines] and 2 == json.loads(told.stdout)["runs"]
    assert ("1", "1", "0.5", "True") == tuple(rows[0][n] for n in ("films_sent", "viewers", "best_view", "reached"))
    assert ["r1", "r2"] == [r["run"] for r in page["runs"]] and page["after"] is None
    assert 401 == client.get("/api/runs").status_code


def test_what_a_hook_is_told_is_read_from_its_entry():
    """D13: views alone unless it says otherwise."""
    base = {"name": "crm", "url": "https://crm.example"}

    assert (("views",), ("views", "plays")) == tuple(
        h.tells for h in read_hooks([base, {**base, "name": "b", "tells": ["plays", "views"]}], "x")
    )
    for tells in ([], ["films"], "plays"):
        with pytest.raises(BadConfiguration, match="tells"):
            read_hooks([{**base, "tells": tells}], "webhooks")
