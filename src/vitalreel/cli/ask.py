"""`ask`: questions answered from data, every figure with its rows."""

from __future__ import annotations

from datetime import datetime

import click

from vitalreel.briefs.answer import Answer, document
from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import NotFound
from vitalreel.steps.answers.ask import QUESTIONS
from vitalreel.steps.answers.ask import ask as answered
from vitalreel.wiring import open_doors


@click.command()
@click.argument("question", metavar="[QUESTION_ID]", required=False)
@click.argument("account", required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The day compared with, where the question compares.")
@click.option("--facts", is_flag=True, help="Print every fact with its rows below the answer.")
@framed
def ask(frame: Frame, question: str | None, account: str | None, since: datetime | None, facts: bool) -> None:
    """A question answered from data, every figure with its rows; without a question, those there are.

    ACCOUNT is an id or a whole name.

    \b
    $ vitalreel ask why_drop acc-000027 -w ws --as-of 2026-11-23
    Ullswater Foods fell by 9.8 points, from 72.2 points on 26 October 2026 to 62.4 points on 23 November 2026.
    The trend of use took 6.1 points: −18% now, 4% before.
    ...
    """
    if question is None:
        rows = [
            (q.id, {"needed": "ACCOUNT", "allowed": "[ACCOUNT]"}.get(q.account, ""), q.asks) for q in QUESTIONS.values()
        ]
        listed = [{"id": q.id, "asks": q.asks, "account": q.account} for q in QUESTIONS.values()]
        frame.answer({"questions": listed}, table(rows, ("question", "about", "asks")))
        return
    if question not in QUESTIONS:
        raise NotFound("question", question, f"ask one of {', '.join(QUESTIONS)}")
    found = answered(open_doors(frame.root()), question, account, frame.day, since.date() if since else None)
    text = "\n".join([found.text, *(_facts(found) if facts else ())])
    frame.answer(document(found), text, LOOK if found.refused else DONE)


def _facts(found: Answer) -> list[str]:
    """A line a fact: what is shown, what it means, and the rows."""
    rows = []
    for f in found.facts.values():
        more = f" and {f.origin.count - 3} more" if f.origin.count > 3 else ""
        rows.append(
            (
                f.shown,
                f.means,
                f"{f.origin.table}: {', '.join(f.origin.rows[:3]) or f.origin.query}{more}",
                f.as_of.isoformat(),
            )
        )
    return ["", table(rows, ("fact", "what it is", "rows", "as of"))]
