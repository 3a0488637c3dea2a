"""Calibrating a real workspace: a person's word changes the scorecard's weights and nothing else, and is kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.steps.companies import DAY, NOW, company, found
from vitalreel.cli import main
from vitalreel.errors import BadInput
from vitalreel.health.calibrate import Evidence, Proposal, Proposed
from vitalreel.steps.assess import read_model
from vitalreel.steps.calibrate import write
from vitalreel.steps.doors import Doors


def proposal(new: dict[str, int]) -> Proposal:
    """Of the scorecard `everybody`, whose measures are worth 60 and 40 points."""
    old = {"people": 600, "tickets": 400}
    measures = tuple(Proposed(n, n, old[n], w, (0.0, 100.0), Evidence(0, None, None)) for n, w in new.items())
    return Proposal("everybody", DAY, 400, 40, 500.0, measures, 0.7, 0.75, (0.01, 0.09))


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    return company(tmp_path / "ws")


def accepted(doors: Doors) -> list[dict[str, object]]:
    with doors.lake.session() as session:
        rows: list[dict[str, object]] = session.as_of(DAY)["calibration"].to_pyarrow().to_pylist()
    return rows


def test_accepted_points_stand_in_the_file_beside_all_its_owner_wrote(doors: Doors) -> None:
    """H8: weights become points to the tenth; comments, rules and order stay; who accepted what is kept."""
    path = doors.workspace.root / "scorecards" / "everybody.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("groups:", "groups:  # agreed in March"), encoding="utf-8")
    write(doors, proposal({"people": 713, "tickets": 287}), "Ines Roth ", DAY, NOW)
    (card,) = read_model(doors).scorecards
    (kept,) = accepted(doors)

    assert [("people", 713), ("tickets", 287)] == [(m.name, m.worth) for m in card.measures]
    assert "# agreed in March" in path.read_text(encoding="utf-8")
    assert ["pricing_film"] == [r.name for r in card.rules]
    assert ("Ines Roth", {"people": 600, "tickets": 400}) == (kept["accepted_by"], json.loads(str(kept["old"])))


def test_nothing_is_written_without_a_name(doors: Doors) -> None:
    """H8: a person accepts."""
    before = read_model(doors).scorecards
    with pytest.raises(BadInput, match="nobody is named"):
        write(doors, proposal({"people": 713, "tickets": 287}), " ", DAY, NOW)

    assert before == read_model(doors).scorecards


def test_points_that_do_not_read_as_accepted_put_the_file_back(doors: Doors) -> None:
    """H8: worths that make no 100 points would be read as others."""
    path = doors.workspace.root / "scorecards" / "everybody.yaml"
    before = path.read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="the file is as it was"):
        write(doors, proposal({"people": 700, "tickets": 200}), "Ines Roth", DAY, NOW)

    assert before == path.read_text(encoding="utf-8")


def test_too_few_churns_are_said_and_no_proposal_can_be_accepted(doors: Doors) -> None:
    """H7, H8, commands.md: refused with what would help; exit 1. An unknown proposal is named."""
    found(doors)
    place = ["-w", str(doors.workspace.root), "--as-of", (DAY - dt.timedelta(days=1)).isoformat()]
    told = CliRunner().invoke(main, ["calibrate", *place, "--json"])
    (card,) = json.loads(told.stdout)["scorecards"]

    assert (1, None) == (told.exit_code, card["proposal"])
    assert "0 churns with a known history are too few" in card["refused"]
