"""`serve`: console, viewer pages and API over one workspace."""

from __future__ import annotations

import os
import socket
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
@framed
def serve(frame: Frame, port: int, host: str) -> None:
    """Serve the console and the viewers' pages until Ctrl-C.

    \b
    $ vitalreel serve -w ws
    Console at http://localhost:8321 (Ctrl-C ends it)
    """
    root = frame.root()
    open_doors(root)  # every mistake in the workspace is told before the server starts
    frame.say(f"Console at http://{'localhost' if host == '127.0.0.1' else host}:{port} (Ctrl-C ends it)")
    run_server(root, host, port)


def run_server(root: Path, host: str, port: int) -> None:
    """Serve until stopped. Raises Unavailable where the port is taken."""
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
    server.serve()


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as e:
            raise Unavailable(
                f"port {port}", str(e.strerror), "stop what listens there or give another with --port"
            ) from e
