"""report: what was done in a quarter and what each play changed, by arms as assigned; an estimate, else a refusal with a day (M12 M16)."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from vitalreel.identity import plain
from vitalreel.measurement.plan import Standing
from vitalreel.measurement.quarter import Period
from vitalreel.measurement.report.finding import Report, Week, weeks_of
from vitalreel.measurement.report.order import order
from vitalreel.measurement.report.page import page
from vitalreel.ports import Printer
from vitalreel.steps.doors import Doors
from vitalreel.steps.findings import FLOORS, finding, without_play
from vitalreel.steps.happened import Happened, happened_by, inside, until
from vitalreel.steps.knowing import catalogue_of, facts_of, known_tables
from vitalreel.steps.parts import every_part
from vitalreel.steps.parts.asked import Asked
from vitalreel.steps.plans import plans_of_programme
from vitalreel.steps.plays import read_plays
from vitalreel.steps.printed import Printed, printed
from vitalreel.steps.retained import paid, retained
from vitalreel.store.database import reading


def report(doors: Doors, period: Period) -> Report:
    """The quarter's report as of the period's day. Raises BadInput where nothing was loaded or known by then."""
    catalogue = catalogue_of(doors)
    plays = {a.play.name: a.play for a in read_plays(doors, catalogue)}
    with reading(doors.engine).connect() as connection, doors.lake.session() as session:
        happened = happened_by(connection, period, doors.programme.zone)
        metrics = {p.success.metric for p in plays.values() if p.name in happened.runs} & set(catalogue.signals)
        if metrics:
            facts = facts_of(doors, session, catalogue, metrics, period.day)
        else:  # no figure to compute, but a day on which nothing was known is refused all the same
            facts = None
            known_tables(session, doors.programme, period.day)
        known = tuple(finding(doors, play, happened, facts, catalogue, period) for play in plays.values())
        held = paid(session, period.day, doors.programme.currency)
        revenue = retained(
            held, happened, period, doors.programme.currency, FLOORS, plans_of_programme(doors.programme)[0]
        )
        found = {f.play: f for f in known}
        parts = every_part(
            Asked(doors.workspace, doors.programme, period, session, connection, happened, plays, found, held, revenue)
        )
    gone = [name for name, runs in sorted(happened.runs.items()) if name not in plays and until(runs, period)]
    findings = known + tuple(without_play(name, happened, period) for name in gone)
    vendor, weeks = doors.programme.vendor["name"], _weeks(happened, period)
    ranking = order(findings, period.day)
    return Report(period, vendor, findings, weeks, happened.silences, revenue, ranking, parts)


# -- what was done ------------------------------------------------------------------------------------------------------


def _weeks(happened: Happened, period: Period) -> tuple[Week, ...]:
    firsts = weeks_of(period)
    counts: Counter[tuple[date, str]] = Counter()

    def count(day: date, what: str) -> None:
        counts[firsts[bisect_right(firsts, day) - 1], what] += 1

    for runs in happened.runs.values():
        for r in inside(runs, period):
            count(r["opened_on"], r["arm"])
    for what, days in (("films", happened.films), ("watched", happened.watched)):
        for one in (d for each in days.values() for d in each):
            count(one.day, what)
    names = ("served", "held_out", "films", "watched")
    return tuple(Week(first, *(counts[first, name] for name in names)) for first in firsts)


# -- the files ----------------------------------------------------------------------------------------------------------


def document(found: Report, now: datetime) -> str:
    """The report for machines, as JSON."""
    period = found.period
    quarter = {"name": str(period.quarter), "from": period.quarter.start, "to": period.quarter.end, "over": period.over}
    return json.dumps(
        plain({
            "quarter": quarter, "as_of": found.day, "made": now, "vendor": found.vendor, "headline": found.headline,
            "refusals": refused(found), "findings": found.findings, "weeks": found.weeks, "silences": found.silences,
            "revenue": found.revenue, "ranking": found.ranking, "parts": found.parts, "plans": [_plan(s) for s in found.plans],
        }),
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def _plan(stands: Standing) -> dict[str, object]:
    return {"hash": stands.plan.hash, "plan": stands.plan, "fixed": stands.fixed, "exposed": stands.exposed, "kept": stands.kept,
            "said": stands.told}  # fmt: skip


def refused(found: Report) -> list[dict[str, object]]:
    """Every refusal with its reason and earliest day; "about" says of which accounts."""
    return [
        {"play": told.play, "about": told.about, "reason": told.refusal.reason, "would_help": told.refusal.would_help,
         "earliest": told.refusal.earliest}
        for told in found.refusals
    ]  # fmt: skip


def write_report(found: Report, out: Path, now: datetime, faces: Mapping[str, bytes], printer: Printer) -> Printed:
    """The report's three files in a folder."""
    return printed(out, "report", document(found, now), page(found, faces, now), printer)
