"""The model: parts sum to its log-odds, signs hold for every account, and it survives being written down."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from tests.health.predict.panels import HORIZON, panel
from vitalreel.health.predict.figures import log_odds
from vitalreel.health.predict.model import learn, read_model
from vitalreel.health.predict.rolling import (
    FLOOR,
    Evaluation,
    Predicted,
    Refusal,
    cut_offs,
    evaluate,
    lead_time,
    rolled,
)
from vitalreel.health.predict.snapshots import Served, known_then, labelled, learnable
from vitalreel.health.predict.words import told

TODAY = date(2025, 6, 30)


def test_parts_sum_to_the_log_odds_and_their_mean_is_nothing() -> None:
    """H7: reasons of an additive model add up exactly; the average account's are zero."""
    rows = panel()
    model = learn(rows, TODAY, HORIZON)
    given = model.given(rows.x)

    assert model.base + given.sum(axis=1) == pytest.approx(log_odds(model.chances(rows.x)))
    assert 0 == pytest.approx(given.mean(axis=0), abs=1e-9)
    assert rows.y.mean() == pytest.approx(model.chances(rows.x).mean(), abs=1e-6)


def test_a_healthier_measure_never_raises_the_chance() -> None:
    """H7: for every account, whatever else is known of it."""
    rows = panel(effect=0.1)
    model = learn(rows, TODAY, HORIZON)
    better = rows.x.copy()
    better[:, 0] += 1

    assert (model.chances(better) <= model.chances(rows.x)).all()


def test_a_model_read_back_gives_the_same_chances() -> None:
    """H7: kept as a document, with its version."""
    rows = panel()
    model = learn(rows, TODAY, HORIZON)
    again = read_model(json.loads(json.dumps(model.document())))

    assert (model.version, model.chances(rows.x).tolist()) == (again.version, again.chances(rows.x).tolist())


def test_it_is_near_the_truth_of_the_panel_and_calibrated() -> None:
    """H7: on a company of known truth the rolling figures are as good as the chances that drew it allow."""
    found = evaluate(panel(300, 9), HORIZON)

    assert isinstance(found, Evaluation)
    assert len(found.cut_offs) >= 4
    assert 0.7 < found.figures.auc < 0.85
    assert found.figures.calibration_slope_interval[0] < 1 < found.figures.calibration_slope_interval[1]
    assert found.figures.auc >= found.challenger.auc - 0.02
    assert found.lead.median_days is not None


def test_below_the_floor_it_refuses_and_says_how_many_are_lacking() -> None:
    """H7: too little data is said, not modelled."""
    rows = panel(60, 8, base=-4.5)
    found = evaluate(rows, HORIZON)

    assert isinstance(found, Refusal)
    assert f"{rows.events} churns" in found.reason and str(FLOOR) in found.reason


def test_what_comes_after_a_cut_off_changes_no_prediction_made_at_it() -> None:
    """H7: no leakage: rows and outcomes of the future are planted wrong, and the first fold's predictions stand."""
    rows = panel()
    day = cut_offs(rows, HORIZON)[0]
    wrong = panel()
    later = wrong.days > day - HORIZON
    wrong.y[later] = 1 - wrong.y[later]
    wrong.x[wrong.days > day] = 9.0

    def first(of: object) -> list[float]:
        return rolled(of, [day], HORIZON, lambda taught, on: learn(taught, on, HORIZON, (5.0,)).chances).p.tolist()  # type: ignore[arg-type]

    assert first(rows) == first(wrong)


def test_days_are_taken_whole_horizons_back() -> None:
    """H7: the newest snapshot to learn from is the last whose horizon is over."""
    days = known_then(date(2025, 6, 30), 90, 30, date(2025, 1, 1))

    assert (date(2025, 4, 1), 4) == (days[-1], len(days))
    assert () == known_then(date(2025, 6, 30), 90, 30, date(2025, 5, 1))


def test_an_outcome_counts_within_the_horizon_and_is_unknown_before_it_is_over() -> None:
    """H7: (day, day + horizon]; a churn already known counts at once, its absence only when the horizon is over."""
    day = date(2025, 1, 1).toordinal()
    y, gone = labelled(
        ["a", "b", "c", "d"], [day] * 4, {"a": [day, day + 90], "b": [day + 91], "d": [day + 5]}, 90, date(2025, 4, 1)
    )
    early, _ = labelled(["c", "d"], [day] * 2, {"d": [day + 5]}, 90, date(2025, 3, 1))

    assert [1, 0, 0, 1] == y.tolist()
    assert [day + 90, 0, 0, day + 5] == gone.tolist()
    assert (True, 1.0) == (np.isnan(early[0]), early[1])


def test_accounts_that_got_films_teach_nothing_and_the_held_out_stand_for_them() -> None:
    """H7: a programme that works must not teach the model that red is safe."""
    day = date(2025, 6, 1)
    served = {"film": Served(day, False, 0.1), "none": Served(day, True, 0.1)}
    before, after = date(2025, 1, 1).toordinal(), date(2025, 7, 1).toordinal()
    found = learnable(["film", "film", "none", "other"], [before, after, after, after], served, 90)

    assert [1, 0, 10, 1] == found.tolist()


def test_what_an_evaluation_says_admits_a_weak_signal() -> None:
    """H7: in words: chances drawn by lot are not told apart, and nobody is told to act on them."""
    rows = panel(200, 6)
    by_lot = Predicted(rows.accounts, rows.days, np.random.default_rng(1).random(len(rows.y)), rows.y, rows.gone)
    figures = by_lot.figures()
    said = told(Evaluation((TODAY,), rows.events, figures, figures, lead_time(by_lot)))

    assert figures.weak
    assert "does not tell churners from others better than chance" in said[1]
