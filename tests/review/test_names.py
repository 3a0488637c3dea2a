"""When a text is a name misspelt, and when it is a word of its own."""

from __future__ import annotations

import pytest

from vitalreel.review.preflight.words import _nearly


@pytest.mark.parametrize(
    ("name", "text", "slip"),
    [
        ("Caleb", "People in each week. Scale starts at zero.", None),
        ("Caleb", "Good morning Calib, and welcome", "Calib"),
        ("Caleb", "Good morning Caleb, and welcome", None),
        ("Halden Health", "For Kalden Health", "Kalden Health"),
    ],
)
def test_a_slip_is_told_from_a_word(name: str, text: str, slip: str | None) -> None:
    """V14: names letter for letter, and ordinary words left in peace."""
    assert slip == _nearly(name, text, set())
