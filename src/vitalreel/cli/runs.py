"""`runs`: what fired, who watched and what came of it, as a file for another system."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.steps.told_back import PAGE, runs_of
from vitalreel.wiring import open_doors

COLUMNS = ("run", "play", "account", "opened_on", "state", "ended", "reached", "films_sent", "viewers", "best_view", "asked_for_human",
           "tasks_open", "score_opened", "score_latest")  # fmt: skip


@click.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), default="1970-01-01", help="Runs that opened on this day or later."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; - or nothing: print.")
@click.option(
    "--form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="A JSON object a line, or one row a run."
)
@framed
def runs(frame: Frame, since: datetime, out: Path | None, form: str) -> None:
    """What fired, who watched and what came of it, for another system: runs of plays with touches, views and tasks.

    Those kept without, to measure by, are left out.

    \b
    $ vitalreel runs --since 2026-10-01 --form csv --out runs.csv -w ws
    212 runs written to runs.csv
    """
    doors = open_doors(frame.root())
    found = list(_all(doors, since))
    text = _csv(found) if form == "csv" else "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in found)
    if out is not None and str(out) != "-":
        out.write_text(text, encoding="utf-8")
        frame.answer({"runs": len(found), "file": str(out)}, f"{len(found)} runs written to {out}")
    else:
        frame.answer({"runs": found}, text.rstrip("\n"))


def _all(doors: Any, since: datetime) -> Iterator[Mapping[str, Any]]:
    after = ""
    while page := runs_of(doors, since.date(), after, PAGE):
        yield from page
        after = page[-1]["run"]


def _csv(found: list[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(r) for r in found)
    return text.getvalue()


def _row(r: Mapping[str, Any]) -> tuple[Any, ...]:
    views, opened, latest = r["views"], r["score"]["opened"], r["score"]["latest"]
    return (
        r["run"], r["play"], r["account"], r["opened_on"], r["state"], r["ended"] or "", r["goal"]["reached"],
        sum(x["state"] == "sent" for x in r["touches"]), len({v["contact"] for v in views}),
        max((v["completion"] for v in views), default=None), any(v["asked_for_human"] for v in views),
        sum(k["state"] == "open" for k in r["tasks"]), opened and opened["points"], latest and latest["points"],
    )  # fmt: skip
