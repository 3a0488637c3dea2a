"""`pulse`: of which accounts their owners are asked for a reading, and giving one."""

from __future__ import annotations

from dataclasses import asdict

import click

from vitalreel.cli.frame import Frame, framed, table
from vitalreel.health.pulse import Due
from vitalreel.identity import AccountId
from vitalreel.steps import pulse as step
from vitalreel.wiring import open_doors


@click.group()
def pulse() -> None:
    """A CSM's own reading of an account: of whom it is asked, and giving one."""


@pulse.command("due")
@click.option("--owner", help="Only accounts of this CSM.")
@framed
def due(frame: Frame, owner: str | None) -> None:
    """Accounts of which their owner is asked for a reading, those asked longest first.

    \b
    $ vitalreel pulse due -w ws --as-of 2026-09-30
    account     owner  since       why                        last  counts until
    acc-000007  csm-1  2026-09-28  a call on 2026-09-28       4     2026-11-30
    acc-000012  csm-2  2026-09-29  the last is of 2026-08-30  2     2026-11-28
    """
    found = step.asked(open_doors(frame.root()), frame.day, owner)
    text = table([_row(d) for d in found], ("account", "owner", "since", "why", "last", "counts until"))
    frame.answer({"due": [asdict(d) for d in found]}, text if found else "No reading is asked for.")


def _row(d: Due) -> tuple[str, ...]:
    last = f"{d.last.value:g}" if d.last else "-"
    return d.account, d.owner, d.since.isoformat(), d.why, last, d.counts_until.isoformat() if d.counts_until else "-"


@pulse.command("give")
@click.argument("account")
@click.argument("value", type=int)
@click.option("--by", required=True, help="Who read it.")
@click.option("--comment", default="", help="Why.")
@framed
def give(frame: Frame, account: str, value: int, by: str, comment: str) -> None:
    """Say how an account is doing, from 1 (lost) to 5 (thriving): one measure of its score, which overrides no other.

    \b
    $ vitalreel pulse give acc-000007 2 --by "Ines Roth" --comment "The new sponsor asks for offers" -w ws
    acc-000007: 2 of 5 by Ines Roth on 2026-09-30; it counts until 2026-12-29
    """
    doors = open_doors(frame.root())
    done = step.give(doors, AccountId(account), value, by, comment, frame.day, frame.now)
    until = f"it counts until {done.counts_until.isoformat()}" if done.counts_until else "it counts until the next"
    line = f"{done.account}: {done.value} of 5 by {done.by} on {done.day.isoformat()}; {until}"
    frame.answer(asdict(done), line)
