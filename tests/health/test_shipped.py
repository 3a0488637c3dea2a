"""The scorecards in the box and of the example: sound, complete, and of the published form."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from vitalreel.conditions import parse
from vitalreel.health.reading import in_order, read_scorecard
from vitalreel.health.scorecard import FULL, Scorecard
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.store.workspace import EXAMPLES, LIBRARY, read_yaml

SCHEMA = json.loads((LIBRARY / "schemas" / "scorecard.schema.json").read_text(encoding="utf-8"))


def shipped(root: Path) -> tuple[Scorecard, ...]:
    catalogue = read_catalogue(read_yaml(root / "signals.yaml", "signals.yaml"), "signals.yaml")

    def check(text: str, where: str) -> None:
        assert () == parse(text, catalogue).errors, where

    files = [f for f in (root / "scorecards").glob("*.yaml") if f.stem != "_order"]
    cards = {f.stem: read_scorecard(read_yaml(f, f.name), f.name, catalogue, check) for f in files}
    return in_order(read_yaml(root / "scorecards" / "_order.yaml", "_order.yaml"), "_order.yaml", cards)


@pytest.mark.parametrize("root", [LIBRARY, EXAMPLES / "ravenstack"], ids=["library", "ravenstack"])
def test_shipped_scorecards_are_sound(root: Path) -> None:
    """H1, H2: one a segment, every signal in the catalogue, every rule a sound condition, 100 points in all."""
    cards = shipped(root)

    assert ["enterprise", "mid_market", "long_tail"] == [c.name for c in cards]
    assert [FULL] * 3 == [sum(m.worth for m in c.measures) for c in cards]


@pytest.mark.parametrize(
    "path", sorted([*LIBRARY.glob("scorecards/[a-z]*"), *EXAMPLES.glob("*/scorecards/[a-z]*")]), ids=str
)
def test_shipped_scorecards_follow_the_schema(path: Path) -> None:
    """Editors check with the same form; corners of a scale are words there, as in JSON."""
    document = json.loads(json.dumps(read_yaml(path, path.name)))

    jsonschema.validate(document, SCHEMA)
