"""Six months of the loop with its processes killed at random: what became of every ladder, told by a reader that shares no code with it.

`python -m benchmarks.halfyear --accounts 2000 --crashes 50 --keep`. The simulated company of benchmarks/loops hands over its data each
Monday and answers the films. The product's own steps run in a process that is killed (SIGKILL) at random moments and started again; data
come late and are corrected, the clock jumps back and forth, the plays' definitions change three times, once with everything under way
upgraded. The reader opens the database with sqlite3 and the mails' log as text.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from ruamel.yaml import YAML
from sqlalchemy import select

from benchmarks.halfyear_reader import Judged, judge
from benchmarks.loops.programme import EAST, LOADED, OPEN, Programme, Trial, prepared, settings_of
from benchmarks.machine import keep, stated
from vitalreel.delivery.message import Message
from vitalreel.delivery.message import Sent as Taken
from vitalreel.steps.decide import read_plays
from vitalreel.steps.deliver import Post, deliver, resolve
from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.sync import origins, sync
from vitalreel.steps.tick import tick
from vitalreel.steps.versions import upgrade
from vitalreel.store import tables as t
from vitalreel.store.jobs import this_process
from vitalreel.wiring import kit_of, open_doors, open_workshop, utc_now

EDITS: Mapping[int, Mapping[str, Any]] = {
    6: {"after": "10 days"},
    12: {"after": "7 days"},
    18: {"after": "16 days"},
}
"""By week: the day on which the last step of every ladder is due from then on. The second is taken up by what is under way."""
TAKEN_UP = 12
JUMPS: Mapping[int, timedelta] = {
    4: timedelta(hours=-3),
    10: timedelta(days=-1),
    16: timedelta(days=2),
    22: timedelta(hours=-12),
}
"""By week: how far the clock is off for one turn before it is set right."""
LATE, CORRECTED = (3, 9, 15, 21), (5, 11, 17, 23)
"""Weeks in which a fifth of the accounts hand over nothing, or wrong figures; the week after brings what was true."""


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


def work(root: Path, pipe: Connection) -> None:
    """The process: does one job after the other until it is killed."""
    doors = open_doors(root, settings_of())
    with open_workshop(doors, draft=True, settings=settings_of()) as workshop:
        pipe.send("ready")
        while True:
            job: Job = pipe.recv()
            post = Post(
                Log(root / "var" / "mails.log", job.now),
                kit_of(doors),
                "http://localhost:8321",
                this_process("").process,
                utc_now,
            )
            if job.kind == "load":
                for origin in origins(doors):
                    sync(doors, origin, root / "data", job.now)
            elif job.kind == "tick":
                assert job.day is not None
                tick(doors, workshop, post, job.day, job.now, rehearse=True)
            else:
                deliver(doors, post, job.now)
            pipe.send("done")


@dataclass
class Hand:
    """Does jobs by a process, and kills it now and then."""

    root: Path
    chance: random.Random
    kills: list[int] = field(
        default_factory=list
    )  # numbers of the jobs in which it is killed, ascending, one each time
    done: int = 0
    crashes: int = 0
    took: dict[str, float] = field(default_factory=dict)  # seconds a job of this kind took last
    _process: Any = None
    _pipe: Any = None

    def start(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.halfyear"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(self.root, theirs), daemon=True)
        self._process.start()
        assert self._pipe.recv() == "ready"

    def do(self, job: Job) -> None:
        """Until it is done: killed at a random moment as often as its turn has come."""
        while self.kills and self.kills[0] <= self.done:
            self.kills.pop(0)
            if self._killed(job):
                continue
            break
        else:
            began = clock.perf_counter()
            self._pipe.send(job)
            assert self._pipe.recv() == "done"
            self.took[job.kind] = clock.perf_counter() - began
        self.done += 1

    def _killed(self, job: Job) -> bool:
        """Whether it was killed before it had done the job."""
        self._pipe.send(job)
        if self._pipe.poll(self.chance.uniform(0, self.took.get(job.kind, 1.0))):
            assert self._pipe.recv() == "done"
            return False
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self.crashes += 1
        self.start()
        return True

    def stop(self) -> None:
        self._process.kill()
        self._process.join()


class Halfyear(Programme):
    """The programme of benchmarks/loops, done by a process that dies."""

    def __init__(self, trial: Trial, doors: Doors, hand: Hand) -> None:
        super().__init__(trial, doors, None)
        self.hand, self._read_to = hand, 0
        self._chance = random.Random(trial.seed)
        self._again = 0  # days of usage handed over once more

    def lived(self) -> None:
        """All weeks."""
        while self.loop.today < 209:
            self._live()
        for week in range(self.trial.weeks):
            self._turn(week, self.trial.begins + timedelta(weeks=week))

    def _turn(self, week: int, monday: date) -> None:
        self._edit(week, monday)
        self._hand_over(week, monday)
        now = datetime.combine(monday, OPEN, UTC)
        self._people(monday)
        off = JUMPS.get(week)
        if off is not None:
            self.hand.do(Job("tick", now + off, (now + off).date()))
        self.hand.do(Job("tick", now, monday))
        self._people(monday)
        self.hand.do(Job("deliver", now))
        self._resolve(now)
        self._live()
        for hour in (EAST, OPEN):
            self.hand.do(Job("deliver", datetime.combine(monday + timedelta(days=1), hour, UTC)))
            self._resolve(now)
        for _ in range(6):
            self._live()

    def _people(self, monday: date) -> None:
        self._approve(monday)

    def _edit(self, week: int, monday: date) -> None:
        """Another definition of every play, and once what is under way follows it."""
        if week not in EDITS:
            return
        for path in sorted((self.doors.workspace.root / "plays").glob("*.yaml")):
            yaml = YAML(typ="rt")
            play = yaml.load(path.read_text(encoding="utf-8"))
            play["ladder"][-1].update(EDITS[week])
            yaml.dump(play, path)
        if week == TAKEN_UP:
            for asked in read_plays(self.doors, catalogue_of(self.doors)):
                upgrade(self.doors, asked.play, datetime.combine(monday, LOADED, UTC), "the benchmark")

    def _hand_over(self, week: int, monday: date) -> None:
        """The week's data; of a fifth of the accounts nothing, or wrong figures, which the next week's bring right."""
        now, data = datetime.combine(monday, LOADED, UTC), self.doors.workspace.root / "data"
        data.mkdir(exist_ok=True)
        for name, table in self.loop.tables(max(self._loaded - self._again, 0)).items():
            csv.write_csv(self._spoilt(week, table) if name == "usage" else table, data / f"{name}.csv")
        self._loaded, self._again = self.loop.today + 1, 7 if week in LATE or week in CORRECTED else 0
        self.hand.do(Job("load", now))
        lines = [line for watched in self._seen for line in self._events(watched, now)]
        self._seen = []
        self._told(lines, now)

    def _spoilt(self, week: int, usage: pa.Table) -> pa.Table:
        if week not in LATE and week not in CORRECTED:
            return usage
        number = pc.cast(pc.utf8_slice_codeunits(usage["account_id"], start=-6), pa.int64())
        mine = pc.equal(pc.subtract(number, pc.multiply(pc.divide(number, 5), 5)), week % 5)
        if week in LATE:
            return usage.filter(pc.invert(mine))
        wrong = pc.multiply(usage["weekly_users"], 3)
        return usage.set_column(
            usage.column_names.index("weekly_users"), "weekly_users", pc.if_else(mine, wrong, usage["weekly_users"])
        )

    def _told(self, lines: Sequence[object], now: datetime) -> None:
        from vitalreel.steps.track import import_events

        import_events(self.doors.engine, lines, now)

    def _sent(self, day: int) -> list[Any]:
        """What arrived since the last day lived, by the log."""
        path = self.doors.workspace.var / "mails.log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._inbox.keys, self._read_to = [line.partition("\t")[0] for line in lines[self._read_to :]], len(lines)
        return super()._sent(day)

    def _resolve(self, now: datetime) -> None:
        """A person looks at what nobody could tell, at the mail server."""
        path = self.doors.workspace.var / "mails.log"
        arrived = {line.partition("\t")[0] for line in path.read_text().splitlines()} if path.exists() else set()
        with self.doors.engine.connect() as c:
            unknown = list(c.execute(select(t.outbox.c.key).where(t.outbox.c.state == "unknown")).scalars())
        for key in unknown:
            resolve(self.doors, key, key in arrived, now)
        self.unknown = getattr(self, "unknown", 0) + len(unknown)


@dataclass(frozen=True, slots=True)
class Ran:
    """What it took, and what the reader found."""

    wall_s: float
    crashes: int
    unknown: int
    judged: Judged


def ran(accounts: int, crashes: int, seed: int, weeks: int = 26) -> Ran:
    """Six months, and the reader's word on them."""
    trial = replace(Trial(accounts, seed), weeks=weeks)
    with tempfile.TemporaryDirectory() as folder:
        doors = prepared(Path(folder) / "ws", trial)
        chance = random.Random(seed)
        jobs = weeks * 5
        hand = Hand(doors.workspace.root, chance, sorted(chance.choices(range(1, jobs), k=crashes)))
        began = clock.perf_counter()
        hand.start()
        year = Halfyear(trial, doors, hand)
        year.lived()
        took = clock.perf_counter() - began
        hand.stop()
        last = trial.begins + timedelta(weeks=weeks - 1)
        return Ran(
            took, hand.crashes, year.unknown, judge(doors.workspace.database, doors.workspace.var / "mails.log", last)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--crashes", type=int, default=50)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    found = ran(given.accounts, given.crashes, given.seed, given.weeks)
    text = told(given, found)
    print(text)
    if given.keep:
        keep(
            "Six months of crashes",
            f"python -m benchmarks.halfyear --accounts {given.accounts} --crashes {given.crashes} --keep",
            text,
        )


def told(given: argparse.Namespace, found: Ran) -> str:
    j = found.judged
    wrong = "\n".join(f"- {line}" for line in j.wrong[:40]) or "None."
    return (
        f"{stated()}. {given.accounts:,} accounts, {given.weeks} weeks, seed {given.seed}: {found.wall_s:,.0f} s wall, {found.crashes} "
        f"times killed (SIGKILL), 3 changes of definitions (one taken up by what was under way), {len(JUMPS)} jumps of the clock, "
        f"{len(LATE)} weeks of late and {len(CORRECTED)} of corrected data. {j.runs:,} episodes ({j.held:,} held out), {j.ended:,} ladders "
        f"ended, {j.open:,} under way, {j.films:,} films planned, {j.mails:,} mails, {j.tasks:,} tasks; {found.unknown} deliveries of "
        f"which nobody could tell, looked up by a person. Broken promises: **{len(j.wrong)}**.\n\n{wrong}"
    )


if __name__ == "__main__":
    main()
