"""One small table behind every make of Feed, so that one suite can hold all of them to the same promises."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from tests.services import api as apis
from tests.services.storage import Storage
from vitalreel.edges.connectors.bucket import Bucket
from vitalreel.edges.connectors.database import Database
from vitalreel.edges.connectors.rest import Rest
from vitalreel.ports import Ask, Feed
from vitalreel.sources.connection import Pages, System

NOW = datetime(2030, 3, 1, 9, tzinfo=UTC)  # long after everything that is put
ROWS = [
    {"id": "1", "name": "Zoë, the 1st", "note": "two\nlines", "updated": "2026-01-01T08:00:00Z"},
    {"id": "2", "name": "007", "note": None, "updated": "2026-01-02T08:00:00Z"},
    {"id": "3", "name": "Drei", "note": "x", "updated": "2026-01-03T08:00:00Z"},
]
CHANGED = {"id": "2", "name": "008", "note": "new", "updated": "2026-01-04T08:00:00Z"}


class Make(Protocol):
    """A system with one table."""

    name: str
    ask: Ask

    def put(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows, or replace those of the same id."""
        ...

    def feed(self) -> Feed: ...

    def gone(self) -> Feed:
        """The same, asked where nothing answers."""
        ...


@dataclass
class InBucket:
    """A file a put: another day's export."""

    storage: Storage
    bucket: str
    name: str = "bucket"
    ask: Ask = field(default=Ask("t", "exports/*.csv", "mappings/x.yaml:3", ("id",)))
    puts: int = 0

    def put(self, rows: list[dict[str, Any]]) -> None:
        told = io.StringIO()
        writer = csv.DictWriter(told, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(rows)
        self.puts += 1
        self.storage.put(f"{self.bucket}/exports/{self.puts}.csv", told.getvalue().encode())

    def feed(self) -> Feed:
        return Bucket("x", self.storage.system(self.bucket), "test", "test-secret", "VITALREEL_SOURCE_X")

    def gone(self) -> Feed:
        away = replace(self.storage.system(self.bucket), endpoint="http://127.0.0.1:9")
        return Bucket("x", away, "test", "test-secret", "VITALREEL_SOURCE_X")


TABLE = sa.Table(
    "t", sa.MetaData(), sa.Column("id", sa.String, primary_key=True), sa.Column("name", sa.String), sa.Column("note", sa.String),
    sa.Column("updated", sa.String),
)  # fmt: skip


@dataclass
class InDatabase:
    url: str
    name: str
    ask: Ask = field(default=Ask("t", "SELECT * FROM t;", "mappings/x.yaml:3", ("id",), "updated", whole=False))

    def __post_init__(self) -> None:
        self.engine = sa.create_engine(self.url)
        TABLE.metadata.create_all(self.engine)

    def put(self, rows: list[dict[str, Any]]) -> None:
        with self.engine.begin() as c:
            c.execute(sa.delete(TABLE).where(TABLE.c.id.in_([r["id"] for r in rows])))
            c.execute(sa.insert(TABLE), rows)

    def feed(self) -> Feed:
        return Database("x", self.url, "VITALREEL_SOURCE_X_URL", batch_rows=2)

    def gone(self) -> Feed:
        away = "sqlite:////nowhere/at/all.db" if self.name == "sqlite" else "postgresql+psycopg://u:hush@127.0.0.1:9/d"
        return Database("x", away, "VITALREEL_SOURCE_X_URL")


@dataclass
class BehindRest:
    api: apis.Api
    name: str = "rest"
    ask: Ask = field(default=Ask(
        "t", "/t", "mappings/x.yaml:3", ("id",), "updated", since="updated_after", rows="data.items",
        pages=Pages("cursor", at="meta.next", send="after"), whole=False, sparse=True,
    ))  # fmt: skip

    def put(self, rows: list[dict[str, Any]]) -> None:
        table = self.api.tables.setdefault("/t", [])
        table[:] = [r for r in table if r["id"] not in {n["id"] for n in rows}] + rows

    def feed(self) -> Feed:
        return rest(self.api.url)

    def gone(self) -> Feed:
        return rest("http://127.0.0.1:9")


def rest(url: str, key: str | None = apis.KEY) -> Rest:
    """The test's API as a mapping would name it."""
    system = System("rest", url, headers={"Authorization": "Bearer {key}"})
    return Rest("x", system, key, "VITALREEL_SOURCE_X_KEY")


@contextmanager
def make(kind: str, folder: Path, started: Any) -> Iterator[Make]:
    """One make, with an empty table. started: the server it needs, where it needs one."""
    if kind == "bucket":
        yield InBucket(started, f"bucket-{folder.name.lower().replace('_', '-')[-40:]}")
    elif kind == "sqlite":
        yield InDatabase(f"sqlite:///{folder / 'crm.db'}", kind)
    elif kind == "postgresql":
        with started.database() as url:
            yield InDatabase(url, kind)
    else:
        with apis.server() as running:
            yield BehindRest(running)
