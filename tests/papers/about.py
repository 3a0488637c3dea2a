"""Papers of the box over the invented account of the film tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from tests.briefs.dossiers import AS_OF, known, module, rising
from vitalreel.briefs.dossier import Dossier, Known
from vitalreel.briefs.facts import resolve
from vitalreel.briefs.module import Module
from vitalreel.papers.paper import Document, Paper
from vitalreel.papers.reading import read_paper
from vitalreel.papers.write import with_facts, write

PAPERS = Path(__file__).parents[2] / "src/vitalreel/library/papers"
NAMES = ("qbr", "renewal_brief", "how_things_stand")


@cache
def paper(name: str) -> Paper:
    path = PAPERS / f"{name}.yaml"
    return read_paper(path.read_text(encoding="utf-8"), path.name, module("pre_qbr_briefing"))


def whole(name: str) -> Module:
    return with_facts(paper(name), module("pre_qbr_briefing"))


def told(name: str, about: Dossier) -> Document:
    return write(paper(name), whole(name), about, resolve(whole(name), about))


def cell(value: object, table: str) -> Known:
    return known(value, table, 7)  # type: ignore[arg-type]


EXTRA: Mapping[str, Known] = {
    "account.name": known("Halden Foods"),
    "qbr.next": known(date(2026, 12, 3), "calendar_item"),
    "goal.phrase": known("to fill open shifts within two days", "subject_goal"),
    "goal.owner": known("Priya Raman", "subject_goal"),
    "goal.set_on": known(date(2026, 2, 22), "subject_goal"),
    "goal.by": known(date(2027, 2, 21), "subject_goal"),
    "goal.start": replace(known(71.0, "subject_goal"), unit="number"),
    "goal.target": replace(known(95.0, "subject_goal"), unit="number"),
    "goal.now": replace(known(93.0, "goal_reading"), unit="number", limit=95.0),
    "goal.gap": replace(known(2.0, "goal_reading"), unit="number"),
    "goal.met": known(False, "goal_reading"),
    "goal.nearer": known(True, "goal_reading"),
    "tickets.opened_before": known(9, "ticket"),
    "tickets.open": known(3, "ticket"),
    "tickets.oldest_open": known(date(2026, 11, 2), "ticket"),
    "milestones.planned": known(3, "milestone"),
    "milestones.done": known(1, "milestone"),
    "milestones.late": known("payroll export", "milestone"),
    "milestones.late_due": known(date(2026, 10, 1), "milestone"),
    "contract.subscriptions": known(1, "contract"),
    "account.business_case": known("agency spend down by a third"),
}
INSIDE: Mapping[str, Known] = {
    "inside.score": known(54.2, "score"),
    "inside.band": known("orange", "score"),
    "inside.scored_on": known(AS_OF, "score"),
    "inside.coverage": known(0.7, "score"),
    "inside.churn": known(0.12, "churn_probability"),
    "inside.churn_days": known(90, "churn_probability"),
    "inside.people": known(2, "contact"),
}


def rich(inside: bool = True) -> Dossier:
    """An account of which nearly all is known."""
    about = rising(extra={**EXTRA, **(INSIDE if inside else {})})
    rows = (("team invited", date(2026, 3, 1), "done"), ("payroll export", date(2026, 10, 1), "late"))
    listed = tuple(
        {"name": cell(n, "milestone"), "due": cell(d, "milestone"), "state": cell(s, "milestone")} for n, d, s in rows
    )
    ahead = ({"name": cell("payroll export", "milestone"), "due": cell(date(2026, 10, 1), "milestone")},)
    lists = {"milestones": listed, "milestones.ahead": ahead}
    if inside:
        lists["inside.people"] = (
            {"name": cell("Priya Raman", "contact"), "role": cell("sponsor", "contact"), "status": cell("there", "contact"),
             "watched": cell(0.82, "view")},
            {"name": cell("Omar Haddad", "contact"), "status": cell("left", "contact")},
        )  # fmt: skip
        lists["inside.risks"] = (
            {"what": cell("We look at a rival", "remark"), "day": cell(date(2026, 11, 3), "remark")},
        )
        lists["inside.drivers"] = (
            {
                "name": cell("Seats in use", "score_part"),
                "points": cell(3.1, "score_part"),
                "most": cell(15.0, "score_part"),
            },
        )
        lists["inside.steps"] = (
            {
                "what": cell("Ring the sponsor", "task"),
                "who": cell("daniel", "task"),
                "due": cell(date(2026, 12, 1), "task"),
            },
        )
    peers = tuple(replace(peer, seats=known(110 + n, "contract")) for n, peer in enumerate(about.peers))
    return replace(about, lists=lists, peers=peers)
