"""Looking often does not lie: bounds against published ones, and what they cost."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.measurement.test_trial import table
from vitalreel.errors import BadConfiguration
from vitalreel.measurement.estimate import Estimate
from vitalreel.measurement.looks import Schedule, bounds, fractions, level_at, look_days, read_looks
from vitalreel.measurement.shares import miettinen_nurminen
from vitalreel.measurement.trial import compare_arms


def test_bounds_are_the_published_ones():
    """M17: five equal looks at two-sided 5% by Lan and DeMets' own program (R's ldbounds), four at one-sided 5% by SeqBounds.jl."""
    assert pytest.approx((4.8769, 3.3569, 2.6803, 2.2898, 2.0310), abs=2e-4) == bounds((0.2, 0.4, 0.6, 0.8, 1.0))
    assert pytest.approx((3.74955, 2.53993, 2.01604, 1.72014), abs=5e-5) == bounds((0.25, 0.5, 0.75, 1.0), 0.1)


def test_one_look_at_the_end_costs_nothing():
    """M17: whoever waits has the ordinary interval."""
    assert 0.95 == pytest.approx(level_at((1.0,)))
    assert level_at((0.5,)) > level_at((0.5, 1.0)) > 0.95


def test_weekly_looks_err_as_often_as_promised():
    """M17 M19: half a year of weekly looks at nothing: the bounds are crossed in 5 of 100, the fixed one in a quarter."""
    steps = np.random.default_rng(4).normal(size=(4000, 26))
    z = steps.cumsum(1) / np.sqrt(np.arange(1, 27))
    limits = np.array(bounds([i / 26 for i in range(1, 27)]))

    assert 0.05 == pytest.approx(np.mean((np.abs(z) > limits).any(1)), abs=0.0105)  # three Monte-Carlo errors
    assert np.mean((np.abs(z) > 1.96).any(1)) > 0.25


@pytest.mark.parametrize("fractions", [(), (0.5, 0.5), (0.6, 0.5), (0.0, 0.5), (0.5, 1.2)])
def test_looks_that_do_not_rise_are_refused(fractions: tuple[float, ...]):
    """M17: nothing can be spent twice."""
    with pytest.raises(ValueError, match="rising shares"):
        bounds(fractions)


def test_an_early_look_has_a_wider_interval_and_says_why():
    """M17: the same figures at half of the plan claim less."""
    early = compare_arms(table((56, 48), (70, 80)), 0.5, True, (0.5,))

    assert isinstance(early, Estimate)
    assert miettinen_nurminen((56, 48), (70, 80), level_at((0.5,))) == (early.value, early.low, early.high)
    assert (None, "look 1, at 50%") == (early.direction, early.checks["looks"].split(" of")[0])


def test_looks_are_scheduled_by_the_calendar():
    """M17: at the end of each quarter or month since the play began, and on the day itself; shares of accounts never fall."""
    first, today = date(2026, 2, 10), date(2026, 8, 5)
    there = {date(2026, 3, 31): 0, date(2026, 6, 30): 100, today: 150}

    assert (date(2026, 3, 31), date(2026, 6, 30), today) == look_days(Schedule("quarter"), first, today)
    assert 7 == len(look_days(Schedule("month"), first, today))
    assert (today,) == look_days(Schedule("once"), first, today)
    assert (0.25, 0.375) == fractions(list(there), there.__getitem__, 400)
    assert (pytest.approx(2 / 3), 1) == fractions(list(there), there.__getitem__, 120)


@pytest.mark.parametrize("raw", [{"every": "day"}, {"planned": 0}, {"planned": True}, {"at": 1}, []])
def test_looks_that_cannot_be_read_name_what_to_write(raw: object):
    """M17 P7: the place and the remedy."""
    with pytest.raises(BadConfiguration, match="looks"):
        read_looks(raw, "vitalreel.yaml: looks")
