"""Fetches what is new in other systems into the landing, or looks at what would come without keeping it (D2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from vitalreel.errors import BadConfiguration, BadInput, VitalreelError
from vitalreel.ports import Arrived, Ask, Feed, Piece
from vitalreel.sources.mapping import Mapping
from vitalreel.steps.doors import Doors
from vitalreel.steps.erased import forget_vendor_rows
from vitalreel.steps.pushed import Pushed
from vitalreel.store.landing import Landing

LOOK_ROWS = 10_000
"""New rows of a table that a look ahead holds against the mapping."""


def landing_of(doors: Doors, mapping: Mapping) -> Landing:
    return Landing(doors.workspace.var / "landing" / mapping.source)


def feed_of(doors: Doors, mapping: Mapping) -> Feed:
    """What fetches the source's tables. Raises BadInput naming the variable to set where a secret is missing."""
    if mapping.system.kind == "push":
        return Pushed(doors.engine, mapping.source)
    return doors.feeds(mapping.source, mapping.system)


def fetch(doors: Doors, mapping: Mapping, now: datetime) -> dict[str, VitalreelError]:
    """Bring what is new into the landing; nothing for a source that lies in a folder. -> tables that could not be read, and why.

    now: aware UTC. A table that cannot be read does not stop the others; where none can be, BadInput or BadConfiguration is
    raised, where the system does not answer or accept, what its Feed raises, and Unavailable where another fetch of the source
    is under way. What came before the trouble stays, and the next fetch goes on from there.
    """
    failed: dict[str, VitalreelError] = {}
    if not mapping.asks:
        return failed
    landing, feed = landing_of(doors, mapping), feed_of(doors, mapping)
    with landing.lock(mapping.source):
        for ask in mapping.asks:
            try:
                landing.tidy(ask)
                coming = feed.fetch(ask, landing.landed(ask), now)
                landing.take(ask, _without_erased(doors, mapping, ask.table, coming))
            except (BadInput, BadConfiguration) as e:
                failed[ask.table] = e
            else:
                if isinstance(feed, Pushed):
                    feed.settle(now)
    if len(failed) == len(mapping.asks):
        raise next(iter(failed.values()))
    return failed


def _without_erased(doors: Doors, mapping: Mapping, table: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """What a system still has of people who were erased does not even land."""
    for piece in pieces:
        yield (
            piece if piece.rows is None else replace(piece, rows=forget_vendor_rows(doors, mapping, table, piece.rows))
        )


def landed(doors: Doors, mapping: Mapping, ask: Ask) -> Arrived:
    """All that a table holds."""
    return landing_of(doors, mapping).read(ask, *_called(mapping, ask))


def ahead(doors: Doors, mapping: Mapping, ask: Ask, now: datetime) -> Arrived:
    """All that a table would hold after the next fetch, of which up to LOOK_ROWS new rows are asked for. Keeps nothing."""
    landing, feed = landing_of(doors, mapping), feed_of(doors, mapping)
    pieces = tuple(_first(feed.fetch(ask, landing.landed(ask), now)))
    return landing.read(ask, *_called(mapping, ask), pieces)


def _called(mapping: Mapping, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """What people call the table, and the columns that are read of it."""
    return mapping.files[ask.table].path, tuple(mapping.columns_read(ask.table))


def _first(pieces: Iterator[Piece]) -> Iterator[Piece]:
    rows = 0
    for piece in pieces:
        if piece.rows is not None:
            yield Piece(piece.name, piece.rows.slice(0, LOOK_ROWS - rows))
            rows += piece.rows.num_rows
        else:
            yield piece
        if rows >= LOOK_ROWS:
            return
