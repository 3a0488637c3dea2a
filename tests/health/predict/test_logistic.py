"""The line: signs hold, the penalty pulls, and without either it is the maximum of the likelihood."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.health.predict.logistic import chance, fit


def drawn(seed: int, slopes: tuple[float, ...], n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, len(slopes)))
    y = (r.random(n) < chance(x @ np.array(slopes) - 1)).astype(float)
    return x, y


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), signs=st.lists(st.sampled_from((-1, 0, 1)), min_size=3, max_size=3))
def test_no_slope_runs_against_its_sign(seed: int, signs: list[int]) -> None:
    """H7: a healthier measure never raises the chance of churn, whatever noise the history holds."""
    x, y = drawn(seed, (0.8, -0.5, 0.0), 120)
    slopes = fit(x, y, signs, 1.0).slopes

    assert [] == [s for s, sign in zip(slopes, signs, strict=True) if s * sign < 0]


def test_without_penalty_the_gradient_of_the_likelihood_is_zero() -> None:
    """H7: the unconstrained fit is the maximum of the likelihood."""
    x, y = drawn(1, (0.8, -0.5))
    line = fit(x, y, (0, 0), 0.0)
    error = chance(line.logits(x)) - y

    assert [0, 0, 0] == pytest.approx([error.sum(), *(x.T @ error)], abs=1e-2)


def test_a_strong_penalty_leaves_no_slope() -> None:
    """H7: without evidence nothing is claimed of a feature."""
    x, y = drawn(2, (0.8, -0.5))

    assert (0, 0) == pytest.approx(fit(x, y, (0, 0), 1e7).slopes, abs=1e-3)


def test_a_weight_of_two_is_two_rows() -> None:
    """H7: a held-out account may stand for others."""
    x, y = drawn(3, (0.8,), 60)
    twice = fit(np.concatenate([x, x[:30]]), np.concatenate([y, y[:30]]), (0,), 1.0)
    weighed = fit(x, y, (0,), 1.0, weights=np.where(np.arange(60) < 30, 2.0, 1.0))

    assert twice.slopes == pytest.approx(weighed.slopes, abs=1e-3)
