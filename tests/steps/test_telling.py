"""Scores and their reasons told to other systems by signed webhooks (H12): what changed, with why, once, and to none who did not ask."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.steps.companies import DAY, company, found, put
from vitalreel.errors import BadConfiguration
from vitalreel.identity import AccountId
from vitalreel.steps.assess import assess, assess_days
from vitalreel.steps.doors import Doors
from vitalreel.store.database import reading
from vitalreel.store.hooks import read_hooks
from vitalreel.store.tables import hook_message
from vitalreel.tracking.hook import Hook

NEXT = DAY + dt.timedelta(days=1)
CRM = Hook("crm", "https://crm.example/hook", ("scores",))


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """Three accounts; on the day after, `busy` is used less."""
    opened = company(tmp_path / "ws")
    found(opened)
    put(opened, "usage", [{"account_id": "busy", "day": NEXT, "metric": "active_users", "value": 1.0},
                          {"account_id": "quiet", "day": NEXT, "metric": "active_users", "value": 0.0}])  # fmt: skip
    return replace(opened, programme=replace(opened.programme, webhooks=(CRM, Hook("views", "https://v.example/hook"))))


def at(day: dt.date, hour: int = 20) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def told(doors: Doors) -> Iterator[dict[str, Any]]:
    with reading(doors.engine).connect() as c:
        for row in c.execute(select(hook_message).order_by(hook_message.c.version, hook_message.c.id)).mappings():
            yield {"hook": row["hook"], **json.loads(row["body"])}


def test_the_first_scores_are_told_and_then_only_those_that_changed(doors: Doors):
    """(H12) A hook that asks for scores hears of every account once, then of the one that moved; one that does not hears nothing."""
    assess(doors, DAY, at(DAY))
    first = {m["subject"]: m["data"] for m in told(doors)}
    assess(doors, NEXT, at(NEXT))
    later = [m for m in told(doors) if m["data"]["day"] == str(NEXT)]

    assert set(first) == {"blank", "busy", "quiet"}
    assert {m["hook"] for m in told(doors)} == {"crm"} and {m["type"] for m in told(doors)} == {
        "vitalreel.score.changed"
    }
    assert [m["subject"] for m in later] == ["busy"]
    data = later[0]["data"]
    assert data["before"] == {"day": str(DAY), "points": first["busy"]["points"], "band": first["busy"]["band"]}
    assert data["because"].startswith("Down ") and data["moves"][0]["part"] == "people"
    assert sum(m["points"] for m in data["moves"]) == pytest.approx(data["points"] - data["before"]["points"])
    assert data["churn"] is None


def test_the_same_scores_are_told_once(doors: Doors):
    """(H12) Scored again, by all or alone, nothing new is said; what was untried gives way to the newer."""
    assess(doors, DAY, at(DAY))
    before = list(told(doors))
    assess(doors, DAY, at(DAY, 21))
    assess(doors, DAY, at(DAY, 22), [AccountId("busy")])

    assert sorted(m["id"] for m in told(doors)) == sorted(m["id"] for m in before)


def test_history_that_is_filled_in_is_news_to_nobody(doors: Doors):
    assess_days(doors, [DAY, NEXT], at(NEXT))
    days = {m["data"]["day"] for m in told(doors)}
    assess(doors, DAY - dt.timedelta(days=7), at(NEXT, 21))

    assert days == {str(NEXT)} == {m["data"]["day"] for m in told(doors)}


def test_nobody_who_asks_for_views_alone_hears_of_scores(doors: Doors):
    alone = replace(doors, programme=replace(doors.programme, webhooks=(Hook("views", "https://v.example/hook"),)))
    assess(alone, DAY, at(DAY))

    assert list(told(alone)) == []


def test_what_a_hook_is_told_of_is_configured():
    """(H12) `tells:` names views, scores or both; a mistake in it is named."""
    url = "https://crm.example/hook"
    assert read_hooks([{"name": "crm", "url": url}], "x")[0].tells == ("views",)
    assert read_hooks([{"name": "crm", "url": url, "tells": ["scores", "views"]}], "x")[0].tells == ("views", "scores")
    for wrong in ([], "scores", ["invoices"]):
        with pytest.raises(BadConfiguration, match=r"x: entry 1.*nothing is told by"):
            read_hooks([{"name": "crm", "url": url, "tells": wrong}], "x")
