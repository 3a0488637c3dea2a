"""The loop killed with SIGKILL at each labelled step, over every channel and database, by one worker and by two.

`python -m benchmarks.killed --keep` makes one company with a film and copies of its mail (tests/trip). Each case starts from it anew: a
turn in a process of its own is killed at the step, another worker's turn runs beside it where there are two, and a turn that is left
alone goes on from what is there. Then it is counted at the peers themselves what each got, and how often.
`--page docs/reference/killed.md` writes the table.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

from sqlalchemy import insert, select
from tests.services import mail as mail_service
from tests.services import postgres as postgres_service
from tests.services.hook import Told, hook_service
from tests.services.postgres import Server
from tests.trip import killed
from tests.trip.conftest import DAY, NOW, SETTING, Company
from tests.trip.copied import copies, unreviewed
from tests.trip.killed import DECIDE, FILMING, NONE, REVIEWING, behind
from tests.trip.told import HOOKING, hear, tell

from benchmarks.machine import commit, keep, stated
from vitalreel.simulator.plan import Plan
from vitalreel.steps.deliver import deliver
from vitalreel.steps.make import make_due
from vitalreel.steps.simulate import simulate_company
from vitalreel.store import tables as t
from vitalreel.store.database import migrate, open_database

COPIES = 3
VIEWS = 5
CANNOT_TELL = ("claimed, peer not asked", "message taken, answer not written")
"""Where SMTP cannot say afterwards whether a mail was taken."""
STEPS = {
    "decide": ("after track", "scores written, not committed", "after assess", "decided, not committed", "after decide"),
    "produce": FILMING,
    "review": REVIEWING,
    "deliver": (
        "outbox row written, nothing sent", "claimed, peer not asked", "message taken, answer not written",
        "sent, offer not in the lake",
    ),
    "tell": HOOKING,
}  # fmt: skip
CHANNELS = ("smtp", "mailbox", "in_app", "webhook")
WORKERS = (1, 2)
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is killed."""

    step: str
    station: str
    channel: str
    workers: int
    database: str  # sqlite | postgresql


@dataclass(slots=True)
class Found:
    """What came of it."""

    case: Case
    due: int  # messages that had to reach a peer
    heard: int  # messages the peer got
    distinct: int  # by their own id
    parked: int  # for a person
    killed: bool  # the process got as far as its station; where two work, the other may have been there first
    wall_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.due - self.distinct - self.parked


def cases(
    steps: Sequence[str], channels: Sequence[str], workers: Sequence[int], databases: Sequence[str]
) -> Iterator[Case]:
    for step in steps:
        for station in STEPS[step]:
            for channel in channels:
                if (step == "tell") == (channel == "webhook"):
                    for n in workers:
                        yield from (Case(step, station, channel, n, database) for database in databases)


class Ground:
    """The companies each case starts from, and where their rows may be."""

    def __init__(self, root: Path, server: Server | None) -> None:
        self._root, self._server = root, server
        self.decided, self.filmed, self.made = root / "decided", root / "filmed", root / "made"
        simulate_company(self.decided, Plan(SETTING.accounts, 240, SETTING.seed, DAY), lambda _: None)
        Company(self.decided).sized("480x270")
        Company(self.decided).decide()
        Company(Path(shutil.copytree(self.decided, self.filmed))).film()
        copies(Company(self.filmed).doors, COPIES)
        self._rehearse()
        unreviewed(Company(Path(shutil.copytree(self.filmed, self.made))).doors)
        hear(Company(self.filmed).doors, VIEWS)

    def _rehearse(self) -> None:
        """What the first film says and shows is made before, but for two scenes: cases that film draw those alone."""
        again = Company(Path(shutil.copytree(self.decided, self._root / "rehearsed")))
        doors = again.doors
        with again.workshop(doors) as shop:
            make_due(doors, shop, DAY, NOW, 2)
        with doors.engine.connect() as c:
            scenes = (
                c.execute(
                    select(t.video.c.scenes)
                    .join(t.touch, t.touch.c.video == t.video.c.id)
                    .order_by(t.touch.c.window_to, t.touch.c.id)
                )
                .scalars()
                .first()
            )
        for kind in ("takes", "scenes"):
            shutil.copytree(
                doors.workspace.media / kind, Company(self.decided).doors.workspace.media / kind, dirs_exist_ok=True
            )
        for scene in sorted(scenes or [], key=lambda s: s["end_s"] - s["start_s"])[:2]:
            name = scene["fingerprint"]
            (Company(self.decided).doors.workspace.media / "scenes" / name[:2] / f"{name}.scene").unlink()

    @contextmanager
    def company(self, case: Case, folder: Path) -> Iterator[Company]:
        """A copy to be killed."""
        begins = {"produce": self.decided, "review": self.made}.get(case.step, self.filmed)
        root = Path(shutil.copytree(begins, folder / "company"))
        if case.database == "sqlite":
            yield Company(root)
            return
        assert self._server is not None
        with self._server.database() as url:
            target = open_database(url)
            migrate(target)
            with Company(root).doors.engine.connect() as here, target.begin() as there:
                for table in t.meta.sorted_tables:
                    if rows := [dict(r) for r in here.execute(select(table)).mappings()]:
                        there.execute(insert(table), rows)
            target.dispose()
            yield Company(root, url)


