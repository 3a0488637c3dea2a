"""Drift on a real workspace: told once a month of the model that stands, in alerts and by `predict show` (H8)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.steps.churning import TRAINED, trained
from tests.steps.companies import NOW, START, company, put
from vitalreel.cli import main
from vitalreel.health.predict.drift import Limits
from vitalreel.steps.doors import Doors
from vitalreel.steps.drift import drifted
from vitalreel.steps.watched import watched
from vitalreel.triggers.alerts import Alert

LATER = TRAINED + dt.timedelta(days=100)
NAMES = [f"a{i:03}" for i in range(120)]


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """120 accounts whose people were all at work when the model learnt, so that it expects few to leave; half of them left."""
    made = company(tmp_path / "ws")
    put(made, "account", [{"account_id": a, "name": a, "segment": "enterprise", "since": START} for a in NAMES])
    trained(made, levels=dict.fromkeys(NAMES, 0.5))
    gone = TRAINED + dt.timedelta(days=30)
    put(made, "outcome", [{"outcome_id": a, "account_id": a, "day": gone, "kind": "churned"} for a in NAMES[:60]])
    return made


def test_other_churn_than_was_predicted_is_told_once_the_horizon_has_passed(doors: Doors) -> None:
    """H8: as of the first of the month; before the horizon has passed nothing is said."""
    with doors.lake.session() as session:
        soon, later = (drifted(session, day, Limits()) for day in (TRAINED + dt.timedelta(days=40), LATER))

    assert soon is not None and soon.gap is None
    assert later is not None and later.gap is not None
    assert (LATER.replace(day=1), 60, ["calibration"]) == (later.day, later.gap.observed, list(later.told))


def test_the_alert_and_the_command_say_it(doors: Doors) -> None:
    """H8: `watch: drift`, and the figures of `predict show`."""
    with doors.engine.connect() as c:
        told = watched(c, doors, Alert("model_drifted", "digest", watch="drift"), {}, LATER, NOW)
    shown = CliRunner().invoke(
        main, ["predict", "show", "-w", str(doors.workspace.root), "--as-of", LATER.isoformat(), "--json"]
    )

    assert ["calibration"] == list(told)
    assert told["calibration"][0].startswith(
        "The churn model has drifted: More accounts left than was predicted: 60 of 120"
    )
    assert 60 == json.loads(shown.stdout)["drift"]["gap"]["observed"]
