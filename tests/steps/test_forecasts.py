"""Forecasts by the churn model (H13): its chances within its horizon, the rates beyond it, and neither where neither may be claimed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.steps.churning import HORIZON, TRAINED, left, trained
from tests.steps.companies import DAY, START, company, found, put
from vitalreel.health.renewed import FLOOR
from vitalreel.steps.doors import Doors
from vitalreel.steps.renewals import ahead

NEAR, FAR = TRAINED + dt.timedelta(days=HORIZON), TRAINED + dt.timedelta(days=HORIZON + 1)


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """`busy` and `quiet` renew on the last day of the model's horizon, `blank` a day later; 30 churns of others are known."""
    opened = company(tmp_path / "ws")
    found(opened)
    ends = {"busy": NEAR, "quiet": NEAR, "blank": FAR}
    put(opened, "contract", [{"contract_id": a, "account_id": a, "start": START, "end": e, "arr": 1_000_000, "currency": "USD"}
                             for a, e in ends.items()])  # fmt: skip
    left(opened, 1, FLOOR)
    return opened


def test_a_model_that_stands_gives_the_chances_within_its_horizon(doors: Doors):
    """(H13) And the rate of what was decided those beyond it: 30 churns and no renewal, half of each added."""
    trained(doors, levels={"busy": 0.8, "quiet": 0.0, "blank": 0.5})
    (one,) = ahead(doors, DAY, 6)
    chances = {d.account: d.chance for d in one.due}

    assert chances["blank"] is None and chances["busy"] is not None and chances["quiet"] is not None
    assert chances["busy"] < chances["quiet"]
    assert (one.forecast.by_model, one.forecast.by_rate, one.forecast.refused) == (2, 1, "")
    kept = 1_000_000 * (2 - chances["busy"] - chances["quiet"] + 0.5 / 31)
    assert one.forecast.total.expected == pytest.approx(kept, abs=1)


def test_a_model_no_better_than_chance_gives_none(doors: Doors):
    """(H13) What does not tell churners from others is no ground for a forecast: the rate is."""
    trained(doors, low=0.45, levels={"busy": 0.8, "quiet": 0.0})
    (one,) = ahead(doors, DAY, 6)

    assert (one.forecast.by_model, one.forecast.by_rate) == (0, 3)


def test_nothing_learnt_later_is_in_a_forecast(doors: Doors):
    """As of the day before its model and its churns were known, there are rules only."""
    trained(doors, levels={"busy": 0.8, "quiet": 0.0})
    (one,) = ahead(doors, TRAINED - dt.timedelta(days=10), 6)

    assert (one.forecast.by_model, one.forecast.by_rate, one.forecast.total.expected) == (0, 0, None)
    assert one.forecast.refused.startswith("rules only: 0 renewals")
