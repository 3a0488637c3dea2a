"""estimate --days: two arms of any CSV compared by what their accounts ended by, and when (issue 6)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vitalreel.errors import BadInput
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.fates import Drawn, compare_fates
from vitalreel.measurement.incidence import Courses, Measure
from vitalreel.measurement.looks import level_at
from vitalreel.measurement.shares import sample_ratio
from vitalreel.measurement.trial import LEAST
from vitalreel.steps.columns import arms, cells, numbers, present
from vitalreel.steps.effect import Asked

GOING_ON = frozenset({"0", "censored"})
"""Words of the outcome's column, beside an empty cell, for an account that had not ended."""


def fate(path: Path, asked: Asked) -> Estimate | Refusal:
    """The arms' difference in one cause of the column `outcome` up to the horizon.

    Raises BadInput naming file and column, or the option.
    """
    if asked.days is None or asked.cause is None or asked.horizon is None:
        raise BadInput("--days", "a cause and a horizon belong to it", "say --cause churned --horizon 180 as well")
    for option, value in (
        ("--covariates", asked.known), ("--by", asked.by), ("--unit", asked.unit), ("--kind", asked.kind),
        ("--design matched", asked.design == "matched"),
    ):  # fmt: skip
        if value:
            raise BadInput("--days", f"{option} has no meaning beside it", "leave one of them out")
    courses = read_courses(path, asked)
    measure: Measure = "days" if asked.lost else "share"
    what = "days lost to ending as" if asked.lost else "share of accounts that ended as"
    question = f"{what} {asked.cause} within {asked.horizon:g} days, {asked.treatment} 1 less {asked.treatment} 0"
    try:
        level = level_at(asked.looks) if asked.looks else 0.95
    except ValueError as why:
        raise BadInput("--looks", str(why), "such as 0.25,0.5 at the second look, with half of the accounts") from why
    drawn = _drawn(courses, asked)
    return compare_fates(question, courses, asked.cause, asked.horizon, measure, drawn, LEAST, level)


def _drawn(courses: Courses, asked: Asked) -> Drawn:
    """As `measurement.trial`: the share is tested against both arms, since a file does not say who was held out."""
    if asked.share is None:
        return Drawn(asked.design == "randomised", None)
    own = int(courses.treated.sum())
    others = len(courses.treated) - own
    chance = max(sample_ratio((own, others), asked.share), sample_ratio((others, own), asked.share))
    return Drawn(asked.design == "randomised", chance, f"a planned {asked.share:.0%}")


def read_courses(path: Path, asked: Asked) -> Courses:
    """The file's accounts; an empty outcome is an account that had not ended, any other empty cell leaves the row out.

    Raises BadInput naming file and column, and where an arm is missing or a number of days is not above 0.
    """
    if asked.days is None:
        raise BadInput("--days", "no column of days is named", "name the column")
    wanted = tuple(dict.fromkeys(c for c in (asked.treatment, asked.outcome, asked.days, asked.block) if c))
    columns = cells(path, wanted)
    whole = np.logical_and.reduce([present(columns[c]) for c in wanted if c != asked.outcome])
    of = {name: [c for c, keep in zip(written, whole, strict=True) if keep] for name, written in columns.items()}
    days = numbers(of[asked.days], path, asked.days)
    if not len(days) or days.min() <= 0:
        raise BadInput(f"{path}: {asked.days}", "not every account has days above 0", "count its first day as 1")
    treated = arms(of[asked.treatment], path, asked.treatment)
    if treated.all() or not treated.any():
        raise BadInput(f"{path}: {asked.treatment}", "all accounts are in one arm", "a comparison needs 0 and 1")
    ended = present(of[asked.outcome])
    words = [
        w if there and w.lower() not in GOING_ON else "" for w, there in zip(of[asked.outcome], ended, strict=True)
    ]
    names = tuple(sorted({w for w in words if w}))
    place = {"": 0, **{name: i for i, name in enumerate(names, 1)}}
    cause = np.array([place[w] for w in words], np.int64)
    blocks = of[asked.block] if asked.block else [""] * len(words)
    _, strata = np.unique(blocks, return_inverse=True)
    return Courses(days, cause, names, treated, strata.astype(np.int64))
