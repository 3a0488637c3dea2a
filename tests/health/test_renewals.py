"""Forecasts of renewals (H13): intervals against oracles and by simulation, rates that are exact, a plain refusal below the floor."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.stats

from vitalreel.errors import BadConfiguration
from vitalreel.health.renewals import Doubt, Due, Looking, doubt_of, forecast, read_looking
from vitalreel.health.renewed import FLOOR, Decided, Term, at_renewal, clopper_pearson, rates, was_short

DAY = dt.date(2026, 11, 27)
UNTIL = dt.date(2027, 10, 31)


def due(number: int, arr: int | None = 1_000_00, chance: float | None = None, **more: object) -> Due:
    ends = DAY + dt.timedelta(days=7 + number % 300)
    values: dict[str, object] = {"segment": "enterprise", "tier": 1, "band": "green", **more}
    return Due(f"a{number:04d}", ends=ends, arr=arr, chance=chance, **values)  # type: ignore[arg-type]


def history(renewed: int, lost: int, segment: str = "enterprise", short: bool = False) -> list[Decided]:
    outcomes = [True] * renewed + [False] * lost
    return [Decided(f"h{n}", segment, DAY - dt.timedelta(days=n + 1), o, short) for n, o in enumerate(outcomes)]


def test_equal_contracts_have_the_limits_of_the_beta_binomial():
    """(H13) The oracle: of 40 contracts worth the same, a rate of 51 of 60 leaves the beta-binomial's quantiles."""
    found = forecast([due(n) for n in range(40)], history(51, 9), None, DAY, UNTIL, "USD", draws=20_000)

    oracle = scipy.stats.betabinom(40, 51.5, 9.5)
    assert found.total.low is not None and found.total.high is not None
    assert abs(found.total.low / 1_000_00 - oracle.ppf(0.025)) <= 1
    assert abs(found.total.high / 1_000_00 - oracle.ppf(0.975)) <= 1
    assert found.total.expected == pytest.approx(40 * 1_000_00 * 51.5 / 61, abs=1)


def test_unequal_contracts_have_the_limits_of_every_way_it_can_end():
    """(H13) The oracle: twelve contracts of their own amounts and chances, all 4,096 endings added up."""
    chances = [0.05, 0.1, 0.3, 0.6, 0.2, 0.15, 0.4, 0.02, 0.5, 0.25, 0.35, 0.08]
    amounts = [10_000_00 * (n + 1) for n in range(12)]
    rows = [due(n, a, c) for n, (a, c) in enumerate(zip(amounts, chances, strict=True))]
    found = forecast(rows, [], Doubt(0.0, 0.0), DAY, UNTIL, "USD", draws=20_000).total

    ways = np.array(list(itertools.product([0, 1], repeat=12)))
    mass = np.prod(np.where(ways, 1 - np.array(chances), np.array(chances)), axis=1)
    sums = ways @ np.array(amounts)
    assert found.low is not None and found.high is not None
    inside = mass[(sums >= found.low) & (sums <= found.high)].sum()
    within = mass[(sums > found.low) & (sums < found.high)].sum()
    assert inside >= 0.95 - 0.005  # limits are drawn: their own error
    assert within <= 0.95 + 0.005
    assert found.expected == round(float(mass @ sums))


def covered(worlds: int, share: float, seed: int) -> tuple[float, float]:
    """Shares of worlds whose outcome lies in the forecast's interval, and in the one the rate alone would give."""
    random = np.random.default_rng(seed)
    hits = narrow = 0
    for _ in range(worlds):
        renewed = int((random.random(60) < random.beta(10 * share, 10 * (1 - share), 60)).sum())
        amounts = np.round(np.exp(random.normal(9, 1.0, 40)) * 100).astype(int)
        rows = [due(n, int(a)) for n, a in enumerate(amounts)]
        found = forecast(rows, history(renewed, 60 - renewed), None, DAY, UNTIL, "USD", draws=400).total
        came = int(amounts[random.random(40) < random.beta(10 * share, 10 * (1 - share), 40)].sum())
        low, high = clopper_pearson(renewed, 60)
        assert found.low is not None and found.high is not None
        hits += found.low <= came <= found.high
        narrow += low * found.due <= came <= high * found.due
    return hits / worlds, narrow / worlds


