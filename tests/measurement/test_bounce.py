"""Accounts chosen for a low score rise by themselves: that is expected, told, and never an effect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.rebound import World, runs

from vitalreel.errors import BadInput
from vitalreel.measurement.bounce import expected_bounce
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.steps.effect import Asked, estimate


@pytest.mark.parametrize(("reliability", "rebound"), [(0.3, 21.86), (0.6, 12.49), (0.8, 6.24)])
def test_the_rebound_is_the_noise_s_share_of_the_distance(reliability: float, rebound: float):
    """M2: (1 - reliability) (mean - mean of the reds), for scores of mean 65 and spread 15 and red below 40."""
    rng = np.random.default_rng(3)
    lasting = rng.normal(65, 15 * np.sqrt(reliability), 60_000)
    first, second, third = (lasting + rng.normal(0, 15 * np.sqrt(1 - reliability), 60_000) for _ in range(3))
    got = expected_bounce(first, second, third[third < 40])

    assert pytest.approx(rebound, abs=0.3) == got.value
    assert got.low < got.value < got.high


def test_a_treatment_without_effect_shows_none():
    """M2 M19, issue 6 line 4, in small: before and after sees a wonder, and ours sees nothing."""
    got = list(runs(World(), 80))

    assert np.mean([g.naive_claims for g in got]) > 0.9
    assert np.mean([g.claims for g in got]) < 0.12
    assert 0 == pytest.approx(np.mean([g.ours for g in got]), abs=1.5)
    assert np.mean([g.naive for g in got]) == pytest.approx(np.mean([g.expected for g in got]), abs=1)


def scores(folder: Path, held_out: int) -> Path:
    rng = np.random.default_rng(8)
    rows = [f"{int(i >= held_out)},{rng.normal(34, 3):.2f},{rng.normal(47, 9):.2f}" for i in range(60)]
    path = folder / "scores.csv"
    path.write_text("\n".join(["arm,before,after", *rows]), encoding="utf-8")
    return path


def test_before_and_after_is_told_beside_what_was_to_be_expected(tmp_path: Path):
    """M2: the treated rose by thirteen points, as the held out did; the estimate is of the difference."""
    got = estimate(scores(tmp_path, 20), Asked("arm", "after", before="before", design="randomised"))

    assert isinstance(got, Estimate)
    assert got.low < 0 < got.high
    assert "at equal before" in got.method
    assert "which is no effect" in got.checks["before and after"]


def test_where_everybody_was_treated_before_and_after_is_refused(tmp_path: Path):
    """M2: the naive figure is never an estimate."""
    got = estimate(scores(tmp_path, 0), Asked("arm", "after", before="before"))

    assert isinstance(got, Refusal)
    assert ((60, 0), None) == (got.n, got.direction)
    assert got.checks["before and after"].startswith("the treated moved by +1")
    with pytest.raises(BadInput, match="one arm"):
        estimate(scores(tmp_path, 0), Asked("arm", "after"))
