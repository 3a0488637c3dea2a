"""Any database that SQLAlchemy speaks to as a Feed: one query a table, whole, or only what changed by a watermark.

The query stands inside another one, so that it can be nothing but a query; on PostgreSQL the transaction is read-only too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, bindparam, column, create_engine, literal_column, or_, select, text
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from vitalreel.edges.connectors.formats import assemble, clean, header_of
from vitalreel.edges.connectors.marks import OVERLAP_S, before, furthest
from vitalreel.edges.connectors.records import cell
from vitalreel.errors import BadConfiguration, BadInput, Unavailable
from vitalreel.ports import Ask, Landed, Mark, Piece

BATCH_ROWS = 50_000
"""Rows of one piece: so much is done twice, at most, after a fetch was cut off."""


class Database:
    """One database, opened for each fetch."""

    def __init__(self, source: str, url: str, variable: str, batch_rows: int = BATCH_ROWS) -> None:
        """url: SQLAlchemy's. variable: where it came from, for messages; the URL itself is never told."""
        self._source, self._url, self._variable, self._batch = source, url, variable, batch_rows

    def fetch(self, ask: Ask, landed: Landed, now: datetime) -> Iterator[Piece]:
        """Rows in the order of the watermark, a piece at a time; rows without one come with every fetch."""
        engine = self._engine()
        try:
            with engine.connect() as opened:
                yield from self._pieces(_reading(opened), ask, landed.mark, now)
        except OperationalError as e:
            hint = f"check {self._variable}, and the query at {ask.where}"
            raise Unavailable(f"the database of {self._source}", _first_line(e), hint) from e
        except DBAPIError as e:
            raise BadConfiguration(ask.where, f"the database refuses the query: {_first_line(e)}", "correct it") from e
        finally:
            engine.dispose()

    def _engine(self) -> Engine:
        try:
            return create_engine(make_url(self._url))
        except (NoSuchModuleError, ImportError) as e:
            raise BadInput(self._variable, f"has no driver here: {e}", "install the driver it names") from e
        except ArgumentError as e:
            raise BadInput(
                self._variable, "is no database URL", "write dialect+driver://user:password@host/name"
            ) from e

    def _pieces(self, opened: Connection, ask: Ask, mark: Mark | None, now: datetime) -> Iterator[Piece]:
        asked = text(ask.what.strip().rstrip(";")).columns().subquery("asked")
        query: Any = select(literal_column("*")).select_from(asked)
        if ask.watermark:
            grows: Any = column(ask.watermark)
            if mark is not None:
                since = self._since(opened, ask, asked, mark)
                query = query.where(or_(grows >= bindparam("since", since), grows.is_(None)))
            query = query.order_by(grows)
        with opened.execution_options(yield_per=self._batch).execute(query) as result:
            names = header_of(list(result.keys()), ask.where)
            came = False
            for batch in result.partitions():
                rows = _table(names, batch)
                if ask.watermark:
                    if ask.watermark not in names:
                        raise BadConfiguration(
                            ask.where, f"the query has no column {ask.watermark!r}", f"it has {', '.join(names)}"
                        )
                    mark = furthest(rows[ask.watermark], mark, now, ask.where)
                came = True
                yield Piece("", rows, mark)
            if not came:
                yield Piece("", _table(names, []), mark)

    def _since(self, opened: Connection, ask: Ask, asked: Any, mark: Mark) -> Any:
        """The watermark to ask from, of the type that the column has."""
        grows: Any = column(ask.watermark)
        query = select(grows).select_from(asked).where(grows.is_not(None)).limit(1)
        found = opened.execute(query).scalar()
        told = before(mark, OVERLAP_S if ask.overlap_s is None else ask.overlap_s)
        if isinstance(found, datetime):
            return datetime.fromisoformat(told)
        if isinstance(found, date):
            return date.fromisoformat(told[:10])
        if isinstance(found, int):
            return int(Decimal(told))
        return type(found)(told) if isinstance(found, float | Decimal) else told


def _reading(opened: Connection) -> Connection:
    postgres = opened.dialect.name == "postgresql"
    return opened.execution_options(postgresql_readonly=True) if postgres else opened


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.Table:
    made = assemble(list(names), (clean(n, [cell(v) for v in row], None) for n, row in enumerate(rows, 1)))
    return made.drop_columns(["_line"])


def _first_line(error: SQLAlchemyError) -> str:
    """What the driver says, without the statement and its parameters."""
    said = str(getattr(error, "orig", error)).strip()
    return said.splitlines()[0] if said else type(error).__name__
