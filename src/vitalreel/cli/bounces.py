"""`bounces`: mails that came back, and the addresses that get none any more."""

from __future__ import annotations

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.cli.plays import frame_now
from vitalreel.errors import BadInput
from vitalreel.settings import read_settings
from vitalreel.steps import returned, suppressed
from vitalreel.steps.doors import Doors
from vitalreel.wiring import open_boxes, open_doors

_KEYS = ("address", "account", "contact", "reason", "detail", "source", "at", "lifted", "lifted_by", "lifted_why")


@click.group()
def bounces() -> None:
    """Mails that came back, and addresses that get none: read, list, lift, suppress."""


@bounces.command()
@click.argument("boxes", nargs=-1, metavar="[BOX ...]")
@framed
def read(frame: Frame, boxes: tuple[str, ...]) -> None:
    """Read the mailboxes where mails come back: a Maildir, an mbox file, or imaps://user:password@host/INBOX.

    Without a BOX it is that of VITALREEL_BOUNCE_BOX. Nothing is changed in them, and nothing is counted twice. `run` and `deliver`
    do this by themselves.

    \b
    $ vitalreel bounces read /var/mail/bounces -w ws
    came back 3, noted 1, set aside 1, known 0
    no mail any more: ana@nordwind.example
    """
    doors, settings = open_doors(frame.root()), read_settings()
    opened = open_boxes(settings, boxes)
    if not opened:
        raise BadInput("the mailbox", "none is named", "name one, or set VITALREEL_BOUNCE_BOX")
    done = returned.read_boxes(doors, opened, frame_now(frame, frame.day))
    lines = [f"came back {done.counted}, noted {done.noted}, set aside {done.set_aside}, known {done.known}"]
    lines += [f"no mail any more: {', '.join(done.suppressed)}"] if done.suppressed else []
    lines += ["what was set aside: `vitalreel bounces list --aside`"] if done.set_aside else []
    document = {
        "boxes": [box.name for box in opened], "counted": done.counted, "noted": done.noted, "set_aside": done.set_aside,
        "known": done.known, "suppressed": list(done.suppressed),
    }  # fmt: skip
    frame.answer(document, "\n".join(lines), LOOK if done.set_aside else DONE)


@bounces.command("list")
@click.option("--account", default="", help="Only this account's.")
@click.option("--all", "every", is_flag=True, help="Addresses that were let off, too.")
@click.option("--aside", is_flag=True, help="Messages that were set aside for a person, instead.")
@framed
def list_(frame: Frame, account: str, every: bool, aside: bool) -> None:
    """Addresses that get no mail, and why.

    \b
    $ vitalreel bounces list -w ws
    address               contact  since       because       detail
    ana@nordwind.example  Ana      2026-11-20  hard bounce   5.1.1 550 5.1.1 no such user
    """
    doors = open_doors(frame.root())
    if aside:
        _list_aside(frame, doors)
        return
    rows = suppressed.suppressions(doors, account, every)
    cells = [
        (r["address"], r["contact_name"] or r["contact"], f"{r['at']:%Y-%m-%d}", r["reason"], _detail(r["detail"], r["lifted_by"]))
        for r in rows
    ]  # fmt: skip
    text = table(cells, ("address", "contact", "since", "because", "detail")) if cells else "Every address gets mail."
    frame.answer({"rows": [{k: r[k] for k in _KEYS} for r in rows]}, text)


def _list_aside(frame: Frame, doors: Doors) -> None:
    rows = returned.set_aside(doors)
    cells = [(r["id"], f"{r['at']:%Y-%m-%d}", r["detail"], r["place"]) for r in rows]
    where = f"Copies lie in {doors.workspace.returned}, as ID.eml."
    text = f"{table(cells, ('id', 'read', 'because', 'where it lies'))}\n{where}" if cells else "Nothing is set aside."
    frame.answer({"rows": [{k: r[k] for k in ("id", "at", "detail", "place")} for r in rows]}, text)


def _detail(detail: str, lifted_by: str) -> str:
    return f"{detail[:80]} (let off by {lifted_by})" if lifted_by else detail[:80]


@bounces.command()
@click.argument("address")
@click.option("--by", "who", default="", help="Who says so (default: who is signed in here).")
@click.option("--reason", required=True, help="How you know that mail arrives there.")
@framed
def lift(frame: Frame, address: str, who: str, reason: str) -> None:
    """Let ADDRESS have mail again. What its person said about mail themselves stays as it is.

    \b
    $ vitalreel bounces lift ana@nordwind.example --by "Ingrid Moe" --reason "Their mailbox is back" -w ws
    """
    refuses = suppressed.lift(open_doors(frame.root()), address, who or frame.who, reason, frame.now)
    text = f"{address} gets mail again."
    if refuses:
        text += " Its person does not want any, though: `vitalreel person consent` says when they told you otherwise."
    frame.answer({"address": address, "lifted": True, "consent": not refuses}, text)


@bounces.command()
@click.argument("address")
@click.option("--by", "who", default="", help="Who says so (default: who is signed in here).")
@click.option("--reason", required=True, help="Why it shall get no mail.")
@framed
def suppress(frame: Frame, address: str, who: str, reason: str) -> None:
    """Write no mail to ADDRESS from now on.

    \b
    $ vitalreel bounces suppress ana@nordwind.example --by "Ingrid Moe" --reason "She told us the address is dead" -w ws
    """
    suppressed.suppress_by_hand(open_doors(frame.root()), address, who or frame.who, reason, frame.now)
    frame.answer({"address": address, "suppressed": True}, f"{address} gets no mail any more.")
