"""The report's page: every play's answer, computed again only when something it stands on has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from vitalreel.steps.doors import Doors
from vitalreel.steps.report import Report, report
from vitalreel.steps.screens.overview import published
from vitalreel.store import tables as t
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Evidence:
    """A report; `key` tells whether anything it was computed from has changed."""

    key: tuple[object, ...]
    report: Report


def evidence(doors: Doors, today: date, seen: Evidence | None = None) -> Evidence:
    """Every play's answer as of `today`; `seen` again where nothing has changed since."""
    key = (today, *published(doors), *_done(doors))
    return seen if seen is not None and seen.key == key else Evidence(key, report(doors, today))


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
