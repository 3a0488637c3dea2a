"""The language on other engines: the same expressions answer the same on PostgreSQL and on PySpark in local mode."""

from __future__ import annotations

import datetime as dt
import random

import ibis
import pyarrow as pa

from tests.conditions.beside import VECTORS, Rows, catalogue_of_tests, from_yaml, needs_vectors, read_folder, tables
from tests.conditions.chance import Company, Speaker
from tests.services.engines import Engine
from vitalreel.conditions import Tree, evaluate, parse
from vitalreel.signals.catalogue import Catalogue, read_catalogue
from vitalreel.signals.tables import SHAPES, day_number

DAY = dt.date(2026, 3, 31)


def put(engine: Engine, rows: Rows) -> dict[str, ibis.Table]:
    """The rows as tables of the engine."""
    return {
        name: engine.put(name, pa.Table.from_pylist(list(rows.get(name, [])), schema=schema))
        for name, schema in SHAPES.items()
    }


@needs_vectors
def test_the_shared_vectors_hold_on_every_engine(engine: Engine) -> None:
    """T3: who says yes and who is unknown, for every good vector, as the shared page lists them."""
    catalogue = read_catalogue(from_yaml(VECTORS / "catalogue.yaml"), "catalogue.yaml")
    good = from_yaml(VECTORS / "good.yaml")
    data, wrong = put(engine, read_folder(VECTORS / "data")), {}
    for day in sorted({v["as_of"] for v in good}):
        mine = {v["about"]: v for v in good if v["as_of"] == day}
        trees = {about: parse(v["condition"], catalogue).sound for about, v in mine.items()}
        for about, got in evaluate(data, trees, catalogue, dt.date.fromisoformat(day)).items():
            listed = (mine[about]["yes"], mine[about]["unknown"])
            if listed != (sorted(got.yes), sorted(got.unknown)):
                wrong[about] = (listed, got)

    assert (40, {}) == (len(good), wrong)


def test_random_conditions_are_answered_as_on_duckdb(engine: Engine) -> None:
    """T3: gaps, corrections, withdrawn values and missing people included."""
    catalogue, r = catalogue_of_tests(), random.Random(7)
    rows, trees = Company(r, catalogue, day_number(DAY)).rows, spoken(r, catalogue, 20)

    assert evaluate(tables(rows), trees, catalogue, DAY) == evaluate(put(engine, rows), trees, catalogue, DAY)


def spoken(r: random.Random, catalogue: Catalogue, n: int) -> dict[str, Tree]:
    """n random sound conditions by name."""
    speaker, out = Speaker(r, catalogue), {}
    while len(out) < n:
        checked = parse(speaker.say(), catalogue)
        if checked.tree is not None:
            out[f"c{len(out)}"] = checked.tree
    return out
