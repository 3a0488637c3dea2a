"""When a text is a name misspelt, and when it is a word of its own."""

from __future__ import annotations

import pytest

from tests.review.films import film, ledger, name, script, seen, text
from vitalreel.review.preflight import Limits
from vitalreel.review.preflight.words import names


@pytest.mark.parametrize(
    ("known", "shown", "slip"),
    [
        ("Caleb", "People in each week. Scale starts at zero.", None),
        ("Caleb", "Good morning Calib, and welcome", "Calib"),
        ("Caleb", "Good morning Caleb, and welcome", None),
        ("Halden Health", "For Kalden Health", "Kalden Health"),
        ("Juniper Foundry 4", "For Juniper Foundry 4", None),
        ("Juniper Foundry 4", "Juniper Foundry 4 has", None),
        ("Juniper Foundry 4", "For Juniper Foundry 7", "Juniper Foundry 7"),
    ],
)
def test_a_slip_is_told_from_a_word(known: str, shown: str, slip: str | None) -> None:
    """V14: names letter for letter, and ordinary words left in peace."""
    told = script(facts=ledger(name(known)))
    (found,) = names(film(script=told, scenes=(seen("one"), seen("two", texts=(text(shown),)))), Limits())

    assert (slip is None, repr(slip) if slip else "1 names") == (found.ok, found.value)
