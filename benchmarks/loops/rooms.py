"""The same programme by the product's rooms alone: the company in memory, its plays decided week by week, and measured at the end.

What the product does with files, a lake and a database stands aside, and with it loading, scoring, writing and review: each film is there
when it is decided, and lasts FILM_S. Deciding (episodes, guards, caps, holdouts, ladders) and measuring are the product's own calls; the
two conditions of the pilot plays are read off the simulated columns. A company costs seconds instead of minutes, so a hundred can be run.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as clock
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.loops.programme import HISTORY_DAYS, Trial, edits, number_of
from benchmarks.loops.tables import Ran
from benchmarks.loops.truth import Floats, Held
from vitalreel.accounts.contract import CONTRACT
from vitalreel.accounts.segments import assign_tiers, read_tiers
from vitalreel.identity import AccountId, ContactId
from vitalreel.measurement.arms import Followed, compare
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.simulator.films import Planted, Sent
from vitalreel.simulator.loop import Book, Loop
from vitalreel.simulator.people import people, place
from vitalreel.simulator.plan import SEGMENTS, Plan
from vitalreel.simulator.trail import account_id
from vitalreel.steps.decide import rules_of
from vitalreel.steps.findings import FLOORS, drawn, planned_share
from vitalreel.steps.happened import Drawn
from vitalreel.store.workspace import LIBRARY, Programme, read_programme, read_yaml
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision, Known, Run
from vitalreel.triggers.episode import Episode
from vitalreel.triggers.guards import Person, Spoken, Standing
from vitalreel.triggers.matrix import Play, read_play

FILM_S = 60.0
QUARTER = 91  # days: "over 1 quarter"
WEEK = 7
REVIEWED, LAST_TIER = 13, 4  # weeks between two reviews of tiers; who came since is in the last
HELD_LONG = 60  # days for which touches count against caps


@dataclass(slots=True)
class Rooms:
    """A trial under way."""

    trial: Trial
    loop: Loop
    programme: Programme
    plays: Sequence[Play]
    staff: Mapping[int, tuple[Person, ...]]
    films: list[Sent] = field(default_factory=list)  # every one that left
    watched: int = 0
    runs: dict[str, Run] = field(default_factory=dict)
    episodes: dict[tuple[AccountId, str], Episode] = field(default_factory=dict)
    before: dict[tuple[AccountId, str], float] = field(default_factory=dict)  # what "of before" means of an episode
    log: dict[tuple[str, str], Drawn] = field(default_factory=dict)
    spoken: dict[str, list[Spoken]] = field(default_factory=dict)
    tiers: Mapping[int, int] = field(default_factory=dict)  # as reviewed last
    weeks: int = 0  # decided so far

    def run(self) -> None:
        """All weeks of the programme."""
        for _week in range(self.trial.weeks):
            sent = self._decide()
            self.films += sent
            for day in range(WEEK):
                self.watched += len(self.loop.step(sent if day == 0 else ()))

    def _decide(self) -> list[Sent]:
        """The films of a Monday, from what was known at the end of Sunday."""
        today = self.trial.begins + (self.loop.today + 1 - HISTORY_DAYS) * _DAY
        weekly, book = self.loop.weekly_users(), self.loop.book()
        if self.weeks % REVIEWED == 0:
            self.tiers = _tiers(self.programme, book.live, book.arr)
        running: dict[str, tuple[str, ...]] = {}
        for r in self.runs.values():
            if r.state == "running":
                running[r.account] = (*running.get(r.account, ()), r.play)
        standings = {
            (name := AccountId(account_id(int(i)))): self._standing(name, int(i), running.get(name, ()), today)
            for i in np.flatnonzero(book.live)
        }
        answers = {p.name: self._answers(p, standings, weekly, book, today) for p in self.plays}
        rules = replace(rules_of(self.programme), holdout=_share(self.trial.holdout))
        decision = decide(self.plays, answers, standings, self._known(), rules, today, len(standings))
        self._keep(decision, weekly, today)
        day = self.loop.today + 1
        return [Sent(day, number_of(t.account), t.play, t.contact.role, FILM_S, t.id) for t in decision.touches]

    # -- what deciding is told ------------------------------------------------------------------------------------------------

    def _standing(self, name: AccountId, i: int, running: tuple[str, ...], today: date) -> Standing:
        country, zone = _places(self.loop.plan)[i]
        segment = SEGMENTS[self.loop.who.segment[i]]
        recent = tuple(s for s in self.spoken.get(name, ()) if (today - s.at.date()).days < HELD_LONG)
        return Standing(
            name,
            name,
            segment,
            self.tiers.get(i, LAST_TIER),
            True,
            self.staff.get(i, ()),
            running,
            recent,
            zone=zone,
            country=country,
        )

    def _answers(
        self, play: Play, standings: Collection[AccountId], weekly: Floats, book: Book, today: date
    ) -> dict[AccountId, Answers]:
        """What a play's conditions say of accounts where that is no plain no, and of those with an episode of it."""
        found = {}
        for name in standings:
            i, episode = number_of(name), self.episodes.get((name, play.name))
            now, then = weekly[-1, i], weekly[-1 - QUARTER, i]
            if play.name == "usage_drop":
                when = None if not now >= 0 or not then > 0 else bool(now <= 0.6 * then and book.seats[i] >= 8)
                before = self.before.get((name, play.name))
                closes = None if before is None or not now >= 0 else bool(now >= 0.9 * before)
            else:
                left, high = int(book.renewal[i]) - (self.loop.today + 1), self.tiers.get(i, LAST_TIER) <= 2
                when, closes = (60 <= left <= 90 if high else 30 <= left <= 45), None
            if when is not False or episode is not None:
                values = {play.success.metric: float(now)} if now >= 0 else {}
                found[name] = Answers(
                    when, closes=closes, success=_reached(play, episode, values, today), values=values
                )
        return found

    def _known(self) -> Known:
        arms: dict[tuple[AccountId, str], Any] = {(AccountId(a), play): row.arm for (a, play), row in self.log.items()}
        taken: dict[str, dict[str, int]] = {}
        for (_a, play), row in self.log.items():
            strata = taken.setdefault(play, {})
            strata[row.stratum] = strata.get(row.stratum, 0) + 1
        running = tuple(r for r in self.runs.values() if r.state == "running")
        on = frozenset(p.name for p in self.plays) if self.weeks else frozenset()
        key = hashlib.sha256(f"loops {self.trial.seed} arms".encode()).digest()
        return Known(self.episodes, running, arms, taken, on, key)

    # -- what came of it ------------------------------------------------------------------------------------------------------

    def _keep(self, decision: Decision, weekly: Floats, today: date) -> None:
        self.weeks += 1
        for e in decision.episodes:
            self.episodes[(e.account, e.play)] = e
            if e.state == "open" and e.opened_on == today:
                self.before[(e.account, e.play)] = float(weekly[-1 - QUARTER, number_of(e.account)])
        for a in decision.assignments:
            self.log[(a.account, a.play)] = Drawn(a.stratum, a.share, a.day, a.arm)
        self.runs |= {r.id: r for r in decision.runs}
        for touch in decision.touches:
            at = datetime.combine(today, clock(12), UTC)
            self.spoken.setdefault(touch.account, []).append(Spoken(ContactId(touch.contact.id), at, touch.module))


