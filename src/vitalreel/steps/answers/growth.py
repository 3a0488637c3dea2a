"""Which accounts are ready to expand, and what is open at one: seats, products and features, price, risks and chance of success."""

from __future__ import annotations

from datetime import date, timedelta

from vitalreel.briefs.answer import Answer, Notes
from vitalreel.briefs.fact import Origin
from vitalreel.errors import NotFound
from vitalreel.health.opportunity.whitespace import Gap
from vitalreel.steps.answers.behind import Place, behind, decisions, origin, rows_of, set_down
from vitalreel.steps.answers.standing import clause, standing
from vitalreel.steps.answers.standing import rows_of as rows_of_risks
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.openings import Opening, Ready, growth_on, open_at
from vitalreel.steps.opportunity import TABLE
from vitalreel.store.lake import LakeSession

READY, OPEN = "expansion_ready", "open_expansion"
SHOWN = 20
BACK = timedelta(days=730)
"""How far back decisions of other accounts count (steps/company.py)."""
_SPACED = {"use_case": "use case"}


def expansion_ready(doors: Doors, day: date) -> Answer:
    """All accounts ready to expand, most points first."""
    notes = Notes(READY, None, day)
    found = growth_on(doors, day)
    ready = [r for r in found.rows if r.ready]
    asked = set_down("expansion.yaml", f"readiness, put to {len(found.rows)} accounts")
    notes.fact(
        "asked",
        len(found.rows),
        "count:account|accounts",
        "accounts asked",
        asked,
    )
    notes.fact("ready", len(ready), "count", "accounts ready to expand", asked)
    notes.say("{ready} of {asked with unit} are ready to expand.")
    with doors.lake.session() as session:
        for n, r in enumerate(ready[:SHOWN], 1):
            _ready(notes, session, doors.programme.currency, r, f"at.{n}")
    if len(ready) > SHOWN:
        notes.fact("left", len(ready) - SHOWN, "count", "ready accounts not told one by one", asked)
        notes.say("And {left} more, with fewer points.")
    return notes.done()


def _of(session: LakeSession, notes: Notes, account: str) -> Origin:
    """What was found of the account's growth: the row that is kept, or the account's own where it was looked at when asked."""
    kept = rows_of(session, Place(TABLE, "day"), account, notes.as_of, notes.as_of - timedelta(days=1), notes.as_of)
    if kept:
        return origin(TABLE, f"the account's row of {notes.as_of}", kept)
    here = rows_of(session, Place("account"), account, notes.as_of, notes.as_of, notes.as_of)
    return origin("account", "looked at when asked", here)


def _name(notes: Notes, session: LakeSession, r: Ready, stem: str) -> str:
    here = rows_of(session, Place("account"), r.account, notes.as_of, notes.as_of, notes.as_of)
    return notes.fact(f"{stem}.account", r.name, "name", "the account's name", origin("account", "column name", here))


def _ready(notes: Notes, session: LakeSession, currency: str, r: Ready, stem: str) -> None:
    """One ready account: its revenue, points, seats, and when to speak of it."""
    here = _of(session, notes, r.account)
    slots = {"account": _name(notes, session, r, stem)}
    worth = seats = ""
    if r.arr:
        slots["arr"] = notes.fact(f"{stem}.arr", round(r.arr * 100), f"money:{currency}", "revenue a year", here)
        worth = " ({arr} a year)"
    slots["points"] = notes.fact(f"{stem}.points", float(r.points or 0), "points", "expansion score", here)
    if r.pressure.share is not None:
        slots["share"] = notes.fact(
            f"{stem}.share", r.pressure.share, "percent", "people each week by seats paid", here
        )
        seats = ", {share} of its seats in use"
    slots["when"] = notes.fact(f"{stem}.when", r.timing.state, "name", "whether to speak of it", here)
    slots["why"] = notes.fact(f"{stem}.why", r.timing.why, "name", "why then", here)
    notes.say(f"{{account}}{worth}: {{points}}{seats}; when: {{when}}, since {{why}}.", **slots)


def open_expansion(doors: Doors, account: str, day: date) -> Answer:
    """What could be sold or taken up at one account. Refused, with the reason, where it has no live contract."""
    notes = Notes(OPEN, account, day)
    try:
        found = open_at(doors, account, day)
    except NotFound as e:
        if e.kind != "live contract":
            raise
        return notes.refuse(f"Nothing can be offered on {day}: the account has no live contract.")
    with doors.lake.session() as session:
        here = _of(session, notes, account)
        _headline(notes, session, here, found)
        for n, gap in enumerate((g for g in found.gaps if g.state == "open"), 1):
            _gap(notes, here, gap, f"gap.{n}")
        _price(notes, session, doors, here, found)
        _next(notes, here, found.of)
        unknown = sorted({_SPACED.get(g.kind, g.kind) for g in found.gaps if g.state == "unknown"})
        if unknown:
            notes.fact("unknown", ", ".join(unknown), "name", "kinds nobody can tell of", here)
            notes.say("Not known: {unknown}.")
        _chance(notes, session, here, found)
        _risks(doors, notes, session, account)
    return notes.done()


