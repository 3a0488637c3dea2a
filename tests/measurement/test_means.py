"""Means of two arms, adjusted for what was known before, against formulas written out in full."""

from __future__ import annotations

import numpy as np
import pytest

from vitalreel.measurement.means import mean_difference

RNG = np.random.default_rng(7)


def test_without_covariates_it_is_two_means_and_neyman_s_error():
    """M3: HC2 of two groups is s²/n of each; Bell and McCaffrey's df there is Imbens and Kolesár 2016's closed form."""
    treated = np.arange(30) < 9
    outcome = RNG.normal(size=30) + 2 * treated
    got = mean_difference(treated, outcome, np.empty((30, 0)))
    a, b = outcome[treated], outcome[~treated]

    assert pytest.approx(a.mean() - b.mean()) == got.value
    assert pytest.approx(np.sqrt(a.var(ddof=1) / 9 + b.var(ddof=1) / 21)) == got.se
    assert pytest.approx(30**2 * 20 * 8 / (9**2 * 8 + 21**2 * 20)) == got.df


def test_degrees_of_freedom_are_those_of_the_whole_matrix():
    """M3: the traces taken without the n x n matrix are those with it (Bell and McCaffrey 2002)."""
    treated, known, outcome = np.arange(14) < 4, RNG.normal(size=(14, 2)), RNG.normal(size=14)
    x = np.column_stack([np.ones(14), known, treated])
    inverse = np.linalg.inv(x.T @ x)
    hat, loads = x @ inverse @ x.T, (x @ inverse)[:, 3]
    g = (np.eye(14) - hat) * (loads / np.sqrt(1 - np.diag(hat)))
    squared = g.T @ g
    got = mean_difference(treated, outcome, known)

    assert pytest.approx(np.trace(squared) ** 2 / np.trace(squared @ squared)) == got.df
    assert pytest.approx((inverse @ x.T @ outcome)[3]) == got.value
    residuals = outcome - hat @ outcome
    assert pytest.approx(np.sqrt((loads**2 / (1 - np.diag(hat))) @ residuals**2)) == got.se


def test_a_column_said_twice_changes_nothing():
    """M3: the sum of the dummies of all blocks is the constant; that is no error of the user's."""
    treated, known, outcome = np.arange(40) % 3 == 0, RNG.normal(size=(40, 2)), RNG.normal(size=40)

    assert mean_difference(treated, outcome, known) == pytest.approx(
        mean_difference(treated, outcome, np.hstack([known, known.sum(1, keepdims=True)]))
    )


def test_what_tells_the_arms_apart_leaves_nothing_to_compare():
    """M16: no figure where arm and covariate are the same thing, or the outcome never varies."""
    treated = np.arange(40) < 20

    with pytest.raises(ValueError, match="apart exactly"):
        mean_difference(treated, RNG.normal(size=40), treated[:, None].astype(float))
    with pytest.raises(ValueError, match="does not vary"):
        mean_difference(treated, treated.astype(float), np.empty((40, 0)))
