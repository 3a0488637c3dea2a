"""The truth of a trial: the same company lived again without the films in question, and what the report says held against it.

The effect on the served: of each served account what happened to it, minus what would have happened had no film of the play left. Its
arm was drawn by lot, so the report's interval is an interval for it. Outcomes are read off the simulated days, not off the product.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.loops.programme import Trial, number_of
from vitalreel.accounts.revenue import Contract, contracts
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Finding, Report
from vitalreel.simulator.company import written
from vitalreel.simulator.films import Sent
from vitalreel.simulator.founding import Founding
from vitalreel.simulator.loop import lived
from vitalreel.simulator.trail import Trail
from vitalreel.steps.retained import FOLLOWED
from vitalreel.triggers.matrix import Play

METRIC = "usage.weekly_users"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """One life of the company."""

    who: Founding
    trail: Trail
    weekly: Floats  # (days, accounts) people in the seven days up to each, NaN where it is no customer

    def number(self, day: date) -> int:
        """Of a date."""
        return (day - self.trail.start).days


@dataclass(frozen=True, slots=True)
class Held:
    """One answer of the report beside the truth."""

    what: str  # play, and of which accounts; or NRR
    value: float
    low: float
    high: float
    truth: float
    claimed: bool  # a side of zero was told
    n: tuple[int, int]
    agree: int = 0  # accounts whose outcome by the product is the simulated one
    differ: int = 0

    @property
    def holds(self) -> bool:
        return self.low <= self.truth <= self.high


def world(trial: Trial, sent: Sequence[Sent]) -> World:
    """The company lived with these films."""
    who, trail = lived(trial.plan, trial.planted, sent)
    use, plan = trail.columns("usage"), trial.plan
    weekly = np.full((plan.days, plan.accounts), np.nan)
    weekly[use["t"], use["account"]] = use["weekly_users"]
    return World(who, trail, weekly)


def judged(trial: Trial, plays: Collection[Play], found: Report, sent: Sequence[Sent]) -> list[Held]:
    """Every figure about a play that the report gives, so far and of its quarter, beside the truth."""
    real = world(trial, sent)
    held = []
    for play in plays:
        finding = next(f for f in found.findings if f.play == play.name)
        answers = {"so far": finding.so_far, "quarter": finding.answer}
        if not any(isinstance(a, Estimate) for a in answers.values()):
            continue
        without = world(trial, [s for s in sent if s.play != play.name])
        for about, answer in answers.items():
            if isinstance(answer, Estimate):
                rows = _followed(play, finding, found.period, about)
                held.append(_beside(f"{play.name}, {about}", play, answer, rows, (real, without)))
    return held


@dataclass(frozen=True, slots=True)
class _Followed:
    account: int
    arm: str
    opened: date
    told: bool  # whether the product says that it reached the goal


def _followed(play: Play, finding: Finding, period: Period, about: str) -> list[_Followed]:
    """The accounts behind an answer: those whose window is over, by their first opening in its stretch of time."""
    found = []
    for b in finding.behind:
        arm, told = (b.arm, b.outcome_on) if about == "so far" else (b.own_arm, b.own_outcome_on)
        first = date.min if about == "so far" else period.quarter.start
        opened = next((day for day, _ in b.opened if day >= first), None)
        if arm and opened and opened + timedelta(days=play.success.within_days) <= period.day:
            found.append(_Followed(number_of(b.account), arm, opened, told is not None))
    return found


def _beside(what: str, play: Play, answer: Estimate, rows: Sequence[_Followed], worlds: tuple[World, World]) -> Held:
    real, without = ([_moved(play, life, r.account, r.opened) for r in rows] for life in worlds)
    agree = sum(hit == r.told for hit, r in zip(real, rows, strict=True))
    each = [float(a) - float(b) for a, b, r in zip(real, without, rows, strict=True) if r.arm == "served"]
    return _held(what, answer, float(np.mean(each)), agree, len(rows) - agree)


def _held(what: str, answer: Estimate, truth: float, agree: int = 0, differ: int = 0) -> Held:
    told = answer.direction is not None
    return Held(what, answer.value, answer.low, answer.high, truth, told, answer.n, agree, differ)


def _moved(play: Play, life: World, account: int, opened: date) -> bool:
    """Whether the metric reached the play's success inside its window, from the last value before the opening."""
    assert play.success.metric == METRIC
    t = life.number(opened)
    then, days = life.weekly[t - 1, account], life.weekly[t + 1 : t + play.success.within_days, account]
    if not then > 0:
        return False
    bar = then * (1 + play.success.share) if play.success.way == "up" else then * (1 - play.success.share)
    return bool((days >= bar).any() if play.success.way == "up" else (days <= bar).any())


def revenue(trial: Trial, found: Report, sent: Sequence[Sent], drawn: Mapping[str, date]) -> Held | None:
    """What the programme added to NRR, beside the truth; None where it is refused. drawn: account -> day of the programme's draw."""
    added = found.revenue.added.answer if found.revenue else None
    if found.revenue is None or not isinstance(added, Estimate):
        return None
    real, without = (_paid(trial, world(trial, films)) for films in (sent, ()))
    ours = [str(k.account) for k in found.revenue.drawn if k.arm == "served"]

    def paid(life: Mapping[str, Sequence[Contract]], after: timedelta) -> int:
        return sum(c.on(drawn[a] + after) for a in ours for c in life[a])

    before = paid(real, timedelta(days=-1))
    truth = (paid(real, FOLLOWED - timedelta(days=1)) - paid(without, FOLLOWED - timedelta(days=1))) / before
    return _held("NRR added", added, truth)


def _paid(trial: Trial, life: World) -> Mapping[str, Sequence[Contract]]:
    """Contracts by account, as the product reads them of a table that has been known from the beginning."""
    rows = [
        {**r, "start": (start := date.fromisoformat(r["start"])), "end": date.fromisoformat(r["end"]),
         "arr": round(float(r["arr"]) * 100), "trial": False, "known_on": start, "learnt": start}
        for r in written(trial.plan, life.who, life.trail)["contracts"].to_pylist()
    ]  # fmt: skip
    return {str(account): each for account, each in contracts(rows, "USD").items()}
