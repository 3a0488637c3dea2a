"""heard: what viewers just did reaches scores, plays and other systems at once, for the accounts it is about (K5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

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
    """Measure what came, score the accounts that watched as of today, put to them the plays that are on, and queue what is told of it.

    Today is the later of the day in UTC, by which `vitalreel run` goes, and the account's own. Where that has not begun in UTC the
    score has what was watched, and plays ask about it when it begins. The first look on a day scores all accounts.
    """
    seen = track(doors, now)
    days = _watched(doors, now) if seen.counted else {}
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


def _watched(doors: Doors, now: datetime) -> Mapping[date, list[AccountId]]:
    """The accounts of the views that `now` brought and that count, by their day."""
    query = (
        select(t.view.c.account, t.account.c.zone)
        .distinct()
        .join(t.account, t.account.c.id == t.view.c.account)
        .where(t.view.c.updated == now, t.view.c.counts)
    )
    found: dict[date, list[AccountId]] = {}
    with reading(doors.engine).connect() as c:
        for account, zone in c.execute(query):
            own = now.astimezone(zone_of(zone or doors.programme.zone)).date()
            found.setdefault(max(own, now.date()), []).append(AccountId(account))
    return found
