"""A plan in, a whole company out: the tables its systems would hand over, and the truth about every account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from vitalreel.simulator import records
from vitalreel.simulator.draws import uniform
from vitalreel.simulator.founding import Founding, found
from vitalreel.simulator.life import Life
from vitalreel.simulator.people import CSMS, Person, company_name, mailbox, people, person, place
from vitalreel.simulator.plan import FEATURES, INDUSTRIES, MILESTONES, REGIONS, SEGMENTS, Plan
from vitalreel.simulator.records import AIMS
from vitalreel.simulator.trail import Trail, account_id

VENDOR_DOMAIN = "larkspur.example"


@dataclass(frozen=True, slots=True)
class Company:
    """Vendor tables by file name, all columns as a vendor would write them, and the truth nobody may load."""

    tables: Mapping[str, pa.Table]
    truth: pa.Table


def simulate(plan: Plan) -> Company:
    """Live through the plan's days."""
    who, trail = found(plan), Trail(plan.end - timedelta(days=plan.days - 1))
    life = Life(plan, who, trail)
    for t in range(plan.days):
        life.step(t)
    return Company(written(plan, who, trail), _truth(who, life, who.start <= plan.days - 1))


def written(plan: Plan, who: Founding, trail: Trail, since: int = 0) -> Mapping[str, pa.Table]:
    """What the company's systems hold at the end of the plan's last day; of daily usage only the days from number `since` on.

    who, trail: may be of a longer plan that has been lived up to that day.
    """
    start, known = trail.start, who.start <= plan.days - 1
    contacts = [*people(plan, who), *_successors(plan, trail)]
    contracts, tickets = _contracts(plan, who, trail, start, known), trail.ticket_table(plan.days - 1)
    notes = records.tables(plan, who, start, contracts, tickets, known)
    tables = {
        "accounts": _accounts(plan, who, start, known, records.wanted(notes["goals"]) if "goals" in notes else {}),
        "csms": _csms(),
        "contacts": _contacts(plan, who, trail, start, contacts, known),
        "contracts": contracts,
        "usage": trail.usage_table(since),
        "feature_usage": trail.feature_table(since),
        "tickets": tickets,
        "surveys": trail.survey_table(),
        "invoices": trail.invoice_table(plan.days - 1),
        "milestones": _milestones(plan, who, start, known),
        "sponsor_changes": _sponsor_changes(plan, trail, start),
        "outcomes": _outcomes(trail, start),
        "features": _features(),
        **notes,
    }
    return {name: t for name, t in tables.items() if t.num_rows}


def _features() -> pa.Table:
    return pa.table(
        {
            "feature": list(FEATURES),
            "name": [f.replace("_", " ").capitalize() for f in FEATURES],
            "released": ["2019-01-07"] * len(FEATURES),
        }
    )


def _date(start: date, t: Any) -> str:
    return (start + timedelta(int(t))).isoformat()


def _domain(name: str) -> str:
    return f"{''.join(name.lower().split())}.example"


