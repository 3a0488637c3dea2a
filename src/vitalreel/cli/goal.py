"""`goal`: what customers want to reach: listed, written down as they said it, confirmed with how far they have come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps import stated as step
from vitalreel.wiring import open_doors

_BY = click.option("--by", default="", help="Who heard it; else who is at this command line.")


@click.group()
def goal() -> None:
    """What customers want to reach: list, record, confirm. CSMs are asked at kick-off, before a review and before a renewal."""


@goal.command("list")
@click.argument("account")
@framed
def list_(frame: Frame, account: str) -> None:
    """The stated outcomes of an account, in order.

    \b
    $ vitalreel goal list acc-000007 -w ws
    goal              what they want                               target  by          confirmed
    4f1c9a0e2b7d8c11  to fill open shifts within two days          95      2027-03-31  2026-11-28
    """
    found = step.goals_of(open_doors(frame.root()), account, frame.day)
    rows = [(g["goal_id"], g["phrase"], _told(g["target"]), _told(g["by"]), _told(g["confirmed_on"])) for g in found]
    text = table(rows, ("goal", "what they want", "target", "by", "confirmed")) if rows else "Nothing is written down."
    frame.answer({"goals": found}, text)


def _told(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@goal.command()
@click.argument("account")
@click.argument("phrase")
@_BY
@click.option("--metric", help="What it is measured by.")
@click.option("--unit", type=click.Choice(["percent", "count", "hours", "number"]), help="Of start and target.")
@click.option("--start", type=float, help="Where they stand when it is set.")
@click.option("--target", type=float, help="Where they want to be.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="By when.")
@framed
def record(frame: Frame, account: str, phrase: str, by: str, until: datetime | None, **figures: Any) -> None:
    """Write down what a customer wants to reach, as an infinitive in their words; the task that asked for it is done.

    \b
    $ vitalreel goal record acc-000007 "to fill open shifts within two days" --unit percent --start 71 --target 95 -w ws
    acc-000007 wants to fill open shifts within two days
    """
    day: date | None = until.date() if until else None
    who = by or frame.who
    kept = step.record(open_doors(frame.root()), account, phrase, who, frame.day, frame.now, {**figures, "by": day})
    frame.answer(kept, f"{account} wants {kept['phrase']}")


@goal.command()
@click.argument("account")
@click.argument("goal_id")
@_BY
@click.option("--value", type=float, help="How far they have come, in the goal's unit.")
@framed
def confirm(frame: Frame, account: str, goal_id: str, by: str, value: float | None) -> None:
    """Say that a goal still is one, and how far they have come; the task that asked for it is done.

    \b
    $ vitalreel goal confirm acc-000007 4f1c9a0e2b7d8c11 --value 88 -w ws
    acc-000007 still wants to fill open shifts within two days
    """
    who = by or frame.who
    kept = step.confirm(open_doors(frame.root()), account, goal_id, who, frame.day, frame.now, value)
    frame.answer(kept, f"{account} still wants {kept['phrase']}")
