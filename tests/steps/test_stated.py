"""CSMs are asked at set moments what the customer wants to reach, and what they answer is a goal films speak of (D12)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from tests.steps.companies import DAY, NOW, START, at, company, put
from vitalreel.cli import main
from vitalreel.errors import BadConfiguration, BadInput, NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.stated import ask_outcomes, confirm, goals_of, record
from vitalreel.store import tables as t
from vitalreel.triggers.stated import Moment, Stating, due, read_stated

THEN = at(DAY, 18)
NAMES = ("kick", "quiet", "renew", "review", "said")


def ahead(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Five accounts: one just begun, one before a review, two before a renewal (of one the goal is known), and one at no moment."""
    made = company(tmp_path / "ws")
    put(made, "account", [{"account_id": a, "name": a.title(), "csm": "d1", "since": START} for a in NAMES])
    near = {"renew": ahead(90), "said": ahead(90)}
    put(made, "contract", [{"contract_id": a, "account_id": a, "start": START, "arr": 1000_00, "seats": 5, "currency": "USD",
                            "renewal": near.get(a, ahead(300))} for a in NAMES])  # fmt: skip
    put(made, "milestone", [{"account_id": "kick", "milestone": "kick-off", "due": DAY, "done": ahead(-3)},
                            {"account_id": "quiet", "milestone": "kick-off", "due": DAY, "done": ahead(-60)}])  # fmt: skip
    reviews = [{"item_id": "q", "account_id": "review", "kind": "qbr", "day": ahead(9)},
               {"item_id": "x", "account_id": "quiet", "kind": "qbr", "day": ahead(9), "state": "cancelled"}]  # fmt: skip
    put(made, "calendar_item", reviews, known_on=START)
    put(made, "subject_goal", [{"goal_id": "g", "account_id": "said", "phrase": "to win", "set_on": ahead(-30)}])
    with made.engine.begin() as c:
        c.execute(
            insert(t.account), [{"id": a, "name": a.title(), "csm": "d1", "row": {}, "updated": NOW} for a in NAMES]
        )
        c.execute(insert(t.csm), [{"id": "d1", "name": "Dana", "row": {"name": "Dana"}, "updated": NOW}])
    return made


def open_tasks(doors: Doors) -> dict[str, str]:
    with doors.engine.connect() as c:
        rows = c.execute(
            select(t.task.c.account, t.task.c.title).where(t.task.c.state == "open", t.task.c.owner == "d1")
        )
        return {r.account: r.title for r in rows}


def test_csms_are_asked_at_kick_off_before_a_review_and_before_a_renewal(doors: Doors) -> None:
    """D12: once; not of whom it was said lately, not at a review that was cancelled."""
    first, again = ask_outcomes(doors, DAY, THEN), ask_outcomes(doors, DAY, THEN)

    assert {"kick", "review", "renew"} == set(open_tasks(doors))
    assert (3, 0) == (first, again)
    assert "Renew want to reach, in their words? The renewal on 2026-06-29 is near" in open_tasks(doors)["renew"]


def test_an_answer_is_a_goal_and_ends_the_task(doors: Doors) -> None:
    """D12: recorded, then confirmed with what became of it; known from the day it was said on."""
    ask_outcomes(doors, DAY, THEN)
    kept = record(
        doors, "renew", "to fill shifts", "Dana", DAY, THEN, {"unit": "percent", "start": 71.0, "target": 95.0}
    )
    confirm(doors, "renew", kept["goal_id"], "Dana", DAY, THEN + dt.timedelta(hours=1), 88.0)
    with doors.lake.session() as session:
        readings = session.as_of(DAY)["goal_reading"].to_pyarrow().to_pylist()

    assert [("to fill shifts", 95.0, DAY)] == [
        (g["phrase"], g["target"], g["confirmed_on"]) for g in goals_of(doors, "renew", DAY)
    ]
    assert [88.0] == [r["value"] for r in readings]
    assert "renew" not in open_tasks(doors)
    assert 0 == ask_outcomes(doors, DAY, THEN)


def test_a_film_that_would_speak_of_a_goal_and_has_none_says_so(doors: Doors) -> None:
    """D12: to the CSM, when it is planned."""
    run = {"id": "r", "play": "advocacy", "account": "quiet", "occurrence": "o", "opened_on": DAY, "arm": "served", "state": "running",
           "step": 0, "config": "x", "at": NOW}  # fmt: skip
    touch = {"id": "t", "run": "r", "step": "s", "account": "quiet", "contact": "p", "module": "advocacy_request", "channels": [],
             "window_from": NOW, "window_to": NOW, "as_of": DAY, "state": "planned", "why": {}, "at": NOW}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(insert(t.play_run), [run])
        c.execute(insert(t.touch), [touch])
    ask_outcomes(doors, DAY, THEN)

    assert "The film advocacy_request would speak of it" in open_tasks(doors)["quiet"]


def test_what_is_no_answer_is_refused(doors: Doors) -> None:
    """P5: nothing said, nobody who heard it, a goal and an account that there is not."""
    for wrong, error in (
        (lambda: record(doors, "renew", " ", "Dana", DAY, THEN), BadInput),
        (lambda: record(doors, "renew", "to win", "", DAY, THEN), BadInput),
        (lambda: record(doors, "nobody", "to win", "Dana", DAY, THEN), NotFound),
        (lambda: confirm(doors, "said", "x", "Dana", DAY, THEN), NotFound),
    ):
        with pytest.raises(error):
            wrong()


def test_the_command_keeps_what_was_said(doors: Doors) -> None:
    """D12: `vitalreel goal record`, then `list`."""
    call = ["-w", str(doors.workspace.root), "--json"]
    done = CliRunner().invoke(main, ["goal", "record", "quiet", "to win back time", "--by", "Dana", *call])
    told = CliRunner().invoke(main, ["goal", "list", "quiet", *call])

    assert (0, ["to win back time"]) == (done.exit_code, [g["phrase"] for g in json.loads(told.stdout)["goals"]])


def test_of_several_moments_the_nearest_is_asked_about() -> None:
    """D12: and a goal confirmed within `stands` silences all."""
    moments = [Moment("a", "renewal", ahead(100)), Moment("a", "qbr", ahead(5)), Moment("b", "renewal", ahead(121))]

    assert [moments[1]] == due(moments, {}, Stating(), DAY)
    assert [] == due(moments, {"a": ahead(-179)}, Stating(), DAY)
    assert [moments[1]] == due(moments, {"a": ahead(-180)}, Stating(), DAY)


@pytest.mark.parametrize("raw", [{"stands": 30}, {"qbr": 0}, {"party": 3}, {"qbr": "soon"}, []])
def test_moments_that_cannot_be_read_are_told(raw: object) -> None:
    with pytest.raises(BadConfiguration, match="stated"):
        read_stated(raw, "vitalreel.yaml: stated")
