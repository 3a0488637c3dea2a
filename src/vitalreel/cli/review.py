"""`review`: the films that wait for a person, and what the person said."""

from __future__ import annotations

import getpass
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps import review as step
from vitalreel.wiring import open_doors


@click.group()
def review() -> None:
    """The review queue: list, approve, reject."""


@review.command("list")
@click.option("--all", "every", is_flag=True, help="Decided ones too.")
@framed
def list_(frame: Frame, every: bool) -> None:
    """Films that wait, soonest due first.

    \b
    $ vitalreel review list -w ws
    review    account   film                     waits for        due
    """
    items = step.items(open_doors(frame.root()), None if every else "waiting")
    rows = [
        (i["id"], i["account_name"], i["title"], ", ".join(i["needs"]) or i["state"], f"{i['due']:%Y-%m-%d %H:%M}")
        for i in items
    ]
    frame.answer(
        {"items": items},
        table(rows, ("review", "account", "film", "waits for", "due")) if rows else "Nothing waits for review.",
    )


@review.command()
@click.argument("name")
@click.option("--as", "role", required=True, help="csm or production.")
@framed
def approve(frame: Frame, name: str, role: str) -> None:
    """Approve a film in one role.

    \b
    $ vitalreel review approve 7c0d… --as csm -w ws
    """
    state = step.approve(open_doors(frame.root()), name, _who(), step.check_role(role), frame.now)
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
    step.reject(open_doors(frame.root()), name, _who(), reason, frame.now)
    frame.answer({"review": name, "state": "rejected"}, f"Review {name} is rejected: {reason}")


def _who() -> str:
    return f"{getpass.getuser()} at the command line"
