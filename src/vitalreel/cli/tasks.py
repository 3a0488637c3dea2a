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
@click.option("--owner", help="Only those of this owner: a CSM's id, or csm or pooled.")
@click.option("--all", "every", is_flag=True, help="Those that are done, too.")
@framed
def list_(frame: Frame, owner: str | None, every: bool) -> None:
    """Open tasks, most urgent first.

    \b
    $ vitalreel task list -w ws
    task      due         owner  account     title
    4f1c9a0e  2026-11-24  csm    Corvane Co  Speak to Corvane Co before any film does: usage drop has opened
    """
    found = step.tasks(open_doors(frame.root()), every, owner)
    rows = [(x.id, x.due.isoformat(), x.owner, x.account_name, x.title, x.state) for x in found]
    text = table(rows, ("task", "due", "owner", "account", "title", "state")) if rows else "Nothing is to be done."
    frame.answer({"tasks": [asdict(x) for x in found]}, text)


@task.command()
@click.argument("key")
@framed
def done(frame: Frame, key: str) -> None:
    """Say that a task is done: a film that waited for it may follow.

    \b
    $ vitalreel task done 4f1c9a0e -w ws
    Done: Speak to Corvane Co before any film does: usage drop has opened
    """
    found = step.done(open_doors(frame.root()), key)
    frame.answer(asdict(found), f"Done: {found.title}")
