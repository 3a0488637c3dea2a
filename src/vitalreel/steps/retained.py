"""retained: the revenue of a quarter, and what the programme's draw says it added, from contracts and the assignment log (M6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from vitalreel.accounts.revenue import Contract, contracts
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors
from vitalreel.measurement.estimate import Refusal
from vitalreel.measurement.plan import AnalysisPlan, by_plan
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Revenue
from vitalreel.measurement.revenue import Kept, contribution, grr, nrr, sums
from vitalreel.steps.happened import Happened
from vitalreel.steps.plans import REVENUE_DAYS, standing
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.holdout import PROGRAMME

FOLLOWED = timedelta(days=REVENUE_DAYS)

_COLUMNS = ("account_id", "contract_id", "start", "end", "arr", "currency", "trial", "known_on", "learnt")
Contracts = Mapping[AccountId, tuple[Contract, ...]]


def paid(session: LakeSession, day: date, currency: str) -> Contracts:
    """The paid contracts known at the end of a day, by account."""
    if "contract" not in session.names:
        return {}
    versions = session.versions("contract")
    return contracts(versions.filter(versions.known_on <= day).select(*_COLUMNS).to_pyarrow().to_pylist(), currency)


def retained(
    held: Contracts, happened: Happened, period: Period, currency: str, floors: Floors, plan: AnalysisPlan
) -> Revenue | None:  # fmt: skip
    """The quarter's revenue up to the day; None where no contract was known by then. plan: by which the programme's part is computed."""
    if not held:
        return None
    first, last = period.quarter.start - timedelta(days=1), period.until - timedelta(days=1)
    cohort = tuple(k for a, mine in sorted(held.items()) if (k := _kept(a, mine, first, last)).before)
    drawn = _drawn(held, happened, last)
    named = f"{first} to {last}, {currency}"
    added = contribution(drawn, f"six months from each account's draw, known at the end of {last}", floors)
    if isinstance(added.answer, Refusal) and min(added.answer.n) < floors.per_arm:
        soonest = earliest(happened, held, floors)
        added = replace(added, answer=replace(added.answer, earliest=soonest if soonest and soonest > last else None))
    exposed = min((d.day for (_, play), d in happened.log.items() if play == PROGRAMME), default=None)
    stands = standing(plan, happened.plans, exposed)
    added = replace(added, answer=by_plan(added.answer, stands))
    return Revenue(
        currency, first, last, sums(cohort), nrr(cohort, named), grr(cohort, named), added, cohort, drawn, stands
    )


def _kept(account: AccountId, held: tuple[Contract, ...], first: date, last: date, **draw: Any) -> Kept:
    lines = tuple((c.id, before, after) for c in held if (before := c.on(first)) | (after := c.on(last)))
    return Kept(account, sum(b for _, b, _ in lines), sum(a for _, _, a in lines), contracts=lines, **draw)


def earliest(happened: Happened, held: Contracts, floors: Floors) -> date | None:
    """The day on which each arm has enough accounts whose six months are over, of those drawn so far; None: they are too few."""
    days: dict[str, list[date]] = {"served": [], "held_out": []}
    for (account, play), draw in happened.log.items():
        before = draw.day - timedelta(days=1)
        if play == PROGRAMME and any(c.on(before) for c in held.get(AccountId(account), ())):
            days[draw.arm].append(draw.day)
    if min(map(len, days.values())) < floors.per_arm:
        return None
    return max(sorted(d)[floors.per_arm - 1] for d in days.values()) + FOLLOWED


def _drawn(held: Contracts, happened: Happened, last: date) -> tuple[Kept, ...]:
    """Accounts of the programme's draw with their six months over and revenue on the day before it, each once."""
    found = []
    for (account, play), draw in sorted(happened.log.items()):
        mine = held.get(AccountId(account))
        if play != PROGRAMME or mine is None or draw.day + FOLLOWED > last:
            continue
        day = draw.day - timedelta(days=1)
        about: dict[str, Any] = {"arm": draw.arm, "stratum": draw.stratum, "planned": draw.share}
        found.append(_kept(AccountId(account), mine, day, day + FOLLOWED, **about))
    return tuple(k for k in found if k.before)
