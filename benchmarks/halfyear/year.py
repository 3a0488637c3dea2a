"""The programme of benchmarks/loops, lived by a process that dies: data late and corrected, clocks that jump, definitions that change."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from ruamel.yaml import YAML
from sqlalchemy import select

from benchmarks.halfyear.hand import Hand, Job
from benchmarks.loops.programme import EAST, HISTORY_DAYS, LOADED, OPEN, Programme, Trial
from vitalreel.steps.deliver import resolve
from vitalreel.steps.doors import Doors
from vitalreel.steps.inbox import link_of
from vitalreel.steps.knowing import catalogue_of
from vitalreel.steps.plays import read_plays
from vitalreel.steps.track import import_events
from vitalreel.steps.versions import upgrade
from vitalreel.steps.viewing import Viewing
from vitalreel.store import tables as t
from vitalreel.store.workspace import LIBRARY

EDITS: Mapping[int, int] = {6: 3, 12: -2, 18: 5}
"""By week: how many days later than the shipped definition says the last step of every ladder is due from then on."""
TAKEN_UP = 12
"""The week whose definitions are followed by what is under way too."""
LEAVES = 20
"""Of so many people who had a mail one unsubscribes by it, in the week after."""
JUMPS: Mapping[int, timedelta] = {
    4: timedelta(hours=-3),
    10: timedelta(days=-1),
    16: timedelta(days=2),
    22: timedelta(hours=-12),
}
"""By week: how far the clock is off for one turn before it is set right."""
LATE, CORRECTED = (3, 9, 15, 21), (5, 11, 17, 23)
"""Weeks in which a fifth of the accounts hand over nothing, or wrong figures; the week after brings what was true."""


def shipped() -> dict[str, str]:
    """Every play in the box with the holdout it is shipped with."""
    plays = {
        path.stem: YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for path in sorted(LIBRARY.glob("plays/*.yaml"))
    }
    return {name: str(play.get("holdout", "0%")) for name, play in plays.items()}


def _days(step: Mapping[str, Any]) -> int:
    """The day of a ladder's step."""
    return int(str(step.get("after", "0 days")).split()[0])


def _nobody(_address: str, _cookies: Mapping[str, str]) -> bool:
    return False


class Halfyear(Programme):
    """The programme of benchmarks/loops, done by a process that dies."""

    def __init__(self, trial: Trial, doors: Doors, hand: Hand) -> None:
        super().__init__(trial, doors, None)
        self.hand, self._read_to = hand, 0
        self._chance = random.Random(trial.seed)
        self._again = 0  # days of usage handed over once more
        self._firsts: dict[str, int] = {}  # play -> day of its last step as shipped
        self.unknown = 0
        self.left: dict[str, datetime] = {}  # who unsubscribed, and when
        self._asked = 0  # mails after which somebody was asked whether they stay

    def lived(self) -> None:
        """All weeks."""
        while self.loop.today < HISTORY_DAYS - 1:
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
        """The company's own people do their part, and some of those who had a mail unsubscribe."""
        self._approve(monday)
        now = datetime.combine(monday, OPEN, UTC)
        viewing = Viewing(self.doors, lambda: now, _nobody)
        for sent in self.log[self._asked :]:
            if self._chance.random() < 1 / LEAVES:
                opened = viewing.find(viewing.token(link_of(sent.name)))
                assert opened is not None
                viewing.choose(opened, {"email"}, False)
                self.left[opened.contact] = now
        self._asked = len(self.log)
        viewing.close()

    def _edit(self, week: int, monday: date) -> None:
        """Another definition of every play, and once what is under way follows it."""
        if week not in EDITS:
            return
        for path in sorted((self.doors.workspace.root / "plays").glob("*.yaml")):
            yaml = YAML(typ="rt")
            yaml.preserve_quotes = True
            play = yaml.load(path.read_text(encoding="utf-8"))
            *before, last = play["ladder"]
            first = self._firsts.setdefault(path.stem, _days(last))
            last["after"] = f"{max([first + EDITS[week], *map(_days, before)])} days"
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
        self.unknown += len(unknown)