@pytest.mark.parametrize("share", [0.7, 0.85, 0.95])
def test_the_interval_covers_what_comes(share: float):
    """(H13) Accounts differ in their own chance and amount; 95% of what comes is inside, to within three errors of this simulation.

    The interval of the rate alone, which knows nothing of single accounts, covers far less.
    """
    worlds = 300
    hits, narrow = covered(worlds, share, seed=7)

    error = np.sqrt(0.95 * 0.05 / worlds)
    assert hits >= 0.95 - 3 * error
    assert narrow < hits - 3 * error


def test_doubt_about_the_model_is_shared_by_all_its_accounts():
    """(H13) A model whose log-odds are off by a common amount is covered where its doubt is told, and not where it is ignored."""
    random = np.random.default_rng(3)
    worlds, told, ignored = 200, 0, 0
    for _ in range(worlds):
        chances = random.beta(2, 8, 60)
        off = random.normal(0, 0.6)
        true = 1 / (1 + np.exp(-(np.log(chances / (1 - chances)) + off)))
        rows = [due(n, 500_00, float(c)) for n, c in enumerate(chances)]
        came = int((random.random(60) >= true).sum()) * 500_00
        for doubt in (Doubt(0.6, 0.0), Doubt(0.0, 0.0)):
            found = forecast(rows, [], doubt, DAY, UNTIL, "USD", draws=400).total
            assert found.low is not None and found.high is not None
            inside = found.low <= came <= found.high
            told, ignored = told + (inside and doubt.shift > 0), ignored + (inside and doubt.shift == 0)

    error = np.sqrt(0.95 * 0.05 / worlds)
    assert told / worlds >= 0.95 - 3 * error
    assert ignored / worlds < 0.95 - 3 * error


def test_below_thirty_decided_renewals_only_rules_are_left():
    """(H13) 29 outcomes: no amount is expected, and what the bands say is still told. 30: it is."""
    rows = [due(1), due(2, band="orange"), due(3, band="red", arr=None)]
    few = forecast(rows, history(20, 9), None, DAY, UNTIL, "USD")
    enough = forecast(rows, history(20, 10), None, DAY, UNTIL, "USD")

    assert (
        few.refused == f"rules only: 29 renewals with a known outcome are too few to forecast from, {FLOOR} are needed"
    )
    assert (few.total.expected, few.total.low, few.total.high, few.total.unclaimed) == (None, None, None, 3)
    assert (few.total.due, few.total.at_risk, few.total.at_risk_accounts, few.total.unpriced) == (
        2_000_00,
        1_000_00,
        2,
        1,
    )
    assert enough.refused == "" and enough.total.expected == round(2_000_00 * 20.5 / 31)


def test_a_model_stands_for_the_accounts_it_reaches_and_no_others():
    """Below the floor an account with a chance of its own is expected, and the month with one without is not."""
    near = due(1, chance=0.1)
    far = due(200)
    found = forecast([near, far], [], Doubt(0.0, 0.0), DAY, UNTIL, "USD")

    by_month = {line.name: line.expected for line in found.months}
    assert by_month == {f"{near.ends:%Y-%m}": 900_00, f"{far.ends:%Y-%m}": None}
    assert (found.by_model, found.by_rate, found.total.expected) == (1, 0, None)
    assert found.refused.startswith("rules only: 0 renewals")


def test_rates_are_of_contracts_alike():
    """A month's contract renews twelve times a year: its rate says nothing of a yearly one. Small segments take the rate of all."""
    decided = history(28, 7) + history(300, 3, short=True) + history(4, 1, "mid_market")
    found = rates(decided)

    assert [(r.segment, r.short, r.renewed, r.decided) for r in found] == [
        ("", False, 32, 40), ("enterprise", False, 28, 35), ("", True, 300, 303), ("enterprise", True, 300, 303),
    ]  # fmt: skip
    one = [due(1), due(2, segment="mid_market"), due(3, short=True)]
    made = forecast(one, decided, None, DAY, UNTIL, "USD")
    assert {line.name: line.expected for line in made.segments} == {
        "enterprise": round(1_000_00 * (28.5 / 36 + 300.5 / 304)), "mid_market": round(1_000_00 * 32.5 / 41),
    }  # fmt: skip


