"""`advocacy`: who might speak for us, and what they answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.health.advocacy import ANSWERS, Candidate, rests_until
from vitalreel.identity import AccountId
from vitalreel.steps import advocacy as step
from vitalreel.steps.advocacy import Advocates
from vitalreel.wiring import open_doors


@click.group()
def advocacy() -> None:
    """Who might speak for us, why and whom to ask, and what they answered."""


@advocacy.command("list")
@click.option("--owner", help="Only accounts of this CSM.")
@framed
def listed(frame: Frame, owner: str | None) -> None:
    """Accounts that might be asked for a reference or a testimonial, the healthiest first.

    \b
    $ vitalreel advocacy list -w ws --as-of 2026-11-23
    account     name        health  for                     ask                       asked
    acc-000027  Acme Foods    94.2  reference, testimonial  Priya Raman (sponsor)     advocacy on 2026-11-02
    """
    found = step.advocates(open_doors(frame.root()), frame.day, owner)
    rows = [_row(found, c) for c in found.candidates]
    lines = [table(rows, ("account", "name", "health", "for", "ask", "asked")) if rows else "Nobody might be asked."]
    needed = {c.label: None for one in found.candidates for c in one.why}
    lines += [f"each of them: {', '.join(needed)}"] if needed else []
    lines += [f"left out of advocacy.yaml: {said}" for said in found.left_out]
    lines += [f"answered: {a.account} {a.said} to {a.kind} on {a.day}, heard by {a.by}" for a in found.answers[:10]]
    frame.answer(_document(found), "\n".join(lines))


@advocacy.command("answer")
@click.argument("account")
@click.argument("kind")
@click.argument("said", type=click.Choice(ANSWERS))
@click.option("--by", required=True, help="Who heard it.")
@click.option("--contact", help="Who said it, by id.")
@click.option("--comment", default="", help="In their words.")
@framed
def answer(frame: Frame, account: str, kind: str, said: str, by: str, contact: str | None, comment: str) -> None:
    """Write down what ACCOUNT answered when it was asked for KIND. A no is an answer like another, and takes no points.

    \b
    $ vitalreel advocacy answer acc-000027 reference yes --by "Ines Roth" --comment "From January on" -w ws
    acc-000027: yes to reference, heard by Ines Roth on 2026-11-23; nobody there is asked again before 2027-11-18
    """
    doors = open_doors(frame.root())
    done = step.answer(doors, AccountId(account), kind, said, by, frame.day, frame.now, contact, comment)
    rests = rests_until(step.rules_of(doors), done)
    line = f"{done.account}: {done.said} to {done.kind}, heard by {done.by} on {done.day}; nobody there is asked again before {rests}"
    frame.answer({**asdict(done), "rests_until": rests}, line)


def _row(found: Advocates, c: Candidate) -> tuple[str, ...]:
    asked = found.asked(c.account)
    who = (
        "nobody has a role that is asked"
        if c.ask is None
        else f"{c.ask.name} ({c.ask.role}{', promoter' if c.ask.promoted_on else ''})"
    )
    return (
        c.account, found.names[c.account], "-" if c.score is None else f"{c.score:.1f}", ", ".join(k.name for k in c.kinds), who,
        f"{asked.play} on {asked.opened_on}" if asked else "not yet",
    )  # fmt: skip


def _document(found: Advocates) -> dict[str, Any]:
    return {
        "as_of": found.day,
        "candidates": [
            {
                "account": c.account, "name": found.names[c.account], "csm": found.csms[c.account], "score": c.score,
                "kinds": [{"kind": k.name, "label": k.label} for k in c.kinds],
                "why": [{"criterion": w.name, "label": w.label, "when": w.when} for w in c.why],
                "ask": asdict(c.ask) if c.ask else None,
                "asked": asdict(asked) if (asked := found.asked(c.account)) else None,
            }
            for c in found.candidates
        ],
        "answers": [asdict(a) for a in found.answers],
        "left_out": found.left_out,
    }  # fmt: skip
