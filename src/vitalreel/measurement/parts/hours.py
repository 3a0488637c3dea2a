"""Whether the programme freed people's time: routine and strategic hours a week before it began and in the quarter, by CSM (M9)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from vitalreel.measurement.means import Difference, mean_difference
from vitalreel.measurement.parts.part import Figure, Part, Row, refused

LEAST_WEEKS = 6
"""Whole weeks each of the two times must have, for an interval of their difference."""
TITLE = "CSMs' time"
METHOD = (
    "Hours that CSMs logged, by whole weeks from Monday: as many weeks as the quarter has before the programme's first opening, against the "
    "quarter's own. Which kinds of activity are routine and which strategic are settings (report.time). A week in which nobody logged "
    "anything is a week without hours. Nobody was held out, so this says what changed, not why."
)
_HEAD = ("CSM", "Routine before", "Routine now", "Strategic before", "Strategic now", "Accounts")


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of a CSM's time."""

    csm: str
    account: str
    day: date
    kind: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Kinds:
    """`report.time` of vitalreel.yaml: what is routine outreach, and what is strategic work."""

    routine: frozenset[str]
    strategic: frozenset[str]


def hours(found: Sequence[Activity], kinds: Kinds, began: date | None, first: date, until: date) -> Part:
    """began: the programme's first opening. first, until: the quarter, half-open, up to the report's day."""
    now = _weeks(first, until)
    before = _weeks(began - timedelta(weeks=len(now)), began) if began else ()
    if why := _why_none(found, kinds, began, before, now):
        return Part("hours", TITLE, why, (), METHOD, _HEAD, ())
    totals = {
        name: (_weekly(found, which, before), _weekly(found, which, now))
        for name, which in (("routine", kinds.routine), ("strategic", kinds.strategic))
    }
    rows = tuple(_rows(found, kinds, before, now))
    figures = [
        _figure(name, when, weekly)
        for name, pair in totals.items()
        for when, weekly in zip(("before", "now"), pair, strict=True)
    ]
    moved = {name: _moved(*pair) for name, pair in totals.items()}
    figures += [_difference(name, moved[name], totals[name]) for name in moved]
    return Part("hours", TITLE, _said(moved, totals), tuple(figures), METHOD, _HEAD, rows)


def _why_none(
    found: Sequence[Activity], kinds: Kinds, began: date | None, before: Collection[date], now: Collection[date]
) -> str:
    if not found:
        return refused("no time of CSMs is loaded", "a csm_activity table: day, CSM, kind and minutes")
    if began is None:
        return refused("the programme has not opened a play yet", "its first opening")
    if len(now) < LEAST_WEEKS:
        return refused(f"the quarter has {len(now)} whole weeks so far; {LEAST_WEEKS} are needed", "the rest of it")
    if not any(a.day < min(before, default=began) + timedelta(weeks=1) for a in found):
        return refused(
            f"no time from the {len(before)} weeks before {began} is loaded", "CSMs' time from before the programme"
        )
    if not {a.kind for a in found} & kinds.routine:
        kept = ", ".join(sorted({a.kind for a in found})[:6])
        return refused(
            f"none of the kinds of activity loaded ({kept}) is called routine", "report.time in vitalreel.yaml"
        )
    return ""


def _weeks(first: date, until: date) -> tuple[date, ...]:
    """Mondays of the whole weeks inside [first, until)."""
    monday = first + timedelta(days=-first.weekday() % 7)
    return tuple(monday + timedelta(weeks=n) for n in range(max(0, (until - monday).days // 7)))


def _weekly(found: Sequence[Activity], kinds: Collection[str], weeks: Sequence[date]) -> np.ndarray:
    """Hours of all CSMs in each week."""
    each: dict[date, float] = defaultdict(float)
    for a in found:
        if a.kind in kinds:
            each[a.day - timedelta(days=a.day.weekday())] += a.minutes / 60
    return np.array([each[w] for w in weeks])


def _moved(before: np.ndarray, now: np.ndarray) -> Difference | None:
    """The change in hours a week with its interval; None where nothing varies."""
    later = np.arange(len(before) + len(now)) >= len(before)
    try:
        return mean_difference(later, np.concatenate([before, now]), np.empty((len(later), 0)))
    except ValueError:
        return None


def _figure(name: str, when: str, weekly: np.ndarray) -> Figure:
    said = "before the programme" if when == "before" else "in the quarter"
    return Figure(f"{name}_{when}", f"{name}, a week {said}", float(weekly.mean()), "hours", f"{len(weekly)} weeks")


def _difference(name: str, moved: Difference | None, pair: tuple[np.ndarray, np.ndarray]) -> Figure:
    label = f"{name}, change a week"
    if moved is None:
        return Figure(
            f"{name}_change", label, float(pair[1].mean() - pair[0].mean()), "hours", "no spread between weeks"
        )
    return Figure(f"{name}_change", label, moved.value, "hours", "", moved.low, moved.high)


def _rows(found: Sequence[Activity], kinds: Kinds, before: Sequence[date], now: Sequence[date]) -> Sequence[Row]:
    """One row a CSM, with hours a week of each time."""
    made = []
    for csm in sorted({a.csm for a in found}):
        mine = [a for a in found if a.csm == csm]
        cells, counts = [], []
        for name, which in (("routine", kinds.routine), ("strategic", kinds.strategic)):
            for when, weeks in (("before", before), ("now", now)):
                weekly = _weekly(mine, which, weeks)
                cells.append(f"{weekly.mean():.1f}")
                counts.append(f"{name}_{when}")
        accounts = sorted({a.account for a in mine if a.day >= (min(now) if now else date.max)})
        counts += ["routine_change", "strategic_change"]
        made.append(Row(csm, (*cells, str(len(accounts))), tuple(counts)))
    return made


def _said(moved: dict[str, Difference | None], totals: dict[str, tuple[np.ndarray, np.ndarray]]) -> str:
    routine, strategic = moved["routine"], moved["strategic"]
    if routine is None:
        return refused("routine hours were the same in every week", "time logged week by week")
    low, high = sorted((abs(routine.low), abs(routine.high)))
    change = f"{abs(routine.value):.1f} hours a week ({low:.1f} to {high:.1f} by its 95% interval)"
    if routine.low > 0:
        return f"The programme freed no time: routine outreach took {change} more than before."
    if routine.high >= 0:
        return f"No time is shown to have been freed: routine outreach changed by {routine.value:+.1f}, ".replace(
            "-", "−"
        ) + (f"with a 95% interval of {routine.low:+.1f} to {routine.high:+.1f} hours a week.".replace("-", "−"))
    more = float(totals["strategic"][1].mean() - totals["strategic"][0].mean())
    if strategic is not None and strategic.low > 0:
        went = f"Strategic work took {strategic.value:.1f} hours a week more ({strategic.low:+.1f} to {strategic.high:+.1f})."
    else:
        went = f"That it went to strategic work is not shown: {more:+.1f} hours a week."
    return f"Routine outreach took {change} less than before. {went}".replace(" -", " −")
