"""What a test can show before it begins: the planner and the interval it plans for say the same."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
import scipy
from click.testing import CliRunner

from vitalreel.cli.plan_test import plan_test
from vitalreel.measurement.planner import CLAIMS, Plan, accounts_needed, advise, first_answer, power, smallest_effect
from vitalreel.measurement.shares import score_interval

CHURN = Plan(0.1, 0.3, "fall")
TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("way", ["fall", "rise"])
def test_power_is_the_chance_that_the_interval_leaves_zero_out(way: str):
    """M13: every table of 28 against 12 accounts, its chance, and whether the interval of that table claims something."""
    plan = Plan(0.4, 0.3, way)  # type: ignore[arg-type]
    served, held = np.meshgrid(np.arange(29), np.arange(13), indexing="ij")
    events = np.stack([served.ravel(), held.ravel()], -1)[:, None, :]
    _, low, high = score_interval(events, np.broadcast_to([28, 12], events.shape))
    claimed = ((high < 0) if way == "fall" else (low > 0)).reshape(served.shape)
    moved = 0.1 if way == "fall" else 0.7
    chance = scipy.stats.binom.pmf(served, 28, moved) * scipy.stats.binom.pmf(held, 12, 0.4)

    assert pytest.approx(float(chance[claimed].sum()), abs=1e-12) == power(plan, 40, 0.3)


def test_the_smallest_effect_is_where_power_reaches_four_fifths():
    """M13: 400 accounts, 30% held out, 10% churn: 7 points, two thirds of all churn."""
    smallest = smallest_effect(CHURN, 400)

    assert smallest is not None
    assert 0.070 == pytest.approx(smallest, abs=5e-4)
    assert 0.8 == pytest.approx(power(CHURN, 400, smallest), abs=1e-6)


def test_what_cannot_be_seen_is_said():
    """M13 M16: at a hundred accounts and 3% not even the end of all churn would show."""
    assert None is smallest_effect(Plan(0.03, 0.3, "fall"), 100)
    assert None is advise(Plan(0.03, 0.3, "fall"), 100, 0.01).holdout


def test_as_many_accounts_as_needed_are_enough_and_half_are_not():
    """M13: a cut by 30% from 20% takes more than 1,400 accounts with 30% held out."""
    needed = accounts_needed(Plan(0.2, 0.3, "fall"), 0.06)

    assert needed is not None
    assert 1424 == pytest.approx(needed, abs=15)
    assert power(Plan(0.2, 0.3, "fall"), needed, 0.06) >= 0.8 > power(Plan(0.2, 0.3, "fall"), needed // 2, 0.06)


def test_a_rise_is_the_fall_of_the_others():
    """M13: 90% renewing more is 10% churning less."""
    assert smallest_effect(CHURN, 800) == pytest.approx(smallest_effect(Plan(0.9, 0.3, "rise"), 800))


def test_the_day_waits_for_accounts_and_for_their_window():
    """M13: accounts at hand need their window; others must come first, and some never do."""
    assert date(2027, 2, 25) == first_answer(400, 400, None, 90, TODAY)
    assert date(2027, 3, 28) == first_answer(430, 400, 30, 90, TODAY)
    assert None is first_answer(430, 400, None, 90, TODAY)
    assert None is first_answer(1_000_000, 400, 0.001, 90, TODAY)


def test_advice_holds_out_no_more_than_it_must():
    """M17: served accounts are what it is for; the smallest holdout that shows the effect, else the smallest nearly as sharp."""
    enough, short = advise(CHURN, 1600, 0.05), advise(CHURN, 400, 0.03)

    assert enough.holdout is not None
    assert [True] == [s.effect <= 0.05 for s in enough.sizes if s.effect and s.holdout == enough.holdout]
    assert all(s.effect is None or s.effect > 0.05 for s in enough.sizes if s.holdout < enough.holdout)
    assert 0.2 == short.holdout
    assert "draw in blocks" not in short.reason


def test_the_command_tells_it_with_the_day_and_never_a_claim_unasked():
    """M13 M22: vendors' claims are theirs, shown only when asked for and labelled."""
    asked = ["--base", "0.1", "--accounts", "400", "--holdout", "0.3", "--per-month", "30", "--as-of", "2026-11-27"]
    told = CliRunner().invoke(plan_test, asked).output
    plain, claimed = (
        json.loads(CliRunner().invoke(plan_test, [*asked, "--json", *more]).output) for more in ((), ("--claims",))
    )
    help_ = (plan_test.callback.__doc__ or "").split("\n    $")[1].splitlines()[1:]  # type: ignore[union-attr]

    assert [line.strip() for line in help_ if line.strip()] == told.splitlines()
    assert {"mde", "needed", "earliest", "advice"} <= set(plain)
    assert "claims" not in plain
    assert {c.label for c in CLAIMS} == {c["label"] for c in claimed["claims"]}
    assert 2 == CliRunner().invoke(plan_test, [*asked, "--effect", "0.2"]).exit_code
