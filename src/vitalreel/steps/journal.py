"""Writes events so that an acknowledged one is on disk, many at a time: waiting batches share one commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from vitalreel.errors import Unavailable
from vitalreel.store.tables import event

Rows = Sequence[Mapping[str, Any]]

MAX_WAITING = 512  # batches; beyond it a caller is told to come back, so that memory and waiting stay bounded
MAX_TOGETHER = 256  # batches in one commit
ANSWER_WITHIN_S = 30.0


class Journal:
    """One thread that appends to the event table. Thread-safe; use as a context, or call `close`."""

    def __init__(self, engine: Engine, max_waiting: int = MAX_WAITING) -> None:
        self._engine = engine
        self._waiting: queue.Queue[tuple[Rows, Future[int]] | None] = queue.Queue(max_waiting)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, rows: Rows) -> int:
        """Store the rows and answer how many were new, after the commit that holds them.

        Raises Unavailable, with nothing acknowledged, when too many wait already or the database does not take them.
        """
        if not rows:
            return 0
        done: Future[int] = Future()
        try:
            self._waiting.put_nowait((rows, done))
            return done.result(ANSWER_WITHIN_S)
        except queue.Full as e:
            raise Unavailable(
                "the event store", "too many batches are waiting", "send them again in a few seconds"
            ) from e
        except TimeoutError as e:
            raise Unavailable("the event store", f"no commit within {ANSWER_WITHIN_S:.0f} s", "send them again") from e
        except SQLAlchemyError as e:
            raise Unavailable("the event store", str(e.__cause__ or e), "check the app database") from e

    def close(self) -> None:
        """Store what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        open_ = True
        while open_:
            together = [self._waiting.get()]
            while len(together) < MAX_TOGETHER and not self._waiting.empty():
                together.append(self._waiting.get())
            open_ = None not in together
            self._commit([batch for batch in together if batch is not None])

    def _commit(self, batches: list[tuple[Rows, Future[int]]]) -> None:
        """All in one transaction; where that fails, one by one, so that a bad batch fails alone (P6)."""
        try:
            with self._engine.begin() as connection:
                counts = [_insert(connection, rows) for rows, _ in batches]
        except SQLAlchemyError as e:
            if len(batches) == 1:
                batches[0][1].set_exception(e)
            else:
                for batch in batches:
                    self._commit([batch])
            return
        for (_, done), count in zip(batches, counts, strict=True):
            done.set_result(count)


def _insert(connection: Connection, rows: Rows) -> int:
    """How many of the rows were new; those whose id is there already change nothing."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(event)
    new = insert.on_conflict_do_nothing(index_elements=["id"]).returning(event.c.id)  # psycopg counts no rows of many
    return len(connection.execute(new, list(rows)).all())
