"""Plans: the same question runs the same SQL without building it again, on any day; a question that differs is built anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from ibis import _

from vitalreel.signals.moment import Moment
from vitalreel.store import plans
from vitalreel.store.lake import Lake, LakeSession
from vitalreel.store.plans import Plans, Statement

FRIDAY = dt.date(2026, 3, 6)
DAYS = pa.table({"day": pa.array([Moment(FRIDAY).number + n for n in (-1, 0, 1)], pa.int64())})


@contextmanager
def session(folder: Path) -> Iterator[LakeSession]:
    opened = LakeSession(folder, Plans(folder / "plans"))
    try:
        yield opened
    finally:
        opened.close()


def ask(folder: Path, day: dt.date, *question: object, rows: pa.Table = DAYS) -> tuple[int, list[int]]:
    """How often the question was built, and how many of `rows` are not after the day."""
    moment, built = Moment(day, open=True), []

    def make() -> None:
        built.append(1)
        past = open_session.keep("past", open_session.kept("days").filter(_.day <= moment.today))
        open_session.keep("answer", past.aggregate(n=_.count()))

    with session(folder) as open_session:
        open_session.stand(day, moment.variables)
        open_session.put("days", rows)
        open_session.planned(question, make)
        return len(built), open_session.rows("answer")["n"].to_pylist()


def test_a_question_is_built_once_and_answered_for_each_day(tmp_path: Path) -> None:
    """By another session as by another process: what is kept on disk is enough."""
    asked = [ask(tmp_path, FRIDAY + dt.timedelta(days=n), "how many") for n in (0, 0, -1, 1)]

    assert [(1, [2]), (0, [2]), (0, [1]), (0, [3])] == asked


def test_another_question_and_other_code_are_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed scorecard, column or version of this software never meets a plan that was made without it."""
    first = ask(tmp_path, FRIDAY, "how many", {"day": "BIGINT"})
    other = ask(tmp_path, FRIDAY, "how many", {"day": "INTEGER"})
    monkeypatch.setattr(plans, "_makers", lambda: "the next version")

    assert ((1, [2]), (1, [2]), (1, [2])) == (first, other, ask(tmp_path, FRIDAY, "how many", {"day": "BIGINT"}))


@pytest.mark.parametrize("left", ["", "{", '[{"name": "answer"}]', "7"])
def test_a_plan_that_was_damaged_is_made_again(tmp_path: Path, left: str) -> None:
    """The folder is a cache: what cannot be read counts as not there."""
    ask(tmp_path, FRIDAY, "how many")
    for path in (tmp_path / "plans").iterdir():
        path.write_text(left, encoding="utf-8")

    assert (1, [2]) == ask(tmp_path, FRIDAY, "how many")
    assert (0, [2]) == ask(tmp_path, FRIDAY, "how many")


def test_a_plan_may_not_read_rows_of_this_process(tmp_path: Path) -> None:
    """They would be missing, or worse, other rows, when the plan is run by the next process."""
    with session(tmp_path) as opened, pytest.raises(ValueError, match=r"answer reads rows that only this process has"):
        opened.planned(("q",), lambda: opened.keep("answer", ibis.memtable(DAYS)))


def test_a_question_that_could_not_be_answered_leaves_no_plan(tmp_path: Path) -> None:
    with session(tmp_path) as opened, pytest.raises(KeyError):
        opened.planned(("q",), lambda: {}["no such table"])

    assert [] == list(tmp_path.glob("plans/*"))


def test_old_plans_are_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace whose configuration changes daily does not gather a file a day for ever."""
    monkeypatch.setattr(plans, "KEPT_PLANS", 2)
    kept = Plans(tmp_path)
    for n in range(4):
        kept.save((n,), [Statement("t", f"SELECT {n}")])

    assert 2 == len(list(tmp_path.iterdir()))
    assert (Statement("t", "SELECT 3"),) == Plans(tmp_path).find((3,))


def test_a_day_left_behind_is_not_read_by_mistake(tmp_path: Path) -> None:
    """Tables of another day are gone, loudly, once the session has moved on."""
    from tests.store.test_lake import publish, rows
    from vitalreel.store.database import migrate, open_database, sqlite_url

    engine = open_database(sqlite_url(tmp_path / "app.db"))
    migrate(engine)
    lake = Lake(tmp_path / "lake", engine)
    publish(lake, lake.stage("l1", {"account": rows(("acme", "Acme", dt.date(2026, 1, 1)))}))
    publish(lake, lake.stage("l2", {"account": rows(("acme", "Acme Robotics", dt.date(2026, 2, 10)), load="l2")}))
    with lake.session() as opened:
        early = opened.as_of(dt.date(2026, 2, 1))["account"]
        late = opened.as_of(dt.date(2026, 3, 1))["account"]

        assert ["Acme Robotics"] == late.to_pyarrow()["name"].to_pylist()
        with pytest.raises(Exception, match="account_20260201 does not exist"):
            early.to_pyarrow()
