"""What the tests of conditions stand on: the shared vectors, their catalogue, and long tables from plain rows or CSVs."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from ruamel.yaml import YAML

from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.signals.tables import SHAPES, day_number

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "conditions"
HERE = Path(__file__).parent
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"the shared vectors are not beside the checkout: {VECTORS}"
)

Row = dict[str, object]
Rows = dict[str, list[Row]]


def from_yaml(path: Path) -> object:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def catalogue_of_tests() -> Catalogue:
    """The tests' own catalogue, the same in kind as the shared one; it stands in the repository."""
    return read_catalogue(from_yaml(HERE / "catalogue.yaml"), "catalogue.yaml")  # type: ignore[arg-type]


def tables(rows: Mapping[str, Iterable[Row]]) -> dict[str, ibis.Table]:
    """In-memory Ibis tables in the shapes of signals/tables.py; tables not given are empty."""
    return {
        name: ibis.memtable(pa.Table.from_pylist(list(rows.get(name, [])), schema=schema))
        for name, schema in SHAPES.items()
    }


def read_folder(folder: Path) -> Rows:
    """A folder of CSVs in the form of the shared vectors, as plain rows."""
    return {
        path.stem: [_row(path.stem, row) for row in csv.DictReader(path.open())]
        for path in sorted(folder.glob("*.csv"))
    }


def _row(table: str, row: Mapping[str, str]) -> Row:
    return {name: _cell(SHAPES[table].field(name).type, said) for name, said in row.items()}


def _cell(kind: pa.DataType, said: str) -> object:
    if said == "":
        return None
    if kind == pa.int64():
        return day_number(dt.date.fromisoformat(said))
    if kind == pa.bool_():
        return said == "true"
    return float(said) if kind == pa.float64() else said
