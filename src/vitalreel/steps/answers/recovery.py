"""A recovery plan for an account: each risk that stands, what is to be done, by whom and by when; then weak measures and open tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from vitalreel.briefs.answer import Answer, Notes
from vitalreel.briefs.fact import Origin
from vitalreel.briefs.template import read_template
from vitalreel.errors import NotFound
from vitalreel.health.explain import Part
from vitalreel.health.explain import Standing as Score
from vitalreel.health.scorecard import TENTHS
from vitalreel.identity import AccountId, fingerprint
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.answers.behind import Place, of_part, origin, rows_of, set_down
from vitalreel.steps.answers.standing import (
    FILE,
    PEOPLE,
    ROLES,
    Reading,
    Rows,
    Standing,
    clause,
    known,
    left_out,
    standing,
)
from vitalreel.steps.answers.standing import rows_of as rows_of_risks
from vitalreel.steps.assess import read_model
from vitalreel.steps.doors import Doors
from vitalreel.steps.explain import standing as score_of
from vitalreel.steps.knowing import catalogue_of
from vitalreel.store import tables as t
from vitalreel.store.database import reading
from vitalreel.store.lake import LakeSession
from vitalreel.triggers.calendar import moved
from vitalreel.triggers.risks import CSM, Deed

QUESTION = "recovery_plan"
POOLED = set_down("vitalreel.yaml", "vendor.pooled_csm")
WEAKEST = 3
"""Measures told where no risk stands; one less where one does."""
WEAK = 0.6
"""A measure that gives this share of its points or more is not weak."""


def recovery_plan(doors: Doors, account: str, day: date) -> Answer:
    """What is to be done at one account. Raises NotFound where it was not known on the day."""
    notes = Notes(QUESTION, account, day)
    rows = rows_of_risks(doors, catalogue_of(doors))
    with doors.lake.session() as session:
        every, catalogue = standing(doors, session, rows, day)
        if account not in every:
            raise NotFound("account", account, f"it was not known on {day}")
        of = every[account]
        people = _people(doors, notes, of)
        now = score_of(doors, AccountId(account), day)
        _headline(notes, session, catalogue, of, now)
        stands = [r.name for r in rows.risks.rows if of.answers[r.name]]
        for name in stands:
            _risk(doors, notes, session, catalogue, rows, name, of, people)
        weak = _weak(doors, notes, session, rows, now, people, WEAKEST - 1 if stands else WEAKEST)
    tasks = _tasks(doors, notes, account)
    if not (stands or weak or tasks):
        notes.say("Nothing known calls for a recovery.")
    unknown = [r.name for r in rows.risks.rows if of.answers[r.name] is None]
    if unknown:
        put = set_down(FILE, "every row")
        notes.fact("unknown", len(unknown), "count:more risk|more risks", "risks nobody can tell of", put)
        notes.say("Not known, for lack of fresh data: {unknown with unit}.")
    left_out(notes, rows)
    return notes.done()


def _people(doors: Doors, notes: Notes, of: Standing) -> Mapping[str, str]:
    """Who is who: `csm` and each role somebody has -> the fact of their name."""
    found = {}
    with reading(doors.engine).connect() as c:
        csm = c.execute(select(t.csm.c.name).where(t.csm.c.id == of.csm)).scalar_one_or_none()
        mine = (
            t.contact.c.account == of.account,
            t.contact.c.active,
            t.contact.c.merged_into.is_(None),
            t.contact.c.role.in_(ROLES),
        )
        contacts = c.execute(
            select(t.contact.c.id, t.contact.c.name, t.contact.c.role).where(*mine).order_by(t.contact.c.id)
        ).all()
    pooled = str(doors.programme.vendor["pooled_csm"].get("name", "the team"))
    row = Origin("csm", "column name", (f"csm/{of.csm}",), 1, fingerprint(of.csm, csm)) if csm else POOLED
    found[CSM] = notes.fact("csm", csm or pooled, "name", "who answers for the account", row)
    for contact in reversed(contacts):  # the first of a role stands
        here = Origin(
            "contact",
            f"column name, role {contact.role}",
            (f"contact/{contact.id}",),
            1,
            fingerprint(contact.id, contact.name),
        )
        found[contact.role] = notes.fact(
            f"people.{contact.role}", contact.name, "name", f"who is {contact.role} there", here
        )
    return found


def _headline(notes: Notes, session: LakeSession, catalogue: Catalogue, of: Standing, now: Score) -> None:
    here = rows_of(session, Place("account"), of.account, notes.as_of, notes.as_of, notes.as_of)
    notes.fact("account", of.name, "name", "the account's name", origin("account", "column name", here))
    arr, renewal = (known(notes, session, catalogue, of, Reading(n), f"of.{n}") for n in ("contract.arr", "renewal"))
    if now.tenths is not None and now.band:
        saved = rows_of(
            session, Place("score", "day"), of.account, notes.as_of, notes.as_of - timedelta(days=1), notes.as_of
        )
        scored = (
            origin("score", f"the score of {notes.as_of}", saved)
            if saved
            else set_down(now.scorecard, "scored when asked")
        )
        notes.fact("score", now.tenths / TENTHS, "points", "health score", scored)
        notes.fact("band", now.band, "name", "its band", scored)
        notes.say("{account} stands at {score} and is {band}.")
    else:
        notes.say("{account} has no score on the day: too little of its data is fresh.")
    if arr and renewal:
        notes.say("It is worth {arr} a year and renews on {renewal}.", arr=arr, renewal=renewal)


def _risk(
    doors: Doors,
    notes: Notes,
    session: LakeSession,
    catalogue: Catalogue,
    rows: Rows,
    risk: str,
    of: Standing,
    people: Mapping[str, str],
) -> None:
    told = clause(notes, session, catalogue, rows, risk, of, f"risk.{risk}")
    text, slots = told if told else (risk.replace("_", " "), {})
    deeds = rows.row(risk).do
    for number, deed in enumerate(deeds):
        reason = f"because {text}" if number == 0 else "then"
        _deed(doors, notes, deed, f"do.{risk}.{number}", reason, slots if number == 0 else {}, people, of.country)
    if not deeds:
        notes.say(f"It stands out that {text}.", **slots)


def _deed(
    doors: Doors,
    notes: Notes,
    deed: Deed,
    stem: str,
    reason: str,
    slots: Mapping[str, str],
    people: Mapping[str, str],
    country: str | None,
) -> None:
    """One sentence: who does what by when, and why."""
    due = moved(notes.as_of, deed.within.days, deed.within.business, country or doors.programme.country)
    day = notes.fact(
        f"{stem}.due",
        due,
        "date",
        "the day to be done by",
        set_down(FILE, stem),
    )
    step, named = _named(deed.step, people)
    who = "{who}" if deed.who == CSM else deed.who
    if reason == "then":
        sentence = f"After that, {who} should {step} by {{due}}."
    else:
        sentence = f"{reason[0].upper()}{reason[1:]}, {who} should {step} by {{due}}."
    notes.say(sentence, who=people[CSM], due=day, **slots, **named)


def _named(step: str, people: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The step with people's names where somebody has the role, and with the role's word where nobody has."""
    named = {}
    for slot in read_template(step).facts:
        role = slot.removeprefix(PEOPLE)
        if role in people:
            named[slot] = people[role]
        else:
            step = step.replace(f"{{{slot}}}", f"the {role}")
    return step, named


