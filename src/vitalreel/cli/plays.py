"""`plan`, `run`, `stop` and `resume`: what would be said today, one tick of the loop, and the kill switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import delete, select

from vitalreel.cli.frame import DONE, LOOK, Frame, framed, table
from vitalreel.errors import BadInput
from vitalreel.settings import read_settings
from vitalreel.steps.alert import alert_day
from vitalreel.steps.doors import Doors
from vitalreel.steps.notices import tell
from vitalreel.steps.planning import Entry, plan_day
from vitalreel.steps.tick import Tick, tick
from vitalreel.store import tables as t
from vitalreel.store.database import upsert
from vitalreel.wiring import open_doors, open_post, open_reach, open_workshop


@click.command()
@framed
def plan(frame: Frame) -> None:
    """What would fire today and why, and what would not and why. Sends nothing, writes nothing.

    \b
    $ vitalreel plan -w ws --as-of 2024-09-30
    account    play            step       module                 contact       channel  window
    A-43a9e3   renewal_window  the_year   renewal_window_opener  Ana Costa     email    2024-09-30 to 2024-10-08
    """
    doors = open_doors(frame.root())
    planned = plan_day(doors, frame.day, frame.now)
    rows = [_cells(e) for e in planned.touches]
    head = ("account", "name", "play", "step", "module", "contact", "channel", "window")
    lines = [f"{len(rows)} touches as of {frame.day}", table(rows, head) if rows else ""]
    lines += [f"  {e.contact_name} ({e.account}): {e.module} is {e.note}" for e in planned.touches if e.note]
    if planned.withheld:
        held = [(w.account, w.play, w.reason, w.detail) for w in planned.withheld]
        lines += [f"\n{len(held)} withheld", table(held, ("account", "play", "reason", "detail"))]
    document: dict[str, Any] = {
        "as_of": frame.day,
        "touches": [_entry(e) for e in planned.touches],
        "withheld": [
            {"account": w.account, "play": w.play, "step": w.step, "reason": w.reason, "detail": w.detail}
            for w in planned.withheld
        ],
    }
    frame.answer(document, "\n".join(line for line in lines if line))


def _cells(e: Entry) -> tuple[str, ...]:
    return (
        e.account,
        e.account_name,
        e.play,
        e.step,
        e.module,
        e.contact_name,
        e.channel,
        f"{e.start:%Y-%m-%d} to {e.end:%Y-%m-%d}",
    )


def _entry(e: Entry) -> dict[str, Any]:
    return {
        "account": e.account, "account_name": e.account_name, "play": e.play, "step": e.step, "module": e.module, "contact": e.contact,
        "contact_name": e.contact_name, "channel": e.channel, "window": [e.start.isoformat(), e.end.isoformat()], "why": dict(e.why),
        "state": e.state, "note": e.note,
    }  # fmt: skip


@click.command()
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="All ticks from --as-of to this day, in order.")
@click.option("--films", type=click.IntRange(0), help="Make at most so many films in each tick.")
@click.option("--draft", is_flag=True, help="Films with the light voice and a coarser picture.")
@click.option(
    "--rehearse",
    is_flag=True,
    help="Films written, neither spoken nor drawn; mails into var/mail. In a workspace of its own.",
)
@framed
def run(frame: Frame, until: datetime | None, films: int | None, draft: bool, rehearse: bool) -> None:
    """One tick: track, assess, decide, produce, review, deliver. Safe to stop anywhere and run again.

    \b
    $ vitalreel run -w ws
    2026-11-23  scored 118  opened 6  films 5 made, 1 refused  waiting for review 1  sent 4  withheld 3
    """
    doors = open_doors(frame.root())
    last = until.date() if until else frame.day
    if last < frame.day:
        raise BadInput("--until", f"{last} is before {frame.day}", "name a later day")
    ticks: list[Tick] = []
    settings = replace(read_settings(), smtp=None) if rehearse else read_settings()
    with open_workshop(
        doors, draft or rehearse, lambda what, done, total: frame.say(f"  {what}: {done} of {total}")
    ) as workshop:
        for ordinal in range(frame.day.toordinal(), last.toordinal() + 1):
            day = frame.day.fromordinal(ordinal)
            post = open_post(doors, frame_now(frame, day), settings)
            ticks.append(tick(doors, workshop, post, day, frame_now(frame, day), films, rehearse))
            frame.say(ticks[-1].line())
            if not rehearse:
                alert_day(doors, day, frame_now(frame, day))
                tell(doors, open_reach(doors, frame_now(frame, day), settings), frame_now(frame, day))
    look = any(x.refused or x.set_aside or x.unknown for x in ticks)
    frame.answer({"ticks": ticks}, "\n".join(x.line() for x in ticks), LOOK if look else DONE)


def frame_now(frame: Frame, day: Any) -> datetime:
    """The instant a command acts at: now, or with --as-of 16:00 UTC of that day, when offices from Lisbon to Los Angeles are open."""
    return frame.now if frame.as_of is None else datetime(day.year, day.month, day.day, 16, 0, tzinfo=UTC)


def _scope(play: str | None, module: str | None, account: str | None) -> tuple[str, str]:
    named = [(kind, name) for kind, name in (("play", play), ("module", module), ("account", account)) if name]
    if len(named) > 1:
        raise BadInput(
            "stop", "names more than one thing", "give one of --play, --module, --account, or none for everything"
        )
    return named[0] if named else ("all", "")


def _switches(command: Any) -> Any:
    for name in ("account", "module", "play"):
        command = click.option(f"--{name}", help=f"Only this {name}.")(command)
    return command


@click.command()
@_switches
@framed
def stop(frame: Frame, play: str | None, module: str | None, account: str | None) -> None:
    """The kill switch: nothing of that scope leaves until `resume`.

    \b
    $ vitalreel stop -w ws --module usage_drop_recovery
    Stopped: module usage_drop_recovery
    """
    doors, (scope, name) = open_doors(frame.root()), _scope(play, module, account)
    with doors.engine.begin() as c:
        upsert(c, t.stop, [{"scope": scope, "name": name, "who": "command line", "at": frame.now}])
    frame.answer(_stops(doors, scope, name), f"Stopped: {scope} {name}".rstrip())


@click.command()
@_switches
@framed
def resume(frame: Frame, play: str | None, module: str | None, account: str | None) -> None:
    """Take a stop back.

    \b
    $ vitalreel resume -w ws --module usage_drop_recovery
    Resumed: module usage_drop_recovery
    """
    doors, (scope, name) = open_doors(frame.root()), _scope(play, module, account)
    with doors.engine.begin() as c:
        found = c.execute(delete(t.stop).where(t.stop.c.scope == scope, t.stop.c.name == name)).rowcount
    if not found:
        raise BadInput("resume", f"{scope} {name} is not stopped".replace("  ", " "), "see `vitalreel stop --help`")
    frame.answer(_stops(doors, scope, name), f"Resumed: {scope} {name}".rstrip())


def _stops(doors: Doors, scope: str, name: str) -> dict[str, Any]:
    with doors.engine.connect() as c:
        rows: Sequence[Any] = c.execute(select(t.stop.c.scope, t.stop.c.name)).all()
    return {"scope": {"kind": scope, "name": name}, "stopped": [{"kind": s, "name": n} for s, n in rows]}
