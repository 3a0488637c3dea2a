"""From a viewer's press to the complete, checked, published film: `python -m benchmarks.asked.jit [--accounts N] [--keep]`.

One warm `vitalreel worker` in a process of its own, the whole way through database and queue, neural voice, 1080p, full quality.
Each film is promised first, as for a mail; then viewers ask, one after the other. The clock runs from the press to the first look
at which the link leads to the film. Wall time shows what else the machine does, so CPU seconds and the load stand beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.asked.company import DAY, MODULE, NOW, company
from benchmarks.machine import ROOT, keep, stated
from vitalreel.errors import Refused
from vitalreel.identity import AccountId, fingerprint
from vitalreel.steps import queue
from vitalreel.steps.doors import Doors
from vitalreel.steps.orders import Order
from vitalreel.steps.viewers import viewer_for
from vitalreel.steps.viewing import Viewing
from vitalreel.store import tables as t
from vitalreel.wiring import open_carrier, utc_now

LOOK_S = 0.02
SPARE = 12
"""Accounts more than are asked for: some have nobody to show a film to, some no week to speak of."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--accounts", type=int, default=24)
    asked.add_argument("--keep", action="store_true", help="write the table into benchmarks/results.md")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitalreel-bench-") as name:
        root = Path(name) / "ws"
        doors = company(root, options.accounts + SPARE)
        promise(doors)
        waits = with_worker(root, doors, options.accounts)
        table = told(doors, waits)
    print(table)
    if options.keep:
        keep("Just in time", "make bench-jit", table)


def promise(doors: Doors) -> None:
    """Enter touches whose films are made on request, for every account that has a viewer."""
    with doors.engine.connect() as c:
        accounts = list(c.execute(select(t.account.c.id).order_by(t.account.c.id)).scalars())
    orders = []
    for account in accounts:
        try:
            viewer = viewer_for(doors, AccountId(account), MODULE)
        except Refused:
            continue
        orders.append(Order(AccountId(account), viewer, MODULE, "bench", "ask", fingerprint("bench", account)))
    with doors.engine.begin() as c:
        for o in orders:
            c.execute(insert(t.play_run).values(id=o.touch, account=o.account, play="bench", occurrence="1", arm="served", state="running",
                                                step=0, opened_on=DAY, config="", at=NOW))  # fmt: skip
            c.execute(insert(t.touch).values(id=o.touch, run=o.touch, step="ask", account=o.account, contact=o.contact, module=MODULE,
                                             channels=["email"], window_from=NOW, window_to=NOW + timedelta(days=3), as_of=DAY, why={},
                                             state="planned", made="on_request", at=NOW))  # fmt: skip
    queue.enter_orders(doors, orders, DAY, NOW, False, utc_now())


def with_worker(root: Path, doors: Doors, most: int) -> list[float]:
    """Seconds each viewer waited."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    call = [sys.executable, "-m", "vitalreel", "worker", "-w", str(root)]
    with subprocess.Popen(call, env=env) as worker:
        try:
            links = linked(doors)[:most]
            viewing = Viewing(doors, lambda: NOW, lambda _address, _cookies: False, open_carrier(doors))
            waits = [wait(doors, viewing, link) for link in links]
            viewing.close()
        finally:
            worker.terminate()
    return waits


def linked(doors: Doors) -> list[str]:
    """Wait until the films are promised; links to those that could be, whose contacts want them."""
    while rows := queue.listing(doors.engine, ("waiting", "working")):
        print(f"  {len(rows)} films to promise ", file=sys.stderr, end="\r")
        time.sleep(1)
    touches = select(t.touch.c.id, t.touch.c.video, t.touch.c.account, t.touch.c.contact).where(
        t.touch.c.video.is_not(None)
    )
    with doors.engine.begin() as c:
        films = c.execute(touches.order_by(t.touch.c.id)).all()
        for f in films:
            row = {"contact": f.contact, "channel": "email", "allowed": True, "source": "bench", "at": NOW}
            c.execute(t.consent.delete().where(t.consent.c.contact == f.contact))
            c.execute(insert(t.consent).values(**row))
            c.execute(insert(t.link).values(id=f.id[:24], video=f.video, account=f.account, contact=f.contact, touch=f.id,
                                            expires=NOW + timedelta(days=90), created=NOW))  # fmt: skip
    return [f.id[:24] for f in films]


def wait(doors: Doors, viewing: Viewing, link: str) -> float:
    """Seconds from the press to the link that leads to the film. Raises AssertionError with the film's reason where it is not made."""
    token = viewing.token(link)
    opened = viewing.find(token)
    assert opened is not None
    began = time.perf_counter()
    viewing.want(opened)
    while (now := viewing.find(token)) is not None and now.promised:
        making = viewing.making(now)
        if making.state != "making":
            told = [(job["account"], job["reason"]) for job in queue.listing(doors.engine, ("refused", "set_aside"))]
            raise AssertionError(f"{making}; the queue says {told}")
        time.sleep(LOOK_S)
    took = time.perf_counter() - began
    print(f"  {took:.1f} s ", file=sys.stderr)
    return took


def told(doors: Doors, waits: Sequence[float]) -> str:
    """The table."""
    with doors.engine.connect() as c:
        films: list[Any] = [dict(r) for r in c.execute(select(t.video).where(t.video.c.state == "made")).mappings()]
    assert len(films) == len(waits) >= 20, f"{len(films)} films, {len(waits)} viewers"
    own = statistics.mean(sum(s["end_s"] - s["start_s"] for s in f["scenes"] if not s["shared"]) for f in films)
    drawn = statistics.mean(sum(s["end_s"] - s["start_s"] for s in f["scenes"] if not s["reused"]) for f in films)
    length = statistics.mean(f["length_s"] for f in films)
    cpu = [f["cost"]["cpu_s"] for f in films]
    return "\n".join([
        f"{stated()}. {len(waits)} accounts of a simulated company, one after the other; films of {length:.1f} s, of which {own:.1f} s"
        f" are not shared and {drawn:.1f} s were drawn anew; the other scenes were ready.",
        "",
        "| from the press to the published film | p50 | p95 |",
        "|---|---|---|",
        f"| wall, s | {statistics.median(waits):.1f} | {_p95(waits):.1f} |",
        f"| CPU of the film, s | {statistics.median(cpu):.1f} | {_p95(cpu):.1f} |",
    ])  # fmt: skip


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[18]


if __name__ == "__main__":
    main()
