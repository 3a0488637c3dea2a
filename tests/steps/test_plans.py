"""Analysis plans: kept by the first decision, told with their hash, and figures by a plan that came later are exploratory (M17)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.steps.companies import DAY
from tests.steps.quarters import NOW, busy, fix_plans, programme
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.looks import Schedule
from vitalreel.measurement.plan import AnalysisPlan, Standing, by_plan, play_plan
from vitalreel.measurement.quarter import Period, Quarter
from vitalreel.measurement.report.finding import NO_CLAIM
from vitalreel.measurement.report.page import page
from vitalreel.steps.decide import decide_day
from vitalreel.steps.report import document, report
from vitalreel.store import tables as t
from vitalreel.wiring import open_doors

PERIOD = Period(Quarter(2026, 3), dt.date(2026, 11, 22))
PLAN = play_plan("usage_drop", "usage.active_users", "up", 0.15, 45, Schedule(), Floors())


@pytest.mark.parametrize("term", [f.name for f in fields(AnalysisPlan)])
def test_every_term_is_in_the_hash(term: str):
    """M17: estimand, outcome, window, arms, estimator, limits, looks, seed: what could be chosen later cannot be changed unseen."""
    other: dict[str, Any] = {
        "window_days": 46,
        "error": 0.1,
        "least": {"per arm": 5},
        "looks": {"every": "month"},
        "seed": 1,
    }

    assert PLAN.hash == replace(PLAN).hash
    assert PLAN.hash != replace(PLAN, **{term: other.get(term, "other")}).hash


def test_a_figure_by_a_plan_that_came_after_the_exposure_is_exploratory():
    """M17: fixed on the day of the first exposure is in time, for its decision saves both; a day later is not, nor is never."""
    day = dt.date(2026, 6, 1)
    answer = Estimate("q", 0.2, 0.1, 0.3, "A", "m", (60, 40), (30, 10), {}, "up")
    told = [by_plan(answer, Standing(PLAN, fixed, day, "ab" * 16)) for fixed in (day, day + dt.timedelta(days=1), None)]

    assert ["A", "C", "C"] == [a.grade for a in told]
    assert (
        told[0].checks["analysis plan"]
        == f"{PLAN.hash[:12]}, fixed on 2026-06-01, the first account exposed on 2026-06-01"
    )
    assert (
        "exploratory" in told[1].checks["analysis plan"]
        and "until then it was abababababab" in told[1].checks["analysis plan"]
    )
    assert "never fixed by a decision" in told[2].checks["analysis plan"]


def test_a_decision_keeps_the_plans_before_it_opens_anything(tmp_path: Path):
    """M17: in its own transaction, on the day decided; deciding again changes nothing, another window is another plan."""
    programme(tmp_path / "ws", [], fixed=False).engine.dispose()
    path = tmp_path / "ws" / "vitalreel.yaml"
    settings = path.read_text(encoding="utf-8")
    start, end = settings.index("guards:"), settings.index("sending:")
    path.write_text(settings[:start] + "guards: {conflicts: []}\n" + settings[end:], encoding="utf-8")
    doors = open_doors(tmp_path / "ws")
    decide_day(doors, DAY, NOW, save=False)
    with doors.engine.connect() as c:
        assert [] == c.execute(select(t.analysis_plan)).all()
    decide_day(doors, DAY, NOW)
    with doors.engine.connect() as c:
        first = c.execute(select(t.analysis_plan)).mappings().all()
    decide_day(doors, DAY + dt.timedelta(days=1), NOW)
    with doors.engine.connect() as c:
        again = c.execute(select(t.analysis_plan)).mappings().all()

    assert first == again
    assert {DAY} == {r["day"] for r in first}
    assert {"*", "* ends", "usage_drop"} == {r["play"] for r in first}
    assert all(
        {"estimand", "outcome", "arms", "estimator", "looks", "seed", "window_days"} <= set(r["plan"]) for r in first
    )


def test_a_changed_plan_takes_the_figure_from_the_headline(tmp_path: Path, assets: Path):
    """M17 M16: with the outcome chosen anew after the openings the same data are told as exploratory; the hash stands in all of it."""
    doors = busy(tmp_path / "ws")
    kept = report(doors, PERIOD)
    path = tmp_path / "ws" / "plays" / "usage_drop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("up 15%", "up 14%"), encoding="utf-8")
    fix_plans(doors, dt.date(2026, 9, 1))
    changed = report(doors, PERIOD)
    drop = next(f for f in changed.findings if f.play == "usage_drop")
    text = page(changed, {}, NOW)

    assert kept.headline.startswith("Usage drop: +38.4 points")
    assert all(s.kept for s in kept.plans)
    assert (NO_CLAIM, "C", "C") == (changed.headline, drop.answer.grade, drop.so_far.grade)
    assert drop.plan is not None and drop.plan.plan.hash in text and "exploratory" in text
    assert changed.ranking is not None and "usage_drop" in changed.ranking.refused
    told = {p["plan"]["play"]: p for p in json.loads(document(changed, NOW))["plans"]}
    assert (False, "2026-09-01") == (told["usage_drop"]["kept"], told["usage_drop"]["fixed"])
    assert next(s for s in kept.plans if s.plan.play == "usage_drop").plan.hash[:12] in told["usage_drop"]["said"]

    with doors.engine.begin() as c:
        c.execute(delete(t.analysis_plan))
    never = report(doors, PERIOD)
    assert (NO_CLAIM, "C") == (never.headline, next(f for f in never.findings if f.play == "usage_drop").answer.grade)
    doors.engine.dispose()