def by_mail(case: Case, company: Company, folder: Path) -> Found:
    """Killed and gone on with, then counted at the mail server, in the folder that takes mails, or in the product's inbox."""
    films = int(case.step == "produce")
    with mail_service.server() as smtp:
        url = f"smtp://{smtp.host}:{smtp.port}" if case.channel == "smtp" else None
        others, left_out = [NONE] * (case.workers - 1), behind(case.station)
        stations, channel = [case.station, *others], case.channel
        statuses = killed.beside(company.root, url, stations, films, company.database, left_out, channel)
        statuses += killed.beside(company.root, url, [NONE], films, company.database, left_out - {DECIDE})
        doors = company.doors
        deliver(doors, company.post(doors, url), NOW)
        with doors.engine.connect() as c:
            mine = t.outbox.c.channel == ("in_app" if channel == "in_app" else "email")
            states = Counter(c.execute(select(t.outbox.c.state).where(mine)).scalars())
            laid = list(c.execute(select(t.inbox.c.link)).scalars())
            left = c.execute(select(t.outbox.c.key).where(t.outbox.c.state.in_(("ready", "sending")))).all()
        keys = Counter(_keys(smtp.received) if url else laid if channel == "in_app" else _stored(doors.workspace.mail))
        doors.engine.dispose()
    killed_there = statuses[0] == -signal.SIGKILL
    due = states.total() if films else 1 + COPIES
    made = Found(case, due, sum(keys.values()), len(keys), states["unknown"], killed_there)
    if not killed_there and case.workers == 1:
        made.wrong.append(f"was not killed: {statuses}")
    if statuses[-1] != 0:
        made.wrong.append(f"the turn left alone ended with {statuses[-1]}")
    made.wrong += [f"{key} was taken {n} times" for key, n in keys.items() if n > 1]
    may = case.channel == "smtp" and case.station in CANNOT_TELL
    if states["unknown"] > may:
        made.wrong.append(f"{states['unknown']} parked where it can be told")
    if left:
        made.wrong.append(f"left behind: {[key for (key,) in left]}")
    # a mail that was taken and is parked besides is counted with the parked ones
    doubted = len(keys) + states["unknown"] - made.due
    made.distinct -= max(0, doubted) if may else 0
    return made


def by_hook(case: Case, company: Company, folder: Path) -> Found:
    """The same for messages to another system, which tells repeats by their id."""
    with hook_service() as peer:
        others = [NONE] * (case.workers - 1)
        statuses = tell(company, peer.url, [case.station, *others], NOW)
        statuses += tell(company, peer.url, [NONE], NOW + timedelta(minutes=2))
        ids = Counter(_ids(peer))
        doors = company.doors
        with doors.engine.connect() as c:
            states = Counter(c.execute(select(t.hook_message.c.state)).scalars())
        doors.engine.dispose()
    killed_there = statuses[0] == -signal.SIGKILL
    made = Found(case, VIEWS, sum(ids.values()), len(ids), 0, killed_there)
    if not killed_there and case.workers == 1:
        made.wrong.append(f"was not killed: {statuses}")
    if statuses[-1] != 0:
        made.wrong.append(f"the round left alone ended with {statuses[-1]}")
    if states != Counter({"sent": VIEWS}):
        made.wrong.append(f"left behind: {dict(states)}")
    again = sum(ids.values()) - len(ids)
    if again > (case.station == HOOKING[-1]):
        made.wrong.append(f"{again} told again where the answer was kept")
    return made


def _keys(received: Sequence[mail_service.Received]) -> list[str]:
    return [str(r.message["Message-ID"]) for r in received]


def _stored(folder: Path) -> list[str]:
    return [str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in folder.glob("*.eml")]


def _ids(peer: Told) -> list[str]:
    return [headers["webhook-id"] for headers, _ in peer.heard]


HEAD = (
    "step", "killed", "channel", "workers", "database", "died", "due", "got", "distinct", "parked", "lost", "s", "commit", "wrong"
)  # fmt: skip
Row = tuple[str, ...]


def name_of(case: Case) -> Row:
    return (case.step, case.station, case.channel, str(case.workers), case.database)


def row(f: Found) -> Row:
    """A line of the table."""
    counted = map(str, (f.due, f.heard, f.distinct, f.parked, f.lost))
    return (*name_of(f.case), "yes" if f.killed else "no", *counted, f"{f.wall_s:.0f}", commit(), "; ".join(f.wrong))


