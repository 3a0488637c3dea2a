"""findings: what one play did and changed by its arms as assigned, with every account and event behind each figure (M12 M15 M16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors, Followed, compare, enough, past
from vitalreel.measurement.bounce import expected_bounce
from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.looks import fractions, look_days
from vitalreel.measurement.parts.part import Event
from vitalreel.measurement.plan import by_plan
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Answer, Behind, Finding, Moved, Rebound, in_time
from vitalreel.signals.catalogue import Catalogue
from vitalreel.signals.tables import day_number, day_of
from vitalreel.steps.doors import Doors
from vitalreel.steps.happened import Drawn, Happened, Run, inside, once, until
from vitalreel.steps.plans import plan_of, standing
from vitalreel.triggers.holdout import PROGRAMME
from vitalreel.triggers.matrix import Play, VideoStep

FLOORS = Floors()


def finding(doors: Doors, play: Play, happened: Happened, facts: Any, catalogue: Catalogue, period: Period) -> Finding:
    """What `play` did in the quarter and changed, so far and in it. facts: rows of its metric, None where it is no signal."""
    runs = happened.runs.get(play.name, ())
    values = _values(play, runs, facts, catalogue)
    share = planned_share(play, doors.programme.holdout)
    window = play.success.within_days

    def answer(accounts: Sequence[Followed], closes: date | None, planned: int) -> Answer:
        if play.success.metric not in catalogue.signals:
            reason = f"{play.success.metric} is not among the signals, so its moves are not known"
            return Refusal(_question(play), reason, "name it in signals.yaml", None, (0, 0), (0, 0))
        looks = _looks(doors, play, accounts, period, planned)
        return compare(_question(play), accounts, window, share, period.day, FLOORS, closes, looks)

    planned = doors.programme.looks.planned
    every, before_end, own = (
        _followed(play, chosen, happened, values) for chosen in (runs, until(runs, period), inside(runs, period))
    )
    plan = plan_of(play, doors.programme)
    stands, own_stands = (
        standing(plan, happened.plans, min((a.since for a in some), default=None)) for some in (before_end, own)
    )
    closes, together = period.quarter.end, answer(every, None, planned)
    so_far = in_time(answer(before_end, closes if period.over else None, planned), together, period, FLOORS)
    quarter = in_time(answer(own, closes, expected(len(own), period)), together, period, FLOORS)
    return replace(
        _counted(play.name, by_plan(quarter, own_stands), by_plan(so_far, stands), window, happened, period),
        modules=tuple(dict.fromkeys(step.module for step in play.ladder if isinstance(step, VideoStep))),
        behind=_behind(play.name, before_end, own, window, happened, period, play.success.metric),
        rebound=_rebound(play, before_end, happened, values, facts, period),
        plan=stands,
    )


def _behind(
    play: str, so_far: Sequence[Followed], own: Sequence[Followed], window: int, happened: Happened, period: Period, metric: str = ""
) -> tuple[Behind, ...]:  # fmt: skip
    """Every account of the play up to the quarter's end with its events, in order of its first opening."""
    opened: dict[str, list[tuple[date, str]]] = {}
    for r in until(happened.runs.get(play, ()), period):
        opened.setdefault(r["account"], []).append((r["opened_on"], r["arm"]))
    films: dict[str, list[date]] = {}
    watched: dict[str, list[date]] = {}
    for found, each in ((films, happened.films), (watched, happened.watched)):
        for one in each.get(play, ()):
            found.setdefault(one.account, []).append(one.day)
    mine = {f.account: f for f in own}
    events = _events(play, so_far, mine, happened, period, metric)
    return tuple(
        Behind(
            a.account, a.arm, tuple(opened[a.account]), a.stratum, a.planned, a.since + timedelta(days=window), a.outcome_on,
            tuple(sorted(films.pop(a.account, ()))), tuple(sorted(watched.pop(a.account, ()))),
            mine[a.account].arm if a.account in mine else None, mine[a.account].outcome_on if a.account in mine else None,
            events[a.account],
        )
        for a in so_far
    )  # fmt: skip


