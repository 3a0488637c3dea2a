"""The server's pulse: watching becomes views, views become signals, scores, plays that open and messages, within seconds."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from vitalreel.errors import BadInput, VitalreelError
from vitalreel.ports import Now
from vitalreel.steps.doors import Doors
from vitalreel.steps.heard import hear
from vitalreel.steps.hooks import Mouth, send_due
from vitalreel.wiring import open_doors, open_mouth, utc_now

EVERY_S = 3.0
TELL_EVERY_S = 1.0
STOP_WITHIN_S = 8.0  # less than a server is given to stop
BEHIND = 10  # niceness
log = logging.getLogger(__name__)


class Beating(Protocol):
    """A pulse that beats until it is closed, and finishes the beat that is under way."""

    def close(self) -> None: ...


class Pulse:
    """Threads that beat until they are closed. One pulse is enough for a workspace; two do no harm."""

    def __init__(self, doors: Doors, now: Now, every_s: float = EVERY_S, mouth: Mouth | None = None) -> None:
        """mouth: what webhooks are told with, in a thread of their own; None: nobody is told."""
        self._over = threading.Event()
        beats: list[tuple[Callable[[], object], float]] = [(lambda: hear(doors, now()), every_s)]
        if mouth is not None:
            beats.append((partial(send_due, doors, mouth), TELL_EVERY_S))
        self._threads = [threading.Thread(target=self._run, args=b, name="pulse", daemon=True) for b in beats]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish the beats that are under way and stop."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, run: Callable[[], object], every_s: float) -> None:
        while not self._over.wait(every_s):
            try:
                run()
            except VitalreelError as e:
                log.warning("%s", e)
            except Exception:
                log.exception("the pulse missed a beat")


class PulseBeside:
    """The same in a process of its own, so that scoring takes no time from those who wait for a page or an answer.

    It holds the other end of our pipe and ends when that closes, however this process comes to its end; where it ends
    by itself, another is started.
    """

    def __init__(self, root: Path) -> None:
        self._call = _command(root)
        self._over, self._starting = threading.Event(), threading.Lock()
        self._child = self._start()
        self._thread = threading.Thread(target=self._mind, name="pulse", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with self._starting:
            self._over.set()
        try:
            self._child.communicate(timeout=STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()  # what a beat had not committed, the next server's does
        self._thread.join()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._call, stdin=subprocess.PIPE)

    def _mind(self) -> None:
        while not self._over.is_set():
            code = self._child.wait()
            if self._over.wait(EVERY_S):
                return
            log.warning("the pulse ended with %d and is started again", code)
            with self._starting:
                if not self._over.is_set():
                    self._child = self._start()


def _command(root: Path) -> list[str]:
    return [sys.executable, "-m", "vitalreel.web.pulse", str(root)]


def _mouth(doors: Doors) -> Mouth | None:
    """What the workspace's webhooks are told with; where a secret is missing, that is said and their messages wait."""
    if not doors.programme.webhooks:
        return None
    try:
        return open_mouth(doors)
    except BadInput as e:
        log.warning("webhooks are not told: %s", e)
        return None


def _main(root: Path) -> None:
    """Beat until whoever started this closes the pipe; whoever waits for an answer goes first."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole terminal: the server ends us when it has ended
    os.nice(BEHIND)
    doors = open_doors(root)
    pulse = Pulse(doors, utc_now, mouth=_mouth(doors))
    sys.stdin.read()
    pulse.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _main(Path(sys.argv[1]))
