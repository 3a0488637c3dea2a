"""When a person is asked how an account is doing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.health.pulse import Asking, Reading, Talk, due, read_asking

DAY = date(2026, 3, 31)
OWNERS = {"acme": ("csm-1", date(2025, 1, 1))}


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def asked(*said: Reading | Talk, day: date = DAY) -> list[tuple[date, str, date | None]]:
    readings = [x for x in said if isinstance(x, Reading)]
    found = due(OWNERS, readings, [x for x in said if isinstance(x, Talk)], Asking(), 91, day)
    return [(d.since, d.why, d.counts_until) for d in found]


def test_a_reading_is_asked_monthly_and_after_a_conversation() -> None:
    """H4: never given, a month old, and since a meeting; a chat that is no key interaction asks nothing."""
    fresh = Reading("acme", ago(10), 4)

    assert [(date(2025, 1, 1), "none was ever given", None)] == asked()
    assert (
        [] == asked(fresh) == asked(fresh, Talk("acme", ago(2), "email")) == asked(fresh, Talk("acme", ago(12), "call"))
    )
    assert [(ago(3), "a meeting on 2026-03-28", ago(-80))] == asked(fresh, Talk("acme", ago(3), "meeting"))
    assert [(ago(1), "the last is of 2026-02-28", ago(-59))] == asked(Reading("acme", ago(31), 4))


@given(last=st.integers(0, 200), talk=st.integers(0, 200), ahead=st.integers(1, 50))
def test_what_comes_later_asks_nothing_today(last: int, talk: int, ahead: int) -> None:
    """H4: as of a day, only what was said by then counts."""
    said = (Reading("acme", ago(last), 3), Talk("acme", ago(talk), "call"))
    later = (Reading("acme", ago(-ahead), 1), Talk("acme", ago(-ahead), "meeting"))

    assert asked(*said) == asked(*said, *later)
    assert all(since <= DAY for since, _why, _until in asked(*said))


def test_when_it_is_asked_is_said_in_the_workspace() -> None:
    """H4: the month and the key interactions are configuration."""
    assert Asking(14, ("call",)) == read_asking({"every": "14 days", "after": ["call"]}, "vitalreel.yaml: pulse")
    assert Asking() == read_asking(None, "vitalreel.yaml: pulse")
    for wrong in ({"every": "a month"}, {"after": "call"}, {"often": 3}):
        with pytest.raises(BadConfiguration, match="pulse"):
            read_asking(wrong, "vitalreel.yaml: pulse")
