"""A workspace with one film and many personal links, for events to be sent to; and the server over it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.machine import ROOT
from vitalreel.delivery.link import sign
from vitalreel.errors import Unavailable
from vitalreel.steps.doors import Doors, secret_key
from vitalreel.store.tables import account, link, video
from vitalreel.wiring import open_doors

LENGTH_S = 600.0
WAIT_S = 60.0


def place(root: Path, links: int) -> tuple[Doors, list[str]]:
    """A new workspace in `root`, and the tokens of so many links to its film, each of an account of its own."""
    call = [sys.executable, "-m", "vitalreel", "init", str(root)]
    subprocess.run(call, check=True, capture_output=True, env=environment())
    doors, now = open_doors(root), datetime.now(UTC)
    names = [f"l{n}" for n in range(links)]
    film = {
        "id": "film", "account": "a0", "contact": "", "module": "usage_drop_recovery", "module_version": 1, "as_of": date(2026, 11, 1),
        "title": "A film", "tier": 3, "state": "made", "draft": False, "length_s": LENGTH_S, "scenes": [], "files": {},
        "preflight": [], "cost": {}, "config": {}, "at": now,
    }  # fmt: skip
    with doors.engine.begin() as connection:
        connection.execute(account.insert(), [
            {"id": f"a{n}", "name": f"Account {n}", "zone": "UTC", "row": {}, "updated": now} for n in range(links)
        ])  # fmt: skip
        connection.execute(video.insert(), [film])
        connection.execute(link.insert(), [
            {"id": name, "video": "film", "account": f"a{n}", "contact": f"c{n}", "expires": now + timedelta(days=90), "created": now}
            for n, name in enumerate(names)
        ])  # fmt: skip
    key = secret_key(doors.engine, "links", now)
    return doors, [sign(name, key) for name in names]


def environment() -> dict[str, str]:
    """This one, with this tree's modules first; whoever connects from this machine is a proxy that names its callers."""
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "VITALREEL_PROXIES": "127.0.0.1"}


@contextmanager
def served(root: Path) -> Iterator[int]:
    """`vitalreel serve` over the workspace, with no worker beside it; answers its port once it takes connections."""
    port = free_port()
    call = [sys.executable, "-m", "vitalreel", "serve", "-w", str(root), "--port", str(port), "--workers", "0"]
    server = subprocess.Popen(call, env=environment(), stderr=subprocess.DEVNULL)
    try:
        until_open(port)
        yield port
    finally:
        server.terminate()
        server.wait(WAIT_S)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def until_open(port: int) -> None:
    """Wait until something listens. Raises Unavailable after WAIT_S."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise Unavailable(f"port {port}", f"nothing listens after {WAIT_S:.0f} s")
