"""How people sound: levels of many readings, turns with what happened near them, and a heading that must be more than chance (H16)."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.signals.tone import ENOUGH, WEEKS, Event, Reading, course, mood

DAY = date(2026, 11, 22)  # a Sunday
TURN = date(2026, 7, 6)  # a Monday, 20 weeks before


def said(values: dict[date, float]) -> list[Reading]:
    return [Reading(day, "support", value) for day, value in values.items()]


def year(level, spread: float = 0.1, seed: int = 1) -> list[Reading]:
    """Two readings a week around `level(day)`."""
    chance = np.random.default_rng(seed)
    days = [DAY - timedelta(days=3 * n) for n in range(WEEKS * 7 // 3)]
    return said({d: float(np.clip(level(d) + spread * chance.standard_normal(), -1, 1)) for d in days})


def test_a_turn_is_found_where_it_is_and_what_happened_near_it_is_named():
    """H16: +0.3 until July, -0.3 from then on; the outage of that week is beside it, that of March is not."""
    events = [Event(TURN + timedelta(days=1), "an outage"), Event(date(2026, 3, 2), "a feature came out"),
              Event(TURN - timedelta(days=10), "the sponsor changed")]  # fmt: skip
    got = course("support", year(lambda d: 0.3 if d < TURN else -0.3), events, DAY)

    (turn,) = got.turns
    assert TURN == turn.week
    assert (0.3, -0.3, -0.3) == pytest.approx((turn.before, turn.after, got.level), abs=0.05)
    assert ["an outage", "the sponsor changed"] == [e.what for e in turn.events]
    assert "steady" == got.heading


def test_noise_has_no_turn_and_no_heading():
    """H16: twenty accounts that sound the same all year: at most one of them is said to have turned, two to be heading somewhere."""
    found = [course("x", year(lambda _: 0.1, 0.3, seed), [], DAY) for seed in range(20)]

    assert sum(bool(c.turns) for c in found) <= 1
    assert sum(c.heading != "steady" for c in found) <= 3


@pytest.mark.parametrize(("slope", "heading"), [(0.01, "rising"), (-0.01, "falling"), (0.0, "steady")])
def test_where_it_is_heading_is_said_and_led_on(slope: float, heading: str):
    """H16: half a point a year, up or down; four weeks on it is that much further."""
    got = course("x", year(lambda d: slope * (d - DAY).days / 7, 0.05), [], DAY)

    assert (heading, ()) == (got.heading, got.turns)
    assert got.ahead == pytest.approx(4 * slope if slope else got.level, abs=0.03)


def test_few_readings_say_nothing():
    """H16: one ticket is no mood; a week in which nothing was said is no zero."""
    few = said({DAY - timedelta(days=7 * n): -1.0 for n in range(ENOUGH - 1)})
    got = course("x", few, [], DAY)

    assert (None, (), "not known", None, ENOUGH - 1) == (got.level, got.turns, got.heading, got.ahead, got.readings)
    assert WEEKS == len(got.weeks)
    assert {(None, 0), (-1.0, 1)} == {(w.mean, w.readings) for w in got.weeks}


def test_what_is_learnt_later_or_long_past_is_not_seen():
    """D5: as of a day, with what was said by its end, a year back at most."""
    old = said({DAY - timedelta(weeks=WEEKS, days=n): 1.0 for n in range(1, 30)})
    late = said({DAY + timedelta(days=n): 1.0 for n in range(1, 30)})

    assert 0 == course("x", old + late, [], DAY).readings


@given(st.lists(st.tuples(st.integers(0, 360), st.floats(-1, 1)), max_size=60))
def test_whatever_was_said_the_course_stays_within_what_can_be(readings: list[tuple[int, float]]):
    """H16: levels and what lies ahead are sentiments; readings are counted once; the order in which they came is of no account."""
    rows = [Reading(DAY - timedelta(days=n), "call", v) for n, v in readings]
    got = course("x", rows, [], DAY)

    assert len([r for r in rows if r.day >= got.weeks[0].first]) == got.readings == sum(w.readings for w in got.weeks)
    assert all(x is None or -1 <= x <= 1 for x in (got.level, got.ahead, *(w.mean for w in got.weeks)))
    assert got.turns == course("x", rows[::-1], [], DAY).turns


def test_a_mood_is_a_level_by_the_programme_s_limits():
    """H16: positive, neutral, negative; none where too little was said."""
    levels = {0.2: "positive", 0.19: "neutral", -0.19: "neutral", -0.2: "negative"}

    assert levels == {level: mood(level, 0.2, -0.2) for level in levels}
    assert mood(None, 0.2, -0.2) is None
