"""Another system is told about views, in a process of its own that is killed at a named station."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from tests.trip.conftest import NOW, Company, settings
from tests.trip.killed import NONE, WITHIN_S, after, before
from vitalreel.edges.callers.https import HttpsCaller
from vitalreel.steps import hooks, track
from vitalreel.steps.doors import Doors
from vitalreel.steps.hooks import Mouth
from vitalreel.steps.receive import Batch
from vitalreel.steps.viewing import Viewing
from vitalreel.store import tables as t
from vitalreel.tracking.hook import Hook
from vitalreel.tracking.intake import Sender
from vitalreel.wiring import open_doors

HOOKING = ("view measured, message not queued", "message claimed, peer not asked", "peer told, answer not written")
STATIONS: dict[str, Callable[[], None]] = {
    HOOKING[0]: lambda: before(hooks, "queue"),
    HOOKING[1]: lambda: before(HttpsCaller, "post"),
    HOOKING[2]: lambda: after(HttpsCaller, "post"),
    NONE: lambda: None,
}
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


def hear(doors: Doors, views: int) -> None:
    """So many views of one film's link, as its player told them; nothing is measured yet."""
    with doors.engine.connect() as c:
        video = dict(c.execute(select(t.video)).mappings().first() or {})
    link = {"id": "watched", "video": video["id"], "account": video["account"], "contact": video["contact"], "touch": None,
            "expires": NOW + timedelta(days=90), "revoked": None, "created": NOW}  # fmt: skip
    with doors.engine.begin() as c:
        c.execute(t.link.insert().values(link))
    viewing = Viewing(doors, lambda: NOW, lambda address, cookies: False)
    for n in range(views):
        at = NOW + timedelta(minutes=n)
        said = [{"id": f"v{n}.{k}", "view": f"v{n}", "type": kind, "position_s": s, "at": (at + timedelta(seconds=s)).isoformat()}
                for k, (kind, s) in enumerate((("play", 0), ("pause", 9)))]  # fmt: skip
        viewing.intake.store("watched", Batch(said, None), Sender(PERSON))
    viewing.close()


def tell(company: Company, url: str, stations: Sequence[str], now: datetime) -> list[int | None]:
    """Rounds in processes beside each other, each killed at its station; their exit statuses."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.trip.killed", __name__])
    running = [context.Process(target=_round, args=(company.root, company.database, url, s, now)) for s in stations]
    for process in running:
        process.start()
    for process in running:
        process.join(WITHIN_S)
    return [process.exitcode for process in running]


def _round(root: Path, database: str | None, url: str, station: str, now: datetime) -> None:
    doors = open_doors(root, settings(database=database))
    doors = replace(doors, programme=replace(doors.programme, webhooks=(Hook("crm", url),)))
    STATIONS[station]()
    track.track(doors, now)
    hooks.send_due(doors, Mouth(HttpsCaller(), {"crm": (b"k" * 32,)}, lambda: now))
