"""Events a play may wait for: a goal that is reached, a feature that comes out; and the months in which a customer plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.steps.companies import DAY, START, company, put
from vitalreel.signals.tables import day_number
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.wiring import open_doors

MORE = """  value.reached: {type: event, feed: crm}
  product.released: {type: event, feed: crm}
  planning.window: {type: enum, values: [open, closed], feed: crm}
  feature.watched: {type: event, feed: video}
  viewer.asked_for_human: {type: event, feed: video}
  video.rated: {type: event, args: [pricing], feed: video}
  video.shared: {type: event, args: [pricing], feed: video}
  video.rating: {type: number, min: 1, max: 5, feed: video, fresh: 182}
"""


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Two accounts; only `acme` says when it plans: in March."""
    root = company(tmp_path / "ws").workspace.root
    path = root / "signals.yaml"
    path.write_text(path.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    opened = open_doors(root)
    base: dict[str, Any] = {"segment": "enterprise", "since": START}
    put(opened, "account", [{"account_id": "acme", "name": "Acme", "planning_months": "3", **base},
                            {"account_id": "brio", "name": "Brio", **base}])  # fmt: skip
    return opened


def events(doors: Doors, name: str, day: dt.date = DAY) -> list[tuple[str, int]]:
    with doors.lake.session() as session:
        table = signals_of(doors, session, catalogue_of(doors), day).tables["events"]
        rows = session.con.to_pyarrow(table.filter(table.event == name)).to_pylist()
    return sorted((r["account_id"], r["day"]) for r in rows)


def goal(key: str, account: str, start: float | None, target: float | None) -> dict[str, Any]:
    return {
        "goal_id": key,
        "account_id": account,
        "phrase": "to do it",
        "set_on": START,
        "start": start,
        "target": target,
    }


def test_a_goal_is_reached_on_the_day_of_its_first_reading_that_is_there(doors: Doors):
    """T2: once, from above as from below; never without a start to come from, and not by a reading that was not known yet."""
    days = [DAY - dt.timedelta(days=n) for n in (60, 40, 20, 1)]
    put(doors, "subject_goal", [goal("up", "acme", 0.5, 0.9), goal("down", "brio", 12.0, 6.0), goal("far", "brio", 0.1, 0.9),
                                goal("bare", "acme", None, 0.2)])  # fmt: skip
    readings = {
        "up": (0.7, 0.9, 0.8, 0.95),
        "down": (11.0, 7.0, 6.0, 5.0),
        "far": (0.2, 0.3, 0.4, 0.5),
        "bare": (0.3, 0.3, 0.3, 0.3),
    }
    owner = {"up": "acme", "down": "brio", "far": "brio", "bare": "acme"}
    put(doors, "goal_reading", [{"goal_id": key, "account_id": owner[key], "day": day, "value": value}
                                for key, values in readings.items() for day, value in zip(days, values, strict=True)])  # fmt: skip

    assert [("acme", day_number(days[1])), ("brio", day_number(days[2]))] == events(doors, "value.reached")
    assert [("acme", day_number(days[1]))] == events(doors, "value.reached", days[2] - dt.timedelta(days=1))


def test_a_feature_comes_out_for_every_account(doors: Doors):
    """T2: on its day, and not before it."""
    out = DAY - dt.timedelta(days=3)
    put(
        doors,
        "product_feature",
        [{"feature": "swap", "name": "Shift swaps", "released": out}, {"feature": "old", "name": "Rota"}],
    )

    assert [("acme", day_number(out)), ("brio", day_number(out))] == events(doors, "product.released")
    assert [] == events(doors, "product.released", out - dt.timedelta(days=1))


@pytest.mark.parametrize(("month", "acme", "brio"), [(3, "open", "closed"), (8, "closed", "open")])
def test_the_planning_season_is_the_account_s_own_or_the_programme_s(doors: Doors, month: int, acme: str, brio: str):
    """T2: Q3 and Q4 by default, as vitalreel.yaml says."""
    with doors.lake.session() as session:
        day = dt.date(2026, month, 20)
        table = signals_of(doors, session, catalogue_of(doors), day).tables["facts"]
        rows = session.con.to_pyarrow(table.filter(table.signal == "planning.window")).to_pylist()

    assert {"acme": acme, "brio": brio} == {r["account_id"]: r["word"] for r in rows}


def test_what_viewers_say_of_films_is_a_signal_like_any_other(doors: Doors):
    """K3 K5 H18: rated and passed on are events of their film, the rating a number of the account; who rated nothing says nothing."""
    at = dt.datetime.combine(DAY, dt.time(9), dt.UTC)
    base = {"at": at, "module": "pricing", "share": 0.5, "seconds": 30.0, "replays": 0}
    put(doors, "content_view", [
        {"view_id": "v1", "account_id": "acme", "rating": 5.0, "shared": True, **base},
        {"view_id": "v2", "account_id": "acme", "rating": 2.0, "shared": False, **base},
        {"view_id": "v3", "account_id": "brio", "rating": None, "shared": False, **base},
    ])  # fmt: skip
    with doors.lake.session() as session:
        table = signals_of(doors, session, catalogue_of(doors), DAY).tables["facts"]
        rows = session.con.to_pyarrow(table.filter(table.signal == "video.rating")).to_pylist()

    assert [("acme", 3.5)] == [(r["account_id"], r["num"]) for r in rows]
    assert ["acme", "acme"] == [account for account, _ in events(doors, "video.rated")]
    assert ["acme"] == [account for account, _ in events(doors, "video.shared")]


def test_a_video_about_a_feature_is_an_event_of_that_feature(doors: Doors):
    """K4 K7: so a condition can ask who has seen what there is about a feature; a film about none says nothing of any."""
    at = dt.datetime.combine(DAY, dt.time(9), dt.UTC)
    base = {"at": at, "module": "feature_tour", "share": 0.5, "seconds": 30.0, "replays": 0}
    put(doors, "content_view", [{"view_id": "v1", "account_id": "acme", "feature": "seats", **base},
                                {"view_id": "v2", "account_id": "brio", "feature": None, **base}])  # fmt: skip
    with doors.lake.session() as session:
        table = signals_of(doors, session, catalogue_of(doors), DAY).tables["events"]
        rows = session.con.to_pyarrow(table.filter(table.event == "feature.watched")).to_pylist()

    assert [("acme", "seats", 0.5)] == [(r["account_id"], r["arg"], r["share"]) for r in rows]


def test_who_asks_for_a_person_without_watching_has_asked_and_not_watched(doors: Doors):
    """K3 T6: a wish stops a ladder; it is no view, so `no video.watched for 30 days` stays as it was."""
    at = dt.datetime.combine(DAY, dt.time(9), dt.UTC)
    row = {"view_id": "v1", "account_id": "acme", "at": at, "module": "pricing", "share": 0.0, "seconds": 0.0, "replays": 0,
           "asked_for_human": True}  # fmt: skip
    put(
        doors,
        "content_view",
        [row, {**row, "view_id": "v2", "account_id": "brio", "seconds": None, "asked_for_human": False}],
    )

    assert ["acme"] == [account for account, _ in events(doors, "viewer.asked_for_human")]
    assert ["brio"] == [account for account, _ in events(doors, "video.watched")]
