"""`deliver` and `outbox`: what leaves, what waits, and what a person must look at."""

from __future__ import annotations

from pathlib import Path

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.cli.plays import frame_now
from vitalreel.identity import ContactId
from vitalreel.settings import read_settings
from vitalreel.steps import deliver as step
from vitalreel.steps.by_hand import hand_over
from vitalreel.steps.inbox import way_in
from vitalreel.steps.occasion import Occasion
from vitalreel.steps.refresh import refresh_due
from vitalreel.steps.returned import try_boxes
from vitalreel.steps.review import queue_reviews
from vitalreel.steps.reviewers import chase
from vitalreel.steps.unopened import follow_up
from vitalreel.wiring import kit_of, open_doors, open_post


@click.command()
@framed
def deliver(frame: Frame) -> None:
    """Send what is approved and due.

    \b
    $ vitalreel deliver -w ws
    sent 3, unknown 0, failed 0, withheld 1
    """
    doors, now = open_doors(frame.root()), frame_now(frame, frame.day)
    occasion = Occasion(doors, frame.day)
    occasion.keep_up(now)
    refresh_due(doors, frame.day, now)
    queue_reviews(doors, now)
    chase(doors, now)
    follow_up(doors, now)
    post = open_post(doors, now if frame.as_of else None)
    try_boxes(doors, post.boxes, now)
    done = step.deliver(doors, post, now, occasion)
    rows = [(h.account, h.reason, f"{h.until:%Y-%m-%d %H:%M} UTC" if h.until else "") for h in done.withheld]
    lines = [
        f"sent {len(done.sent)}, unknown {len(done.unknown)}, failed {len(done.failed)}, withheld {len(done.withheld)}"
    ]
    lines += [table(rows, ("account", "withheld because", "until"))] if rows else []
    document = {
        "sent": len(done.sent), "withheld": [{"touch": h.touch, "reason": h.reason, "until": h.until} for h in done.withheld],
        "unknown": len(done.unknown), "failed": len(done.failed),
    }  # fmt: skip
    frame.answer(document, "\n".join(lines), LOOK if done.unknown or done.failed else DONE)


@click.group()
def outbox() -> None:
    """Deliveries and dead letters: list, resolve."""


@outbox.command("list")
@framed
def list_(frame: Frame) -> None:
    """All deliveries, newest first.

    \b
    $ vitalreel outbox list -w ws
    key         to                 channel  state  attempts  receipt
    """
    rows = step.outbox(open_doors(frame.root()))
    cells = [(r["key"], r["to"], r["channel"], r["state"], str(r["attempts"]), r["receipt"][:60]) for r in rows]
    document = {
        "rows": [{k: r[k] for k in ("key", "touch", "channel", "state", "to", "attempts", "receipt")} for r in rows]
    }
    frame.answer(
        document,
        table(cells, ("key", "to", "channel", "state", "attempts", "receipt")) if cells else "Nothing was sent yet.",
    )


@outbox.command()
@click.argument("key")
@click.option("--arrived/--again", required=True, help="It arrived after all, or it may be tried again.")
@framed
def resolve(frame: Frame, key: str, arrived: bool) -> None:
    """Say what became of a delivery that is unknown or failed.

    \b
    $ vitalreel outbox resolve 9f31…:email --arrived -w ws
    """
    state = step.resolve(open_doors(frame.root()), key, arrived, frame.now)
    frame.answer({"key": key, "state": state}, f"{key} is {state}.")


@click.command()
@click.argument("contact")
@framed
def inbox(frame: Frame, contact: str) -> None:
    """Print the addresses of a contact's inbox and portal, for the product they sign in to: the same at every call.

    \b
    $ vitalreel inbox c-102 -w ws
    inbox   https://videos.larkspur.example/in/in_5a1c…
    portal  https://videos.larkspur.example/portal/in_5a1c…
    """
    token, base = way_in(open_doors(frame.root()), ContactId(contact), frame.now), read_settings().base_url
    document = {"contact": contact, "inbox": f"{base}/in/{token}", "portal": f"{base}/portal/{token}"}
    frame.answer(document, f"inbox   {document['inbox']}\nportal  {document['portal']}")


@click.command()
@click.argument("touch")
@click.option("--by", "who", required=True, help="Who sends it: the account's CSM.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="The draft; else TOUCH.eml here.")
@framed
def draft(frame: Frame, touch: str, who: str, out: Path | None) -> None:
    """Hand an approved film to a person of ours: a mail ready to be sent, and a link for a meeting. Nothing else sends it then.

    \b
    $ vitalreel draft 9f31… --by "Mia Lund" -o corvane.eml -w ws
    corvane.eml is a draft to priya@corvane.example, to be sent by 27 November 18:00 UTC. In a meeting: https://…/v/…?untracked&play
    """
    doors, settings = open_doors(frame.root()), read_settings()
    found = hand_over(doors, kit_of(doors), settings.base_url, touch, who, frame.now)
    path = out or Path(f"{touch}.eml")
    path.write_bytes(found.mail)
    told = {"touch": touch, "account": found.account, "to": found.to, "subject": found.subject, "text": found.text, "draft": str(path),
            "watch": found.watch, "present": found.present, "not_before": found.not_before, "until": found.until}  # fmt: skip
    wait = f"not before {found.not_before:%-d %B %H:%M} UTC and " if found.not_before else ""
    text = f"{path} is a draft to {found.to}, to be sent {wait}by {found.until:%-d %B %H:%M} UTC. In a meeting: {found.present}"
    frame.answer(told, text)
