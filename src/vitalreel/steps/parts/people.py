"""Parts about people: sponsors and the renewal film (M7), CSMs' hours (M9), what people did by playbook (M14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from vitalreel.measurement.parts.hours import Activity, hours
from vitalreel.measurement.parts.part import Part
from vitalreel.measurement.parts.playbooks import Asked as Task
from vitalreel.measurement.parts.playbooks import playbooks, recommend
from vitalreel.measurement.parts.sponsors import Sponsor, sponsors
from vitalreel.measurement.ranking import Ranking, ranked
from vitalreel.measurement.report.order import order, sample_of
from vitalreel.measurement.sample import Sample
from vitalreel.steps.happened import inside
from vitalreel.steps.knowing import known_tables
from vitalreel.steps.parts.asked import Asked
from vitalreel.store import tables as t
from vitalreel.triggers.matrix import TaskStep

RENEWAL = ("renewal_window", "renewal_package")
SEEN = ("loaded", "play")
"""Events that say that somebody opened the page."""


def sponsors_part(asked: Asked) -> Part:
    """The sponsors of accounts whose renewal play opened in the quarter, and how far their film got."""
    plays = [p.name for p in asked.of_category(*RENEWAL)]
    runs = [
        r for name in plays for r in inside(asked.happened.runs.get(name, ()), asked.period) if r["arm"] == "served"
    ]
    named: dict[str, str] = {}
    for r in sorted(asked.rows("contact", "contact_id", "account_id", "role", "active"), key=lambda r: r["contact_id"]):
        if r["role"] == "sponsor" and r["active"] is not False:
            named.setdefault(r["account_id"], r["contact_id"])
    account = known_tables(asked.session, asked.programme, asked.day)["account"]
    tiers = {r["account_id"]: r["tier"] for r in account.select("account_id", "tier").to_pyarrow().to_pylist()}
    films = _films(asked, [r["id"] for r in runs])
    found = []
    for name in sorted({r["account"] for r in runs}):
        contact = named.get(name, "")
        found.append(Sponsor(name, tiers.get(name) or 4, contact, **films.get((name, contact), {})))
    return sponsors(found, asked.terms.sponsors_healthy, asked.terms.sponsor_tier)


def _films(asked: Asked, runs: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """(account, contact) -> when the film of these episodes was sent to that person, opened and watched."""
    opened = (
        select(t.event.c.link, func.min(t.event.c.at).label("at"))
        .where(t.event.c.type.in_(SEEN), t.event.c.received < asked.known)
        .group_by(t.event.c.link)
        .subquery()
    )
    watched = (
        select(t.view.c.link, func.min(t.view.c.started).label("at"), func.max(t.view.c.completion).label("share"))
        .where(t.view.c.counts, t.view.c.contact != "", t.view.c.started < asked.known)
        .group_by(t.view.c.link)
        .subquery()
    )
    query = (
        select(t.touch.c.account, t.touch.c.contact, t.outbox.c.changed, opened.c.at.label("opened"),
               watched.c.at.label("watched"), watched.c.share)
        .join(t.outbox, t.outbox.c.touch == t.touch.c.id)
        .outerjoin(t.link, t.link.c.touch == t.touch.c.id)
        .outerjoin(opened, opened.c.link == t.link.c.id)
        .outerjoin(watched, watched.c.link == t.link.c.id)
        .where(t.touch.c.run.in_(runs), t.outbox.c.state == "sent", t.outbox.c.changed < asked.known)
        .order_by(t.outbox.c.changed)
    )  # fmt: skip
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for r in asked.connection.execute(query):
        days = [at and asked.date_of(at) for at in (r.changed, r.opened, r.watched)]
        told = {"sent_on": days[0], "opened_on": days[1] or days[2], "watched_on": days[2], "watched": r.share or 0.0}
        found.setdefault((r.account, r.contact), told)
    return found


# -- hours --------------------------------------------------------------------------------------------------------------


def hours_part(asked: Asked) -> Part:
    """What CSMs logged, before the programme's first opening and in the quarter."""
    rows = asked.rows("csm_activity", "account_id", "day", "csm", "kind", "minutes")
    found = [
        Activity(r["csm"] or "not named", r["account_id"], r["day"], r["kind"] or "", r["minutes"] or 0.0) for r in rows
    ]
    opened = [r["opened_on"] for runs in asked.happened.runs.values() for r in runs]
    began: date | None = min(opened, default=None)
    return hours(found, asked.terms.kinds, began, asked.period.quarter.start, asked.period.until)


# -- playbooks ----------------------------------------------------------------------------------------------------------


def playbooks_part(asked: Asked) -> Part:
    """What plays asked of people in the quarter, and what the plays changed."""
    books = {
        (p.name, s.name): s.playbook
        for p in asked.plays.values()
        for s in p.ladder
        if isinstance(s, TaskStep) and s.playbook
    }
    query = (
        select(t.task, t.play_run.c.play)
        .join(t.play_run, t.play_run.c.id == t.task.c.run)
        .where(t.task.c.at >= asked.first, t.task.c.at < asked.end)
        .order_by(t.task.c.id)
    )
    found = [
        Task(
            r.account,
            r.playbook or books.get((r.play, r.step), r.step),
            r.play,
            asked.date_of(r.at),
            r.due,
            r.state == "done",
            r.outcome,
        )
        for r in asked.connection.execute(query)
    ]
    answers = {name: f.so_far for name, f in asked.findings.items()}
    over_all = order(tuple(asked.findings.values()), asked.day)
    return playbooks(found, answers, recommend(over_all, _by_segment(asked)), asked.day)


def _by_segment(asked: Asked) -> Mapping[str, Ranking]:
    """The plays in order inside each segment's accounts, by the stratum in which they were drawn."""
    groups: dict[str, dict[str, Sample]] = {}
    for f in asked.findings.values():
        for segment in sorted({b.stratum for b in f.behind if b.stratum}):
            mine = sample_of(f, asked.day, segment)
            if all(mine.n):
                groups.setdefault(segment, {})[f.play] = mine
    return {segment: ranked(samples, None) for segment, samples in groups.items()}
