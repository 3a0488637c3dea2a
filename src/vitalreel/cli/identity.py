"""`vitalreel identity`: accounts and contacts of different sources that are the same, reviewed by people."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import get_args

import click

from vitalreel.accounts.identity import Kind, State
from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.steps.identity import Known, Word, decide, listed
from vitalreel.wiring import open_doors

_KIND = click.argument("kind", type=click.Choice(get_args(Kind)))
_WHO = click.option("--by", default=getpass.getuser, show_default="your user name", help="Who decides.")


@click.group()
def identity() -> None:
    """Accounts and contacts of different sources that are the same. Found after every load; nothing is joined by a guess."""


@identity.command("list")
@click.option("--state", type=click.Choice(get_args(State)), help="Only those.")
@framed
def list_(frame: Frame, state: State | None) -> None:
    """What waits for a person first, then what was merged, and why.

    \b
    $ vitalreel identity list -w ws
    Nobody stands in two sources.
    """
    rows = listed(open_doors(frame.root()), state)
    cells = [(r.state, r.kind, r.alias, ", ".join(r.candidates), r.rule, r.evidence, r.who) for r in rows]
    text = table(cells, ("state", "kind", "this one", "may be", "by", "because", "decided by"))
    waits = any(r.state in ("proposed", "unclear") for r in rows)
    frame.answer(
        {"rows": [asdict(r) for r in rows]}, text if rows else "Nobody stands in two sources.", LOOK if waits else DONE
    )


@identity.command()
@_KIND
@click.argument("alias")
@click.option("--into", help="Which one, where it may be several.")
@_WHO
@framed
def accept(frame: Frame, kind: Kind, alias: str, into: str | None, by: str) -> None:
    """Say that ALIAS is the one it may be: from now on, and for past days, all of it counts there.

    \b
    $ vitalreel identity accept account help-desk:77 -w ws
    help-desk:77 is acme
    """
    _said(frame, kind, alias, "accept", by, into)


@identity.command()
@_KIND
@click.argument("alias")
@_WHO
@framed
def reject(frame: Frame, kind: Kind, alias: str, by: str) -> None:
    """Say that ALIAS is somebody else. It is not proposed again.

    \b
    $ vitalreel identity reject account help-desk:77 -w ws
    help-desk:77 is not acme
    """
    _said(frame, kind, alias, "reject", by)


@identity.command()
@_KIND
@click.argument("alias")
@_WHO
@framed
def undo(frame: Frame, kind: Kind, alias: str, by: str) -> None:
    """Take a merge back: every row is where it was. It is not made again by itself.

    \b
    $ vitalreel identity undo account help-desk:77 -w ws
    help-desk:77 is not acme
    """
    _said(frame, kind, alias, "undo", by)


def _said(frame: Frame, kind: Kind, alias: str, word: Word, by: str, into: str | None = None) -> None:
    done: Known = decide(open_doors(frame.root()), kind, alias, word, by, frame.now, into)
    frame.answer(asdict(done), f"{alias} is {'' if word == 'accept' else 'not '}{done.canonical}")
