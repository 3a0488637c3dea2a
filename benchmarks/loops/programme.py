"""One company in a workspace of its own, and a programme run on it week by week: the product's own turn of the loop, nothing rendered.

Every Monday the company's systems hand over what is new, the product tracks, scores, decides, writes its films, has them reviewed and
delivers; the simulated people open and watch them, which moves the days that follow. No step knows that the company is invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow.csv as csv
from ruamel.yaml import YAML
from sqlalchemy import select

from vitalreel.delivery.message import Message
from vitalreel.delivery.message import Sent as Taken
from vitalreel.identity import fingerprint
from vitalreel.measurement.quarter import Period, quarter_of
from vitalreel.measurement.report.finding import Report
from vitalreel.settings import Settings
from vitalreel.simulator.films import Planted, Sent, Watched
from vitalreel.simulator.loop import Loop
from vitalreel.simulator.plan import Plan
from vitalreel.steps import review, sponsors, tasks
from vitalreel.steps.deliver import Post, deliver, watch_url
from vitalreel.steps.doors import Doors, set_secret
from vitalreel.steps.report import report
from vitalreel.steps.sync import origins, sync
from vitalreel.steps.tick import tick
from vitalreel.steps.track import import_events
from vitalreel.steps.workshop import Workshop
from vitalreel.store import tables as t
from vitalreel.store.workspace import create, read_yaml
from vitalreel.wiring import kit_of, open_doors, open_workshop, utc_now

ASSETS = Path(__file__).resolve().parents[2] / "var" / "assets"
PLANS = ASSETS.parent / "loops" / "plans"
"""What every company's scoring and deciding runs (decision 0031): made for the first, found by the others."""
PILOT: Mapping[str, str] = {"usage_drop": "40%", "renewal_window": "40%"}
"""Two pilot plays with a larger holdout each, as a programme is begun (M17)."""
MOVES: Mapping[str, str] = {"usage_drop": "up 100%"}
"""Success of these in the trial: of accounts picked for a drop nearly all are up 15% again on some day of the window, film or not."""
HISTORY_DAYS = 210
UNREAD = "minutes"
"""A usage metric that no scorecard, play or module of the trial reads: left out of the load."""
LOADED, OPEN = time(5), time(15)
"""UTC: when the week's data arrive, and when mails leave: office hours from Berlin to Los Angeles."""
EAST = time(1)
"""UTC of the next day: office hours from Singapore to Sydney."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is run: a company, what its films truly do, and the programme."""

    accounts: int = 400
    seed: int = 1
    planted: Planted = field(default_factory=Planted)
    plays: Mapping[str, str] = field(
        default_factory=lambda: PILOT
    )  # play -> its own holdout; no other play is switched on
    holdout: str = "10%"  # of the whole programme
    begins: date = date(2026, 4, 6)  # a Monday
    weeks: int = 26
    after_weeks: int = 0  # lived on without a programme, so that six months are over for every account drawn

    @property
    def ends(self) -> date:
        """The Monday after the programme's last week: its report is read then."""
        return self.begins + timedelta(weeks=self.weeks)

    @property
    def plan(self) -> Plan:
        last = self.ends + timedelta(weeks=self.after_weeks) - timedelta(days=1)
        days = (last - self.begins).days + 1 + HISTORY_DAYS
        return Plan(self.accounts, days, self.seed, last)


class Inbox:
    """Mails arrive in the simulated world."""

    name = "email"

    def __init__(self) -> None:
        self.keys: list[str] = []

    def send(self, message: Message) -> Taken:
        self.keys.append(message.key)
        return Taken("simulated")


@dataclass(slots=True)
class Counts:
    """What the programme did."""

    opened: int = 0
    refused: int = 0  # films the data did not carry
    sent: int = 0
    watched: int = 0


