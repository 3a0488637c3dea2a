"""The process that does the loop's jobs, and the hand that kills it at random moments and starts it again."""

from __future__ import annotations

import os
import random
import signal
import time as clock
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.loops.programme import settings_of
from vitalreel.delivery.message import Message
from vitalreel.delivery.message import Sent as Taken
from vitalreel.steps.deliver import Post, deliver
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import Inbox
from vitalreel.steps.sync import origins, sync
from vitalreel.steps.tick import tick
from vitalreel.store.jobs import this_process
from vitalreel.wiring import kit_of, open_doors, open_workshop, utc_now


@dataclass(frozen=True, slots=True)
class Job:
    """One thing for the process to do."""

    kind: str  # load | tick | deliver
    now: datetime
    day: date | None = None


class Log:
    """A mail server of one file: a line a mail, on disk before it is answered for. It remembers nothing it could refuse."""

    name = "email"

    def __init__(self, path: Path, now: datetime) -> None:
        self._path, self._now = path, now

    def send(self, message: Message) -> Taken:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{message.key}\t{self._now.isoformat()}\n")
            file.flush()
            os.fsync(file.fileno())
        return Taken("written")


def post_of(doors: Doors, now: datetime) -> Post:
    """Mails go to the log, the product's inbox is the product's own."""
    inbox, log = Inbox(doors.engine, lambda: now), Log(doors.workspace.var / "mails.log", now)
    return Post(log, kit_of(doors), "http://localhost:8321", this_process("").process, utc_now, {inbox.name: inbox})


def work(root: Path, pipe: Connection) -> None:
    """The process: does one job after the other until it is killed."""
    doors = open_doors(root, settings_of())
    with open_workshop(doors, draft=True, settings=settings_of()) as workshop:
        pipe.send(clock.process_time())
        while True:
            job: Job = pipe.recv()
            post = post_of(doors, job.now)
            if job.kind == "load":
                for origin in origins(doors):
                    sync(doors, origin, root / "data", job.now)
            elif job.kind == "tick":
                assert job.day is not None
                tick(doors, workshop, post, job.day, job.now, rehearse=True)
            else:
                deliver(doors, post, job.now)
            pipe.send(clock.process_time())


@dataclass
class Hand:
    """Does jobs by a process, and kills it now and then."""

    root: Path
    chance: random.Random
    kills: list[int] = field(
        default_factory=list
    )  # numbers of the jobs in which it is killed, ascending, one each time
    work: Callable[[Path, Connection], None] = work  # what the process does
    done: int = 0
    crashes: int = 0
    cpu_s: float = 0.0  # of the jobs that were done, not of those that were killed
    took: dict[str, float] = field(default_factory=dict)  # seconds a job of this kind took last
    _at: float = 0.0  # CPU seconds the process had used when it was last heard of
    _process: Any = None
    _pipe: Any = None

    def start(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload([self.work.__module__])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=self.work, args=(self.root, theirs), daemon=True)
        self._process.start()
        self._at = self._pipe.recv()

    def do(self, job: Job) -> None:
        """Until it is done: killed at a random moment as often as its turn has come."""
        over = False
        while not over and self.kills and self.kills[0] <= self.done:
            self.kills.pop(0)
            over = not self._killed(job)
        if over:
            self.kills.insert(0, self.done + 1)  # it was quicker: the next one is killed instead
        else:
            began = clock.perf_counter()
            self._pipe.send(job)
            self._heard()
            self.took[job.kind] = clock.perf_counter() - began
        self.done += 1

    def _killed(self, job: Job) -> bool:
        """Whether it was killed before it had done the job."""
        self._pipe.send(job)
        if self._pipe.poll(self.chance.uniform(0, self.took.get(job.kind, 1.0))):
            self._heard()
            return False
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self.crashes += 1
        self.start()
        return True

    def _heard(self) -> None:
        """The process says that it is done, and what it has used so far."""
        before, self._at = self._at, self._pipe.recv()
        self.cpu_s += self._at - before

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
