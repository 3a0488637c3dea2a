"""Declines in a workspace: asked in a scorecard and in a condition, computed with its lake, its calendar and its plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from tests.steps.companies import CARD, DAY, NOW, SIGNALS, START, company, put
from vitalreel.steps.assess import assess
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, signals_of

DECLINES = """
  usage.sudden_drop: {from: usage.active_users, over: 8 weeks, how: sudden, alarms: 0.01, fresh: 8}
  usage.silence: {from: usage.active_users, over: 5 days, how: silence, alarms: 0.01, fresh: 8}
"""
RULES = """
  - {name: dropped, when: usage.sudden_drop >= 20% and usage.silence is known, points: -10}
"""
NAMES = tuple(f"a{i:02d}" for i in range(12))


def declining(root: Path, asked: bool = True) -> Doors:
    """Twelve accounts of 50 people for half a year; a00 has had 20 for a week."""
    doors = company(root)
    (root / "signals.yaml").write_text(SIGNALS + DECLINES, encoding="utf-8")
    (root / "scorecards" / "everybody.yaml").write_text(CARD + (RULES if asked else ""), encoding="utf-8")
    put(doors, "account", [{"account_id": a, "name": a, "country": "DE", "since": START} for a in NAMES])
    use = np.random.default_rng(1).poisson(50, (len(NAMES), 182)).astype(float)
    use[0, -7:] = 20
    days = [DAY - dt.timedelta(days=181 - t) for t in range(182)]
    put(doors, "usage", [{"account_id": a, "day": d, "metric": "active_users", "value": use[i, t]}
                         for i, a in enumerate(NAMES) for t, d in enumerate(days)])  # fmt: skip
    return doors


def given(doors: Doors) -> dict[str, float]:
    """Account -> points of the rule."""
    with doors.lake.session() as session:
        rows = session.as_of(DAY)["score_part"].to_pyarrow().to_pylist()
    return {r["account_id"]: r["points"] for r in rows if r["part"] == "dropped" and r["points"]}


def test_a_real_drop_counts_in_the_score_and_a_dead_feed_does_not(tmp_path: Path) -> None:
    """H6, H17: the one account that fell loses points; when the feed dies three days later, nobody does."""
    doors = declining(tmp_path / "ws")
    assess(doors, DAY, NOW)
    later = DAY + dt.timedelta(days=3)
    assess(doors, later, NOW + dt.timedelta(days=3))
    with doors.lake.session() as session:
        dead = session.as_of(later)["score_part"].to_pyarrow().to_pylist()

    assert {"a00": -10.0} == given(doors)
    assert [] == [r for r in dead if r["day"] == later and r["part"] == "dropped" and r["points"]]


def test_a_decline_nobody_asks_for_costs_nothing(tmp_path: Path) -> None:
    """H6: it is computed where a scorecard, a play or a guard names it."""
    doors = declining(tmp_path / "ws", asked=False)
    with doors.lake.session() as session:
        signals = signals_of(doors, session, catalogue_of(doors), DAY)
        found = set(signals.tables["facts"].to_pyarrow()["signal"].to_pylist())

    assert "usage.active_users" in found
    assert not {"usage.sudden_drop", "usage.silence"} & found
