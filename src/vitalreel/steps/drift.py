"""drift: the model that stands, held once a month against what followed its predictions and where measures stood when it learnt (H8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _, literal

from vitalreel.health.predict.drift import Gap, Limits, Shift, gap, in_words, shift
from vitalreel.health.predict.model import Model
from vitalreel.steps.chances import TABLE, standing
from vitalreel.steps.snapshots import churns
from vitalreel.store.lake import LakeSession


@dataclass(frozen=True, slots=True)
class Drift:
    """How a model stands at the beginning of a month."""

    day: date  # the first of the month
    version: str
    learnt_on: date
    gap: Gap | None  # None: too few churns were expected of what it predicted yet
    shifts: Mapping[str, Shift]  # measure -> its levels then and now
    told: Mapping[str, str]  # what has drifted -> in words


def drifted(session: LakeSession, day: date, limits: Limits) -> Drift | None:
    """The model that stands at the end of `day`, as of the first of its month; None where none had learnt before that.

    What was known on `day` counts: a churn that was learnt late is one.
    """
    kept, month = standing(session, day), day.replace(day=1)
    if kept is None or kept.model.learnt_on >= month:
        return None
    found, shifts = _gap(session, kept.model, day, month), _shifts(session, kept.model.learnt_on, month)
    return Drift(month, kept.model.version, kept.model.learnt_on, found, shifts, in_words(found, shifts, limits))


def _gap(session: LakeSession, model: Model, day: date, month: date) -> Gap | None:
    """Predictions whose horizon had passed by the first of the month, a horizon apart, so that no outcome counts twice."""
    if TABLE not in session.names:
        return None
    passed = literal(month - timedelta(days=model.horizon_days))
    mine = session.as_of(day)[TABLE].filter((_.model == literal(model.version)) & (_.day <= passed))
    rows = mine.select("account_id", "day", "probability").to_pyarrow()
    days = _apart(sorted(set(rows["day"].to_pylist()), reverse=True), model.horizon_days)
    chosen = rows.filter(pc.is_in(rows["day"], value_set=pa.array(days, pa.date32()))).to_pylist()
    gone = churns(session, day)
    p = np.array([r["probability"] for r in chosen], float)
    y = np.array(
        [_left(gone.get(r["account_id"], []), r["day"].toordinal(), model.horizon_days) for r in chosen], float
    )
    return gap(p, y)


def _shifts(session: LakeSession, learnt_on: date, month: date) -> dict[str, Shift]:
    """Per measure its levels on the newest days scored up to either."""
    if "score_part" not in session.names:
        return {}
    parts = session.as_of(month)["score_part"].filter(
        (_.state == "known") & _.level.notnull() & (_.day <= literal(month))
    )
    days = sorted(parts.select("day").distinct().to_pyarrow()["day"].to_pylist())
    then = [d for d in days if d <= learnt_on]
    if not then or days[-1] <= learnt_on:
        return {}
    rows = (
        parts.filter(_.day.isin([then[-1], days[-1]])).select("day", "part", "label", "level").to_pyarrow().to_pylist()
    )
    levels: dict[str, tuple[list[float], list[float]]] = {}
    for r in rows:
        levels.setdefault(r["part"], ([], []))[r["day"] != then[-1]].append(r["level"])
    labels = {r["part"]: r["label"] for r in rows}
    found = {name: shift(name, labels[name], np.array(a), np.array(b)) for name, (a, b) in sorted(levels.items())}
    return {name: one for name, one in found.items() if one is not None}


def _left(days: list[int], since: int, horizon_days: int) -> bool:
    return any(since < d <= since + horizon_days for d in days)


def _apart(days: list[date], horizon_days: int) -> list[date]:
    """Of days, newest first, those at least a horizon apart."""
    found: list[date] = []
    for day in days:
        if not found or (found[-1] - day).days >= horizon_days:
            found.append(day)
    return found
