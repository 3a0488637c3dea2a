"""A database as a source: types as text, watermarks of every type, and nothing but a query (D2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.services.feeds import NOW
from vitalreel.edges.connectors.database import Database
from vitalreel.edges.connectors.marks import before
from vitalreel.errors import BadConfiguration, BadInput, VitalreelError
from vitalreel.ports import Ask, Landed, Mark
from vitalreel.store.landing import Landing

TYPED = """CREATE TABLE deals (id integer primary key, amount numeric(12, 2), won boolean, day date, at timestamptz, plain timestamp,
           doc jsonb, raw bytea, share double precision)"""


@pytest.fixture
def url(fresh_pg: str) -> Iterator[str]:
    engine = sa.create_engine(fresh_pg)
    with engine.begin() as c:
        c.exec_driver_sql(TYPED)
        c.exec_driver_sql(
            "INSERT INTO deals VALUES (1, 1200.50, true, '2026-01-31', '2026-01-31 12:00:00+02', '2026-01-31 12:00:00.25', "
            "'{\"a\": [1]}', 'abc', 0.1), (2, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL)"
        )
    yield fresh_pg
    engine.dispose()


def ask(query: str = "SELECT * FROM deals ORDER BY id", watermark: str = "", **more: Any) -> Ask:
    key = ("id",) if watermark else ()
    return Ask("deals", query, "mappings/crm.yaml:4", key, watermark, whole=not watermark, **more)


def rows(url: str, asked: Ask, mark: Mark | None = None) -> list[dict[str, str | None]]:
    pieces = Database("crm", url, "VITALREEL_SOURCE_CRM_URL").fetch(asked, Landed(mark), NOW)
    return [r for p in pieces if p.rows is not None for r in p.rows.drop_columns(["_problem"]).to_pylist()]


def test_values_of_every_type_arrive_as_a_file_would_hold_them(url: str):
    """D3: money unrounded, times with their zone, JSON as JSON; null is null."""
    first, second = rows(url, ask())

    assert first == {
        "id": "1", "amount": "1200.50", "won": "true", "day": "2026-01-31", "at": "2026-01-31T10:00:00+00:00",
        "plain": "2026-01-31T12:00:00.250000", "doc": '{"a": [1]}', "raw": "abc", "share": "0.1",
    }  # fmt: skip
    assert {"id": "2", "won": "false"} == {k: v for k, v in second.items() if v is not None}


@pytest.mark.parametrize(
    ("watermark", "mark", "seen"),
    [
        ("id", "2", ["2"]),
        ("at", "2026-01-31T10:10:00+00:00", ["1", "2"]),  # an overlap of ten minutes, and the row without a watermark
        ("at", "2026-01-31T10:10:01+00:00", ["2"]),
        ("plain", "2026-01-31T12:00:00.250000", ["1", "2"]),
        ("day", "2026-02-01", ["1", "2"]),
        ("day", "2026-02-02", ["2"]),
        ("amount", "1300", ["2"]),
    ],
)
def test_a_watermark_may_be_a_number_a_day_or_a_time(url: str, watermark: str, mark: str, seen: list[str]):
    """D2: what is asked is compared in the column's own type; rows without a watermark always come."""
    assert seen == sorted(str(r["id"]) for r in rows(url, ask(watermark=watermark), mark))


def test_a_table_without_rows_still_tells_its_columns(url: str):
    """D4: an empty table is no broken mapping."""
    (piece,) = Database("crm", url, "V").fetch(ask("SELECT id, won FROM deals WHERE false"), Landed(), NOW)
    assert piece.rows is not None

    assert (0, ["id", "won", "_problem"]) == (piece.rows.num_rows, piece.rows.column_names)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DELETE FROM deals", "the database refuses the query"),
        ("SELECT * FROM nothing", 'relation "nothing" does not exist'),
        ("SELECT 1 AS a; DROP TABLE deals", "the database refuses the query"),
        ("WITH gone AS (DELETE FROM deals RETURNING id) SELECT * FROM gone", "the database refuses the query"),
        ("SELECT id, id FROM deals", "two columns are called 'id'"),
        ("SELECT nextval('deals_seq')", "refuses the query"),
    ],
)
def test_nothing_but_a_query_is_asked(url: str, query: str, words: str):
    """P8: the mapping cannot change the vendor's data; the error names the mapping's line."""
    with pytest.raises(VitalreelError) as e:
        rows(url, ask(query))

    assert words in str(e.value)
    assert "mappings/crm.yaml:4" in str(e.value)
    assert 2 == len(rows(url, ask()))


