"""`sponsor`: accounts whose executive sponsor may have changed, and saying who left and who follows."""

from __future__ import annotations

from typing import Any

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.signals.succession import KINDS
from vitalreel.steps import sponsors as step
from vitalreel.wiring import open_doors


@click.group()
def sponsor() -> None:
    """Who the executive sponsor is: list, confirm, dismiss. No film of a change of sponsor goes before a person confirmed it."""


@sponsor.command("list")
@click.option("--account", default="", help="Only this account.")
@click.option("--all", "every", is_flag=True, help="Those that were answered, too.")
@framed
def list_(frame: Frame, account: str, every: bool) -> None:
    """Accounts whose sponsor may have changed, with what speaks for it and where it stands.

    \b
    $ vitalreel sponsor list -w ws
    Corvane Co (acc-000012), since 2026-11-20: Ana Ruiz left? Jonas Brandt follows?
      2026-11-20  mail to the sponsor comes back: Mail to Ana Ruiz comes back: 550 5.1.1 no such user  [outbox 9f31:email]
    """
    found = step.cases(open_doors(frame.root()), account, every)
    frame.answer({"cases": found}, "\n".join(_told(f) for f in found) or "No sponsor is in doubt.")


def _told(case: dict[str, Any]) -> str:
    left, follows = case["departed_name"] or case["departed"], case["successor_name"] or case["successor"]
    if case["state"] == "open":
        said = f"{left or 'somebody'} left? " + (f"{follows} follows?" if follows else "who follows?")
    elif case["state"] == "confirmed":
        said = f"{left} left, {follows or 'nobody'} follows: {case['who']}, {case['decided_on']}"
    else:
        said = f"nothing changed: {case['who']}, {case['decided_on']}: {case['why']}"
    rows = [f"  {s['day']}  {KINDS[s['kind']]}: {s['words']}  [{s['source']}]" for s in case["signs"]]
    return "\n".join((f"{case['account_name']} ({case['account']}), since {case['opened_on']}: {said}", *rows))


@sponsor.command()
@click.argument("account")
@click.option("--departed", required=True, help="The contact who was sponsor.")
@click.option(
    "--successor", default="", help="The contact who follows; left out: nobody is known yet, and no film goes."
)
@click.option("--note", default="", help="How you know.")
@framed
def confirm(frame: Frame, account: str, departed: str, successor: str, note: str) -> None:
    """Say who left and who follows: from now on the data says so, and films of the change may go to who follows.

    \b
    $ vitalreel sponsor confirm acc-000012 --departed c-31 --successor c-77 --note "Ana wrote to me" -w ws
    """
    step.confirm(open_doors(frame.root()), account, departed, successor, frame.who, note, frame.day, frame.now)
    document = {"account": account, "departed": departed, "successor": successor, "state": "confirmed"}
    frame.answer(document, f"{account}: {departed} left, {successor or 'nobody known yet'} follows.")


@sponsor.command()
@click.argument("account")
@click.option("--reason", required=True, help="How you know.")
@framed
def dismiss(frame: Frame, account: str, reason: str) -> None:
    """Say that the sponsor is who it was; what was found up to today is answered.

    \b
    $ vitalreel sponsor dismiss acc-000012 --reason "Ana is on leave until May" -w ws
    """
    step.dismiss(open_doors(frame.root()), account, frame.who, reason, frame.day, frame.now)
    frame.answer({"account": account, "state": "dismissed"}, f"{account}: nothing changed: {reason}")
