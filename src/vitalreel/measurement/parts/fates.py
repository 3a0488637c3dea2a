"""What became of the accounts the programme was drawn for: lost, smaller or renewed, served against held out, and against others like
them (M3)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from vitalreel.measurement.ends import ENDINGS, End
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.fates import Drawn, both, compare_fates
from vitalreel.measurement.incidence import Courses, balanced, incidence
from vitalreel.measurement.parts.part import Answer, Curve, Event, Figure, Part, Row, refused
from vitalreel.measurement.plan import Standing, by_plan
from vitalreel.measurement.report.finding import points
from vitalreel.measurement.shares import ratio_of_shares
from vitalreel.measurement.trial import Least

HORIZON = 182
"""Days from an account's draw: six months, as for revenue."""
NEARER = (30, 90)
TITLE = "Churn, renewals and downgrades"
METHOD = (
    "Every account of the programme's draw from that day on, by the arm it was drawn into, whoever was reached. What came first of lost, downgraded and renewed "
    "rules the others out: shares are Aalen and Johansen's cumulative incidence, days lost the area under it up to day {horizon}. Accounts going on count as "
    "long as they are known. Others made alike are weighted by what was known before: consistent with an effect at best, refused where a gate fails."
)
_HEAD = ("Account", "Arm", "Drawn", "Became", "On", "Day", "Followed to day")


@dataclass(frozen=True, slots=True)
class Course:
    """One account of the programme's draw."""

    account: str
    arm: Literal["served", "held_out"]
    since: date
    end: End | None  # the first that came from `since` on
    stratum: str = ""
    planned: float = 0.0  # its chance to be held out


def fates(
    drawn: Sequence[Course],
    today: date,
    least: Least,
    matched: Answer | None,
    holds_out: bool,
    further: Sequence[Row] = (),
    plan: Standing | None = None,
) -> Part:
    """matched: the served against others made alike; None where there is nobody to compare. further: the rows behind that.

    plan: by which the arms of the draw are compared; None where none is asked for.
    """
    rows = tuple(_row(c, today) for c in sorted(drawn, key=lambda c: c.account))
    courses = courses_of(drawn, today)
    answers = [
        (title, by_plan(a, plan) if plan else a) for title, a in _answers(courses, drawn, least, today, holds_out)
    ]
    told = any(isinstance(a, Estimate) for _, a in answers)
    figures = tuple(_figures(courses, rows, NEARER if told else ())) if drawn else ()
    if matched is not None:
        answers.append(("Churn, served less others made alike", matched))
    method = METHOD.format(horizon=HORIZON)
    return Part(
        "fates", TITLE, _said(answers, holds_out), figures, method, _HEAD, (*rows, *further), tuple(answers),
        _curves(courses) if told else (), plan,
    )  # fmt: skip


def courses_of(drawn: Sequence[Course], today: date) -> Courses:
    """The accounts as arrays; a day is 1 on the day of the draw."""
    days = np.array([min(_day(c, today), HORIZON + 1) for c in drawn], float)
    cause = np.array([_cause(c) if _day(c, today) <= HORIZON else 0 for c in drawn], np.int64)
    _, strata = np.unique([f"{c.stratum}|{c.planned:.9f}" for c in drawn], return_inverse=True)
    return Courses(days, cause, ENDINGS, np.array([c.arm == "served" for c in drawn], bool), strata.astype(np.int64))


def _cause(c: Course) -> int:
    return ENDINGS.index(c.end.kind) + 1 if c.end else 0


def _day(c: Course, today: date) -> int:
    """Of its end, or up to which it is known."""
    return ((c.end.day if c.end else today) - c.since).days + 1


def _row(c: Course, today: date) -> Row:
    day = _day(c, today)
    counts: list[str] = [c.arm]
    if c.end:
        counts += [f"{c.end.kind}_{c.arm}_{h}" for h in (*NEARER, HORIZON) if day <= h]
    end = (c.end.kind, str(c.end.day), str(day)) if c.end else ("", "", "")
    events = (
        Event("draw", f"programme {c.account}", c.since),
        *((Event("end", c.end.source, c.end.day),) if c.end else ()),
    )
    return Row(
        c.account, (c.arm.replace("_", " "), str(c.since), *end, str(min(day, HORIZON))), tuple(counts), 0.0, events
    )


