"""A film that cannot land any more: planned anew, given to a person, or let go (R3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.triggers.plays import DAY, play
from vitalreel.triggers.overdue import Anew, ForPerson, Late, LetGo, judge

LATER = DAY + timedelta(days=4)  # a Friday: the window of three business days from Monday has passed
NOW = datetime(2026, 3, 7, 9, tzinfo=UTC)
BEFORE_QBR = play(ladder=[
    {"step": "show", "module": "m1", "to": "champion", "channels": ["email"], "window": "5 to 10 days before qbr.next"},
    {"step": "person", "after": "21 days", "task": {"owner": "csm", "title": "Call", "due": "2 business days"}},
])  # fmt: skip
LATE = Late(play(), "show", DAY, "", True, 0, "Europe/Berlin", "DE")


def test_the_window_begins_again_while_its_occasion_lasts():
    """(R3) three business days from the Friday are over at the end of Wednesday, by the account's own clock."""
    assert Anew(datetime(2026, 3, 5, 23, tzinfo=UTC), datetime(2026, 3, 11, 23, tzinfo=UTC)) == judge(
        LATE, LATER, NOW, 1
    )


@pytest.mark.parametrize(
    ("changed", "day", "fate"),
    [
        ({"replans": 1}, LATER, ForPerson("it was planned anew 1 time already")),
        ({"play": BEFORE_QBR}, LATER, ForPerson("the date it had to land before is too near")),
        ({"play": None}, LATER, ForPerson("the ladder its run follows now has no such step")),
        ({"step": "gone"}, LATER, ForPerson("the ladder its run follows now has no such step")),
        ({"ended": "success"}, LATER, LetGo("the ladder has stopped: success")),
        ({"open": False}, LATER, LetGo("what it was about is over")),
        ({}, DAY + timedelta(days=14), LetGo("the ladder has gone on to again")),
        ({"play": BEFORE_QBR}, DAY + timedelta(days=21), LetGo("the ladder has gone on to person")),
        ({}, date(2026, 2, 20), ForPerson("its window would close before it could be made")),
    ],
)  # fmt: skip
def test_where_it_cannot_begin_again_it_is_said_why(changed: dict[str, object], day: date, fate: ForPerson | LetGo):
    """(R3) nothing goes under in silence."""
    assert fate == judge(replace(LATE, **changed), day, NOW, 1)  # type: ignore[arg-type]
