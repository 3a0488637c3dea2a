"""The report's page: every play's answer, computed again only when something it stands on has changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from vitalreel.measurement.quarter import Period, Quarter, quarter_of
from vitalreel.measurement.report.finding import Report
from vitalreel.steps.doors import Doors
from vitalreel.steps.report import report
from vitalreel.steps.screens.overview import published
from vitalreel.store import tables as t
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Evidence:
    """A report; `key` tells whether anything it was computed from has changed."""

    key: tuple[object, ...]
    report: Report


def evidence(doors: Doors, period: Period, seen: Evidence | None = None) -> Evidence:
    """The quarter's report; `seen` again where nothing has changed since."""
    key = (period, *published(doors), *_done(doors))
    return seen if seen is not None and seen.key == key else Evidence(key, report(doors, period))


def quarters(doors: Doors, today: Quarter) -> tuple[Quarter, ...]:
    """From today's back to the one in which the first play opened."""
    with reading(doors.engine).connect() as c:
        first = c.execute(select(func.min(t.play_run.c.opened_on))).scalar_one()
    found = [quarter_of(first)] if first else [today]
    while found[-1] < today:
        found.append(found[-1].next)
    return tuple(q for q in reversed(found) if q <= today)


def _done(doors: Doors) -> tuple[object, ...]:
    """Changes whenever a play opens or ends, a film leaves, or somebody watches."""
    with reading(doors.engine).connect() as c:
        runs = c.execute(select(func.count(), func.max(t.play_run.c.at))).one()
        states = c.execute(
            select(t.play_run.c.state, func.count()).group_by(t.play_run.c.state).order_by(t.play_run.c.state)
        ).all()
        sent = c.execute(select(func.count()).where(t.touch.c.state == "sent")).scalar_one()
        views = c.execute(select(func.count(), func.max(t.view.c.updated))).one()
    return (*runs, *(tuple(s) for s in states), sent, *views)
