"""A worker: takes films to be made from the queue until it is told to stop. Any number may run, on any number of machines."""

from __future__ import annotations

import fcntl
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from vitalreel.errors import Unavailable
from vitalreel.settings import Settings, read_settings
from vitalreel.steps.carrying import reconcile
from vitalreel.steps.doors import Doors
from vitalreel.steps.loads import any_due
from vitalreel.steps.pushed import waiting
from vitalreel.steps.queue import LANES, make
from vitalreel.steps.shelf import Shelf
from vitalreel.steps.workshop import Workshop
from vitalreel.store import jobs
from vitalreel.store.database import reading
from vitalreel.store.jobs import Holder, this_process
from vitalreel.wiring import open_booth, open_carrier, open_doors, open_hands, open_workshop, utc_now

EVERY_S = 2.0
"""Between two looks over the rows."""
LOADS_EVERY_S = 30.0
"""Between two looks for sources that are due."""
ASKED_TOGETHER = 4
FINISH_S = 60
"""A worker that is told to stop finishes what it has in hand, so long at most; what is left waits for another."""
SLOTS = 64
log = logging.getLogger(__name__)


def run_worker(root: Path, ready: Callable[[str], None], settings: Settings | None = None) -> None:
    """Work until SIGTERM or SIGINT. ready: called with the worker's name once it takes films.

    Raises what opening the workspace raises, and Unavailable where voice or faces are missing.
    """
    settings = settings or read_settings()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    doors = open_doors(root, settings)
    with ExitStack() as stack:
        holder = this_process(stack.enter_context(slot(doors.workspace.var / "workers")))
        crew = Crew(doors, holder, stack, settings)
        crew.warm()
        carrier = open_carrier(doors)
        carrier.receive(holder.name, {"asked": ASKED_TOGETHER, "films": LANES}, crew.take)
        stack.callback(carrier.close, FINISH_S)
        ready(holder.name)
        loader = Loader(doors)
        stack.callback(loader.close)
        while True:
            try:
                with doors.engine.begin() as c:
                    jobs.sign_in(c, holder, settings.workers, utc_now())
                reconcile(doors.engine, carrier, utc_now())
                loader.turn()
            except (
                SQLAlchemyError
            ) as e:  # a database that is away comes back, or whoever watches this process is told by its log
                log.warning("the app database did not answer: %s", e)
            if over.wait(EVERY_S):
                break
        with doors.engine.begin() as c:
            jobs.sign_out(c, holder)


class Loader:
    """Has sources loaded that are due by their schedules, in a process beside this one, so that films do not wait."""

    def __init__(
        self, doors: Doors, every_s: float = LOADS_EVERY_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._doors, self._every_s, self._clock = doors, every_s, clock
        self._next_s = clock()
        self._child: subprocess.Popen[bytes] | None = None
        self._waited = False  # a push waited at the last turn

    def turn(self) -> None:
        """Start loading if something is due and nothing is being loaded; what was pushed is looked at at once.

        Raises what the app database raises.
        """
        if self._child is not None and self._child.poll() is not None:
            self._child, self._waited = None, False  # how it went stands in the history of loads
        if self._child is None and (self._clock() >= self._next_s or self._called()):
            self._next_s = self._clock() + self._every_s
            if any_due(self._doors, utc_now()):
                self._child = subprocess.Popen(self._call(), stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def _called(self) -> bool:
        """Whether a push came since the last look: one that waits for its turn is looked at as seldom as the others."""
        with reading(self._doors.engine).connect() as c:
            calls = waiting(c)
        new, self._waited = calls and not self._waited, calls
        return new

    def close(self) -> None:
        """End what is being loaded: a load that is cut off leaves nothing behind, and is due again."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait()

    def _call(self) -> list[str]:
        return [sys.executable, "-m", "vitalreel", "sources", "run", "-w", str(self._doors.workspace.root)]


class Crew:
    """What a worker makes films with: full quality and drafts by the same processes, from one shelf."""

    def __init__(self, doors: Doors, holder: Holder, stack: ExitStack, settings: Settings) -> None:
        hands, booth = open_hands(doors, settings), open_booth(settings)
        stack.callback(hands.close)
        stack.callback(booth.close)
        self._doors, self._hands, self._booth = doors, hands, booth
        self._shelf = stack.enter_context(Shelf(doors))
        open_one = partial(open_workshop, doors, settings=settings, hands=hands, holder=holder, booth=booth)
        self._workshops: dict[bool, Workshop] = {draft: open_one(draft=draft) for draft in (False, True)}

    def warm(self) -> None:
        """Start the processes, with voice, faces and recogniser loaded."""
        self._hands.warm()
        if self._workshops[False].ears is not None:
            self._booth.warm()

    def take(self, job: str) -> None:
        """A letter came: make the film, if its row still waits."""
        held = jobs.claim(self._doors.engine, job, self._workshops[False].holder, utc_now())
        if held is not None:
            make(self._doors, self._workshops[held.entry.draft], self._shelf, held)


@contextmanager
def slot(folder: Path) -> Iterator[str]:
    """A name for this worker that no other live one on this machine has, and that the next takes after this one: HOST-N."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, SLOTS + 1):
        with (folder / f"{socket.gethostname()}-{number}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"{socket.gethostname()}-{number}"
            return
    raise Unavailable("a place for this worker", f"{SLOTS} work here already", "stop some, or use another machine")