def test_lines_add_up_and_the_seed_gives_the_same_again():
    """Months, segments and tiers are cuts of one total; contracts of today, past and beyond the end are not in it."""
    rows = [
        due(n, 100_00 * (n + 1), segment=("enterprise", "", "mid_market")[n % 3], tier=(1, 2, None)[n % 3])
        for n in range(90)
    ]
    outside = [
        due(400, 1_00),
        Due("x", "", None, DAY, 1_00, None, None),
        Due("y", "", None, UNTIL + dt.timedelta(days=1), 1_00, None, None),
    ]
    made = [forecast([*rows, *outside[1:]], history(90, 10), None, DAY, UNTIL, "USD") for _ in range(2)]
    found = made[0]

    assert made[0] == made[1]
    for lines in (found.months, found.segments, found.tiers):
        assert sum(line.due for line in lines) == found.total.due == sum(100_00 * (n + 1) for n in range(90))
        assert sum(line.accounts for line in lines) == 90
        assert abs(sum(line.expected or 0 for line in lines) - (found.total.expected or 0)) <= len(lines)
    assert [line.name for line in found.tiers] == ["", "1", "2"]
    assert found.total.loss == found.total.due - (found.total.expected or 0)


@pytest.mark.parametrize(("events", "n"), [(0, 10), (10, 10), (3, 17), (51, 60)])
def test_the_exact_interval_is_that_of_scipy(events: int, n: int):
    """(H13) The oracle: scipy's exact binomial interval."""
    oracle = scipy.stats.binomtest(events, n).proportion_ci(0.95, "exact")

    assert clopper_pearson(events, n) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_a_models_doubt_is_how_far_it_was_off_and_how_surely_that_was_measured():
    figures = {"events": 100, "base_rate": 0.0, "calibration_intercept": 0.0, "calibration_slope": 1.0,
               "calibration_slope_interval": (0.8, 1.2)}  # fmt: skip
    exact, off = doubt_of(figures), doubt_of({**figures, "calibration_intercept": 0.3, "calibration_slope": 0.7})

    assert (exact.shift, exact.slope) == pytest.approx((0.1, 0.4 / (2 * 1.959964)))
    assert (off.shift, off.slope) == pytest.approx((np.hypot(0.1, 0.3), np.hypot(exact.slope, 0.3)))


TERMS = [Term(dt.date(2024, 2, 29), dt.date(2026, 2, 28)), Term(dt.date(2026, 3, 1), dt.date(2026, 5, 30))]


@pytest.mark.parametrize(
    ("day", "turned"),
    [(dt.date(2026, 2, 20), True), (dt.date(2025, 2, 10), True), (dt.date(2025, 7, 1), False), (dt.date(2024, 3, 10), False),
     (dt.date(2026, 6, 10), True)],
)  # fmt: skip
def test_an_amount_that_changes_in_the_middle_of_a_term_is_no_renewal(day: dt.date, turned: bool):
    assert at_renewal(day, TERMS) is turned


def test_the_contract_that_ran_before_tells_whether_a_renewal_was_of_a_short_one():
    days: Sequence[dt.date] = (dt.date(2026, 3, 1), dt.date(2026, 5, 30), dt.date(2024, 1, 1))

    assert [was_short(d, TERMS) for d in days] == [False, True, False]


def test_what_a_forecast_looks_at_is_configured():
    assert read_looking(None, "x") == Looking() == read_looking({}, "x")
    assert read_looking({"months": 6, "look_back_days": 365}, "x") == Looking(365, 6)
    for wrong in ({"months": 0}, {"months": True}, {"look_back_days": "long"}, {"weeks": 1}, 7):
        with pytest.raises(BadConfiguration, match="x"):
            read_looking(wrong, "x")
