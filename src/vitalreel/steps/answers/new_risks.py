"""Which risks are new this week: those of risks.yaml that stand on the day and did not a while ago, at all accounts or one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from vitalreel.briefs.answer import Answer, Notes
from vitalreel.briefs.fact import Origin
from vitalreel.signals.catalogue import Catalogue
from vitalreel.steps.answers.behind import Place, origin, rows_of, set_down
from vitalreel.steps.answers.standing import FILE, Reading, Rows, Standing, clause, known, left_out, standing
from vitalreel.steps.answers.standing import rows_of as rows_of_risks
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.store.lake import LakeSession

QUESTION = "new_risks"
SHOWN = 20
"""Risks told one by one, those of most revenue first."""
ARR, RENEWAL = Reading("contract.arr"), Reading("renewal")
New = tuple[str, Standing]


def new_risks(doors: Doors, account: str, day: date, since: date | None = None) -> Answer:
    """account: "" for all. since: the day on which a risk must not have stood; None: `new_within` of risks.yaml before `day`."""
    notes = Notes(QUESTION, account or None, day)
    rows = rows_of_risks(doors, catalogue_of(doors))
    then = since or day - rows.risks.new_within
    with doors.lake.session() as session:
        before, _ = standing(doors, session, rows, then)
        now, catalogue = standing(doors, session, rows, day)
        mine = [s for s in now.values() if account in ("", s.account)]
        found = sorted(
            _new(rows, before, mine),
            key=lambda n: (-(n[1].values.get(ARR.key) or 0.0), n[1].account, rows.row(n[0]).name),
        )
        untold = sum(_unknown(rows, before.get(s.account), s) for s in mine)
        _headline(notes, session, found, untold, then, len(mine))
        for number, (risk, of) in enumerate(found[:SHOWN], 1):
            _tell(notes, session, catalogue, rows, risk, of, f"risk.{number}")
        left = len(found) - SHOWN
        if left > 0:
            notes.fact("left", left, "count", "new risks not told one by one", _file())
            notes.say("And {left} more, at accounts with less revenue.")
        left_out(notes, rows)
    return notes.done()


def _new(rows: Rows, before: dict[str, Standing], now: Sequence[Standing]) -> list[New]:
    """Risks that stand now and did not then; one that was unknown then is not called new."""
    return [
        (name, s)
        for s in now
        for name in rows.trees
        if s.answers[name] and s.account in before and before[s.account].answers[name] is False
    ]


def _unknown(rows: Rows, before: Standing | None, now: Standing) -> int:
    """Risks that stand of which nobody can tell whether they are new."""
    return sum(bool(now.answers[n]) and (before is None or before.answers[n] is None) for n in rows.trees)


def _file() -> Origin:
    return set_down(FILE, "every row, put to every account")


def _headline(notes: Notes, session: LakeSession, found: Sequence[New], untold: int, then: date, asked: int) -> None:
    put = set_down(FILE, f"every row, put to {asked} accounts on two days")
    make = partial(notes.fact, origin=put)
    make("since", then, "date", "the day on which a risk that is new did not stand")
    make("count", len(found), "count:risk is|risks are", "risks that stand and did not then")
    if not found:
        notes.say("No risk is new since {since}.")
    else:
        make("accounts", len({s.account for _, s in found}), "count:account|accounts", "accounts at which one is new")
        notes.say("Since {since}, {count with unit} new, at {accounts with unit}.")
    if untold:
        make("untold", untold, "count:risk that stands|risks that stand", "risks whose state then is not known")
        notes.say("Whether this is new is not known, for lack of data then: {untold with unit}.")


def _tell(
    notes: Notes, session: LakeSession, catalogue: Catalogue, rows: Rows, risk: str, of: Standing, stem: str
) -> None:
    here = rows_of(session, Place("account"), of.account, notes.as_of, notes.as_of, notes.as_of)
    name = notes.fact(f"{stem}.account", of.name, "name", "the account's name", origin("account", "column name", here))
    told = clause(notes, session, catalogue, rows, risk, of, f"{stem}.told")
    text, slots = told if told else (risk.replace("_", " "), {})
    arr = known(notes, session, catalogue, of, ARR, f"{stem}.arr") if of.values.get(ARR.key) else None
    renewal = known(notes, session, catalogue, of, RENEWAL, f"{stem}.renewal")
    worth = f" ({{{arr}}} a year" + (f", renews on {{{renewal}}})" if renewal else ")") if arr else ""
    notes.say(f"{{name}}{worth}: {text}.", name=name, **slots)
