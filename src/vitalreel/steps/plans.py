"""Analysis plans: made from the workspace, kept with the first decision by them, and held against what a report computes (M17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from vitalreel.identity import plain
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.parts.fates import HORIZON
from vitalreel.measurement.plan import AnalysisPlan, Standing, ends_plan, play_plan, programme_plan
from vitalreel.measurement.revenue import LEAST
from vitalreel.store import tables as t
from vitalreel.store.database import insert_new
from vitalreel.store.workspace import Programme
from vitalreel.triggers.matrix import Play

FLOORS = Floors()
REVENUE_DAYS = 182
"""For so long after its draw an account's revenue counts for what the programme added: six months."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A plan that was kept, and the first day decided by it."""

    hash: str
    day: date


Plans = Mapping[str, Sequence[Fixed]]
"""play -> its plans in the order in which they were fixed."""


def plan_of(play: Play, programme: Programme) -> AnalysisPlan:
    """By what the report computes what a play changed."""
    s = play.success
    return play_plan(play.name, s.metric, s.way, s.share, s.within_days, programme.looks, FLOORS)


def plans_of_programme(programme: Programme) -> tuple[AnalysisPlan, AnalysisPlan]:
    """By what it computes what the whole programme added to revenue, and what became of its accounts."""
    revenue = programme_plan(REVENUE_DAYS, programme.looks, FLOORS, LEAST)
    return revenue, ends_plan(HORIZON, programme.looks, FLOORS)


def keep_plans(c: Connection, plays: Sequence[Play], programme: Programme, day: date, now: datetime) -> None:
    """Keep the plans in force on a day that is decided, in the decision's own transaction; one that is kept stays as it is."""
    plans = [*(plan_of(p, programme) for p in plays), *plans_of_programme(programme)]
    insert_new(
        c, t.analysis_plan, [{"hash": p.hash, "play": p.play, "plan": plain(p), "day": day, "at": now} for p in plans]
    )


def kept_plans(c: Connection, day: date) -> Plans:
    """The plans that were fixed by the end of a day."""
    found: dict[str, list[Fixed]] = {}
    rows = (
        select(t.analysis_plan)
        .where(t.analysis_plan.c.day <= day)
        .order_by(t.analysis_plan.c.day, t.analysis_plan.c.at)
    )
    for r in c.execute(rows):
        found.setdefault(r.play, []).append(Fixed(r.hash, r.day))
    return found


def standing(plan: AnalysisPlan, kept: Plans, exposed: date | None) -> Standing:
    """exposed: the day of the first opening, or draw, among the accounts of a figure; None where there is none."""
    mine = kept.get(plan.play, ())
    fixed = next((f.day for f in mine if f.hash == plan.hash), None)
    before = [f.hash for f in mine if exposed is not None and f.day <= exposed and f.hash != plan.hash]
    return Standing(plan, fixed, exposed, before[-1] if before else "")
