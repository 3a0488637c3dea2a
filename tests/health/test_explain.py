"""Explanations: exact, split by cause, and said in words."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from vitalreel.health.explain import Part, Standing, explain

JULY, SEPTEMBER = dt.date(2024, 7, 1), dt.date(2024, 9, 30)


def standing(day: dt.date, config: str, parts: tuple[Part, ...]) -> Standing:
    return Standing(day, sum(p.tenths for p in parts), "green", 1.0, "scored", "card", config, parts)


def known(name: str, tenths: int, weight: float = 50.0, value: float | None = None) -> Part:
    return Part(
        name, name.capitalize(), tenths, tenths if value is None else value, tenths / 10 / weight, weight, "known"
    )


@st.composite
def standings(draw: st.DrawFn, day: dt.date) -> Standing:
    parts = []
    for name in draw(st.lists(st.sampled_from(["use", "csat", "nps", "trend"]), unique=True)):
        weight = float(draw(st.integers(1, 60)))
        if draw(st.booleans()):
            level = draw(st.integers(0, 100)) / 100
            parts.append(Part(name, name, round(weight * level * 10), level, level, weight, "known"))
        else:
            parts.append(Part(name, name, 0, None, None, weight, "missing"))
    for name, state in (("film", "yes"), ("missing", "stand_in"), ("clip", "limit")):
        if draw(st.booleans()):
            parts.append(Part(name, name, draw(st.integers(-300, 300)), None, None, 0, state))
    return standing(day, draw(st.sampled_from(["one", "two"])), tuple(parts))


@given(standings(JULY), standings(SEPTEMBER))
def test_moves_and_their_causes_sum_to_the_change(before: Standing, after: Standing) -> None:
    """H5: to the last tenth, also when the scorecard changed and data came or went."""
    told = explain(before, after)

    assert told.tenths == sum(m.tenths for m in told.moves)
    assert [m.tenths for m in told.moves] == [sum(m.causes.values()) for m in told.moves]
    assert told.tenths == sum(told.because(c) for c in ("data", "missing data", "configuration", "limit"))


def test_a_heavier_weight_on_the_same_reading_is_the_configurations_doing() -> None:
    """H5: what people changed is not told as what the customer did."""
    before = standing(JULY, "one", (known("use", 200, 40.0, 0.5),))
    after = standing(SEPTEMBER, "two", (known("use", 300, 60.0, 0.5),))

    assert [{"configuration": 100}] == [m.causes for m in explain(before, after).moves]


def test_the_sentence_names_what_took_most_first() -> None:
    """H5: in words."""
    before = standing(JULY, "one", (known("use", 300), known("csat", 300), known("nps", 100)))
    after = standing(SEPTEMBER, "one", (known("use", 202), known("csat", 228), known("nps", 120)))

    assert (
        "Down 15.0 points, from 70.0 to 55.0. Use took 9.8 and Csat 7.2. Nps gave 2.0."
        == explain(before, after).sentence
    )


def test_no_change_is_told_where_a_side_has_no_score() -> None:
    """H17: an insufficient day is not a zero."""
    silent = Standing(JULY, None, None, 0.4, "insufficient", "card", "one", ())
    told = explain(silent, standing(SEPTEMBER, "one", (known("use", 300),)))

    assert told.tenths is None
    assert "only 40%" in told.sentence
