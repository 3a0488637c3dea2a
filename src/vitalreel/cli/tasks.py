"""`task`: what people of ours are to do, and saying that it is done."""

from __future__ import annotations

from dataclasses import asdict

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.steps import tasks as step
from vitalreel.wiring import open_doors


@click.group()
def task() -> None:
    """What people of ours are to do: list, done."""


@task.command("list")
@click.option("--owner", help="Only those of this owner: a CSM's id, operations, or one of alerts.yaml's people.")
@click.option("--account", help="Only those of this account.")
@click.option("--all", "every", is_flag=True, help="Those that are done or over, too.")
@framed
def list_(frame: Frame, owner: str | None, account: str | None, every: bool) -> None:
    """Open tasks, most urgent first.

    \b
    $ vitalreel task list -w ws --owner d1
    task      due         owner  account     title
    4f1c9a0e  2026-11-24  d1     Corvane Co  Speak to Corvane Co before any film does: usage drop has opened
    """
    found = step.tasks(open_doors(frame.root()), every, owner, account)
    rows = [(x.id, x.due.isoformat(), x.owner, x.account_name, x.title, _state(x)) for x in found]
    text = table(rows, ("task", "due", "owner", "account", "title", "state")) if rows else "Nothing is to be done."
    frame.answer({"tasks": [asdict(x) for x in found]}, text)


def _state(x: step.Task) -> str:
    return f"{x.state}, {x.outcome.replace('_', ' ')}" if x.outcome else x.state


@task.command()
@click.argument("key")
@click.option("--by", help="Who did it; else who is at this command line.")
@click.option("--outcome", default="", help="What came of it: one of `tasks: outcomes:` of vitalreel.yaml.")
@click.option("--note", default="", help="In a sentence, for the account's history.")
@framed
def done(frame: Frame, key: str, by: str | None, outcome: str, note: str) -> None:
    """Say that a task is done, and what came of it: a film that waited for it may follow.

    \b
    $ vitalreel task done 4f1c9a0e --by "Dana Fox" --outcome agreed --note "They train the new site in May" -w ws
    Done: Speak to Corvane Co before any film does: usage drop has opened (agreed)
    """
    who = by or frame.who
    found = step.done(open_doors(frame.root()), key, who, frame.now, outcome, note)
    came = f" ({found.outcome.replace('_', ' ')})" if found.outcome else ""
    frame.answer(asdict(found), f"Done: {found.title}{came}")
