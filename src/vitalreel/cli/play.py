"""`play`: which definitions of a play are followed by what is under way, and taking up the newest."""

from __future__ import annotations

from dataclasses import asdict

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import NotFound
from vitalreel.identity import fingerprint
from vitalreel.steps import versions as step
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.triggers.matrix import Play
from vitalreel.wiring import open_doors


@click.group()
def play() -> None:
    """Which definition of a play is followed by what: versions, upgrade."""


@play.command()
@framed
def versions(frame: Frame) -> None:
    """Definitions that ladders under way follow: each the one it began with, until it is upgraded.

    \b
    $ vitalreel play versions -w ws
    play        definition  since       runs  the newest has otherwise
    usage_drop  4f1c9a0e    2026-10-02    12  ladder, priority
    usage_drop  91be2270    2026-11-20     3  (newest)
    """
    doors = open_doors(frame.root())
    found = step.following(doors, [a.play for a in read_plays(doors, catalogue_of(doors))])
    rows = [
        (f.play, f.config[:8], f"{f.since:%Y-%m-%d}", str(f.runs),
         "(newest)" if f.newest else ", ".join(f.changes) or "(the play was taken away)")
        for f in found
    ]  # fmt: skip
    head = ("play", "definition", "since", "runs", "the newest has otherwise")
    text = table(rows, head) if rows else "No ladder is under way."
    frame.answer({"versions": [asdict(f) for f in found]}, text, DONE if all(f.newest for f in found) else LOOK)


@play.command()
@click.argument("name")
@click.option("--account", help="Only the run of this account, by its id.")
@click.option("--dry-run", is_flag=True, help="Tell what would go on where, and write nothing.")
@click.option("--by", default="command line", show_default=True, help="Who decides it; kept with each run.")
@framed
def upgrade(frame: Frame, name: str, account: str | None, dry_run: bool, by: str) -> None:
    """Ladders of the play NAME that are under way follow its newest definition from now on, each from where it stands.

    \b
    $ vitalreel play upgrade usage_drop --by Ingrid -w ws
    12 ladders of usage_drop follow its newest definition
    account   opened on   stood before   goes on with
    A-43a9e3  2026-10-02  a_person       second_angle
    """
    doors = open_doors(frame.root())
    catalogue = fingerprint(catalogue_of(doors))
    moved = step.upgrade(doors, _play(doors, name), frame.now, by, account, not dry_run, catalogue)
    rows = [(m.account, m.opened_on.isoformat(), m.step, m.goes_on) for m in moved]
    said = "would follow" if dry_run else "follow"
    lines = [f"{len(moved)} ladders of {name} {said} its newest definition"]
    lines += [table(rows, ("account", "opened on", "stood before", "goes on with"))] if rows else []
    frame.answer({"play": name, "written": not dry_run, "moved": [asdict(m) for m in moved]}, "\n".join(lines))


def _play(doors: Doors, name: str) -> Play:
    plays = {a.play.name: a.play for a in read_plays(doors, catalogue_of(doors))}
    if name not in plays:
        raise NotFound("play", name, "the workspace has " + ", ".join(sorted(plays)))
    return plays[name]