def test_a_sequence_cannot_be_moved_either(url: str):
    """P8: the transaction is read-only."""
    with sa.create_engine(url).begin() as c:
        c.exec_driver_sql("CREATE SEQUENCE deals_seq")
    with pytest.raises(BadConfiguration, match="read-only transaction"):
        rows(url, ask("SELECT nextval('deals_seq') AS n"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "VITALREEL_SOURCE_CRM_URL: is no database URL"),
        ("dinosaur://u:hush@h/d", "VITALREEL_SOURCE_CRM_URL: has no driver here"),
    ],
)
def test_a_wrong_url_names_its_variable_and_never_itself(url: str, words: str):
    """P8."""
    with pytest.raises(BadInput) as e:
        rows(url, ask())

    assert words in str(e.value)
    assert "hush" not in str(e.value)


def test_a_watermark_that_the_query_lacks_is_told(url: str):
    with pytest.raises(VitalreelError, match=r"mappings/crm\.yaml:4"):
        rows(url, ask("SELECT id FROM deals", "updated"))


def test_a_large_table_comes_in_pieces_and_goes_on_from_the_last(tmp_path: Path):
    """D2: 250 rows by 100, cut off after the first hundred: nothing is fetched from the start again."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'big.db'}")
    with engine.begin() as c:
        c.exec_driver_sql("CREATE TABLE deals (id integer, version integer)")
        c.exec_driver_sql("INSERT INTO deals VALUES " + ", ".join(f"({n}, {n})" for n in range(250)))
    asked = ask("SELECT * FROM deals", "version")
    feed, landing = Database("crm", str(engine.url), "V", batch_rows=100), Landing(tmp_path / "landing")
    pieces = feed.fetch(asked, landing.landed(asked), NOW)
    landing.take(asked, [next(pieces)])
    pieces.close()  # type: ignore[attr-defined]
    rest = landing.take(asked, feed.fetch(asked, landing.landed(asked), NOW))

    assert (151, 250) == (rest, landing.read(asked, "t").rows.num_rows)  # the row at the watermark came again


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("2026-01-01T00:05:00Z", "2025-12-31T23:55:00Z"),
        ("2026-01-01 00:05:00", "2025-12-31 23:55:00"),
        ("2026-01-01T00:05:00.123+02:00", "2025-12-31T23:55:00.123+02:00"),
        ("2026-01-01", "2025-12-31"),
        ("1767225600", "1767225000"),
        ("1767225600000", "1767225000000"),
        ("4711", "4711"),
    ],
)
def test_the_overlap_is_written_as_the_system_writes_times(mark: str, told: str):
    """D2: a text column compares texts; numbers that are no times have no overlap."""
    assert told == before(mark, 600)


def test_values_kept_by_python_are_told_plainly(tmp_path: Path):
    """D3: SQLite hands on what it was given."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    table = sa.Table(
        "deals", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("day", sa.Date), sa.Column("at", sa.DateTime),
        sa.Column("amount", sa.Numeric(12, 2)),
    )  # fmt: skip
    table.metadata.create_all(engine)
    with engine.begin() as c:
        at = datetime(2026, 1, 1, 8, tzinfo=UTC).replace(tzinfo=None)
        c.execute(sa.insert(table), [{"id": 1, "day": date(2026, 1, 1), "at": at, "amount": Decimal("9.5")}])

    assert [{"id": "1", "day": "2026-01-01", "at": "2026-01-01 08:00:00.000000", "amount": "9.5"}] == rows(
        str(engine.url), ask()
    )
