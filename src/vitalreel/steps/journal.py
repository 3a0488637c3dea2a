"""Writes events so that an acknowledged one is on disk, many at a time: waiting letters share one commit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from types import TracebackType

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from vitalreel.errors import NotFound, Unavailable
from vitalreel.steps.claiming import identified
from vitalreel.steps.receive import Letter, Taken, keep

MAX_WAITING = 512  # letters; beyond it a caller is told to come back, so that memory and waiting stay bounded
MAX_TOGETHER = 256  # letters in one commit
MAX_EVENTS_TOGETHER = 4_000  # in one commit, but for a letter that is larger alone
GATHER_S = 0.02
"""How long a commit waits for company after its first letter, at most. A commit costs 2 ms of CPU however few it holds, a letter 0.05."""
QUIET_S = 0.002
"""It waits no longer once none came for so long: viewers who wait for an answer send nothing new meanwhile."""
ANSWER_WITHIN_S = 30.0

Waiting = tuple[Letter, "Future[Taken]"]


class Journal:
    """One thread that appends to the event table. Thread-safe; use as a context, or call `close`."""

    def __init__(self, engine: Engine, max_waiting: int = MAX_WAITING) -> None:
        self._engine = engine
        self._waiting: deque[Waiting] = deque()
        self._max = max_waiting
        self._wake = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, letter: Letter) -> Future[Taken]:
        """Hand a letter to the writer. The answer comes after the commit that holds what it says was accepted.

        Raises Unavailable when too many wait already. The answer raises it when the database takes nothing now, NotFound
        when the link is gone, and what the database says where it refuses this letter; nothing is acknowledged then.
        """
        if len(self._waiting) >= self._max:
            hint = "send them again in a few seconds"
            raise Unavailable("the event store", "too many batches are waiting", hint)
        done: Future[Taken] = Future()
        self._waiting.append((letter, done))
        if (
            not self._wake.is_set()
        ):  # once for many letters: each wake-up takes the interpreter from whoever reads the next
            self._wake.set()
        return done

    def store(self, letter: Letter) -> Taken:
        """The same for a caller that can wait. Raises Unavailable, too, where no commit comes in time."""
        done = self.append(letter)
        try:
            return done.result(ANSWER_WITHIN_S)
        except TimeoutError as e:
            done.cancel()
            raise late() from e

    def close(self) -> None:
        """Store what waits, then end the thread."""
        self._over = True
        self._wake.set()
        self._thread.join()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        while self._waiting or not self._over:
            if not self._waiting:
                self._sleep()
                continue
            if not self._over:
                self._wait_for_company()
            wanted = [one for one in self._gathered() if one[1].set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)

    def _sleep(self) -> None:
        """Until a letter comes, or the end."""
        self._wake.wait()
        self._wake.clear()
        if self._waiting or self._over:  # what came just before it was cleared
            self._wake.set()

    def _wait_for_company(self) -> None:
        end, there = time.monotonic() + GATHER_S, len(self._waiting)
        while there < MAX_TOGETHER and time.monotonic() < end:
            time.sleep(QUIET_S)
            if (now := len(self._waiting)) == there:
                return
            there = now

    def _gathered(self) -> list[Waiting]:
        """The letters of one commit, at least one."""
        together = [self._waiting.popleft()]
        events = len(together[0][0].events)
        while self._waiting and len(together) < MAX_TOGETHER and events < MAX_EVENTS_TOGETHER:
            together.append(self._waiting.popleft())
            events += len(together[-1][0].events)
        return together

    def _commit(self, waiting: Sequence[Waiting]) -> None:
        """All in one transaction; where that fails for what is in it, one by one, so that a bad letter fails alone (P6).

        A database that is full, locked or gone fails them all at once: each would wait as long as the first.
        """
        try:
            with self._engine.begin() as connection:
                answers = keep(connection, identified(connection, [letter for letter, _ in waiting]))
        except (OperationalError, InterfaceError) as e:
            error = Unavailable("the event store", str(e.__cause__ or e), "check the app database")
            for _, done in waiting:
                done.set_exception(error)
            return
        except Exception as e:  # noqa: BLE001 - whatever it is, the one who sent the letter hears it, and the next letters are stored
            if len(waiting) == 1:
                waiting[0][1].set_exception(e)
            else:
                for one in waiting:
                    self._commit([one])
            return
        for (letter, done), answer in zip(waiting, answers, strict=True):
            if answer is None:
                done.set_exception(NotFound("link", letter.link))
            else:
                done.set_result(answer)


def late() -> Unavailable:
    """What a caller is told whose letter was not stored in time."""
    return Unavailable("the event store", f"no commit within {ANSWER_WITHIN_S:.0f} s", "send them again")
