"""People see what they are to do, most urgent first, and say that it is done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from vitalreel.errors import NotFound
from vitalreel.steps.doors import Doors
from vitalreel.steps.tasks import done, tasks
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Doors:
    doors = open_doors(create(tmp_path_factory.mktemp("tasks") / "ws").root)
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
        insert_new(c, t.account, [{"id": "acme", "name": "Acme", "row": {}, "updated": NOW}])
        insert_new(c, t.play_run, [{**run, "id": "r", "occurrence": "1", "ended": None, "at": NOW}])
        insert_new(c, t.task, [
            {"id": i, "run": "r", "step": i, "account": "acme", "owner": who, "title": i, "due": due, "state": "open", "at": NOW}
            for i, who, due in (("call", "csm", date(2026, 3, 9)), ("speak", "pooled", date(2026, 3, 3)))
        ])  # fmt: skip
    return doors


def test_a_task_that_is_done_leaves_the_list_and_stays_on_record(doors: Doors):
    """T10: most urgent first; done twice is done; an owner sees their own."""
    assert ["speak", "call"] == [x.id for x in tasks(doors)]
    done(doors, "speak")
    done(doors, "speak")

    assert ["call"] == [x.id for x in tasks(doors)]
    assert ["done", "open"] == [x.state for x in tasks(doors, every=True)]
    assert [] == list(tasks(doors, owner="pooled"))


def test_a_task_nobody_knows_is_named(doors: Doors):
    """P5: never a silent success."""
    with pytest.raises(NotFound, match=r"no task 'x'.*task list"):
        done(doors, "x")
