"""The scorecards in the box and of the example: sound, complete, and of the published form."""

from __future__ import annotations

import json
from itertools import pairwise
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


@pytest.mark.parametrize("card", shipped(LIBRARY), ids=lambda c: c.name)
def test_what_is_fine_in_the_third_month_is_not_in_the_ninth(card: Scorecard) -> None:
    """H19: 30% of seats in use, and two features (in the long tail) or three, stand green at 75 days and below it at 260."""
    green, features = card.bands.green, 2 if card.name == "long_tail" else 3
    of = {m.name: m for m in card.measures}
    levels = {
        name: [1000 * of[name].scale_for(days).level(reading) for days in (75, 260)]
        for name, reading in (("active_seats", 0.30), ("breadth", features))
    }

    for young, grown in levels.values():
        assert young >= green > grown


@pytest.mark.parametrize("card", shipped(LIBRARY), ids=lambda c: c.name)
def test_no_reading_is_better_in_an_older_account(card: Scorecard) -> None:
    """H19: thresholds rise with tenure, at every reading."""
    aged = [m for m in card.measures if m.by_tenure]
    readings = [x / 100 for x in range(1001)]

    assert {"active_seats", "breadth"} == {m.name for m in aged}
    for m in aged:
        for younger, older in pairwise([*(days - 1 for days, _scale in m.by_tenure), 10_000]):
            assert all(m.scale_for(younger).level(x) >= m.scale_for(older).level(x) for x in readings), (
                m.name,
                younger,
            )
