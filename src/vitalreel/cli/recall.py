"""`recall`: a film that was sent is taken back, another takes its place; a link is withdrawn."""

from __future__ import annotations

from typing import Any

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.identity import plain
from vitalreel.steps import recall as step
from vitalreel.wiring import open_doors


@click.group()
def recall() -> None:
    """Films that were taken back, and what their links show instead."""


@recall.command()
@click.argument("video")
@click.option("--by", "who", required=True, help="Who takes it back.")
@click.option("--why", required=True, help="What is wrong with it.")
@framed
def film(frame: Frame, video: str, who: str, why: str) -> None:
    """Take VIDEO back at once, wherever its links went; what has not left yet is made again.

    \b
    $ vitalreel recall film 7c02… -w ws --by "Mia Lund" --why "the seats are another account's"
    7c02… is taken back: 1 link shows nothing until another film takes its place. To be made again: 0 films that had not left.
    """
    found, again = step.recall(open_doors(frame.root()), video, who, why, frame.now)
    links = (
        f"{found.links} {'link shows' if found.links == 1 else 'links show'} nothing until another film takes its place"
    )
    text = f"{video} is taken back: {links}. To be made again: {again} films that had not left."
    frame.answer({**_told(found), "made_again": again}, text)


@recall.command()
@click.argument("video")
@click.argument("other")
@click.option("--by", "who", required=True, help="Who has looked at the other one.")
@framed
def replace(frame: Frame, video: str, other: str, who: str) -> None:
    """The links of VIDEO, which was taken back, show OTHER from now on. Nothing is sent again.

    \b
    $ vitalreel recall replace 7c02… 91ab… -w ws --by "Mia Lund"
    1 link shows 91ab… now.
    """
    found, moved = step.replace(open_doors(frame.root()), video, other, who, frame.now)
    text = f"{moved} {'link shows' if moved == 1 else 'links show'} {other} now."
    frame.answer({**_told(found), "moved": moved}, text)


@recall.command()
@click.argument("link")
@framed
def link(frame: Frame, link: str) -> None:
    """Withdraw one person's LINK: what stands behind /v/ in its address.

    \b
    $ vitalreel recall link 5e1f… -w ws
    The link of c-102 opens nothing any more.
    """
    contact = step.revoke(open_doors(frame.root()), link, frame.now)
    frame.answer({"link": link.partition(".")[0], "contact": contact}, f"The link of {contact} opens nothing any more.")


@recall.command("list")
@framed
def list_(frame: Frame) -> None:
    """Every film that was taken back, the last first."""
    found = step.recalls(open_doors(frame.root()))
    cells = [(r.video, r.account, r.why, r.who, f"{r.at:%Y-%m-%d}", r.replaced_by or "") for r in found]
    head = ("film", "account", "why", "by", "on", "replaced by")
    frame.answer({"recalls": [_told(r) for r in found]}, table(cells, head) if cells else "No film was taken back.")


def _told(found: step.Recalled) -> dict[str, Any]:
    told = plain(found)
    assert isinstance(told, dict)
    return dict(told)