def _reached(play: Play, episode: Episode | None, values: Mapping[str, float], today: date) -> bool | None:
    """Whether the metric has moved as wanted since the opening."""
    then, now = (episode.opening or {}).get(play.success.metric) if episode else None, values.get(play.success.metric)
    if episode is None or episode.opened_on is None or not then or now is None:
        return None
    if (today - episode.opened_on).days > play.success.within_days:
        return None
    return now >= then * (1 + play.success.share)


# -- the company, and the programme's files -----------------------------------------------------------------------------------

_DAY = date(2026, 1, 2) - date(2026, 1, 1)


@lru_cache(maxsize=1)
def _history(plan: Plan) -> Loop:
    """The company on the eve of the programme: the same whatever its films will do."""
    loop = Loop(plan, Planted())
    while loop.today < HISTORY_DAYS - 1:
        loop.step()
    return loop


@lru_cache(maxsize=1)
def _files(holdouts: tuple[tuple[str, str], ...]) -> tuple[Programme, tuple[Play, ...]]:
    """The shipped programme and the trial's plays with their holdouts."""
    programme = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml")
    raw = {name: read_yaml(LIBRARY / "plays" / f"{name}.yaml", name) for name, _ in holdouts}
    return programme, tuple(read_play({**raw[name], **edits(name, share, raw[name])}, name) for name, share in holdouts)


@lru_cache(maxsize=1)
def _staff(plan: Plan) -> Mapping[int, tuple[Person, ...]]:
    """Every account's contacts; who agreed to mails can be written to."""
    found: dict[int, list[Person]] = {}
    for p in people(plan, _history(plan).who):
        one = Person(ContactId(p.id), p.name, p.role, f"{p.id}@loops.example", True, {"email": p.consent})
        found.setdefault(p.account, []).append(one)
    return {account: tuple(each) for account, each in found.items()}


