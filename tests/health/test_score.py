"""The score: equal to a plain scorer's, and the sum of its parts to the last decimal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.health.cards import Row, naive, rows, scorecards
from vitalreel.health import score
from vitalreel.health.readings import asked
from vitalreel.health.scorecard import FULL, Bands, Hysteresis, Measure, Rule, Scale, Scorecard, worths
from vitalreel.signals.moment import Moment

DAY = dt.date(2026, 3, 31)
LINE = Scale(((0.0, 0.0), (1.0, 100.0)))
PAST = pa.schema([("account_id", pa.string()), ("day", pa.date32()), ("points", pa.float64()), ("band", pa.string())])


def scored(card: Scorecard, everyone: Sequence[Row], past: Sequence[Row] = ()) -> tuple[list[Row], list[Row]]:
    """Rows of `score` and `score_part` of one card's accounts."""
    con = ibis.duckdb.connect()
    wanted = asked([card])
    kinds = [("account_id", pa.string()), ("tenure", pa.float64()), ("card", pa.string())]
    kinds += [(c, pa.float64()) for c in wanted.readings.values()]
    kinds += [(k + c[1:], pa.int64()) for c in wanted.rules.values() for k in "qu"]
    wide = con.create_table("wide", pa.Table.from_pylist(list(everyone), schema=pa.schema(kinds)))
    earlier = con.create_table("past", pa.Table.from_pylist(list(past), schema=PAST))
    cards = [(card, con.create_table("counted", score.counted(wide, card, wanted)))]
    whole = con.to_pyarrow(score.scores(wide, cards, earlier, Moment(DAY))).to_pylist()
    return whole, con.to_pyarrow(score.parts(cards, Moment(DAY))).to_pylist()


def measure(name: str, worth: int) -> Measure:
    return Measure(name, "group", name, f"signal.{name}", None, None, None, LINE, (), worth)


@given(st.data())
@settings(max_examples=12)
def test_agrees_with_a_plain_scorer_and_sums_exactly(data: st.DataObject) -> None:
    """H5, H17: any card and any accounts; in decimals, the parts of every scored account make its score."""
    card = data.draw(scorecards())
    everyone = data.draw(rows(card))
    whole, parts = scored(card, everyone)
    sums = {
        r["account_id"]: sum(Decimal(str(p["points"])) for p in parts if p["account_id"] == r["account_id"])
        for r in whole
    }

    assert naive(card, everyone) == {
        r["account_id"]: (None if r["points"] is None else round(float(str(r["points"])) * 10), r["coverage"])
        for r in whole
    }
    assert {a: Decimal(str(r["points"])) for r in whole for a in [r["account_id"]] if r["points"] is not None} == {
        r["account_id"]: sums[r["account_id"]] for r in whole if r["points"] is not None
    }


@given(st.lists(st.fractions(Fraction(1, 50), 50), min_size=1, max_size=20))
def test_worths_make_exactly_a_hundred_points(weights: list[Fraction]) -> None:
    """H5: a perfect account has 100, whatever the weights."""
    assert FULL == sum(worths(weights))


def test_missing_data_is_not_zero() -> None:
    """H17: an account without ratings is judged by the segment's mean of them, and its coverage says so."""
    card = Scorecard("card", {}, (measure("use", 600), measure("csat", 400)), ())
    everyone = [
        {"account_id": "a", "tenure": 400.0, "card": "card", "r0": 1.0, "r1": None},
        {"account_id": "b", "tenure": 400.0, "card": "card", "r0": 1.0, "r1": 0.5},
    ]
    whole, parts = scored(card, everyone)
    by_account = {r["account_id"]: (r["points"], r["coverage"]) for r in whole}
    stand_in = [p["points"] for p in parts if p["account_id"] == "a" and p["part"] == "missing"]

    assert {"a": (80.0, 0.6), "b": (80.0, 1.0)} == by_account
    assert [20.0] == stand_in


def test_below_half_the_weight_no_score_is_claimed() -> None:
    """H17: too little fresh data is said, not guessed."""
    card = Scorecard("card", {}, (measure("use", 600), measure("csat", 400)), ())
    whole, _parts = scored(card, [{"account_id": "a", "tenure": 1.0, "card": "card", "r0": None, "r1": 1.0}])

    assert [(None, None, "insufficient", 0.4)] == [(r["points"], r["band"], r["state"], r["coverage"]) for r in whole]


@given(st.integers(-300, 300).filter(bool))
@settings(max_examples=4)
def test_a_rule_moves_the_score_by_its_points_and_prompted_ones_are_kept_apart(points: int) -> None:
    """H3, H18: exactly the configured points; the score without films that plays sent stands beside it."""
    card = Scorecard("card", {}, (measure("use", FULL),), (Rule("film", "The film", "tier = 1", points),))
    base: Row = {"tenure": 400.0, "card": "card", "r0": 0.5}
    whole, parts = scored(
        card,
        [
            {**base, "account_id": "a", "q0": 0, "u0": 0},
            {**base, "account_id": "b", "q0": points, "u0": points},
            {**base, "account_id": "c", "q0": points, "u0": 0},
        ],
    )
    found = {r["account_id"]: (r["points"], r["unprompted"]) for r in whole}
    moved = (500 + points) / 10

    assert {"a": (50.0, 50.0), "b": (moved, moved), "c": (moved, 50.0)} == found
    assert {("b", "film"), ("c", "film.prompted")} == {
        (p["account_id"], p["part"]) for p in parts if str(p["part"]).startswith("film")
    }


@pytest.mark.parametrize(
    ("today", "yesterday", "band_before", "expected"),
    [
        (79.0, 79.0, "green", "green"),  # not three points beyond the edge
        (76.0, 81.0, "green", "green"),  # beyond for one day only
        (76.0, 76.5, "green", "yellow"),  # beyond on two days
        (82.0, 82.0, "yellow", "yellow"),
        (83.0, 83.0, "yellow", "green"),
        (76.0, None, "green", "yellow"),  # nothing in between says otherwise
        (79.0, None, None, "yellow"),  # a first score takes the band of its points
    ],
)
def test_bands_have_hysteresis(today: float, yesterday: float | None, band_before: str | None, expected: str) -> None:
    """H17: three points and two days, so that accounts do not flap."""
    card = Scorecard("card", {}, (measure("use", FULL),), (), Bands(), Hysteresis())
    past = []
    if band_before is not None:
        days_ago = 1 if yesterday is not None else 5
        points = yesterday if yesterday is not None else 81.0
        past = [{"account_id": "a", "day": DAY - dt.timedelta(days=days_ago), "points": points, "band": band_before}]
    whole, _parts = scored(card, [{"account_id": "a", "tenure": 1.0, "card": "card", "r0": today / 100}], past)

    assert expected == whole[0]["band"]
