"""Numbers that count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.video.counting import counter, unit


@pytest.mark.parametrize(
    ("shown", "value", "half"),
    [
        ("$1.34M", 1.34, "$0.67M"),
        ("2,684", 2684, "1,342"),
        ("96.2%", 96.2, "48.1%"),
        ("−30%", 30, "−15%"),
        ("6,240 h", 6240, "3,120 h"),
        ("1.234,5 €", 1234.5, "617,2 €"),
        ("41", 41, "20"),
    ],
)
def test_a_number_on_its_way_is_written_like_the_one_it_comes_to(shown: str, value: float, half: str) -> None:
    """Sign, currency, separators and decimals stay (V6)."""
    found = counter(shown)

    assert found is not None
    assert (value, shown, half) == (found.value, found.write(found.value), found.write(found.value / 2))


@pytest.mark.parametrize("shown", ["", "none", "3 of 4", "2026-03-01", "1,2,3", "٣"])
def test_what_is_not_one_number_does_not_count(shown: str) -> None:
    """It is simply shown: nothing is guessed."""
    assert counter(shown) is None


@given(st.text("0123456789.,%$€h −+ \u202f", max_size=14))
def test_a_counter_always_lands_on_what_is_shown(shown: str) -> None:
    """The storyboard's own words are on the screen at the end (D4 of the design: nothing else can be)."""
    found = counter(shown)

    assert found is None or shown == found.write(found.value)


def test_a_unit_that_is_a_word_is_told_from_a_sign() -> None:
    """Words stand beside the figure in a smaller size; signs are part of it."""
    assert [("6,240", "h"), ("96.2%", ""), ("3", "full-time posts")] == [
        unit(s) for s in ("6,240 h", "96.2%", "3 full-time posts")
    ]