class Programme:
    """A trial under way."""

    def __init__(self, trial: Trial, doors: Doors, workshop: Workshop | None) -> None:
        self.trial, self.doors, self.workshop = trial, doors, workshop
        self.loop = Loop(trial.plan, trial.planted)
        self.log: list[Sent] = []  # every film that left
        self.counts = Counts()
        self._inbox = Inbox()
        self._post = Post(self._inbox, kit_of(doors), "http://localhost:8321", "loops", utc_now)
        self._loaded = 0  # the first day whose usage has not been handed over
        self._seen: list[Watched] = []

    def run(self) -> Report:
        """All weeks; the report as it is read on the Monday after the last."""
        while self.loop.today < HISTORY_DAYS - 1:
            self._live()
        for week in range(self.trial.weeks):
            self._week(self.trial.begins + timedelta(weeks=week))
        return self._read(self.trial.ends)

    def later(self) -> Report:
        """The same programme read when the company has lived on for `after_weeks` without it."""
        while self.loop.today < self.trial.plan.days - 1:
            self._live()
        return self._read(self.trial.plan.end + timedelta(days=1))

    def _read(self, day: date) -> Report:
        self._load(day)
        return report(self.doors, Period(quarter_of(self.trial.ends - timedelta(days=7)), day))

    def _week(self, monday: date) -> None:
        self._load(monday)
        self._approve(monday)
        now = _at(monday, OPEN)
        done = tick(self.doors, self.workshop, self._post, monday, now, rehearse=True)
        self.counts.opened += done.opened
        self.counts.refused += done.refused
        self._approve(monday)
        deliver(self.doors, self._post, now)
        self._live()
        tuesday = monday + timedelta(days=1)
        for hour in (EAST, OPEN):
            deliver(self.doors, self._post, _at(tuesday, hour))
        for _ in range(6):
            self._live()

    # -- the company ------------------------------------------------------------------------------------------------------

    def _live(self) -> None:
        """The next day, with the films that were sent on it."""
        sent = self._sent(self.loop.today + 1)
        self.log += sent
        self.counts.sent += len(sent)
        watched = self.loop.step(sent)
        self.counts.watched += len(watched)
        self._seen += watched

    def _sent(self, day: int) -> list[Sent]:
        """What arrived since the last day lived, as the simulated world sees it."""
        touches, self._inbox.keys = [key.partition(":")[0] for key in self._inbox.keys], []
        query = (
            select(t.touch.c.id, t.touch.c.account, t.play_run.c.play, t.contact.c.role, t.video.c.length_s)
            .join(t.play_run, t.play_run.c.id == t.touch.c.run)
            .join(t.contact, t.contact.c.id == t.touch.c.contact)
            .join(t.video, t.video.c.id == t.touch.c.video)
            .where(t.touch.c.id.in_(touches))
            .order_by(t.touch.c.id)
        )
        with self.doors.engine.connect() as c:
            rows = c.execute(query).all() if touches else []
        return [Sent(day, number_of(r.account), r.play, r.role or "user", r.length_s, r.id) for r in rows]

    def _load(self, monday: date) -> None:
        """Hand over what is new, and what viewers did."""
        now, data = _at(monday, LOADED), self.doors.workspace.root / "data"
        data.mkdir(exist_ok=True)
        for name, table in self.loop.tables(self._loaded).items():
            csv.write_csv(table, data / f"{name}.csv")
        self._loaded = self.loop.today + 1
        for origin in origins(self.doors):
            sync(self.doors, origin, data, now)
        lines = [line for watched in self._seen for line in self._events(watched, now)]
        self._seen = []
        import_events(self.doors.engine, lines, now)

    def _events(self, watched: Watched, now: datetime) -> list[dict[str, object]]:
        """A viewing as a player tells it: from the film's beginning without a break."""
        sent, url = watched.sent, watch_url(self.doors, self._post.base_url, watched.sent.name, now)
        began = _at(self.loop.start + timedelta(days=watched.day), time(17))
        length = watched.share * sent.length_s
        common = {
            "token": url.rpartition("/")[2], "view": fingerprint(sent.name)[:24],
            "device": fingerprint("of", sent.account, sent.role)[:16],
        }  # fmt: skip
        return [
            {**common, "id": f"{common['view']}-{n}", "seq": n, "type": kind, "position_s": at,
             "at": (began + timedelta(seconds=at)).isoformat()}
            for n, (kind, at) in enumerate((("play", 0.0), ("pause", length)))
        ]  # fmt: skip

    # -- the company's own people -----------------------------------------------------------------------------------------

    def _approve(self, day: date) -> None:
        """Reviewers approve what waits, who was asked to speak to somebody first has, and CSMs say who follows a sponsor."""
        now = _at(day, OPEN)
        for item in review.items(self.doors):
            for role in item["needs"]:
                review.approve(self.doors, item["id"], "reviewer", role, now)
        for task in tasks.tasks(self.doors):
            tasks.done(self.doors, task.id, "their CSM", now)
        for case in sponsors.cases(self.doors):
            if case["departed"] and case["successor"]:
                left, follows = case["departed"], case["successor"]
                sponsors.confirm(self.doors, case["account"], left, follows, "their CSM", "", day, now)


def number_of(account: str) -> int:
    """The simulator's number of an account."""
    return int(account.rpartition("-")[2])


def prepared(folder: Path, trial: Trial) -> Doors:
    """A workspace with the trial's plays and shares, judged once, at its end. Its draws follow the seed."""
    workspace = create(folder)
    for path in sorted((workspace.root / "plays").glob("*.yaml")):
        if path.stem not in trial.plays:
            path.unlink()
            continue
        _edited(path, edits(path.stem, trial.plays[path.stem], read_yaml(path, path.stem)))
    _edited(workspace.root / "vitalreel.yaml", {"holdout": trial.holdout, "looks": {"every": "once"}})
    mapping = workspace.root / "mappings" / "simulated.yaml"
    lines = mapping.read_text(encoding="utf-8").splitlines(keepends=True)
    mapping.write_text("".join(x for x in lines if not x.strip().startswith(f"{UNREAD}:")), encoding="utf-8")
    PLANS.mkdir(parents=True, exist_ok=True)
    workspace.var.mkdir()
    (workspace.var / "plans").symlink_to(PLANS)
    doors = open_doors(workspace.root, settings_of())
    for name in ("arms", "sample", "links"):
        secret = hashlib.sha256(f"loops {trial.seed} {name}".encode()).digest()
        set_secret(doors.engine, name, secret, _at(trial.begins, LOADED))
    return doors


def edits(play: str, holdout: str, shipped: Mapping[str, Any]) -> dict[str, Any]:
    """What the trial says otherwise than the shipped play."""
    success = {**shipped["success"], "moves": MOVES.get(play, shipped["success"]["moves"])}
    return {"holdout": holdout, "success": success}


def begun(doors: Doors, trial: Trial) -> Programme:
    """The programme, ready to run."""
    return Programme(trial, doors, open_workshop(doors, draft=True, settings=settings_of()))


def settings_of() -> Settings:
    """Of every workspace here: no mail server, one process."""
    return Settings(database=None, assets=ASSETS, smtp=None, base_url="http://localhost:8321", workers=1)


def _edited(path: Path, values: Mapping[str, object]) -> None:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    document = yaml.load(path.read_text(encoding="utf-8"))
    document.update(values)
    yaml.dump(document, path)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)
