"""`serve` and `worker`: console, viewer pages and API over one workspace, and the processes that make its films."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from vitalreel.cli.frame import Frame, framed
from vitalreel.errors import Unavailable
from vitalreel.settings import DEFAULT_PORT
from vitalreel.wiring import open_doors

STOP_WITHIN_S = 10


@click.command()
@click.option("--port", default=DEFAULT_PORT, show_default=True)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; the console has no sign-in yet, so mind who can reach it.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(0), help="Workers beside the server.")
@framed
def serve(frame: Frame, port: int, host: str, workers: int) -> None:
    """Serve the console and the viewers' pages until Ctrl-C, with a worker beside them for the films that are asked for.

    \b
    $ vitalreel serve -w ws
    Console at http://localhost:8321 (Ctrl-C ends it)
    """
    root = frame.root()
    open_doors(root)  # every mistake in the workspace is told before the server starts
    frame.say(f"Console at http://{'localhost' if host == '127.0.0.1' else host}:{port} (Ctrl-C ends it)")
    run_server(root, host, port, workers)


@click.command()
@framed
def worker(frame: Frame) -> None:
    """Make the films that wait in the queue until Ctrl-C. Start as many as there are machines; each uses all its cores.

    \b
    $ vitalreel worker -w ws
    worker box-1 takes films (Ctrl-C ends it)
    """
    from vitalreel.worker import run_worker

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    run_worker(frame.root(), lambda name: frame.say(f"worker {name} takes films (Ctrl-C ends it)"))


def run_server(root: Path, host: str, port: int, workers: int = 1) -> None:
    """Serve until stopped, with so many workers beside. Raises Unavailable where the port is taken."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _check_free(host, port)
    os.environ["VITALREEL_WORKSPACE"] = str(root.resolve())
    os.environ.setdefault("VITALREEL_BASE_URL", f"http://localhost:{port}")
    server = Granian(
        "vitalreel.web.asgi:application", address=host, port=port, interface=Interfaces.ASGI, factory=True, workers=1,
        log_enabled=True, log_level=LogLevels.warning, workers_kill_timeout=STOP_WITHIN_S,
    )  # fmt: skip
    with beside(root, workers):
        server.serve()


@contextmanager
def beside(root: Path, count: int) -> Iterator[None]:
    """Workers as processes of their own, for as long as the block lasts."""
    call = [sys.executable, "-m", "vitalreel", "worker", "-w", str(root.resolve())]
    children = [subprocess.Popen(call, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:  # its films wait for the next worker
                child.kill()


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as e:
            raise Unavailable(
                f"port {port}", str(e.strerror), "stop what listens there or give another with --port"
            ) from e
