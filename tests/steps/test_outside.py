"""What another platform scores is beside our score: in words, in conditions, on the account's page."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fastapi.testclient import TestClient

from tests.steps.companies import DAY, SIGNALS, company, put
from vitalreel.cli import main
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.outside import Outside, outside
from vitalreel.store import tables as t
from vitalreel.web.app import make_app
from vitalreel.wiring import kit_of

NAMED = """
  gainsight.score: {type: number, feed: platform, fresh: 7}
  gainsight.band: {type: text, feed: platform, fresh: 7}
  outside.call_to_action: {type: event, feed: platform}
"""


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    made = company(tmp_path / "ws")
    text = SIGNALS.replace("video: 2}", "video: 2, platform: 7}", 1) + NAMED.lstrip("\n")
    (made.workspace.root / "signals.yaml").write_text(text, encoding="utf-8")
    put(
        made,
        "account",
        [{"account_id": a, "name": a, "segment": "mid_market", "since": dt.date(2025, 1, 1)} for a in ("a1", "a2")],
    )
    rows = [
        {
            "account_id": "a1",
            "day": DAY - dt.timedelta(days=3),
            "platform": "gainsight",
            "score": 71.0,
            "band": "Green",
        },
        {
            "account_id": "a1",
            "day": DAY,
            "platform": "gainsight",
            "score": 42.0,
            "band": "Red",
            "call_to_action": "Call them",
        },
        {"account_id": "a1", "day": DAY, "platform": "totango", "score": None, "band": "Good"},
    ]
    put(made, "outside_score", rows)
    return made


def test_the_newest_reading_of_each_platform_as_known_on_the_day(doors: Doors):
    """On its own scale and in its own word; later readings are not known earlier."""
    with doors.lake.session() as session:
        now, before, none = (
            outside(session, "a1", DAY),
            outside(session, "a1", DAY - dt.timedelta(days=1)),
            outside(session, "a2", DAY),
        )  # type: ignore[arg-type]

    assert (Outside("gainsight", DAY, 42.0, "Red", "Call them"), Outside("totango", DAY, None, "Good", None)) == now
    assert (Outside("gainsight", DAY - dt.timedelta(days=3), 71.0, "Green", None),) == before
    assert () == none


def test_conditions_may_ask_for_them(doors: Doors):
    """A signal a platform, and an event for what it asks a CSM to do."""
    names = frozenset({"gainsight.score", "gainsight.band", "outside.call_to_action"})
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue_of(doors), DAY, names)
        facts = signals.tables["facts"].to_pyarrow().to_pylist()
        events = signals.tables["events"].to_pyarrow().to_pylist()
    told = {(r["signal"], r["num"], r["word"]) for r in facts if r["signal"] in names}

    assert {("gainsight.score", 71.0, None), ("gainsight.score", 42.0, None), ("gainsight.band", None, "Green"),
            ("gainsight.band", None, "Red")} == told  # fmt: skip
    assert ["a1"] == [r["account_id"] for r in events if r["event"] == "outside.call_to_action"]


def test_explain_and_the_page_show_them_beside_ours(doors: Doors):
    """Never in our score."""
    call = ["explain", "a1", "-w", str(doors.workspace.root), "--as-of", DAY.isoformat()]
    text, document = CliRunner().invoke(main, call), CliRunner().invoke(main, [*call, "--json"])

    assert (0, 0) == (text.exit_code, document.exit_code), text.output
    assert "gainsight on 2026-03-31: 42, Red; it asks for: Call them" in text.stdout
    assert ["gainsight", "totango"] == [o["platform"] for o in json.loads(document.stdout)["outside"]]


def test_the_accounts_page_shows_them(doors: Doors):
    """With the platform's word and what it asks for; an account it does not score has no such panel."""
    now = dt.datetime.combine(DAY, dt.time(12), dt.UTC)
    with doors.engine.begin() as c:
        c.execute(sa.insert(t.account), [{"id": a, "name": a, "row": {}, "updated": now} for a in ("a1", "a2")])
    with TestClient(make_app(doors, kit_of(doors), lambda: now, "http://localhost:8321")) as client:
        with_it, without = (client.get(f"/accounts/{a}").text for a in ("a1", "a2"))

    assert "On other platforms" in with_it
    assert "Asks for: Call them" in with_it
    assert "On other platforms" not in without
