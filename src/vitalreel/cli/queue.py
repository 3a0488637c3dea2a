"""`queue`: films to be made, who has them in hand, and what was set aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.steps import queue as step
from vitalreel.wiring import open_doors

SHOWN = (
    "id",
    "kind",
    "account",
    "module",
    "state",
    "stage",
    "done",
    "total",
    "attempts",
    "owner",
    "reason",
    "video",
    "cost",
    "touch",
)


@click.group()
def queue() -> None:
    """Films to be made: list, retry, drop."""


@queue.command("list")
@click.option("--all", "every", is_flag=True, help="Also the films that are made, refused or dropped.")
@framed
def list_(frame: Frame, every: bool) -> None:
    """What is in hand, what waits (most urgent first) and what was set aside.

    \b
    $ vitalreel queue list -w ws
    1 in hand, 3 waiting, 1 set aside; workers: box-1
    film      account     module               state      progress            tries  reason
    5f0c21ab  acc-000057  usage_drop_recovery  working    drawing scenes 3/6  1
    """
    doors = open_doors(frame.root())
    states = (*step.SHOWN, *step.ENDED) if every else step.SHOWN
    rows = step.listing(doors.engine, states)
    counts = step.tallied(doors.engine)
    workers = [w.name for w in step.working(doors.engine, frame.now)]
    head = (
        f"{counts.get('working', 0)} in hand, {counts.get('waiting', 0)} waiting, {counts.get('set_aside', 0)} set aside; "
        f"workers: {', '.join(workers) or 'none'}"
    )
    cells = [_cells(r, frame.now) for r in rows]
    columns = ("film", "account", "module", "state", "progress", "tries", "reason")
    document = {"counts": counts, "workers": workers, "rows": [{k: r[k] for k in SHOWN} for r in rows]}
    text = f"{head}\n{table(cells, columns)}" if cells else head
    frame.answer(document, text, LOOK if counts.get("set_aside") else DONE)


def _cells(row: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    progress = f"{row['stage']} {row['done']}/{row['total']}" if row["state"] == "working" and row["total"] else ""
    if row["state"] == "waiting" and row["next_at"] > now:
        progress = f"again in {(row['next_at'] - now).total_seconds():.0f} s"
    return (
        row["id"][:8],
        row["account"],
        row["module"],
        row["state"],
        progress,
        str(row["attempts"]),
        row["reason"][:80],
    )


@queue.command()
@click.argument("film")
@framed
def retry(frame: Frame, film: str) -> None:
    """Try a film again that was set aside, refused or dropped.

    \b
    $ vitalreel queue retry 5f0c21ab -w ws
    5f0c21ab waits again.
    """
    doors = open_doors(frame.root())
    whole = step.whole_id(doors.engine, film)
    step.retry(doors.engine, whole, frame.now)
    frame.answer({"id": whole, "state": "waiting"}, f"{film} waits again.")


@queue.command()
@click.argument("film")
@click.option("--reason", default="dropped by hand", show_default=True)
@framed
def drop(frame: Frame, film: str, reason: str) -> None:
    """Take a film off the queue that waits or was set aside. Its touch stays planned and misses its window.

    \b
    $ vitalreel queue drop 5f0c21ab -w ws --reason "the account left"
    5f0c21ab is dropped.
    """
    doors = open_doors(frame.root())
    whole = step.whole_id(doors.engine, film)
    step.drop(doors.engine, whole, reason, frame.now)
    frame.answer({"id": whole, "state": "dropped"}, f"{film} is dropped.")
