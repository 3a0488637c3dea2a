"""Figures against scikit-learn's, and what they say where nothing can be told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from vitalreel.health.predict.figures import auc, judge, pr_auc


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), coarse=st.booleans())
def test_areas_are_those_of_the_oracle(seed: int, coarse: bool) -> None:
    """H7: ties count half, as scikit-learn counts them."""
    r = np.random.default_rng(seed)
    p = np.round(r.random(60), 1 if coarse else 9)
    y = (r.random(60) < p).astype(float)
    y[:2] = 0, 1

    assert roc_auc_score(y, p) == pytest.approx(auc(p, y, np.ones(60)))
    assert average_precision_score(y, p) == pytest.approx(pr_auc(p, y))


def test_true_chances_are_calibrated_and_tell_apart() -> None:
    """H7: slope 1, intercept 0, Brier below the null, a lift above 1, intervals around the figure."""
    r = np.random.default_rng(5)
    p = r.beta(1, 6, 3000)
    y = (r.random(3000) < p).astype(float)
    found = judge(p, y, [f"a{i % 1000}" for i in range(3000)])

    assert (1, 0) == pytest.approx((found.calibration_slope, found.calibration_intercept), abs=0.15)
    assert brier_score_loss(y, p) == pytest.approx(found.brier)
    assert found.brier < found.brier_null
    assert found.top_decile_lift > 2
    assert found.tells_apart
    assert found.auc_interval[0] < found.auc < found.auc_interval[1]


def test_chances_drawn_by_lot_do_not_tell_apart() -> None:
    """H7: a weak signal is admitted: the interval holds one half."""
    r = np.random.default_rng(6)
    y = (r.random(400) < 0.2).astype(float)

    assert not judge(r.random(400), y, [str(i) for i in range(400)]).tells_apart


def test_equal_chances_lift_nobody() -> None:
    """H7: of a tie at the tenth's edge the share that fits is counted: no luck of the order."""
    y = np.array([1.0] * 10 + [0.0] * 90)
    found = judge(np.full(100, 0.1), y, [str(i) for i in range(100)])

    assert (1.0, 0.5, 0.1) == pytest.approx((found.top_decile_lift, found.auc, found.top_decile_recall))
