"""Drift: a model that is right raises no alarm, one that is wrong does, and small companies may jump (H8)."""

from __future__ import annotations

import numpy as np
import pytest

from vitalreel.health.predict.drift import Limits, gap, in_words, shift

LIMITS = Limits()


def test_a_model_that_is_right_is_rarely_said_to_be_wrong() -> None:
    """H8: at most about as often as the odds say, over 2,000 companies."""
    r = np.random.default_rng(3)
    p = r.beta(1, 8, 300)
    false = sum(
        found.drifted(LIMITS) for _ in range(2000) if (found := gap(p, (r.random(300) < p).astype(float))) is not None
    )

    assert false <= 2000 * 0.01 + 3 * np.sqrt(2000 * 0.01 * 0.99)


@pytest.mark.parametrize(("times", "way"), [(2.0, "More"), (0.3, "Fewer")])
def test_twice_or_a_third_of_the_churn_is_drift(times: float, way: str) -> None:
    """H8: told with how many left, how many were expected, and how likely that is."""
    p = np.full(400, 0.1)
    y = (np.arange(400) < 40 * times).astype(float)
    told = in_words(gap(p, y), {}, LIMITS)["calibration"]

    assert told.startswith(
        f"{way} accounts left than was predicted: {int(40 * times)} of 400, where 40.0 were expected"
    )


def test_of_too_little_nothing_is_said() -> None:
    """H8: below five expected churns, and without levels, there is no answer."""
    assert gap(np.full(40, 0.1), np.ones(40)) is None
    assert shift("m", "M", np.empty(0), np.ones(3)) is None


def test_levels_that_moved_are_drift_and_those_of_few_accounts_may_jump() -> None:
    """H8: the same move is told among 500 accounts and not among 12; without a move chance is rarely taken for one."""
    r = np.random.default_rng(5)
    many = shift("use", "Use", r.beta(5, 3, 500), r.beta(3, 5, 500))
    few = shift("use", "Use", r.beta(5, 3, 12), r.beta(3, 5, 12))
    still = [shift("use", "Use", r.random(80), r.random(80)) for _ in range(500)]

    assert many is not None and few is not None
    assert (True, False) == (many.drifted(LIMITS), few.drifted(LIMITS))
    assert "Use stands lower than when the model learnt" in in_words(None, {"use": many}, LIMITS)["level of use"]
    assert sum(s is not None and s.drifted(LIMITS) for s in still) <= 12