def _headline(notes: Notes, session: LakeSession, here: Origin, found: Opening) -> None:
    r = found.of
    _name(notes, session, r, "of")
    notes.fact("when", r.timing.state, "name", "whether to speak of expansion", here)
    notes.fact("why", r.timing.why, "name", "why then", here)
    if r.points is None:
        notes.say("{of.account} has no expansion score: too little of its data is fresh.")
    else:
        notes.fact("points", float(r.points), "points", "expansion score", here)
        notes.say(f"{{of.account}} has {{points}} for expansion and is {'' if r.ready else 'not '}ready for it.")
    for n, held in enumerate(r.held_by, 1):
        notes.fact(f"held.{n}", held, "name", "what readiness needs and does not hold", here)
        notes.say(f"What keeps it back: {{held.{n}}}.")
    notes.say("When to speak of it: {when}, since {why}.")


def _gap(notes: Notes, here: Origin, gap: Gap, stem: str) -> None:
    kind = notes.fact(f"{stem}.kind", _SPACED.get(gap.kind, gap.kind), "name", "kind of opening", here)
    why = notes.fact(f"{stem}.why", gap.why, "name", "why it is open", here)
    sale = {True: "to be bought", False: "paid already", None: ""}[gap.sale]
    tail = f" ({sale})" if sale else ""
    if gap.name and gap.name != gap.kind:
        name = notes.fact(f"{stem}.name", gap.name, "name", "what is open", here)
        notes.say(f"Open, {{kind}} {{name}}{tail}: {{why}}.", kind=kind, name=name, why=why)
    else:
        notes.say(f"Open, {{kind}}{tail}: {{why}}.", kind=kind, why=why)


def _price(notes: Notes, session: LakeSession, doors: Doors, here: Origin, found: Opening) -> None:
    """What a seat costs them now: their contract's value by its seats; a quote's own price stands in the quote."""
    if found.seat_price is None:
        return
    rows = behind(session, catalogue_of(doors), "contract.seats", found.of.account, notes.as_of)
    unit = f"money:{doors.programme.currency}"
    notes.fact("seat_price", round(found.seat_price * 100), unit, "revenue a year by seats paid", rows)
    notes.say("They pay {seat_price} a year for a seat.")


def _next(notes: Notes, here: Origin, r: Ready) -> None:
    if r.advice is None:
        return
    notes.fact("next.name", r.advice_name, "name", "the next feature to take up", here)
    notes.fact("next.using", r.advice.using, "count", "similar accounts that did well and use it", here)
    notes.fact(
        "next.well", r.advice.well, "count:similar account|similar accounts", "similar accounts that did well", here
    )
    notes.say("Next to take up: {next.name}, which {next.using} of {next.well with unit} that did well use.")


def _chance(notes: Notes, session: LakeSession, here: Origin, found: Opening) -> None:
    """How often accounts like it bought more: a base rate with its interval, no promise."""
    said = found.chance
    if "reason" in said:
        notes.fact("no_chance", str(said["reason"]), "name", "why no chance is told", here)
        notes.say("How often such accounts buy more is not said: {no_chance}.")
        return
    decided = decisions(session, notes.as_of, notes.as_of - BACK)
    base = origin("outcome", f"decisions of two years before {notes.as_of}; those of {said['group']} count", decided)
    notes.fact("expanded", int(said["expanded"]), "count", "that bought more", base)
    notes.fact("decided", int(said["decided"]), "count", "accounts of the group that decided", base)
    for part in ("low", "high"):
        notes.fact(part, float(said[part]), "percent", f"{part} end of the interval", base)
    notes.fact("group", str(said["group"]).replace("_", " "), "name", "accounts compared", base)
    notes.say(
        "By how it went elsewhere, the chance of success is {low} to {high}: {expanded} of {decided} accounts ({group}) bought more."
    )


def _risks(doors: Doors, notes: Notes, session: LakeSession, account: str) -> None:
    """What speaks against it: the risks that stand."""
    rows = rows_of_risks(doors, catalogue_of(doors))
    every, catalogue = standing(doors, session, rows, notes.as_of)
    stands = [n for n in rows.trees if every[account].answers[n]]
    for name in stands:
        told = clause(notes, session, catalogue, rows, name, every[account], f"risk.{name}")
        text, slots = told if told else (name.replace("_", " "), {})
        notes.say(f"What speaks against it: {text}.", **slots)
    if not stands:
        notes.say("Nothing known speaks against it.")
