"""People see what they are to do, most urgent first, hear of it, say that it is done, and what came of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from vitalreel.errors import BadConfiguration, BadInput, NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.owed import Owed, tell_owners
from vitalreel.steps.screens.account import account_page
from vitalreel.steps.tasks import done, tasks
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.triggers.tasking import OVERDUE, WAITS, Tasking, read_tasking
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of, open_doors

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """acme is Dana's; "call" was stored for "csm", as versions before did, "speak" for operations in the role of the account's CSM."""
    doors = open_doors(create(tmp_path / "ws").root)
    run = {
        "account": "acme",
        "play": "usage_drop",
        "arm": "served",
        "state": "running",
        "step": 0,
        "opened_on": NOW.date(),
        "config": "c",
    }
    with doors.engine.begin() as c:
        insert_new(
            c,
            t.csm,
            [{"id": k, "name": n, "row": {}, "updated": NOW} for k, n in (("d1", "Dana Fox"), ("d2", "Eli Roth"))],
        )
        insert_new(c, t.account, [{"id": "acme", "name": "Acme", "csm": "d1", "row": {}, "updated": NOW}])
        insert_new(c, t.play_run, [{**run, "id": "r", "occurrence": "1", "ended": None, "at": NOW}])
        insert_new(c, t.task, [
            {"id": i, "run": "r", "step": i, "account": "acme", "owner": who, "role": role, "title": i, "due": due, "state": "open",
             "at": NOW}
            for i, who, role, due in (("call", "csm", "csm", date(2026, 3, 9)), ("speak", "operations", "csm", date(2026, 3, 3)),
                                      ("report", "operations", "product", date(2026, 3, 30)))
        ])  # fmt: skip
    return doors


def news(doors: Doors) -> list[tuple[str, str, str, bool]]:
    """Person, kind, title, and whether it is over, of what owners are told."""
    with doors.engine.connect() as c:
        rows = c.execute(
            select(t.alert).where(t.alert.c.alert.in_((WAITS, OVERDUE))).order_by(t.alert.c.at, t.alert.c.title)
        )
        return [(r.person, r.alert, r.title, r.closed_on is not None) for r in rows]


def test_a_task_that_is_done_leaves_the_list_and_stays_on_record(doors: Doors):
    """T10: who, when, what came of it and a note; done twice is done; what was said first stays, a note may be put right."""
    tell_owners(doors, NOW)
    assert ["speak", "call"] == [x.id for x in tasks(doors, owner="d1")]
    done(doors, "speak", "Dana Fox", NOW, "agreed", "They train the new site in May")
    again = done(doors, "speak", "Somebody", NOW + timedelta(days=1), note="They train it in June")

    assert ["call", "report"] == [x.id for x in tasks(doors)]
    assert ("done", "Dana Fox", NOW, "agreed", "They train it in June") == (
        again.state, again.done_by, again.done_at, again.outcome, again.note
    )  # fmt: skip
    told = account_page(doors, "acme", NOW.date()).timeline
    assert ("Done by Dana Fox: agreed", "speak. They train it in June") in [(e["title"], e["detail"]) for e in told]


def test_an_outcome_nobody_configured_and_a_task_nobody_knows_are_named(doors: Doors):
    """P5: never a silent success."""
    with pytest.raises(NotFound, match=r"no task 'x'.*task list"):
        done(doors, "x", "Dana", NOW)
    with pytest.raises(BadInput, match=r"'great' is no outcome.*agreed, moved, no_answer"):
        done(doors, "call", "Dana", NOW, "great")
    with pytest.raises(BadInput, match="nobody says who did it"):
        done(doors, "call", " ", NOW)


def test_owners_hear_once_of_new_tasks_and_of_those_past_their_day(doors: Doors):
    """T10 T13: also what was stored for "csm" is its CSM's; overdue is news of its own; done, or another's, is told no more."""
    first = tell_owners(doors, NOW)
    again = tell_owners(doors, NOW)
    assert (Owed(moved=2, new=3), Owed()) == (first, again)
    assert {("d1", WAITS, "call", False), ("d1", WAITS, "speak", False), ("operations", WAITS, "report", False)} == set(
        news(doors)
    )

    late = tell_owners(doors, NOW + timedelta(days=3))
    assert Owed(overdue=1) == late
    assert ("d1", OVERDUE, "Overdue: speak", False) in news(doors)
    assert ("d1", WAITS, "speak", True) in news(doors)
    with doors.engine.begin() as c:
        c.execute(update(t.account).values(csm="d2"))
    handed = tell_owners(doors, NOW + timedelta(days=3, hours=1))
    assert (2, ["speak", "call"]) == (handed.moved, [x.id for x in tasks(doors, owner="d2")])

    done(doors, "speak", "Eli Roth", NOW)
    still = {(who, title) for who, _, title, over in news(doors) if not over}
    assert {("d2", "call"), ("operations", "report")} == still


def test_the_page_of_tasks_shows_whose_they_are_and_takes_what_came_of_one(doors: Doors):
    """T10: by owner, with what may be said; after that it stands among those done, and the form of another page is refused."""
    tell_owners(doors, NOW)
    kit = kit_of(doors)
    now = NOW + timedelta(days=3)
    with TestClient(make_app(doors, kit, lambda: now, "http://cs.example")) as client:
        page = client.get("/tasks?owner=d1").text
        assert 'id="task-speak"' in page
        assert 'id="task-report"' not in page
        assert "1 overdue" in page
        said = {"who": "Dana Fox", "outcome": "no_answer", "note": "Voicemail", "back": "d1"}
        assert 400 == client.post("/tasks/speak", data={**said, "csrf": "x"}).status_code
        token = client.cookies["vitalreel_csrf"]
        client.cookies.set("vitalreel_csrf", token)
        got = client.post("/tasks/speak", data={**said, "csrf": token}, follow_redirects=False)
        assert (303, "/tasks?owner=d1") == (got.status_code, got.headers["location"])
        shown = client.get("/tasks?show=done").text

    assert "No answer" in shown
    assert "Voicemail" in shown
    assert ["call"] == [x.id for x in tasks(doors, owner="d1")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"told": "soon"}, "use at once or digest"),
        ({"outcomes": []}, "list words"),
        ({"roles": {"csm": "d1"}}, "names csm"),
        ({"x": 1}, "'x' is not known"),
    ],
)
def test_a_mistake_in_the_rules_for_tasks_is_named(raw: dict[str, object], said: str):
    """P5: place and remedy."""
    with pytest.raises(BadConfiguration, match=said):
        read_tasking(raw, "vitalreel.yaml: tasks")


def test_a_task_is_its_account_s_csm_s_or_falls_back_to_who_is_named():
    """T5 T10: the CSM where the data knows them, a role's person, a person by id; else whom the configuration names."""
    rules = Tasking(without_csm="pool", roles={"executive": "cco"})
    whom = [
        rules.owner(*asked, {"pool", "cco", "d1"})
        for asked in (
            ("csm", "d1"),
            ("csm", None),
            ("csm", "gone"),
            ("executive", "d1"),
            ("d1", None),
            ("nobody", "d1"),
        )
    ]

    assert ["d1", "pool", "pool", "cco", "d1", "pool"] == whom
