"""Intervals for shares and their differences agree with published figures."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.measurement.shares import (
    miettinen_nurminen,
    newcombe,
    restricted,
    sample_ratio,
    score_interval,
    wilson,
)

Table = tuple[tuple[int, int], tuple[int, int]]  # events, n


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [((56, 48), (70, 80), 0.0524, 0.3339), ((9, 3), (10, 10), 0.1705, 0.8090), ((5, 0), (56, 29), -0.0381, 0.1926)],
)
def test_newcombe_agrees_with_the_paper(events: tuple[int, int], n: tuple[int, int], low: float, high: float):
    """M3: cases (a), (b) and (g) of table II, method 10, in Newcombe 1998 (to its four decimals)."""
    _, got_low, got_high = newcombe(events, n)

    assert (low, high) == (pytest.approx(got_low, abs=5e-5), pytest.approx(got_high, abs=5e-5))


@given(st.integers(1, 200), st.data())
def test_wilson_holds_its_share_inside_0_and_1(n: int, data: st.DataObject):
    """M16: an interval never leaves what is possible and always holds the share seen."""
    events = data.draw(st.integers(0, n))
    low, high = wilson(events, n)

    assert 0 <= low <= events / n + 1e-12
    assert events / n - 1e-12 <= high <= 1


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [((56, 48), (70, 80), 0.0528, 0.3382), ((9, 3), (10, 10), 0.1700, 0.8406), ((10, 0), (10, 20), 0.7156, 1.0)],
)
def test_miettinen_nurminen_agrees_with_the_table(events: tuple[int, int], n: tuple[int, int], low: float, high: float):
    """M3: cases (a), (b) and (h) of table II, method 6, in Newcombe 1998 (to its four decimals).

    statsmodels 0.15.0 says .344 for the first upper limit (its issue 10269): events stand where n belongs in its cubic.
    """
    _, got_low, got_high = miettinen_nurminen(events, n)

    assert (low, high) == (pytest.approx(got_low, abs=5.1e-5), pytest.approx(got_high, abs=5.1e-5))


def test_one_stratum_agrees_with_an_independent_program():
    """M3: 46 of 116 against 70 of 119 by Merck's SAS macro rate0compare, as quoted in the tests of R's metalite.ae."""
    got = miettinen_nurminen((46, 70), (116, 119))

    assert pytest.approx((-0.19168357, -0.3133431419, -0.06382126982), abs=2e-6) == got


def test_strata_agree_with_an_independent_program():
    """M3: three strata by the same macro, weighted by n1 n2 / (n1 + n2)."""
    got = score_interval([[24, 16], [23, 16], [23, 17]], [[39, 40], [39, 39], [38, 40]])

    assert pytest.approx((0.19181238694, 0.063398653094, 0.31395972269), abs=2e-6) == tuple(map(float, got))


AGRESTI = [
    (11, 36, 10, 37), (16, 20, 22, 32), (14, 19, 7, 19), (2, 16, 1, 17), (6, 17, 0, 12), (1, 11, 0, 10), (1, 5, 1, 9), (4, 6, 6, 7),
]  # fmt: skip


def test_strata_are_weighed_as_mantel_and_haenszel_did():
    """M3: eight centres, two without any success in one arm: 0.130 with a standard error of 0.050 in Agresti 2013, page 231."""
    value, low, high = score_interval([[a, c] for a, _, c, _ in AGRESTI], [[n, m] for _, n, _, m in AGRESTI])

    assert 0.130 == round(float(value), 3)
    assert pytest.approx(0.050, abs=0.001) == float(high - low) / (2 * 1.96)


def test_a_stratum_with_one_arm_only_says_nothing():
    """M17: a block in which nobody was held out cannot be compared."""
    whole = score_interval([[5, 3]], [[40, 20]])
    lone = score_interval([[5, 3], [2, 0]], [[40, 20], [9, 0]])

    assert whole == lone
    with pytest.raises(ValueError, match="both arms"):
        score_interval([[2, 0]], [[9, 0]])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    n = draw(st.tuples(st.integers(1, 60), st.integers(1, 60)))
    return (draw(st.integers(0, n[0])), draw(st.integers(0, n[1]))), n


@settings(max_examples=15)
@given(tables())
def test_limits_hold_the_value_and_turn_with_the_arms(table: Table):
    """M16: an interval holds what was seen, stays possible, and is the same told from the other side."""
    events, n = table
    value, low, high = miettinen_nurminen(events, n)
    turned = miettinen_nurminen((events[1], events[0]), (n[1], n[0]))

    assert -1 <= low <= value <= high <= 1
    assert pytest.approx((-value, -high, -low), abs=1e-9) == turned


@settings(max_examples=40)
@given(tables(), st.floats(-0.99, 0.99))
def test_no_other_pair_of_that_difference_is_likelier(table: Table, difference: float):
    """M3: the closed form is the maximum that a search finds."""
    x, n = np.array(table[0], float), np.array(table[1], float)

    def likelihood(second: np.ndarray) -> np.ndarray:
        p = np.clip(np.stack([second + difference, second], -1), 0, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (np.where(x > 0, x * np.log(p), 0) + np.where(n > x, (n - x) * np.log1p(-p), 0)).sum(-1)

    searched = np.linspace(max(0.0, -difference), min(1.0, 1 - difference), 2001)
    ours = likelihood(restricted(x, n, np.array(difference))[1:2])

    assert ours[0] >= np.nanmax(likelihood(searched)) - 1e-5


@settings(max_examples=30)
@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.1, 0.3, 0.5]))
def test_the_sample_ratio_is_the_exact_test(served: int, held: int, share: float):
    """M17: as scipy.stats.binomtest, whose loading would cost every command a second."""
    if served + held:
        expected = scipy.stats.binomtest(held, served + held, share).pvalue
        assert pytest.approx(expected, rel=1e-9) == sample_ratio((served, held), share)


def test_a_broken_split_is_found_at_the_size_of_a_customer_base():
    """M17: 120 held out of 600 where 180 were planned; tools for web traffic say p = 0.455."""
    assert pytest.approx(3.7e-8, rel=0.01) == sample_ratio((480, 120), 0.3)