def rows_of(page: Path) -> dict[Row, Row]:
    """The lines of a page by their case: what earlier runs found."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    cells = [tuple(c.strip() for c in line.strip("|").split("|")) for line in lines if line.startswith("| ")]
    return {r[:5]: r for r in cells if len(r) == len(HEAD) and r[0] in STEPS}


def table(rows: Sequence[Row]) -> str:
    ordered = sorted(rows, key=lambda r: (list(STEPS).index(r[0]), STEPS[r[0]].index(r[1]), r[2:5]))
    return "".join(f"| {' | '.join(r)} |\n" for r in (HEAD, ("---",) * len(HEAD), *ordered))


def summary(rows: Sequence[Row]) -> str:
    due, got, _, parked, lost = (sum(int(r[n]) for r in rows) for n in range(6, 11))
    hooks = [r for r in rows if r[2] == "webhook"]
    repeated = sum(int(r[7]) - int(r[8]) for r in hooks)
    twice = sum(int(r[7]) > int(r[8]) + int(r[9]) for r in rows if r[2] != "webhook")
    wrong = [r for r in rows if r[-1]]
    every, died = len(list(cases(list(STEPS), CHANNELS, WORKERS, DATABASES))), sum(r[5] == "yes" for r in rows)
    told = (
        f"{len(rows)} cases of {every}, in {died} of which the process died where it had to; {due} messages due, {got} handed to the "
        f"peers. Cases in which a mail was taken twice: **{twice}**. Messages lost: **{lost}**. Parked for a person where SMTP cannot "
        f"tell: {parked}. Webhook messages repeated with the same id: {repeated}. Cases with anything wrong: **{len(wrong)}**."
    )
    return "\n".join([told, *(f"- {', '.join(r[:5])}: {r[-1]}" for r in wrong)])


WORDS = """# Killed at every step

Made by `python -m benchmarks.killed --page docs/reference/killed.md`; tests/trip/test_killed.py runs a part of it on each change.

Each line is one process killed with SIGKILL at the step, a second worker beside it where there are two, and a turn that is left
alone. `died` says whether the process got as far as that step: where two work, the other may have done it all before. A turn that
is killed behind the scores or the decision begins behind them, with what the company's day has; the turn left alone decides again.
`due` is how many messages had to reach the peer, `got` how many it was handed, `distinct` how many of those by their own id,
`parked` how many wait for a person, since SMTP cannot say afterwards whether a mail was taken. A webhook's message may come twice,
with the same id, where its sender died before it could write the answer down: that is what the id is for. `commit` is what ran: lines
of several runs stand here, and a run of a case takes the place of the one before.

"""


def told(found: Sequence[Found], page: Path | None) -> str:
    """The summary, written into the page with the table after each case: what a run found is kept though it does not end."""
    kept = rows_of(page) if page else {}
    rows = list((kept | {row(f)[:5]: row(f) for f in found}).values())
    text = f"{summary(rows)}\n\n{stated()}"
    if page:
        page.write_text(f"{WORDS}{text}\n\n{table(rows)}", encoding="utf-8")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--channels", nargs="+", choices=CHANNELS, default=list(CHANNELS))
    parser.add_argument("--workers", nargs="+", type=int, choices=WORKERS, default=list(WORKERS))
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=list(DATABASES))
    parser.add_argument(
        "--page", type=Path, help="write the table into this file, beside what earlier runs found there"
    )
    parser.add_argument("--rest", action="store_true", help="only the cases the page has not yet")
    parser.add_argument("--keep", action="store_true", help="write the summary into benchmarks/results.md")
    given = parser.parse_args()
    found: list[Found] = []
    text = ""
    with tempfile.TemporaryDirectory() as name, _server("postgresql" in given.databases) as server:
        ground = Ground(Path(name), server)
        wanted = cases(given.steps, given.channels, given.workers, given.databases)
        had = rows_of(given.page) if given.page and given.rest else {}
        for number, case in enumerate(c for c in wanted if name_of(c) not in had):
            folder = Path(name) / str(number)
            folder.mkdir()
            began = time.monotonic()
            run: Callable[[Case, Company, Path], Found] = by_hook if case.channel == "webhook" else by_mail
            try:
                with ground.company(case, folder) as company:
                    one = run(case, company, folder)
            except Exception as e:  # noqa: BLE001 - a case that breaks off is a finding, and the others go on
                one = Found(
                    case, 0, 0, 0, 0, False, wrong=[f"broke off: {type(e).__name__}: {str(e)[:120]}".replace("\n", " ")]
                )
            one.wall_s = time.monotonic() - began
            found.append(one)
            print(case, one.heard, one.distinct, one.parked, one.wrong or "", f"{one.wall_s:.0f} s", flush=True)
            shutil.rmtree(folder)
            text = told(found, given.page)
    print(text)
    if given.keep:
        keep("Killed at every step", "python -m benchmarks.killed --page docs/reference/killed.md --keep", text)


@contextmanager
def _server(wanted: bool) -> Iterator[Server | None]:
    if not wanted:
        yield None
        return
    with postgres_service.server() as started:
        yield started


if __name__ == "__main__":
    main()
