"""`vitalreel sources`: when each source is loaded, how its loads went, and what is wrong."""

from __future__ import annotations

import os
import socket
from datetime import datetime

import click

from vitalreel.cli.frame import DONE, DOWN, LOOK, Frame, framed, table
from vitalreel.errors import NotFound
from vitalreel.sources.schedule import Run
from vitalreel.steps.loads import Standing, load_due, runs_of, standings
from vitalreel.wiring import open_doors, utc_now


@click.group()
def sources() -> None:
    """When each source is loaded, and how its loads went. `vitalreel worker` and `serve` load what is due."""


@sources.command("list")
@framed
def list_(frame: Frame) -> None:
    """Every source, its schedule, its last load, and what somebody should know of it.

    \b
    $ vitalreel sources list -w ws
    source  kind  schedule  last load  state  rows read  new  seconds  due
    """
    found = standings(open_doors(frame.root()), frame.now)
    rows = [_row(s) for s in found]
    text = table(rows, ("source", "kind", "schedule", "last load", "state", "rows read", "new", "seconds", "due"))
    told = [a for s in found for a in s.alarms]
    if told:
        text += "\n\n" + "\n".join(f"{a.source}: {a.what}; {a.hint}" for a in told)
    document = {"sources": [_document(s) for s in found]}
    frame.answer(document, text, LOOK if told else DONE)


@sources.command("history")
@click.argument("source")
@click.option("--rows", default=20, show_default=True, type=click.IntRange(1, 200), help="Loads shown, newest first.")
@framed
def history(frame: Frame, source: str, rows: int) -> None:
    """The loads of SOURCE: when, by whom, how many rows, how long, and why one failed.

    \b
    $ vitalreel sources history ravenstack -w ws
    started  by  state  rows read  new  quarantined  seconds  why
    """
    doors = open_doors(frame.root())
    found = runs_of(doors, source, rows)
    if not found and source not in {s.source for s in standings(doors, frame.now)}:
        raise NotFound("source", source, "see `vitalreel sources list`")
    cells = [
        (_at(r.started), r.by, r.state, f"{r.read:,}", f"{r.accepted:,}", f"{r.quarantined:,}", f"{r.took_s:.1f}", r.error)
        for r in found
    ]  # fmt: skip
    text = table(cells, ("started", "by", "state", "rows read", "new", "quarantined", "seconds", "why"))
    frame.answer({"source": source, "runs": [_run(r) for r in found]}, text if found else f"{source} was never loaded.")


@sources.command("run")
@framed
def run(frame: Frame) -> None:
    """Load what is due by its schedule now, for cron or a worker. A source that fails does not stop the others.

    \b
    $ vitalreel sources run -w ws
    Nothing is due.
    """
    doors = open_doors(frame.root())
    turns = load_due(doors, utc_now, f"{socket.gethostname()}/{os.getpid()}")
    lines = [
        f"{turn.source}: failed, {turn.error}" if turn.done is None
        else f"{turn.source}: {sum(c.accepted for c in turn.done.tables.values()):,} rows are new"
        for turn in turns
    ]  # fmt: skip
    look = any(turn.done is not None and turn.done.look for turn in turns)
    code = DOWN if any(turn.done is None for turn in turns) else LOOK if look else DONE
    document = {"loaded": [{"source": turn.source, "error": turn.error} for turn in turns]}
    frame.answer(document, "\n".join(lines) or "Nothing is due.", code)


def _row(s: Standing) -> tuple[str, ...]:
    due = "by hand" if s.due is None else _at(s.due)
    if not s.runs:
        return s.source, s.kind, s.schedule, "never", "", "", "", "", due
    r = s.runs[0]
    return (
        s.source, s.kind, s.schedule, _at(r.started), r.state, f"{r.read:,}", f"{r.accepted:,}", f"{r.took_s:.1f}", due,
    )  # fmt: skip


def _document(s: Standing) -> dict[str, object]:
    return {
        "source": s.source, "kind": s.kind, "schedule": s.schedule, "due": s.due, "last": _run(s.runs[0]) if s.runs else None,
        "alarms": list(s.alarms),
    }  # fmt: skip


def _run(r: Run) -> dict[str, object]:
    return {
        "load": r.load, "started": r.started, "by": r.by, "state": r.state, "read": r.read, "accepted": r.accepted,
        "quarantined": r.quarantined, "took_s": round(r.took_s, 3), "error": r.error, "findings": list(r.findings),
    }  # fmt: skip


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
