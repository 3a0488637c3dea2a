"""What every step is handed: the workspace's files, the app database and the lake, opened by wiring."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from vitalreel.errors import BadInput
from vitalreel.ports import Annotator, Feed, System
from vitalreel.store.database import insert_new, reading
from vitalreel.store.lake import Lake
from vitalreel.store.tables import secret
from vitalreel.store.workspace import Programme, Workspace

OpenFeed = Callable[[str, System], Feed]
"""Source and its system in, what fetches its tables out."""


def no_feeds(source: str, _: System) -> Feed:
    """Where wiring opened none."""
    raise BadInput(source, "its system cannot be asked from here")


OpenAnnotators = Callable[[], tuple[Annotator, ...]]
"""Who reads texts: the first, and who stands in where it cannot."""


def no_annotators() -> tuple[Annotator, ...]:
    """Where wiring opened none: texts are kept unread."""
    return ()


@dataclass(frozen=True, slots=True)
class Doors:
    """One workspace, opened. Cheap to hand around; safe to share between threads."""

    workspace: Workspace
    programme: Programme
    engine: Engine
    lake: Lake
    feeds: OpenFeed = no_feeds
    annotators: OpenAnnotators = no_annotators


def set_secret(engine: Engine, name: str, value: bytes, now: datetime) -> None:
    """Give a new workspace a secret of the caller's, so that a seeded company is the same company twice. A kept one stays."""
    with engine.begin() as connection:
        insert_new(connection, secret, [{"name": name, "value": value, "at": now}])


def secret_key(engine: Engine, name: str, now: datetime) -> bytes:
    """The workspace's own 32 random bytes for one purpose ("links", "arms", "sample"), made on first use and kept."""
    with reading(engine).connect() as connection:  # it is made once and read for ever: no lock is taken for that
        value: bytes | None = connection.execute(
            select(secret.c.value).where(secret.c.name == name)
        ).scalar_one_or_none()
    if value is not None:
        return value
    with engine.begin() as connection:
        return kept_secret(connection, name, now)


def kept_secret(connection: Connection, name: str, now: datetime) -> bytes:
    """The same, in the caller's transaction."""
    insert_new(connection, secret, [{"name": name, "value": secrets.token_bytes(32), "at": now}])
    value: bytes = connection.execute(select(secret.c.value).where(secret.c.name == name)).scalar_one()
    return value