def _events(
    play: str, so_far: Sequence[Followed], own: Mapping[AccountId, Followed], happened: Happened, period: Period, metric: str
) -> dict[str, tuple[Event, ...]]:  # fmt: skip
    """Account -> its draws, openings, films, views and values that reached the goal, in order of days (M15)."""
    found: dict[str, set[Event]] = {a.account: set() for a in so_far}

    def keep(account: str, event: Event) -> None:
        if account in found:
            found[account].add(event)

    for (account, drawn_for), d in happened.log.items():
        if drawn_for in (PROGRAMME, play):
            keep(account, Event("draw", f"{account} {'programme' if drawn_for == PROGRAMME else play}", d.day))
    for r in until(happened.runs.get(play, ()), period):
        keep(r["account"], Event("opening", r["id"], r["opened_on"]))
    for kind, each in (("film sent", happened.films), ("view", happened.watched)):
        for one in each.get(play, ()):
            keep(one.account, Event(kind, one.id, one.day))
    for f in (*so_far, *own.values()):
        if f.outcome_on is not None:
            keep(f.account, Event(metric, f"{f.account} {f.outcome_on}", f.outcome_on))
    return {a: tuple(sorted(each, key=lambda e: (e.day or date.min, e.kind, e.id))) for a, each in found.items()}


# -- before and after, which is no effect ---------------------------------------------------------------------------------


def _rebound(
    play: Play, accounts: Sequence[Followed], happened: Happened, values: Values, facts: Any, period: Period
) -> Rebound | None:  # fmt: skip
    """How the metric moved over the windows that are over, and how it was to move by itself; None where none is over (M2)."""
    window = play.success.within_days
    moved = []
    for a in past(accounts, window, period.day):
        mine, ends = values.get(a.account, ()), a.since + timedelta(days=window)
        then, later = (_before(day, mine) for day in (a.since, ends))
        if then is not None and later is not None:
            moved.append(Moved(a.account, a.arm, then, later, a.since, ends))
    by = {arm: [(m.then, m.later) for m in moved if m.arm == arm] for arm in ("served", "held_out")}
    if not by["served"]:
        return None
    arms = {arm: (len(m), *np.mean(m, axis=0).tolist()) for arm, m in by.items() if m}
    first = min(a.since for a in accounts) - timedelta(days=1)
    learnt = _pairs(play.success.metric, facts, first - timedelta(days=window), first)
    try:
        both = np.array([(m.then, m.later) for m in learnt], float).reshape(-1, 2)
        bounce = expected_bounce(both[:, 0], both[:, 1], np.array([then for then, _ in by["served"]]))
    except ValueError as why:
        return Rebound(play.success.metric, arms, None, f"before the play first opened, {why}", tuple(moved))
    return Rebound(play.success.metric, arms, bounce, "", tuple(moved), learnt)


def _pairs(metric: str, facts: Any, then: date, later: date) -> tuple[Moved, ...]:
    """Of every account that had a value by both days, its last one by each."""
    lasts = []
    for day in (then, later):
        known = facts.filter((facts.signal == metric) & (facts.day <= day_number(day)) & facts.num.notnull())
        last = known.group_by("account_id").agg(num=known.num.argmax(known.day)).to_pyarrow().to_pylist()
        lasts.append({r["account_id"]: r["num"] for r in last})
    both = sorted(lasts[0].keys() & lasts[1].keys())
    return tuple(Moved(account, "", lasts[0][account], lasts[1][account], then, later) for account in both)


# -- what it changed ------------------------------------------------------------------------------------------------------


def planned_share(play: Play, programme: float) -> float:
    """The share of a play's accounts that is held out, by the programme or by itself; of a critical play none is (T8)."""
    return 0.0 if play.critical else 1 - (1 - programme) * (1 - play.holdout)


