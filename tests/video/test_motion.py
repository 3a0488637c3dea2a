"""How things move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.video.motion import ENTER, EXIT, MOVE, Clock, cue, steady

EASINGS = {"enter": ENTER, "move": MOVE, "exit": EXIT, "steady": steady}


@pytest.mark.parametrize("name", EASINGS)
@given(a=st.floats(-1, 2), b=st.floats(-1, 2))
def test_an_easing_never_turns_back_nor_overshoots(name: str, a: float, b: float) -> None:
    """A bar that shot past its value would show a number nobody has (V6)."""
    early, late = sorted((a, b))
    one, other = EASINGS[name](early), EASINGS[name](late)

    assert 0 <= one <= other + 1e-9 <= 1 + 2e-9


@pytest.mark.parametrize(("easing", "middle"), [(MOVE, 0.5), (ENTER, 0.9723), (EXIT, 0.0301)])
def test_an_easing_is_the_curve_css_draws(easing: object, middle: float) -> None:
    """Half-way values of cubic-bezier(.65,0,.35,1), (.16,1,.3,1) and (.7,0,.84,0), solved by hand to four places."""
    assert middle == pytest.approx(easing(0.5), abs=5e-3)  # type: ignore[operator]


def test_a_cue_follows_its_word_and_else_the_default_clock() -> None:
    """0 in the storyboard means: the voice does not say it (V9)."""
    assert (2.5, 1.1) == (cue(2.5, 1.1), cue(0.0, 1.1))


def test_a_clock_without_duration_is_a_switch() -> None:
    """Captions come with their word, not before and not slowly."""
    assert [0.0, 1.0, 1.0] == [Clock(1.0, 0.0).at(t) for t in (0.99, 1.0, 5.0)]
