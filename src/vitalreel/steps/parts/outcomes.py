"""Parts about what became of accounts: churn and other ends by the programme's draw (M3), renewals by tier (M5), films answered (M1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Followed
from vitalreel.measurement.ends import End, first_end
from vitalreel.measurement.parts.fates import Course, fates
from vitalreel.measurement.parts.part import Event, Part, Row
from vitalreel.measurement.parts.renewals import WINDOW_DAYS, Renewal, renewals_by_tier
from vitalreel.measurement.parts.response import Offered, response
from vitalreel.measurement.trial import Least
from vitalreel.steps.findings import drawn, planned_share
from vitalreel.steps.happened import once, until
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.parts.asked import FLOORS, Asked
from vitalreel.steps.parts.cohort import Cohort, cohort
from vitalreel.steps.parts.people import RENEWAL
from vitalreel.steps.plans import plans_of_programme, standing
from vitalreel.store import tables as t
from vitalreel.triggers.holdout import PROGRAMME

Ends = Mapping[str, Sequence[End]]
LEAST = Least(accounts=FLOORS.per_arm, events=FLOORS.outcomes, sample_ratio_p=FLOORS.sample_ratio_p)
CHURN_DAYS = 90
"""Within which a loss counts, of accounts that were served or resemble those that were."""


def fates_part(asked: Asked, ends: Ends) -> Part:
    """The accounts of the programme's draw up to the quarter's end, and the served against others made alike."""
    courses = []
    for (account, play), draw in sorted(asked.happened.log.items()):
        paid = any(c.on(draw.day - timedelta(days=1)) for c in asked.held.get(AccountId(account), ()))
        if play == PROGRAMME and draw.day < asked.period.until and paid:
            end = first_end(ends.get(account, ()), draw.day)
            courses.append(
                Course(
                    account, "held_out" if draw.arm == "held_out" else "served", draw.day, end, draw.stratum, draw.share
                )
            )
    alike = cohort(asked, tuple(asked.plays), ends, "churned", CHURN_DAYS)
    plan = plans_of_programme(asked.programme)[1]
    stands = standing(plan, asked.happened.plans, min((c.since for c in courses), default=None))
    holds_out = asked.programme.holdout > 0
    return fates(courses, asked.day, LEAST, alike.answer if alike else None, holds_out, compared(alike), stands)


def compared(alike: Cohort | None) -> tuple[Row, ...]:
    """The accounts behind a matched comparison, as rows of the part it stands in."""
    seen = alike.seen if alike else ()
    return tuple(
        Row(s.account, ("alike, served" if s.treated else "alike, not served", str(s.index), "yes" if s.hit else "", "", "", ""),
            ("alike",), 0.0, (Event("first day", f"{s.account} {s.index}", s.index), *((Event("end", s.source),) if s.hit else ())))
        for s in seen
    )  # fmt: skip


# -- renewals -----------------------------------------------------------------------------------------------------------


def renewals_part(asked: Asked, ends: Ends) -> Part:
    """Accounts of the renewal plays up to the quarter's end."""
    plays = asked.of_category(*RENEWAL)
    tiers = _tiers(asked)
    found = []
    opened = [r for p in plays for r in until(asked.happened.runs.get(p.name, ()), asked.period)]
    by_name = {p.name: p for p in plays}
    for r in once(sorted(opened, key=lambda r: (r["opened_on"], r["id"]))):
        since = r["opened_on"]
        end = first_end(ends.get(r["account"], ()), since)
        inside = end if end and end.day < since + timedelta(days=WINDOW_DAYS) else None
        renewed = inside.day if inside and inside.kind == "renewed" else None
        stratum, planned = drawn(by_name[r["play"]], r["account"], asked.happened.log)
        followed = Followed(AccountId(r["account"]), r["arm"], since, renewed, stratum, planned)
        found.append(Renewal(followed, tiers.get(r["account"]) or 4, inside, r["id"]))
    share = planned_share(plays[0], asked.programme.holdout) if plays else 0.0
    alike = _alike(asked, ends, [p.name for p in plays], tiers)
    answers = {tier: one.answer for tier, one in alike.items()}
    return renewals_by_tier(found, share, asked.day, FLOORS, answers, compared(alike.get(0)))


def _tiers(asked: Asked) -> dict[str, int | None]:
    account = known_tables(asked.session, asked.programme, asked.day)["account"]
    return {r["account_id"]: r["tier"] for r in account.select("account_id", "tier").to_pyarrow().to_pylist()}


def _alike(asked: Asked, ends: Ends, plays: Sequence[str], tiers: Mapping[str, int | None]) -> dict[int, Cohort]:
    """Tier -> the served against accounts without such an opening, made alike; 0 for all."""
    found: dict[int, Cohort] = {}
    for tier in (0, *sorted({n for n in tiers.values() if n})):
        held = {a: c for a, c in asked.held.items() if tier in (0, tiers.get(a))}
        got = cohort(replace(asked, held=held), plays, ends, "renewed", WINDOW_DAYS)
        if got is not None:
            found[tier] = got
    return found


# -- films answered -----------------------------------------------------------------------------------------------------


def response_part(asked: Asked) -> Part:
    """The quarter's films, and what was done about what they propose."""
    segments = {r["account_id"]: r["segment"] or "" for r in asked.rows("account", "account_id", "segment")}
    seen = (
        select(t.view.c.link, t.view.c.id, t.view.c.started, t.view.c.clicked, t.view.c.asked_for_human)
        .where(t.view.c.counts, t.view.c.started < asked.known)
        .order_by(t.view.c.started, t.view.c.id)
    )
    views: dict[str, list[Any]] = {}
    for v in asked.connection.execute(seen):
        views.setdefault(v.link, []).append(v)
    query = (
        select(t.outbox.c.key, t.outbox.c.changed, t.outbox.c.channel, t.touch.c.account, t.touch.c.module,
               t.play_run.c.play, t.link.c.id.label("link"))
        .join(t.touch, t.outbox.c.touch == t.touch.c.id)
        .join(t.play_run, t.play_run.c.id == t.touch.c.run)
        .outerjoin(t.link, t.link.c.touch == t.touch.c.id)
        .where(t.outbox.c.state == "sent", t.outbox.c.changed >= asked.first, t.outbox.c.changed < asked.end)
        .order_by(t.outbox.c.changed, t.outbox.c.key)
    )  # fmt: skip
    films: dict[str, Offered] = {}
    for r in asked.connection.execute(query):
        films.setdefault(r.key, _offered(asked, r, views.get(r.link, []), segments.get(r.account, "")))
    return response(tuple(films.values()))


def _offered(asked: Asked, r: Any, views: Sequence[Any], segment: str) -> Offered:
    def event(kind: str, v: Any) -> Event:
        return Event(kind, v.id, asked.date_of(v.started))

    answered = next((v for v in views if v.clicked or v.asked_for_human), None)
    sent = Event("film sent", r.key, asked.date_of(r.changed))
    how = "" if answered is None else "clicked" if answered.clicked else "asked for a human"
    watched = event("view", views[0]) if views else None
    return Offered(
        r.account,
        r.play,
        r.module,
        segment,
        r.channel,
        sent,
        watched,
        event("answer", answered) if answered else None,
        how,
    )
