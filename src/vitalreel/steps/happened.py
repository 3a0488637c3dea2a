"""happened: what the app database knows of a quarter: episodes, draws, films, views and silences, each by account and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from vitalreel.measurement.parts.part import Event
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Silence
from vitalreel.steps.plans import Plans, kept_plans
from vitalreel.store import tables as t
from vitalreel.triggers.window import zone_of

Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that happened at an account on a day."""

    account: str
    day: date
    id: str = ""  # of the film's sending, or of the view


@dataclass(frozen=True, slots=True)
class Happened:
    """What the app database knows at the end of the period's day; `films` and `watched` hold those inside the quarter only."""

    runs: Mapping[str, Sequence[Run]]  # play -> its episodes in order of opening, later quarters' among them
    opening: Mapping[tuple[str, str, date], Mapping[str, float]]  # account, play, opened on -> values then
    films: Mapping[str, Sequence[Dated]]  # play -> the day each film was sent, on the programme's clock
    watched: Mapping[str, Sequence[Dated]]  # play -> the day each film was first watched in the quarter
    silences: tuple[Silence, ...]
    log: Mapping[tuple[str, str], Drawn] = field(default_factory=dict)  # account, play or programme -> how it was drawn
    plans: Plans = field(default_factory=dict)  # analysis plans that were fixed by then


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of the assignment log."""

    stratum: str
    share: float
    day: date
    arm: str = "served"


def happened_by(c: Connection, period: Period, zone: str) -> Happened:
    """What had happened by the end of the period's day. zone: whose midnight begins a day."""
    start, end = (_midnight(d, zone) for d in (period.quarter.start, period.until))
    runs: dict[str, list[Run]] = {}
    known = t.play_run.c.opened_on <= period.day
    for r in c.execute(select(t.play_run).where(known).order_by(t.play_run.c.opened_on, t.play_run.c.id)).mappings():
        runs.setdefault(r["play"], []).append(dict(r))
    opening = {
        (r.account, r.play, r.opened_on): r.opening
        for r in c.execute(
            select(t.episode).where(t.episode.c.opened_on.is_not(None), t.episode.c.opening.is_not(None))
        )
    }
    of_play = t.play_run.join(t.touch, t.touch.c.run == t.play_run.c.id)
    sent = select(
        t.play_run.c.play, t.play_run.c.account, t.outbox.c.changed.label("at"), t.outbox.c.key.label("id")
    ).select_from(
        of_play.join(t.outbox, t.outbox.c.touch == t.touch.c.id)
    ).where(t.outbox.c.state == "sent", t.outbox.c.changed >= start, t.outbox.c.changed < end)  # fmt: skip
    seen = select(
        t.play_run.c.play, t.play_run.c.account, t.view.c.video, t.view.c.started.label("at"), t.view.c.id
    ).select_from(
        of_play.join(t.link, t.link.c.touch == t.touch.c.id).join(t.view, t.view.c.link == t.link.c.id)
    ).where(t.view.c.counts, t.view.c.started >= start, t.view.c.started < end).order_by(
        t.view.c.started, t.view.c.id
    )  # fmt: skip
    silences = _silences(c, period)
    log = {
        (r.account, r.play): Drawn(r.stratum, r.share, r.day, r.arm)
        for r in c.execute(select(t.assignment).where(t.assignment.c.day <= period.day))
    }
    films, views = list(c.execute(sent)), _firsts(c.execute(seen))
    found = (runs, opening, _days(films, zone), _days(views, zone), silences, log)
    return Happened(*found, kept_plans(c, period.day))


def _silences(c: Connection, period: Period) -> tuple[Silence, ...]:
    """By reason, the one that most accounts met first; each account with the withheld touches."""
    w = t.withheld.c
    silent = (
        select(w.id, w.reason, w.account, w.day)
        .where(w.day >= period.quarter.start, w.day < period.until)
        .order_by(w.reason, w.account, w.day, w.id)
    )
    found: dict[str, dict[str, list[Event]]] = {}
    for r in c.execute(silent):
        found.setdefault(r.reason, {}).setdefault(r.account, []).append(Event("withheld", str(r.id), r.day))
    each = [Silence(reason, len(a), {k: tuple(v) for k, v in a.items()}) for reason, a in found.items()]
    return tuple(sorted(each, key=lambda s: (-s.accounts, s.reason)))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def _firsts(views: Iterable[Any]) -> list[Any]:
    """Of each film its first view; views in order of time."""
    found: dict[tuple[str, str, str], Any] = {}
    for v in views:
        found.setdefault((v.play, v.account, v.video), v)
    return list(found.values())


def _days(rows: Iterable[Any], zone: str) -> dict[str, list[Dated]]:
    found: dict[str, list[Dated]] = {}
    for r in rows:
        found.setdefault(r.play, []).append(Dated(r.account, r.at.astimezone(zone_of(zone)).date(), r.id))
    return found


def until(runs: Sequence[Run], period: Period) -> list[Run]:
    """The episodes up to the quarter's end, or the day."""
    return [r for r in runs if r["opened_on"] < period.until]


def inside(runs: Sequence[Run], period: Period) -> list[Run]:
    """The episodes that opened in the quarter."""
    return [r for r in until(runs, period) if r["opened_on"] >= period.quarter.start]


def once(runs: Sequence[Run]) -> list[Run]:
    """Each account's first episode among `runs`: the account is the unit (M17)."""
    return list({r["account"]: r for r in reversed(runs)}.values())[::-1]
