"""A server that is killed under load again and again: what it acknowledged is looked for afterwards, once each."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.events.load import Letter, Told, letters, run
from benchmarks.events.place import free_port, place, until_open
from vitalreel.steps.doors import Doors
from vitalreel.steps.track import track
from vitalreel.store.tables import event, view

CONNECTIONS = 32
LONGEST_S = 0.6
"""Each server lives between a tenth of this and all of it once the load has begun."""

Serve = Callable[[int], None]
"""Serves a workspace on that port until it is killed; carried to a process of its own."""


@dataclass(frozen=True, slots=True)
class Survived:
    """What is left after all the kills."""

    servers: int
    acknowledged: int  # events that an answer said are stored
    missing: int  # of them, not in the database
    new: int  # events that answers said were new; where one was taken for new twice, more than there are
    stored: int
    again: int  # batches left unanswered, and sent to the next server
    measured: int  # events that views were computed from, each in one view
    integrity: str  # what SQLite says of its file
    wall_s: float


def kills(root: Path, count: int) -> Survived:
    """Kill so many servers, one after another over one new workspace in `root`."""
    doors, tokens = place(root, 2_000)
    return kill_over(doors, tokens, count, partial(serve, root), ("benchmarks.events.kills", "vitalreel.web.app"))


def kill_over(doors: Doors, tokens: Sequence[str], count: int, serve: Serve, preload: Sequence[str]) -> Survived:
    """The same over a workspace that is there. What a server left unanswered goes to the next with the same ids, as a player does it.

    preload: modules the servers need, loaded once for all.
    """
    chance, began = random.Random(6), time.monotonic()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    acknowledged: set[str] = set()
    fresh, again, repeated, new = letters(tokens, 3, "kill"), list[Letter](), 0, 0
    for _ in range(count):
        repeated += len(again)
        port = free_port()
        server = context.Process(target=serve, args=(port,), daemon=True)
        server.start()
        until_open(port)
        assert server.pid is not None
        told, drawn = one_life(server.pid, port, chain(again, fresh), chance.uniform(LONGEST_S / 10, LONGEST_S))
        server.join()
        acknowledged |= set(told.acknowledged)
        new += told.new
        lost = set(told.unanswered)
        again = [batch for batch in drawn if batch.request in lost]
    return _looked_for(doors, acknowledged, new, count, repeated, time.monotonic() - began)


def one_life(pid: int, port: int, source: Iterator[Letter], seconds: float) -> tuple[Told, list[Letter]]:
    """Load for so long, then the server's death; what was told, and every batch that was taken from `source`."""
    drawn: list[Letter] = []

    def kept() -> Iterator[Letter]:
        for batch in source:
            drawn.append(batch)
            yield batch

    killer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
    killer.start()
    told = asyncio.run(run(port, kept(), CONNECTIONS, LONGEST_S * 20))
    killer.join()
    return told, drawn


def _looked_for(doors: Doors, acknowledged: set[str], new: int, servers: int, again: int, wall_s: float) -> Survived:
    track(doors, datetime.now(UTC))
    with doors.engine.connect() as c:
        stored = set(c.execute(select(event.c.id)).scalars())
        measured = c.execute(select(func.sum(view.c.events))).scalar_one() or 0
        integrity = str(c.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    return Survived(
        servers, len(acknowledged), len(acknowledged - stored), new, len(stored), again, measured, integrity, wall_s
    )


def told(survived: Survived) -> str:
    """The figures as a paragraph."""
    s = survived
    return (
        f"{s.servers} servers killed with SIGKILL under {CONNECTIONS} connections, one after another over one workspace, "
        f"{s.wall_s:.0f} s in all; {s.again:,} batches left unanswered were sent to the next server. Events acknowledged: "
        f"{s.acknowledged:,}. Missing: {s.missing}. Told to be new: {s.new:,}, and stored: {s.stored:,} (one stored and not yet "
        "answered for when its server died is in the second figure only; one taken for new twice would be in the first). "
        f"In the views measured from them: {s.measured:,}. SQLite's integrity check says: {s.integrity}. A killed process is not a "
        "power cut: what the disk does with a flushed write is its own affair."
    )


def serve(root: Path, port: int) -> None:
    """The whole application in this process, until it is killed."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from vitalreel.web.app import make_app
    from vitalreel.wiring import kit_of, open_doors, utc_now

    doors = open_doors(root)
    app = make_app(doors, kit_of(doors), utc_now, f"http://localhost:{port}")
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    asyncio.run(server.serve())
