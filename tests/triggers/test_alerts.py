"""News: told once for as long as it is so, not again too soon, and never for what was so before anybody asked (T13)."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.store.workspace import LIBRARY, read_yaml
from vitalreel.triggers.alerts import Alert, News, Open, chance_of_silence, news, read_alerts

DAY = date(2026, 3, 2)
RED = Alert("red", "at once", when="band is red", say="x", again_days=14)
RAW: dict[str, Any] = {
    "alerts": 1,
    "operations": {"email": "ops@a.example"},
    "hours": {"from": "08:00", "to": "18:00"},
    "digest": "08:30",
    "rows": [{"alert": "red", "when": "band is red", "say": "{account.name} is red"}],
}


def test_it_is_told_when_it_comes_up_and_over_when_it_is_no_more():
    """T13: acme turns red, stays so, and is over; what cannot be told moves nothing."""
    opened = news(RED, {"acme"}, (), (), DAY, first=False)
    stands = [Open("red", "acme", DAY)]
    later = DAY + timedelta(days=1)

    assert News(("acme",), True, ()) == opened
    assert News((), True, ()) == news(RED, {"acme"}, (), stands, later, first=False)
    assert News((), True, ()) == news(RED, (), {"acme"}, stands, later, first=False)
    assert News((), True, ("acme",)) == news(RED, (), (), stands, later, first=False)


def test_what_flaps_is_one_piece_of_news():
    """T13: red, orange and red again within the days of `again_after` is told once; after them anew."""
    was = [Open("red", "acme", DAY, DAY + timedelta(days=2))]
    told = {n: news(RED, {"acme"}, (), was, DAY + timedelta(days=n), first=False).opened for n in (5, 13, 14)}

    assert {5: (), 13: (), 14: ("acme",)} == told


def test_what_was_so_before_anybody_asked_is_kept_and_not_told():
    """T13: the first day of a row is no flood, unless it asks for one."""
    assert News(("acme",), False, ()) == news(RED, {"acme"}, (), (), DAY, first=True)
    tell = Alert("red", "at once", when="band is red", say="x", skip_true=False)
    assert News(("acme",), True, ()) == news(tell, {"acme"}, (), (), DAY, first=True)


@given(st.lists(st.sampled_from(["yes", "no", "unknown"]), max_size=60), st.integers(0, 20))
def test_over_any_days_nothing_is_told_twice_while_it_stands_or_too_soon(days: list[str], again: int):
    """T13: a law of every run of answers: openings lie `again_after` apart, and each is over before the next one."""
    alert = Alert("red", "digest", when="x", say="x", again_days=again)
    known: list[Open] = []
    for n, said in enumerate(days):
        day = DAY + timedelta(days=n)
        got = news(alert, {"a"} if said == "yes" else (), {"a"} if said == "unknown" else (), known, day, first=False)
        if got.closed:
            known[-1] = Open("red", "a", known[-1].opened_on, day)
        if got.opened:
            assert "yes" == said
            known.append(Open("red", "a", day))

    assert all((b.opened_on - a.opened_on).days >= again for a, b in pairwise(known))
    assert all(one.closed_on is not None for one in known[:-1])
    assert bool(known) == ("yes" in days)


def test_a_silence_is_judged_by_the_rate_before_it():
    """T13: twelve openings in 56 days, then none: by chance (56/77)^12 after 21 days, 2.2%; after 28 days 0.8%."""
    assert pytest.approx((56 / 77) ** 12) == chance_of_silence(12, 56, 21)
    assert [False, True] == [chance_of_silence(12, 56, quiet) < 0.01 for quiet in (21, 28)]
    assert [1.0, 1.0] == [chance_of_silence(0, 56, 100), chance_of_silence(5, 56, 0)]
    assert chance_of_silence(1, 56, 365) > 0.1  # who opened once is not missed


def test_the_rows_in_the_box_are_read():
    """T13: band changes, new risks, inactivity, plays that stopped, sources, loads and deliveries; nobody is left unreachable."""
    shipped = read_alerts(read_yaml(LIBRARY / "alerts.yaml", "alerts.yaml"), "alerts.yaml")
    names = {a.name for a in shipped.rows}

    assert {"turned_red", "turned_orange", "sudden_drop", "inactive_30_days", "inactive_45_days"} <= names
    assert {"plays", "sources", "loads", "deliveries", "drift"} == {a.watch for a in shipped.rows if a.watch}
    assert {"owner"} == {a.to for a in shipped.rows if a.when}
    assert ["turned_red"] == [a.name for a in shipped.rows if a.task]
    assert shipped.operations.email


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"alerts": 2}, "version 1"),
        ({"rows": {}}, "`rows` is not a list"),
        ({"operations": {"name": "Ops"}}, "cannot be reached"),
        ({"channels": ["fax"]}, "slack and email"),
        ({"digest": "early"}, "cannot read the time"),
        ({"people": {"d1": {"phone": "1"}}}, "'phone' is not known"),
        ({"rows": [{"alert": "x"}]}, "says not what is news"),
        ({"rows": [{"alert": "x", "when": "band is red", "watch": "plays"}]}, "says not what is news"),
        ({"rows": [{"alert": "x", "when": "band is red"}]}, "says not what to tell"),
        ({"rows": [{"alert": "x", "watch": "moon"}]}, "use plays, sources, loads, deliveries or drift"),
        ({"rows": [{"alert": "x", "watch": "plays", "odds": "80%"}]}, "below 50%"),
        ({"rows": [{"alert": "x", "watch": "drift", "shift": "much"}]}, "no stability index"),
        ({"rows": [{"alert": "x", "watch": "plays", "how": "loud"}]}, "at once or digest"),
        ({"rows": [{"alert": "x", "watch": "plays"}] * 2}, "is there twice"),
        ({"rows": [{"when": "band is red", "say": "x"}]}, "has no name"),
        (
            {"rows": [{"alert": "x", "when": "band is red", "say": "x", "task": {"title": "t"}}]},
            "needs a title and a day",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_remedy(change: dict[str, Any], what: str):
    """P5."""
    with pytest.raises(BadConfiguration, match=what):
        read_alerts({**deepcopy(RAW), **change}, "alerts.yaml")
