"""The shared vectors: what the language must answer, and which mistake it must name."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.conditions.beside import VECTORS, from_yaml, needs_vectors, read_folder, tables
from vitalreel.conditions import evaluate, parse
from vitalreel.signals.catalogue import read_catalogue

pytestmark = needs_vectors
THERE = VECTORS.is_dir()
CATALOGUE = read_catalogue(from_yaml(VECTORS / "catalogue.yaml"), "catalogue.yaml") if THERE else None
GOOD = from_yaml(VECTORS / "good.yaml") if THERE else []
BAD = from_yaml(VECTORS / "bad.yaml") if THERE else []


@pytest.fixture(scope="module")
def answered():
    """about -> Answer, all vectors of a day evaluated together."""
    data, out = tables(read_folder(VECTORS / "data")), {}
    for day in {v["as_of"] for v in GOOD}:
        trees = {v["about"]: parse(v["condition"], CATALOGUE).sound for v in GOOD if v["as_of"] == day}
        out |= evaluate(data, trees, CATALOGUE, dt.date.fromisoformat(day))
    return out


@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["about"])
def test_a_good_vector_is_answered_as_listed(vector, answered):
    """T3: every account says yes, no or unknown exactly as the shared page has it."""
    got = answered[vector["about"]]

    assert (vector["yes"], vector["unknown"]) == (sorted(got.yes), sorted(got.unknown))


@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["about"])
def test_a_good_vector_is_written_in_its_one_form(vector):
    """T3: case, spacing and synonyms of a condition leave no trace in what is saved."""
    assert vector["canonical"] == parse(vector["condition"], CATALOGUE).canonical


@pytest.mark.parametrize("vector", BAD, ids=lambda v: f"{v['code']}: {v['condition'][:40]}")
def test_a_bad_vector_is_refused_with_code_place_and_way_out(vector):
    """T3: an error has the position, and where safe the text to put there."""
    (mistake,) = parse(vector["condition"], CATALOGUE).errors
    offered = list(mistake.suggestion) if isinstance(mistake.suggestion, tuple) else mistake.suggestion

    assert (vector["code"], tuple(vector["at"]), vector["suggestion"]) == (mistake.code, mistake.at, offered)
