"""What films are written from, kept at hand between films until the lake changes: canonical tables of a day, and its feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock
from types import TracebackType
from typing import Any

from vitalreel.steps.doors import Doors
from vitalreel.steps.knowing import catalogue_of, fresh_feeds, known_tables

QUOTED = ("usage", "crm")
"""The feeds films quote."""
MEMORY = "192MB"
"""What the rows at hand may take: beside pictures and voice, a process that makes films stays below 600 MB."""


@dataclass(frozen=True, slots=True)
class Known:
    """One day, as known at its end."""

    tables: Mapping[str, Any]  # canonical tables, `account.tier` filled in
    feeds: Mapping[str, bool]  # feed -> fresh


class Shelf:
    """One DuckDB for the films of a process: they ask in turn. Use as a context."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._session = doors.lake.keep(MEMORY)
        self._turn = Lock()
        self._key: object = None
        self._known: Known | None = None

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._turn:
            self._session.close()

    @contextmanager
    def known(self, day: date) -> Iterator[Known]:
        """What was known at the end of `day`, newest files included. Raises BadInput where nothing was."""
        with self._turn:
            files, aliases = self._doors.lake.files(), self._doors.lake.aliases()
            if self._known is None or self._key != (day, files, aliases):
                self._session.follow(files, self._doors.lake.rows(), aliases)
                fresh = fresh_feeds(self._doors, self._session, catalogue_of(self._doors), day)
                feeds = {feed: fresh[feed] for feed in QUOTED if feed in fresh}
                tables = known_tables(self._session, self._doors.programme, day)
                self._known, self._key = Known(tables, feeds), (day, files, aliases)
            yield self._known
