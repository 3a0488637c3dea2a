"""Another platform's score as the master: `health.score` and `band` are its, on our scale and in our words (D13)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.companies import DAY, NOW, at_work, company, put
from vitalreel.cli.health import _outside_line
from vitalreel.conditions import parse
from vitalreel.errors import BadConfiguration
from vitalreel.signals.master import Master, read_master
from vitalreel.steps.answers.behind import behind
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of
from vitalreel.steps.outside import outside
from vitalreel.wiring import open_doors

SCORES = """
  health.score: {type: number, unit: points, min: 0, max: 100, feed: crm, fresh: 30}
  band: {type: enum, values: [red, orange, yellow, green], feed: crm, fresh: 30}
  vitalreel.score: {type: number, unit: points, min: 0, max: 100, feed: crm, fresh: 30}
  vitalreel.band: {type: enum, values: [red, orange, yellow, green], feed: crm, fresh: 30}
"""
MASTER = "master: {platform: gainsight, out_of: 5, bands: {Healthy: green, ' At Risk ': red}}\n"


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    opened = company(tmp_path / "ws")
    with (opened.workspace.root / "signals.yaml").open("a", encoding="utf-8") as file:
        file.write(SCORES)
    at_work(opened, 30)
    put(opened, "outside_score", [
        {"account_id": "acme", "day": DAY - dt.timedelta(days=1), "platform": "gainsight", "score": 1.5, "band": "AT RISK"},
        {"account_id": "beta", "day": DAY - dt.timedelta(days=1), "platform": "gainsight", "score": 9.0, "band": "Delighted"},
        {"account_id": "acme", "day": DAY, "platform": "totango", "score": 80.0, "band": "Healthy"},
    ])  # fmt: skip
    assess(opened, DAY, NOW)
    return open_doors(opened.workspace.root)


def values(doors: Doors) -> dict[tuple[str, str], object]:
    """(account, signal) -> its last value."""
    names = frozenset({"health.score", "band", "vitalreel.score", "vitalreel.band"})
    with doors.lake.session() as session:
        rows = signals_of(doors, session, catalogue_of(doors), DAY, names).tables["facts"].to_pyarrow().to_pylist()
    return {
        (r["account_id"], r["signal"]): r["num"] if r["num"] is not None else r["word"]
        for r in sorted(rows, key=lambda r: r["day"])
    }


def master(doors: Doors) -> Doors:
    file = doors.workspace.root / "signals.yaml"
    file.write_text(MASTER + file.read_text(encoding="utf-8"), encoding="utf-8")
    return doors


def test_ours_is_the_master_unless_somebody_says_otherwise(doors: Doors):
    """D13."""
    found = values(doors)

    assert "green" == found["acme", "band"] and ("acme", "vitalreel.band") not in found


def test_another_platforms_score_is_the_account_s_number(doors: Doors):
    """D13: on our scale, clipped to it, in our words; a word without one is unknown; ours stays to be asked for."""
    found = values(master(doors))

    assert (30.0, "red") == (found["acme", "health.score"], found["acme", "band"])
    assert 100.0 == found["beta", "health.score"] and ("beta", "band") not in found
    assert "green" == found["acme", "vitalreel.band"] == found["beta", "vitalreel.band"]


def test_it_is_said_which_is_the_master_and_facts_lead_to_its_rows(doors: Doors):
    """D13: by explain and the account's page; answers cite the platform's rows."""
    catalogue = catalogue_of(master(doors))
    with doors.lake.session() as session:
        first, second = outside(session, "acme", DAY, lambda: catalogue.master)
        rows = behind(session, catalogue, "health.score", "acme", DAY)
        ours = behind(session, catalogue, "vitalreel.score", "acme", DAY)

    assert ("gainsight", True, 30.0, False) == (first.platform, first.master, first.points, second.master)
    assert "gainsight (the master score) on 2026-03-30: 1.5, AT RISK" == _outside_line(first)
    assert ("outside_score", 1, "score") == (rows.table, rows.count, ours.table)
    assert parse("band is red and vitalreel.band is green", catalogue).ok


@pytest.mark.parametrize(
    "raw",
    [
        "gainsight",
        {"platform": "gainsight"},
        {"platform": "vitalreel", "out_of": 100, "bands": {"a": "red"}},
        {"platform": "g s", "out_of": 100, "bands": {"a": "red"}},
        {"platform": "g", "out_of": 0, "bands": {"a": "red"}},
        {"platform": "g", "out_of": 100, "bands": {"a": "purple"}},
        {"platform": "g", "out_of": 100, "bands": {}},
    ],
)
def test_a_master_that_is_none_is_refused(raw: object):
    """D13: with what to write."""
    with pytest.raises(BadConfiguration, match=r"signals\.yaml: master.*; "):
        read_master(raw, "signals.yaml: master")


@given(st.floats(-1e6, 1e6), st.floats(0.1, 1e5))
def test_any_score_lies_on_our_scale(score: float, out_of: float):
    """D13."""
    assert 0 <= Master("g", out_of, ()).points(score) <= 100
    assert read_master("vitalreel", "here") is None and read_master(None, "here") is None
