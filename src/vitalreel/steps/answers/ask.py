"""`ask`: one of the questions there are, answered as of a day, traced before it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from vitalreel.briefs.answer import Answer, untraced
from vitalreel.briefs.trace import untraced_in
from vitalreel.errors import BadInput, NotFound, Refused
from vitalreel.papers.trace import OPENS
from vitalreel.steps.answers.growth import expansion_ready, open_expansion
from vitalreel.steps.answers.new_risks import new_risks
from vitalreel.steps.answers.recovery import recovery_plan
from vitalreel.steps.answers.summaries import qbr_summary, renewal_brief
from vitalreel.steps.answers.why_drop import why_drop
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.database import reading


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: of which account ("" for all), as of which day, compared with which ("since", where the question compares)."""

    account: str
    day: date
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what it asks in words, and whether it is about an account."""

    id: str
    asks: str
    account: str  # needed | allowed | none
    compares: bool  # whether `since` means something
    answer: Callable[[Doors, Asked], Answer]
    opens: frozenset[str] = frozenset()  # words that may open its sentences with a capital, beside those of films


_ALL = (
    Question("why_drop", "Why did this account's health score drop, part by part, and what happened meanwhile?", "needed", True,
             lambda doors, a: why_drop(doors, a.account, a.day, a.since)),
    Question("recovery_plan", "What should be done to recover this account, by whom and by when?", "needed", False,
             lambda doors, a: recovery_plan(doors, a.account, a.day)),
    Question("expansion_ready", "Which accounts are ready to expand, and when should it be spoken of?", "none", False,
             lambda doors, a: expansion_ready(doors, a.day)),
    Question("open_expansion", "What expansion is open at this account: products, price, risks and chance of success?", "needed", False,
             lambda doors, a: open_expansion(doors, a.account, a.day)),
    Question("qbr_summary", "A summary for this account's business review, in the customer's words.", "needed", False,
             lambda doors, a: qbr_summary(doors, a.account, a.day), OPENS),
    Question("renewal_brief", "A brief for this account's renewal: value, risks, people, terms and the next step.", "needed", False,
             lambda doors, a: renewal_brief(doors, a.account, a.day), OPENS),
    Question("new_risks", "Which risks are new this week, over all accounts or at one?", "allowed", True,
             lambda doors, a: new_risks(doors, a.account, a.day, a.since)),
)  # fmt: skip
QUESTIONS: Mapping[str, Question] = {q.id: q for q in _ALL}
"""Every question, by id."""


def ask(doors: Doors, question: str, account: str | None, day: date, since: date | None = None) -> Answer:
    """The answer as of the end of `day`. account: an id or a whole name.

    Raises NotFound for a question or an account there is not, BadInput where the question needs an account or has none, Refused where
    anything in the answer could not be traced.
    """
    if question not in QUESTIONS:
        raise NotFound("question", question, f"ask one of {', '.join(QUESTIONS)}")
    asked = QUESTIONS[question]
    if asked.account == "needed" and not account:
        raise BadInput(question, "is asked about one account", "name it by its id or its whole name")
    if asked.account == "none" and account:
        raise BadInput(question, "is asked about all accounts", "leave the account out")
    if since is not None and (not asked.compares or since >= day):
        raise BadInput("--since", f"{question} compares with no such day", f"leave it out, or give a day before {day}")
    found = asked.answer(doors, Asked(_account(doors, account) if account else "", day, since))
    if wrong := untraced(found, asked.opens):
        raise Refused(f"the answer to {question}", f"untraced: {untraced_in(wrong)}")
    return found


def _account(doors: Doors, named: str) -> str:
    """The account's id. Raises NotFound, or BadInput where several bear the name."""
    by_name = func.lower(t.account.c.name) == named.lower()
    with reading(doors.engine).connect() as c:
        found = (
            c.execute(select(t.account.c.id).where(or_(t.account.c.id == named, by_name)).order_by(t.account.c.id))
            .scalars()
            .all()
        )
    if named in found:
        return named
    if not found:
        raise NotFound("account", named, "give its id or its whole name")
    if len(found) > 1:
        raise BadInput("account", f"{len(found)} accounts are named {named!r}", f"give an id: {found[0]}, …")
    return str(found[0])
