"""`alert`: what people of ours are told: what is so now, asking for a day, and telling what is due."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.cli.plays import frame_now
from vitalreel.steps import alert as step
from vitalreel.steps.notices import tell
from vitalreel.wiring import open_doors, open_reach


@click.group()
def alert() -> None:
    """What people of ours are told (alerts.yaml): list, run. `vitalreel run` does both by itself."""


@alert.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are over, too.")
@framed
def list_(frame: Frame, every: bool) -> None:
    """What is so now, the newest first, with whom it was told to.

    \b
    $ vitalreel alert list -w ws
    since       alert       to       told         what
    2026-11-23  turned_red  csm-204  slack, sent  Corvane Co has turned red: 31 points, USD 48,500 a year, renewal 2 March 2027
    """
    found = step.alerts(open_doors(frame.root()), every)
    rows = [(x["opened_on"].isoformat(), x["alert"], x["person"], _told(x), x["title"]) for x in found]
    text = table(rows, ("since", "alert", "to", "told", "what")) if rows else "There is no news."
    frame.answer({"alerts": [_row(x) for x in found]}, text)


def _told(x: dict[str, Any]) -> str:
    if not x["told"]:
        return "was so before"
    if x["notice"] == "":
        return "over before"
    return f"{x['channel']}, {x['notice_state']}" if x["notice"] else "waits"


def _row(x: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "alert", "about", "account", "person", "how", "title", "detail", "opened_on", "closed_on", "channel")
    return {**{n: x[n] for n in names}, "told": _told(x)}


@alert.command("run")
@framed
def run(frame: Frame) -> None:
    """Ask every row of alerts.yaml for the day, and tell what is due to those whose hours it is.

    \b
    $ vitalreel alert run -w ws --as-of 2026-11-23
    2 new, 11 were so before, 0 over; 1 message sent, 3 pieces of news wait for somebody's hours
    """
    doors, now = open_doors(frame.root()), frame_now(frame, frame.day)
    day = step.alert_day(doors, frame.day, now)
    told = tell(doors, open_reach(doors, now if frame.as_of else None), now)
    text = (
        f"{day.opened} new, {day.standing} were so before, {day.closed} over; {told.sent} message{'' if told.sent == 1 else 's'} sent, "
        f"{told.waiting} pieces of news wait for somebody's hours"
    )
    if told.again or told.failed:
        text += f"; {told.again} to be tried again, {told.failed} failed"
    frame.answer({**asdict(day), **asdict(told)}, text, LOOK if told.again or told.failed else DONE)
