"""A workspace with N invented accounts and 80 usage rows each, laid into the lake by SQL: drawn from hashes, so always the same.

What an account has: one live yearly contract, a sponsor, use every third day (28 values of active people and 28 of key actions
over 84 days, 24 of weekly people now and a quarter ago), three feature rows, tickets, surveys, an invoice; few were offered a
film. One in a hundred has no use at all. The history is one load ordered by day; the last days are a load each.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import insert

from benchmarks.scale.plays import lay
from vitalreel.sources.model import TABLES
from vitalreel.steps.doors import Doors
from vitalreel.store import tables as t
from vitalreel.store.workspace import create
from vitalreel.wiring import open_doors

DAY = date(2026, 3, 31)
DAILY = 5
"""The last days that come as a load each; what is older was one first import."""
METRICS = (
    ("active_users", range(0, 84, 3)),
    ("key_actions", range(0, 84, 3)),
    ("weekly_users", (*range(0, 36, 3), *range(87, 123, 3))),
)
USAGE_ROWS = sum(len(days) for _, days in METRICS)
_TYPES = {
    "integer": "BIGINT",
    "money": "BIGINT",
    "number": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMPTZ",
}


def make(root: Path, accounts: int, plays: int) -> Doors:
    """The workspace at the end of DAY + 1: what DAY + 1 brought is known only from then on."""
    create(root)
    lay(root / "plays", plays)
    doors = open_doors(root)
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = false")
        _accounts(db, accounts)
        for table, load, sql in _rows():
            _write(db, doors, table, load, sql)
        _app(db, doors)
    return doors


def _u(what: str) -> str:
    """A draw in [0, 1) an account, by name."""
    return f"((hash(i, '{what}') % 1000003) / 1000003.0)"


def _accounts(db: duckdb.DuckDBPyConnection, accounts: int) -> None:
    """everybody: i, account_id, segment, seats, since, usual use as a share of seats, and where it has gone in 12 weeks."""
    db.execute(f"""CREATE TABLE everybody AS
        SELECT i, 'A' || lpad(CAST(i AS VARCHAR), 7, '0') AS account_id,
               CASE WHEN {_u("seg")} < 0.05 THEN 'enterprise' WHEN {_u("seg")} < 0.3 THEN 'mid_market' ELSE 'long_tail' END AS segment,
               CAST(5 + 300 * pow({_u("seats")}, 4) AS BIGINT) AS seats,
               DATE '{DAY}' - CAST(40 + 1000 * {_u("since")} AS INTEGER) AS since,
               0.1 + 0.8 * {_u("use")} AS share, 1 + 0.5 * ({_u("went")} - 0.55) AS went, {_u("uses")} >= 0.01 AS uses
        FROM range({accounts}) t(i)""")


def _rows() -> Iterator[tuple[str, str, str]]:
    """(table, load, SELECT of its own columns and known_on) in the order they arrived."""
    first = f"DATE '{DAY}' - {DAILY}"
    yield (
        "account",
        "first",
        """SELECT account_id, 'Company ' || i AS name, segment, 'Europe/London' AS zone, 'GB' AS country,
        CASE WHEN segment = 'enterprise' THEN 'c1' END AS csm, since, since AS known_on FROM everybody""",
    )
    yield (
        "contract",
        "first",
        f"""SELECT 'C' || i AS contract_id, account_id, since AS start, CAST(seats * 12000 AS BIGINT) AS arr,
        'USD' AS currency, seats, true AS auto_renew, 60 AS notice_days, since AS known_on FROM everybody
        WHERE since <= {first}""",
    )
    yield (
        "contact",
        "first",
        """SELECT account_id || '-s' AS contact_id, account_id, 'Sponsor ' || i AS name, 'sponsor' AS role,
        true AS active, true AS consent_email, 's' || i || '@customer.example' AS email, since AS known_on FROM everybody""",
    )
    yield "usage", "first", _usage(f"day <= {first}")
    for n in range(DAILY - 1, -2, -1):
        day = f"DATE '{DAY - timedelta(days=n)}'"
        yield "usage", f"day{-n}", _usage(f"day = {day}")
    yield (
        "feature_usage",
        "first",
        f"""SELECT account_id, DATE '{DAY}' - CAST((i + 9 * f) % 27 AS INTEGER) AS day,
        'feature ' || (i % 5 + f) AS feature, 1.0 AS value, day AS known_on FROM everybody, range(2) t(f)
        UNION ALL SELECT account_id, DATE '{DAY}' - CAST(40 + i % 20 AS INTEGER) AS day, 'feature ' || (i % 5), 1.0, day FROM everybody""",
    )
    yield (
        "ticket",
        "first",
        f"""SELECT 'T' || i || '-' || k AS ticket_id, account_id,
        CAST(DATE '{DAY}' - CAST(1 + hash(i, k) % 170 AS INTEGER) AS TIMESTAMPTZ) AS opened,
        CASE WHEN hash(i, k, 2) % 10 > 0 THEN opened + INTERVAL 30 HOUR END AS closed,
        CASE WHEN hash(i, k, 3) % 12 = 0 THEN 'high' ELSE 'low' END AS severity, 10.0 AS first_response_minutes,
        (hash(i, k, 4) % 200) / 100.0 - 1 AS sentiment, 1.0 + hash(i, k, 5) % 5 AS csat, CAST(opened AS DATE) AS known_on
        FROM everybody, range(3) t(k) WHERE k < 4 * {_u("asks")} - 1""",
    )
    yield (
        "survey",
        "first",
        f"""SELECT 'S' || i || '-' || kind AS survey_id, account_id,
        DATE '{DAY}' - CAST(hash(i, kind) % 80 AS INTEGER) AS day, kind,
        CASE WHEN kind = 'nps' THEN 3.0 + hash(i, 8) % 8 ELSE 1.0 + hash(i, 9) % 5 END AS score, day AS known_on
        FROM everybody, (VALUES ('nps'), ('pulse')) k(kind) WHERE {_u("asked")} < 0.6""",
    )
    yield (
        "invoice",
        "first",
        f"""SELECT 'I' || i AS invoice_id, account_id, DATE '{DAY}' - CAST(hash(i, 6) % 90 AS INTEGER) AS due,
        CASE WHEN hash(i, 7) % 30 > 0 THEN due - 2 END AS paid, 10000 AS amount, 'USD' AS currency, due AS known_on FROM everybody""",
    )
    yield (
        "content_offer",
        "first",
        f"""SELECT 'O' || i AS offer_id, account_id, account_id || '-s' AS contact_id,
        CAST(DATE '{DAY}' - CAST(hash(i, 10) % 60 AS INTEGER) AS TIMESTAMPTZ) AS "at", 'feature_tour' AS module,
        CAST("at" AS DATE) AS known_on FROM everybody WHERE {_u("film")} < 0.05""",
    )
    yield (
        "content_view",
        "first",
        f"""SELECT 'V' || i AS view_id, account_id, account_id || '-s' AS contact_id,
        CAST(DATE '{DAY}' - CAST(hash(i, 10) % 60 AS INTEGER) AS TIMESTAMPTZ) AS "at", 'feature_tour' AS module, 0.9 AS share,
        0 AS replays, CAST("at" AS DATE) AS known_on FROM everybody WHERE {_u("film")} < 0.03""",
    )


def _usage(when: str) -> str:
    """Rows of the days that `when` takes: a third of the accounts speaks on each day."""
    offsets = ", ".join(f"('{metric}', {n})" for metric, days in METRICS for n in days)
    value = """greatest(0, round(CASE metric WHEN 'key_actions' THEN 9 WHEN 'weekly_users' THEN 1.2 ELSE 1 END * seats * share
        * (1 + (went - 1) * (123 - n) / 123.0) * (0.9 + 0.2 * (hash(i, n) % 1000) / 1000.0)))"""
    return f"""SELECT account_id, DATE '{DAY}' + CAST(1 - n - i % 3 AS INTEGER) AS day, metric, {value} AS value, day AS known_on
        FROM (VALUES {offsets}) m(metric, n), everybody WHERE uses AND {when} ORDER BY day"""


def _write(db: duckdb.DuckDBPyConnection, doors: Doors, table: str, load: str, sql: str) -> None:
    """One published file in the lake's columns."""
    model = TABLES[table]
    given = [d[0] for d in db.execute(f"SELECT * FROM ({sql}) LIMIT 0").description or ()]
    kinds = {c.name: _TYPES.get(c.type, "VARCHAR") for c in model.columns}
    values = {n: f'"{n}"' if n in given else "NULL" for n in kinds}
    own = [f'CAST({values[n]} AS {kind}) AS "{n}"' for n, kind in kinds.items()]
    key = " || '|' || ".join(f'CAST("{k}" AS VARCHAR)' for k in model.key)
    path = doors.workspace.var / "lake" / table / f"{load}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    db.execute(f"""COPY (SELECT {", ".join(own)}, known_on,
        CAST(known_on AS TIMESTAMPTZ) + INTERVAL 6 HOUR AS learnt, 'bench' AS source, '{table}' AS location, CAST(1 AS BIGINT) AS line,
        {key} AS row_key, 'x' AS row_digest, '{load}' AS load FROM ({sql})) TO '{path}' (FORMAT parquet, COMPRESSION zstd)""")
    rows = db.execute(f"SELECT count(*) FROM '{path}'").fetchall()[0][0]
    with doors.engine.begin() as c:
        at = datetime.now(UTC)
        row = {"path": f"{table}/{load}.parquet", "table": table, "load": load, "rows": rows, "written": at}
        c.execute(insert(t.lake_file), [row])


def _app(db: duckdb.DuckDBPyConnection, doors: Doors) -> None:
    """The same accounts and contacts in the app database, as loading leaves them."""
    now = datetime.now(UTC)
    with doors.engine.begin() as c:
        rows = db.execute("SELECT account_id, 'Company ' || i, segment FROM everybody")
        while some := rows.fetchmany(50_000):
            c.execute(
                insert(t.account),
                [
                    {"id": a, "name": n, "segment": s, "zone": "Europe/London", "row": {}, "updated": now}
                    for a, n, s in some
                ],
            )
        rows = db.execute("SELECT account_id, 'Sponsor ' || i, 's' || i || '@customer.example' FROM everybody")
        while some := rows.fetchmany(50_000):
            c.execute(
                insert(t.contact),
                [
                    {"id": f"{a}-s", "account": a, "name": n, "email": e, "role": "sponsor", "active": True,
                     "row": {"consent_email": True}, "updated": now}
                    for a, n, e in some
                ],
            )  # fmt: skip