@lru_cache(maxsize=1)
def _places(plan: Plan) -> list[tuple[str, str]]:
    """Country and time zone of every account."""
    who = _history(plan).who
    return [place(plan, who, i) for i in range(plan.accounts)]


def _tiers(programme: Programme, live: Collection[bool], arr: Floats) -> dict[int, int]:
    ids = [account_id(int(i)) for i in np.flatnonzero(live)]
    accounts = pa.table(
        {"account_id": ids, "tier": pa.nulls(len(ids), pa.int64()), "csm": pa.nulls(len(ids), pa.string())}
    )
    rows = [{"account_id": a, "arr": round(float(arr[number_of(a)]) * 100), "currency": "USD"} for a in ids]
    tiers = assign_tiers(accounts, pa.Table.from_pylist(rows, schema=CONTRACT), read_tiers(programme.tiers))
    return {number_of(r["account_id"]): r["tier"] for r in tiers.to_pylist()}


def _share(text: str) -> float:
    return float(text.rstrip("%")) / 100


# -- the answer, and the truth ------------------------------------------------------------------------------------------------


def ran(world: str, trial: Trial) -> Ran:
    """One company, run to its end, and what its measurement says beside the truth."""
    began, plan = time.process_time(), trial.plan
    programme, plays = _files(tuple(trial.plays.items()))
    rooms = Rooms(trial, _history(plan).branch(trial.planted), programme, plays, _staff(plan))
    rooms.run()
    weekly, answers, held = rooms.loop.weekly_users(), [], []
    for play in plays:
        accounts = _followed(rooms, play, weekly)
        answer = compare(
            play.name,
            accounts,
            play.success.within_days,
            planned_share(play, _share(trial.holdout)),
            trial.ends,
            FLOORS,
        )
        answers.append(answer)
        if isinstance(answer, Estimate):
            truth = _truth(rooms, play, accounts, weekly)
            held.append(
                Held(
                    f"{play.name}, so far",
                    answer.value,
                    answer.low,
                    answer.high,
                    truth,
                    answer.direction is not None,
                    answer.n,
                )
            )
    counts = {
        "opened": len(rooms.runs), "refused": 0, "sent": len(rooms.films), "watched": rooms.watched,
        "refusals": sum(isinstance(a, Refusal) for a in answers),
    }  # fmt: skip
    claims = [h.what for h in held if h.claimed]
    return Ran(world, trial.seed, held, None, claims, None, counts, round(time.process_time() - began, 1))


def _followed(rooms: Rooms, play: Play, weekly: Floats) -> list[Followed]:
    """Each account of a play by its first opening."""
    first: dict[str, Run] = {}
    for run in sorted((r for r in rooms.runs.values() if r.play == play.name), key=lambda r: r.opened_on):
        first.setdefault(run.account, run)
    found = []
    for account, run in sorted(first.items()):
        on = _moved_on(rooms, play, weekly, number_of(account), run.opened_on)
        stratum, planned = drawn(play, account, rooms.log)
        found.append(Followed(AccountId(account), run.arm, run.opened_on, on, stratum, planned))
    return found


def _moved_on(rooms: Rooms, play: Play, weekly: Floats, i: int, opened: date) -> date | None:
    """The first day inside the window on which the metric stood where the play wants it."""
    t = rooms.loop.day(opened)
    then, days = weekly[t - 1, i], weekly[t + 1 : t + play.success.within_days, i]
    hits = np.flatnonzero(days >= then * (1 + play.success.share)) if then > 0 else ()
    return opened + (1 + int(hits[0])) * _DAY if len(hits) else None


def _truth(rooms: Rooms, play: Play, accounts: Sequence[Followed], weekly: Floats) -> float:
    """Of the served whose window is over: what happened, minus what would have had no film of the play left; on average."""
    other = _history(rooms.trial.plan).branch(rooms.trial.planted)
    by_day: dict[int, list[Sent]] = {}
    for film in rooms.films:
        if film.play != play.name:
            by_day.setdefault(film.day, []).append(film)
    while other.today < rooms.loop.today:
        other.step(by_day.get(other.today + 1, ()))
    without = other.weekly_users()
    window = play.success.within_days * _DAY
    served = [a for a in accounts if a.arm == "served" and a.since + window <= rooms.trial.ends]
    hits = [
        [_moved_on(rooms, play, life, number_of(a.account), a.since) is not None for a in served]
        for life in (weekly, without)
    ]
    return float(np.mean(hits[0]) - np.mean(hits[1]))
