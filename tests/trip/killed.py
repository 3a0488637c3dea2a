"""A tick of the loop in a process of its own, killed at a named station.

The stations are the joints between steps and, inside them, the instants just before and after what they stand on: a commit, a
file in place, an answer from the mail server. Killing is SIGKILL: nothing is cleaned up.

The processes come from a fork server that has imported this module and opened nothing: each turn begins with what a new
interpreter has after its imports, without the seconds they take.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.trip.conftest import DAY, NOW, settings
from vitalreel.edges.channels.mailbox import MailboxChannel
from vitalreel.edges.channels.smtp import SmtpChannel
from vitalreel.steps import decide, deliver, produce, review, tick
from vitalreel.steps.hands import Hands
from vitalreel.steps.inbox import Inbox
from vitalreel.store.lake import Lake
from vitalreel.store.media import Media
from vitalreel.wiring import open_doors, open_post, open_workshop

NONE = "nowhere"
WITHIN_S = 900
FILMING = ("first scene in place", "film in place, no row", "film's row, touch not told", "after produce")
"""Stations inside the making of a film; the others start from a company whose film is made and approved."""
REVIEWING = ("queued for review, not committed", "after review")
"""Stations of the review; they start from a company whose film is made, and nobody asked yet."""
SCORING = ("after track", "scores written, not committed", "after assess")
"""Stations that are about scores. Turns of the others stand on the scores the company has for the day: scoring it again is most
of a turn's work and changes nothing."""
DECIDING = ("decided, not committed", "after decide")
"""Stations of the decision. A turn that is killed later than these begins behind it, with what the company's day has decided; the
turn that is left alone afterwards always decides."""
ASSESS, DECIDE = "assess", "decide_day"
BESIDE = ("assess_growth", "find_changes")
"""Steps that look at the day's company for the CSM's sake: no touch stands on them. Left out where the scores are."""
DONE: dict[str, Callable[..., Any]] = {
    ASSESS: lambda *_: SimpleNamespace(scored=0),
    **dict.fromkeys(BESIDE, lambda *_: None),
    DECIDE: lambda *_: SimpleNamespace(decision=SimpleNamespace(runs=(), withheld=())),
}
"""What a turn is told of a step that is behind it."""
MAIL: tuple[type, ...] = (SmtpChannel, MailboxChannel)
BY_CHANNEL: dict[str, tuple[type, ...]] = {"smtp": MAIL, "mailbox": MAIL, "in_app": (Inbox,)}
speaking: list[type] = list(MAIL)
"""The channels at which this process is killed: set by the turn."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    """Die instead of calling it."""

    def instead(*_: Any, **__: Any) -> None:
        die()

    setattr(owner, name, instead)


def after(owner: Any, name: str) -> None:
    """Call it, then die."""
    real: Callable[..., Any] = getattr(owner, name)

    def then(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    setattr(owner, name, then)


def each(how: Callable[[Any, str], None], owners: Sequence[Any], name: str) -> None:
    for owner in owners:
        how(owner, name)


STATIONS: dict[str, Callable[[], None]] = {
    "after track": lambda: after(tick, "track"),
    "scores written, not committed": lambda: before(Lake, "publish"),
    "after assess": lambda: after(tick, "assess"),
    "decided, not committed": lambda: before(decide, "_save"),
    "after decide": lambda: after(tick, "decide_day"),
    "first scene in place": lambda: after(Media, "keep_scene"),
    "film in place, no row": lambda: after(Media, "publish_video"),
    "film's row, touch not told": lambda: after(produce, "_save"),
    "after produce": lambda: after(tick, "make_due"),
    "queued for review, not committed": lambda: after(review, "_queue"),
    "after review": lambda: after(tick, "queue_reviews"),
    "outbox row written, nothing sent": lambda: before(deliver, "_attempt"),
    "claimed, peer not asked": lambda: each(before, speaking, "send"),
    "message taken, answer not written": lambda: each(after, speaking, "send"),
    "sent, offer not in the lake": lambda: before(deliver, "publish_offers"),
    NONE: lambda: None,
}


def turns(root: Path, smtp: str, station: str, films: int, database: str | None = None) -> list[int | None]:
    """A turn that is killed at the station and one that is left alone, by their exit status."""
    left_out = behind(station)
    return [
        beside(root, smtp, [s], films, database, out)[0]
        for s, out in ((station, left_out), (NONE, left_out - {DECIDE}))
    ]


def behind(station: str) -> frozenset[str]:
    """The steps a turn leaves out that is killed at the station: the company's day has them behind it."""
    if station in SCORING:
        return frozenset()
    return frozenset({ASSESS, *BESIDE} if station in DECIDING else {ASSESS, DECIDE, *BESIDE})


def beside(
    root: Path, smtp: str | None, stations: Sequence[str], films: int, database: str | None, left_out: frozenset[str],
    channel: str = "smtp",
) -> list[int | None]:  # fmt: skip
    """Ticks in processes of their own, at once; their exit status: -SIGKILL where one was killed, None where it did not end.

    smtp: None is the mailbox folder. left_out: steps the day has behind it. channel: whose messages are killed at.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    running = [
        context.Process(target=_tick, args=(root, smtp, s, films, database, left_out, channel)) for s in stations
    ]
    for process in running:
        process.start()
    return [_ended(process) for process in running]


def _ended(process: Any) -> int | None:
    process.join(WITHIN_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return int(process.exitcode)


def _tick(
    root: Path, smtp: str | None, station: str, films: int, database: str | None, left_out: frozenset[str], channel: str
) -> None:
    speaking[:] = BY_CHANNEL[channel]
    deployed = settings(smtp, database=database)
    doors = open_doors(root, deployed)
    with open_workshop(doors, draft=True, settings=deployed) as workshop:
        workshop.hands = workshop.booth = Hands(1)  # stations are in this process
        for step in left_out:
            setattr(tick, step, DONE[step])
        STATIONS[station]()
        tick.tick(doors, workshop, open_post(doors, NOW, deployed), DAY, NOW, films=films)
