"""heard: what viewers just did, and what a load brought, reaches scores, plays and other systems at once, for those accounts (K5, H2)."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import func, select

from vitalreel.identity import AccountId
from vitalreel.steps.assess import assess, scored
from vitalreel.steps.decide import decide_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.told_back import tell_runs
from vitalreel.steps.track import track
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.triggers.window import zone_of


@dataclass(frozen=True, slots=True)
class Heard:
    """What one look brought."""

    views: int = 0  # made or changed
    scored: int = 0  # accounts
    opened: int = 0  # plays, at them
    told: int = 0  # messages about runs, queued


def hear(doors: Doors, now: datetime) -> Heard:
    """Measure what came, score the accounts that watched, or of which a load brought rows, as of today, put to them the plays that are
    on, and queue what is told of it.

    A day that was never scored whole is left to its own run as far as loads go: they may bring years. Today is the later of the day
    in UTC, by which `vitalreel run` goes, and the account's own. Where that has not begun in UTC the score has what was watched, and
    plays ask about it when it begins. The first look on a day scores all accounts.
    """
    seen = track(doors, now)
    days = _by_day(doors, now, (_watched(doors, now) if seen.counted else frozenset()) | loaded(doors, now))
    if not days:
        return Heard(seen.views)
    today = now.date()
    count = 0
    for day, accounts in sorted(days.items()):
        some = day > today or scored(doors, day)
        count += assess(doors, day, now, accounts if some else None, strictly=False).scored
    mine = days.get(today, ())
    decided = decide_day(doors, today, now, only=mine) if mine else None
    opened = sum(r.opened_on == today for r in decided.decision.runs) if decided else 0
    return Heard(seen.views, count, opened, tell_runs(doors, now))


def _watched(doors: Doors, now: datetime) -> frozenset[str]:
    """The accounts of the views that `now` brought and that count."""
    query = select(t.view.c.account).distinct().where(t.view.c.updated == now, t.view.c.counts)
    with reading(doors.engine).connect() as c:
        return frozenset(c.execute(query).scalars())


def loaded(doors: Doors, now: datetime) -> frozenset[str]:
    """The accounts of which loads brought rows that today's scores have not seen; nobody where today was never scored whole."""
    today = now.date()
    if not scored(doors, today):
        return frozenset()
    with reading(doors.engine).connect() as c:
        newest = c.execute(select(func.max(t.score_run.c.at)).where(t.score_run.c.day == today)).scalar_one()
        query = select(t.load.c.id, t.load.c.finished, t.load.c.took_s).where(
            t.load.c.state == "done", t.load.c.finished > newest - LONGEST_LOAD
        )
        since = [r.id for r in c.execute(query) if r.finished + timedelta(seconds=r.took_s) > newest]
        files = c.execute(select(t.lake_file.c.path).where(t.lake_file.c.load.in_(since))).scalars().all()
    return frozenset(name for path in files for name in _accounts(doors.workspace.lake / path))


LONGEST_LOAD = timedelta(days=1)
"""A load is on record with the moment it began and how long it took; one that took longer is heard by the day's own run."""


def _accounts(file: Path) -> list[str]:
    """The accounts that rows of a file are about; none for what is about no account."""
    if "account_id" not in pq.read_schema(file).names:
        return []
    return [str(name) for name in pq.read_table(file, columns=["account_id"])["account_id"].unique().to_pylist()]


def _by_day(doors: Doors, now: datetime, accounts: AbstractSet[str]) -> Mapping[date, list[AccountId]]:
    """Accounts by their day."""
    found: dict[date, list[AccountId]] = {}
    with reading(doors.engine).connect() as c:
        zones = {r.id: r.zone for r in c.execute(select(t.account.c.id, t.account.c.zone))} if accounts else {}
    for account in sorted(accounts & zones.keys()):
        own = now.astimezone(zone_of(zones[account] or doors.programme.zone)).date()
        found.setdefault(max(own, now.date()), []).append(AccountId(account))
    return found