def expected(accounts: int, period: Period) -> int:
    """How many accounts the whole quarter will have, at the pace so far: what its looks are shares of. At least 1."""
    whole, gone = ((d - period.quarter.start).days for d in (period.quarter.end, period.until))
    return max(1, -(-accounts * whole // gone))


def _looks(
    doors: Doors, play: Play, accounts: Sequence[Followed], period: Period, planned: int
) -> tuple[float, ...]:  # fmt: skip
    """The shares of `planned` accounts at which these were looked at; none where today's is the only look at all there is to see."""
    if not accounts:
        return ()
    window = play.success.within_days

    def there(day: date) -> int:
        return len(past(accounts, window, day)) if enough(accounts, window, day, FLOORS) else 0

    days = look_days(doors.programme.looks, min(a.since for a in accounts), period.day)
    found = fractions(days, there, planned)
    return () if doors.programme.looks.every == "once" or found == (1.0,) else found


def without_play(name: str, happened: Happened, period: Period) -> Finding:
    """A play that opened once and has left the workspace: what it was for is not known any more."""
    refusal = Refusal(
        f"what {name} changed", "the play is no longer in the workspace, so its goal is not known", f"put plays/{name}.yaml back",
        None, (0, 0), (0, 0),
    )  # fmt: skip
    runs = until(happened.runs.get(name, ()), period)
    so_far, own = (
        [Followed(AccountId(r["account"]), r["arm"], r["opened_on"], None) for r in once(chosen)]
        for chosen in (runs, inside(runs, period))
    )
    return replace(
        _counted(name, refusal, refusal, 0, happened, period), behind=_behind(name, so_far, own, 0, happened, period)
    )


def _counted(name: str, own: Answer, so_far: Answer, window_days: int, happened: Happened, period: Period) -> Finding:
    runs = happened.runs.get(name, ())
    inside_it = inside(runs, period)
    arms = Counter(r["arm"] for r in once(inside_it))
    films, watched = (len(days.get(name, ())) for days in (happened.films, happened.watched))
    return Finding(
        name,
        own,
        so_far,
        window_days,
        len(inside_it),
        len(until(runs, period)),
        arms["served"],
        arms["held_out"],
        films,
        watched,
    )


def _question(play: Play) -> str:
    success = play.success
    moved = f"moved {success.way} {success.share:.0%} within {success.within_days} days"
    return f"share of accounts whose {success.metric} {moved} after {play.name.replace('_', ' ')} opened"


Values = Mapping[str, Sequence[tuple[int, float]]]


def _values(play: Play, runs: Sequence[Run], facts: Any, catalogue: Catalogue) -> Values:
    """The play's metric by account, in order of days (as day numbers)."""
    metric = play.success.metric
    if not runs or metric not in catalogue.signals:
        return {}
    chosen = facts.filter((facts.signal == metric) & facts.account_id.isin(sorted({r["account"] for r in runs})))
    found: dict[str, list[tuple[int, float]]] = {}
    for r in sorted(chosen.select("account_id", "day", "num").to_pyarrow().to_pylist(), key=lambda r: r["day"]):
        found.setdefault(r["account_id"], []).append((r["day"], r["num"]))
    return found


def _followed(play: Play, runs: Sequence[Run], happened: Happened, values: Values) -> list[Followed]:
    """Each account of the play with the first day on which its metric stood where success puts it, and how it was drawn."""
    followed = []
    for r in once(runs):
        mine = values.get(r["account"], ())
        kept = happened.opening.get((r["account"], play.name, r["opened_on"]), {}).get(play.success.metric)
        then = _before(r["opened_on"], mine) if kept is None else kept
        moved_on = _moved_on(play, r["opened_on"], then, mine)
        stratum, planned = drawn(play, r["account"], happened.log)
        followed.append(Followed(AccountId(r["account"]), r["arm"], r["opened_on"], moved_on, stratum, planned))
    return followed


def drawn(play: Play, account: str, log: Mapping[tuple[str, str], Drawn]) -> tuple[str, float | None]:
    """The stratum in which an account was drawn, and its chance to be held out by the programme or the play.

    None where the log says nothing; a critical play is drawn for by neither.
    """
    rows = [row for name in (PROGRAMME, play.name) if (row := log.get((account, name)))]
    if play.critical or not rows:
        return "", None
    served = 1.0
    for row in rows:
        served *= 1 - row.share
    return rows[-1].stratum, 1 - served


def _before(opened: date, values: Sequence[tuple[int, float]]) -> float | None:
    """The last value up to the opening, for an episode whose own record a later one has taken the place of."""
    return next((value for day, value in reversed(values) if day <= day_number(opened)), None)


def _moved_on(play: Play, opened: date, then: float | None, values: Sequence[tuple[int, float]]) -> date | None:
    if not then:
        return None
    success = play.success
    bar = then * (1 + success.share) if success.way == "up" else then * (1 - success.share)
    first, last = day_number(opened), day_number(opened + timedelta(days=success.within_days))
    for day, value in values:
        if first < day < last and (value >= bar if success.way == "up" else value <= bar):
            return day_of(day)
    return None
