"""`vitalreel webhooks`: what other systems are told about views, scores and runs of plays: list, send, replay."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.steps import hooks
from vitalreel.wiring import open_doors, open_mouth


@click.group()
def webhooks() -> None:
    """What other systems are told about views, scores and runs of plays. `vitalreel serve` tells them by itself."""


@webhooks.command("list")
@click.option("--state", type=click.Choice(["waiting", "sent", "failed"]), help="Only those.")
@framed
def list_(frame: Frame, state: str | None) -> None:
    """The newest 200 messages, and how far each has come.

    \b
    $ vitalreel webhooks list -w ws --state failed
    id  hook  about  state  attempts  answer
    """
    rows = hooks.messages(open_doors(frame.root()), state)
    names = ("id", "hook", "view", "run", "version", "state", "attempts", "next_at", "answer")
    cells = [
        (r["id"], r["hook"], r["view"] or f"run {r['run']}", r["state"], str(r["attempts"]), r["answer"][:60])
        for r in rows
    ]
    text = table(cells, ("id", "hook", "about", "state", "attempts", "answer")) if cells else "No messages."
    failed = any(r["state"] == "failed" for r in rows)
    frame.answer({"messages": [{n: r[n] for n in names} for r in rows]}, text, LOOK if failed else DONE)


@webhooks.command("send")
@framed
def send(frame: Frame) -> None:
    """Send what is due now.

    \b
    $ vitalreel webhooks send -w ws
    sent 12, to be tried again 0, failed 0
    """
    doors = open_doors(frame.root())
    told = hooks.send_due(doors, open_mouth(doors))
    text = f"sent {told.sent}, to be tried again {told.again}, failed {told.failed}"
    document = {"sent": told.sent, "again": told.again, "failed": told.failed}
    frame.answer(document, text, LOOK if told.again or told.failed else DONE)


@webhooks.command("replay")
@click.argument("hook")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Messages made on this day (UTC) or later."
)
@click.option("--failed", is_flag=True, help="Only those that were given up.")
@framed
def replay(frame: Frame, hook: str, since: datetime, failed: bool) -> None:
    """Queue again what HOOK was told, with the same ids: who has them already changes nothing. Sent ones are kept 30 days.

    \b
    $ vitalreel webhooks replay crm --since 2026-03-01 -w ws
    212 messages wait for crm
    """
    count = hooks.replay(open_doors(frame.root()), hook, since.replace(tzinfo=UTC), frame.now, failed)
    frame.answer({"queued": count}, f"{count} messages wait for {hook}")
