"""`vitalreel asset`: education videos that are hosted elsewhere, and the tokens their players send."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.identity import ContactId
from vitalreel.steps import hosted
from vitalreel.steps.claiming import public_token
from vitalreel.tracking.hosted import KINDS, Hosted
from vitalreel.wiring import open_doors


@click.group()
def asset() -> None:
    """Your own education videos, hosted elsewhere: registered, and tracked like films."""


@asset.command("add")
@click.argument("name")
@click.option("--title", required=True, help="As viewers know it.")
@click.option("--url", required=True, help="The page or file that shows it.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What conditions and scorecards call it.")
@click.option("--length", "length_s", type=float, required=True, help="Seconds.")
@click.option("--released", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day it came out.")
@click.option("--feature", default="", help="Of the product that it is about.")
@framed
def add(
    frame: Frame, name: str, title: str, url: str, kind: str, length_s: float, released: datetime, feature: str
) -> None:  # fmt: skip
    """Register a video, or say something else of one that is.

    \b
    $ vitalreel asset add seats_explained --title "Seats explained" --url https://learn.example/seats --kind pricing \\
        --length 95 --released 2026-03-02 --feature seats -w ws
    Registered seats_explained: pricing, 95 s.
    """
    given = Hosted(name, title, url, kind, length_s, released.date(), feature)
    video = hosted.register(open_doors(frame.root()), given, frame.now)
    frame.answer({"video": video, **asdict(given)}, f"Registered {name}: {kind}, {length_s:g} s.")


@asset.command("list")
@framed
def list_(frame: Frame) -> None:
    """Every registered video and how often people watched it.

    \b
    $ vitalreel asset list -w ws
    asset  kind  feature  released  length  views
    """
    found = hosted.registered(open_doors(frame.root()))
    cells = [(a.name, a.kind, a.feature, str(a.released), f"{a.length_s:g} s", str(views)) for a, views in found]
    head = ("asset", "kind", "feature", "released", "length", "views")
    document = {"assets": [{**asdict(a), "views": views} for a, views in found]}
    frame.answer(document, table(cells, head) if cells else "No asset is registered.")


@asset.command("token")
@click.argument("name")
@click.option(
    "--contact", default="", help="Id of the contact who is signed in where it is shown; none: for whoever watches."
)
@framed
def token(frame: Frame, name: str, contact: str) -> None:
    """What your player sends with this contact's events (`token`), to the beacon or through `vitalreel views import`.

    Without a contact it is the same for everybody: a batch may then say who is signed in (`user`, docs/how-to/viewers.md), and
    plays of nobody known are kept apart until it is.

    \b
    $ vitalreel asset token seats_explained --contact con-000007-1 -w ws
    9b1c...
    """
    doors = open_doors(frame.root())
    made = (
        hosted.token_for(doors, name, ContactId(contact), frame.now)
        if contact
        else public_token(doors, name, frame.now)
    )
    frame.answer({"asset": name, "contact": contact, "token": made}, made)