def _accounts(plan: Plan, who: Founding, start: date, known: Any, goals: Mapping[str, str]) -> pa.Table:
    rows = []
    for i in np.flatnonzero(known):
        name = company_name(plan, who, int(i))
        country, zone = place(plan, who, int(i))
        segment = SEGMENTS[who.segment[i]]
        rows.append(
            {
                "account_id": account_id(int(i)), "name": name, "domain": _domain(name), "industry": INDUSTRIES[who.industry[i]],
                "segment": segment, "region": REGIONS[who.region[i]], "country": country, "zone": zone, "language": "en",
                "csm": "" if segment == "long_tail" else CSMS[int(i) % len(CSMS)][0], "since": _date(start, who.start[i]),
                "outcome": goals.get(account_id(int(i))) or AIMS[int(uniform(plan.seed, "outcome", [i])[0] * len(AIMS))].phrase,
                "use_case": ("rostering", "open_shifts", "compliance")[int(uniform(plan.seed, "use_case", [i])[0] * 3)],
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows)


def _csms() -> pa.Table:
    return pa.Table.from_pylist(
        [
            {"csm_id": i, "name": name, "first_name": name.split()[0], "email": mailbox(name, VENDOR_DOMAIN), "title": title,
             "booking_url": f"https://{VENDOR_DOMAIN}/book/{i}", "added_on": "2019-01-07"}
            for i, name, title in CSMS
        ]
    )  # fmt: skip


def _successors(plan: Plan, trail: Trail) -> Iterator[Person]:
    """The new sponsor of every change, numbered from 100 in order of day."""
    c = trail.columns("sponsor_change")
    seen: dict[int, int] = {}
    for i, known in zip(c.get("account", ()), c.get("known", ()), strict=True):
        if known < plan.days:
            rank = 100 + seen.get(int(i), 0)
            seen[int(i)] = rank - 99
            yield person(plan, int(i), rank, "sponsor", bool(uniform(plan.seed, "consent", [i], rank)[0] < 0.9))


def _contacts(plan: Plan, who: Founding, trail: Trail, start: date, everyone: list[Person], known: Any) -> pa.Table:
    """Contacts as the CRM has them on the last day: sponsors it knows to have left are marked."""
    left = _departures(plan, trail)
    known_since = {(i, rank + 1 if rank >= 100 else 100): day for (i, rank), day in left.items()}
    rows = []
    for p in everyone:
        if not known[p.account]:
            continue
        gone = left.get((p.account, p.rank))
        rows.append(
            {
                "contact_id": p.id, "account_id": account_id(p.account), "name": p.name, "first_name": p.name.split()[0],
                "email": mailbox(p.name, _domain(company_name(plan, who, p.account))), "role": p.role, "title": p.title,
                "seniority": "executive" if p.role == "sponsor" else "manager" if p.role == "champion" else "staff",
                "active": "false" if gone is not None else "true", "left_on": "" if gone is None else _date(start, gone),
                "zone": place(plan, who, p.account)[1], "consent_email": "true" if p.consent else "false", "invented": "true",
                "added_on": _added(who, start, p, known_since),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows)


def _added(who: Founding, start: date, p: Person, known_since: Mapping[tuple[int, int], int]) -> str:
    """The day the CRM has known a contact since: the account's first, or the day it learnt of a new sponsor."""
    return _date(start, known_since.get((p.account, p.rank), who.start[p.account]))


def _departures(plan: Plan, trail: Trail) -> dict[tuple[int, int], int]:
    """(account, rank) of sponsors the CRM knows to have left -> day it learnt."""
    c = trail.columns("sponsor_change")
    left: dict[tuple[int, int], int] = {}
    current: dict[int, int] = {}
    for i, known in zip(c.get("account", ()), c.get("known", ()), strict=True):
        if known < plan.days:
            rank = current.get(int(i), 0)
            left[(int(i), rank)] = int(known)
            current[int(i)] = 100 if rank == 0 else rank + 1
    return left


def _sponsor_changes(plan: Plan, trail: Trail, start: date) -> pa.Table:
    c = trail.columns("sponsor_change")
    current: dict[int, int] = {}
    rows = {}
    for i, known in zip(c.get("account", ()), c.get("known", ()), strict=True):
        if known < plan.days:
            rank = current.get(int(i), 0)
            current[int(i)] = 100 if rank == 0 else rank + 1
            rows[(int(i), int(known))] = {
                "account_id": account_id(int(i)), "day": _date(start, known),
                "left_contact": f"con-{int(i):06d}-{rank}", "new_contact": f"con-{int(i):06d}-{current[int(i)]}",
            }  # fmt: skip
    return pa.Table.from_pylist(list(rows.values()))


def _contracts(plan: Plan, who: Founding, trail: Trail, start: date, known: Any) -> pa.Table:
    """One row a term: the one in force on the first day, and one for each renewal since."""
    first = who.start + who.term * np.maximum(0, np.ceil((1 - who.start) / who.term) - 1).astype(np.int64)
    terms = [(int(i), int(first[i]), float(who.arr[i]), float(who.seats[i])) for i in np.flatnonzero(known)]
    c = trail.columns("renewed")
    if c:
        terms += [
            (int(i), int(t), float(a), float(s))
            for i, t, a, s in zip(c["account"], c["t"], c["after"], c["seats"], strict=True)
        ]
    rows = [
        {
            "contract_id": f"ctr-{i:06d}-{t + 4000:05d}", "account_id": account_id(i),
            "start": _date(start, t), "end": _date(start, t + who.term[i]),
            "arr": f"{arr:.0f}", "currency": "USD", "seats": str(round(seats)), "auto_renew": "true" if who.auto_renew[i] else "false",
            "notice_days": str(who.notice[i]), "term_months": str(round(who.term[i] / 30.4)),
        }
        for i, t, arr, seats in sorted(terms)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def _milestones(plan: Plan, who: Founding, start: date, known: Any) -> pa.Table:
    """Onboarding steps: due by plan, done when use had grown so far; open where that day has not come."""
    rows = []
    for i in np.flatnonzero(known):
        for step, (name, due) in enumerate(zip(MILESTONES, (7, 21, 45, 60), strict=True)):
            slip = 0.4 + 0.9 * float(uniform(plan.seed, "milestone", [i], step)[0])
            done = int(who.start[i]) + round(due * slip * (1.0 if who.ramp_days[i] < 50 else 1.9))
            rows.append(
                {
                    "account_id": account_id(int(i)),
                    "milestone": name,
                    "planned_on": _date(start, who.start[i]),
                    "due": _date(start, who.start[i] + due),
                    "done": _date(start, done) if done < plan.days else "",
                }
            )
    return pa.Table.from_pylist(rows)


def _outcomes(trail: Trail, start: date) -> pa.Table:
    rows = []
    ended, renewed = trail.columns("ended"), trail.columns("renewed")
    for i, t, arr in zip(*(ended.get(k, ()) for k in ("account", "t", "arr")), strict=True):
        rows.append((int(i), int(t), "churned", float(arr), 0.0))
    for i, t, before, after, cut, grew in zip(
        *(renewed.get(k, ()) for k in ("account", "t", "before", "after", "cut", "grew")), strict=True
    ):
        rows.append(
            (int(i), int(t), "contracted" if cut else "expanded" if grew else "renewed", float(before), float(after))
        )
    return pa.Table.from_pylist(
        [
            {"outcome_id": f"out-{i:06d}-{t:05d}", "account_id": account_id(i), "day": _date(start, t), "kind": kind,
             "arr_before": f"{before:.0f}", "arr_after": f"{after:.0f}", "currency": "USD"}
            for i, t, kind, before, after in sorted(rows)
        ]
    )  # fmt: skip


def _truth(who: Founding, life: Life, known: Any) -> pa.Table:
    """What no system of the company records: for tests and for judging estimators."""
    i = np.flatnonzero(known)
    return pa.table(
        {
            "account_id": [account_id(int(k)) for k in i], "health": life.health[i], "remembered": life.remembered[i],
            "eroding": life.eroding[i], "alive": life.alive[i], "leaving": life.leaving[i], "sponsor_risk": life.sponsor_risk[i],
        }
    )  # fmt: skip