def _figures(courses: Courses, rows: Sequence[Row], nearer: Sequence[int]) -> list[Figure]:
    """The share of each arm that came to each end, with its interval. nearer: further days by which churn is told."""
    arms = {"served": courses.treated, "held_out": ~courses.treated}
    n = {name: int(mask.sum()) for name, mask in arms.items()}
    found = []
    for kind, horizon in [*((ENDINGS[0], h) for h in nearer), *((kind, HORIZON) for kind in ENDINGS)]:
        got = dict(zip(arms, both(courses, ENDINGS.index(kind) + 1, horizon, "share"), strict=True))
        for name, a in got.items():
            key = f"{kind}_{name}_{horizon}"
            hit = sum(key in r.counts for r in rows)
            told = f"{kind} within {horizon} days, {name.replace('_', ' ')}"
            rests = f"{hit} of {n[name]}"
            if n[name] < 5:
                found.append(
                    Figure(
                        key, told, None, "share", rests, why_none=f"{n[name]} of 5 accounts that a share must rest on"
                    )
                )
            else:
                found.append(Figure(key, told, a.value, "share", rests, a.low, a.high))
    return found


def _answers(
    courses: Courses, drawn: Sequence[Course], least: Least, today: date, holds_out: bool
) -> list[tuple[str, Answer]]:  # fmt: skip
    if not holds_out or not drawn:
        return []
    planned: dict[float, int] = {}
    for c in drawn:
        planned[c.planned] = planned.get(c.planned, 0) + 1
    chance = ratio_of_shares(int((~courses.treated).sum()), planned)
    whole = max(c.since for c in drawn) + timedelta(days=HORIZON)
    lot = Drawn(True, chance, "the shares planned", whole if whole > today else None)
    found: list[tuple[str, Answer]] = []
    for kind in ENDINGS:
        asked = f"share of accounts of the programme's draw that {kind} within {HORIZON} days, served less held out"
        found.append(
            (
                f"{kind.capitalize()}, served less held out",
                compare_fates(asked, courses, kind, HORIZON, "share", lot, least),
            )
        )
        if kind == "churned":
            asked = f"days lost to churn within {HORIZON} days, a mean over all accounts, served less held out"
            found.append(
                (
                    "Days lost to churn, served less held out",
                    compare_fates(asked, courses, kind, HORIZON, "days", lot, least),
                )
            )
    return found


def _curves(courses: Courses) -> tuple[Curve, ...]:
    """By end and arm, the share that had come to it by each day."""
    if not len(courses.days):
        return ()
    weights = balanced(courses)
    if not weights.any():
        weights = np.ones(len(courses.days))
    found = []
    for which, kind in enumerate(ENDINGS, 1):
        for name, mask in (("served", courses.treated), ("held out", ~courses.treated)):
            if mask.any():
                steps = incidence(courses.days[mask], courses.cause[mask], which, weights[mask], HORIZON)
                found.append(Curve(kind, name, HORIZON, tuple((float(d), float(s)) for d, s in steps)))
    return tuple(found)


def _said(answers: Sequence[tuple[str, Answer]], holds_out: bool) -> str:
    told = dict(answers)
    churn = told.get("Churned, served less held out")
    alike = told.get("Churn, served less others made alike")
    if isinstance(churn, Estimate):
        chance = "" if churn.direction else ", which chance alone can make"
        return f"Churn of the served less that of the held out, within {HORIZON} days of the draw: {points(churn.value)} points (95% interval {points(churn.low)} to {points(churn.high)}){chance}."
    if isinstance(alike, Estimate) and alike.grade == "B":
        return f"There is no figure by lot. The served churned {points(alike.value)} points ({points(alike.low)} to {points(alike.high)}) beside others like them, which is consistent with an effect and no proof of one."
    if churn is not None:
        return refused(churn.reason, churn.would_help)
    if holds_out:
        return refused("no account has been drawn for the programme yet", "its first openings")
    reason = "the programme holds nobody out, so nothing shows what would have become of its accounts without it"
    return refused(reason, "a holdout for the whole programme")