# -- what gives least -----------------------------------------------------------------------------------------------


def _weak(
    doors: Doors, notes: Notes, session: LakeSession, rows: Rows, now: Score, people: Mapping[str, str], most: int
) -> Sequence[Part]:
    """The measures that give least of what they could, each with its group's step."""
    model = read_model(doors)
    card = next((c for c in model.scorecards if c.name == now.scorecard), None)
    groups = {m.name: m.group for m in card.measures} if card else {}
    parts = [p for p in now.parts if p.name in groups and p.weight and p.level is not None and p.level < WEAK]
    weakest = sorted(parts, key=lambda p: (p.tenths / TENTHS - p.weight, p.name))[:most]
    told: set[str] = set()
    for part in weakest:
        stem, where = f"weak.{part.name}", set_down(now.scorecard, part.name)
        here = of_part(session, str(notes.account), notes.as_of, part.name, [now.day])
        label = notes.fact(f"{stem}.label", part.label, "name", "what the scorecard calls it", where)
        points = notes.fact(f"{stem}.points", part.tenths / TENTHS, "points", f"what {part.label} gives", here)
        best = notes.fact(f"{stem}.most", part.weight, "points", f"what {part.label} could give", here)
        notes.say("{label}: {points}, where {most} could be had.", label=label, points=points, most=best)
        step = rows.risks.weak.get(groups[part.name])
        if step and groups[part.name] not in told:
            told.add(groups[part.name])
            text, named = _named(step, people)
            notes.say(f"To better it, {{who}} should {text}.", who=people[CSM], **named)
    return weakest


def _tasks(doors: Doors, notes: Notes, account: str) -> Sequence[Mapping[str, Any]]:
    """What is on somebody's list already."""
    with reading(doors.engine).connect() as c:
        query = (
            select(t.task)
            .where(t.task.c.account == account, t.task.c.state == "open")
            .order_by(t.task.c.due, t.task.c.id)
        )
        tasks = [dict(r) for r in c.execute(query).mappings()]
    for n, task in enumerate(tasks, 1):
        here = Origin("task", "an open task", (f"task/{task['id']}",), 1, fingerprint(task["id"], task["title"]))
        title = notes.fact(f"task.{n}.title", task["title"], "name", "an open task", here)
        due = notes.fact(f"task.{n}.due", task["due"], "date", "when it is due", here)
        notes.say("On the list already, due {due}: {title}.", due=due, title=title)
    return tasks
