"""`review`: the films that wait for people, who is asked, and what they said."""

from __future__ import annotations

from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps import corrections as kept
from vitalreel.steps import review as step
from vitalreel.steps.reviewers import reassign as give_to
from vitalreel.wiring import open_doors


@click.group()
def review() -> None:
    """The review queue: list, approve, reject, reassign, corrections, withdraw."""


@review.command("list")
@click.option("--all", "every", is_flag=True, help="Decided ones too.")
@click.option("--for", "person", default="", help="Only what waits for this person: a CSM's id, or one of alerts.yaml.")
@framed
def list_(frame: Frame, every: bool, person: str) -> None:
    """Films that wait, soonest due first: who is asked, until when, and when each must go out.

    \b
    $ vitalreel review list -w ws
    review    account   film                  waits for                   due               goes out
    7c0d21f4  Corvane   Where it stands       Ingrid Roth (csm), again    2026-11-26 00:00  2026-11-23 to 2026-11-27
    """
    items = step.items(open_doors(frame.root()), None if every else "waiting", person)
    rows = [
        (i["id"], i["account_name"], i["title"], _waits(i), f"{i['due']:%Y-%m-%d %H:%M}", _goes_out(i))
        for i in items
    ]  # fmt: skip
    head = ("review", "account", "film", "waits for", "due", "goes out")
    frame.answer({"items": items}, table(rows, head) if rows else "Nothing waits for review.")


def _goes_out(item: dict[str, Any]) -> str:
    return f"{item['window_from']:%Y-%m-%d} to {item['window_to']:%Y-%m-%d}"


def _waits(item: dict[str, Any]) -> str:
    """Who is asked for what, and how often they have been."""
    asked = [a for a in item["asked"] if a["role"] in item["needs"]]
    said = [
        f"{a['name']} ({a['role']}){', in place' if a['deputy'] else ''}{', again' if a['reminded'] else ''}"
        for a in asked
    ]
    return "; ".join(said) or item["state"]


@review.command()
@click.argument("name")
@click.option("--as", "role", required=True, help="csm or production.")
@framed
def approve(frame: Frame, name: str, role: str) -> None:
    """Approve a film in one role.

    \b
    $ vitalreel review approve 7c0d… --as csm -w ws
    """
    state = step.approve(open_doors(frame.root()), name, frame.who, step.check_role(role), frame.now)
    document: dict[str, Any] = {"review": name, "state": state}
    frame.answer(document, f"Review {name} is {state}.")


@review.command()
@click.argument("name")
@click.option("--reason", required=True, help="What must change.")
@framed
def reject(frame: Frame, name: str, reason: str) -> None:
    """Stop a film, with a reason.

    \b
    $ vitalreel review reject 7c0d… --reason "the team was renamed" -w ws
    """
    step.reject(open_doors(frame.root()), name, frame.who, reason, frame.now)
    frame.answer({"review": name, "state": "rejected"}, f"Review {name} is rejected: {reason}")


@review.command()
@click.argument("name")
@click.option("--as", "role", required=True, help="csm or production.")
@click.option("--to", required=True, help="A CSM's id, one of `people` in alerts.yaml, or operations.")
@click.option("--reason", required=True, help="Why somebody else looks at it.")
@framed
def reassign(frame: Frame, name: str, role: str, to: str, reason: str) -> None:
    """Ask somebody else to look at a film; kept with who did it and why.

    \b
    $ vitalreel review reassign 7c0d… --as csm --to csm-204 --reason "Ingrid is away" -w ws
    """
    give_to(open_doors(frame.root()), name, step.check_role(role), to, frame.who, reason, frame.now)
    frame.answer({"review": name, "role": role, "person": to}, f"Review {name} waits for {to} as {role}.")


@review.command("corrections")
@click.option("--account", default="", help="Only this account's.")
@click.option("--all", "every", is_flag=True, help="Those that have ended, too.")
@framed
def corrections_(frame: Frame, account: str, every: bool) -> None:
    """Facts that reviewers corrected: what is to be put right at its source.

    \b
    $ vitalreel review corrections -w ws
    correction  account  fact                   was  now  who          state   why
    5d0c2a9e    Corvane  seats in the contract  40   44   Ingrid Roth  stands  the order of 3 March is not in the CRM yet
    """
    found = kept.listing(open_doors(frame.root()), account, every)
    rows = [
        (r["id"], r["account_name"], r["means"], str(r["was"]), str(r["now"]), r["who"], r["state"], r["why"])
        for r in found
    ]
    head = ("correction", "account", "fact", "was", "now", "who", "state", "why")
    frame.answer({"corrections": found}, table(rows, head) if rows else "Nothing was corrected.")


@review.command()
@click.argument("correction")
@click.option("--reason", required=True, help="Why the source is right.")
@framed
def withdraw(frame: Frame, correction: str, reason: str) -> None:
    """Take a correction back: films made from now on say what the source says.

    \b
    $ vitalreel review withdraw 5d0c… --reason "the order was cancelled" -w ws
    """
    kept.withdraw(open_doors(frame.root()), correction, frame.who, reason, frame.now)
    frame.answer({"correction": correction, "state": "withdrawn"}, f"Correction {correction} is withdrawn: {reason}")
