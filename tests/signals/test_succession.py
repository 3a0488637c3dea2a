"""What speaks for another sponsor is weighed, and a person is asked from so many points on (H20)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.signals.succession import KINDS, Sign, Sponsoring, asks, bounced, named_in, read_sponsoring, unusual

DAY = date(2026, 3, 31)
RULES = Sponsoring()


def sign(kind: str, day: date = DAY, contact: str = "ana", successor: str = "", source: str = "") -> Sign:
    return Sign("acme", kind, contact, successor, day, source or f"{kind} 1", "")


@pytest.mark.parametrize(
    ("receipt", "yes"),
    [
        ("550 5.1.1 no such user here", True), ("RCPT refused: 551 not local", True), ("554 5.2.1 mailbox disabled", True),
        ("5.1.10 recipient address has null MX", True), ("452 4.2.2 mailbox full", False), ("421 try later", False),
        ("552 5.3.4 message too big", False), ("the connection broke", False), ("invoice 15501 5.123", False),
    ],
)  # fmt: skip
def test_a_bounce_is_a_mailbox_that_is_not_there(receipt: str, yes: bool):
    """H20, RFC 3463: a full mailbox, a busy server and a mail that is too big say nothing about who works there."""
    assert yes is bounced(receipt)


def test_one_strong_sign_or_two_weak_kinds_ask_a_person():
    """H20: a film that was passed on is no news by itself; that it was, and its owner is silent, is."""
    weak = [sign("forwarded"), sign("forwarded", source="view 2")]

    assert () == asks(weak, RULES, DAY, None)
    assert 3 == len(asks([*weak, sign("silent")], RULES, DAY, None))
    assert (sign("bounce"),) == asks([sign("bounce")], RULES, DAY, None)


def test_what_was_answered_and_what_is_long_ago_asks_nobody():
    """H20: a decision answers what was found up to its day; what comes after it asks again."""
    old, new = sign("bounce", DAY - timedelta(days=61)), sign("named", DAY)

    assert () == asks([old], RULES, DAY, None)
    assert () == asks([new], RULES, DAY, DAY)
    assert (new,) == asks([new], RULES, DAY, DAY - timedelta(days=1))
    assert ("ana", "") == named_in([old, new])
    assert ("ana", "jonas") == named_in(
        [sign("role", successor="jonas"), sign("watched", contact="", successor="jonas"), sign("silent")]
    )


@given(st.integers(6, 300), st.integers(30, 400), st.integers(1, 200), st.integers(0, 400))
def test_the_more_often_somebody_is_heard_the_sooner_their_silence_counts(
    heard: int, span: int, longest: int, silent: int
):
    """H20: and a longer silence is never less unusual than a shorter one."""
    if unusual(heard, span, longest, silent, RULES):
        assert unusual(heard + 10, span, longest, silent, RULES)
        assert unusual(heard, span, longest, silent + 1, RULES)
        assert silent > longest


def test_a_silence_has_the_chance_it_is_said_to_have():
    """H20: heard of on 36 days of a year; at 1% the 47th day of silence is the first that counts, (365/36) ln 100 = 46.7."""
    assert [False, True] == [unusual(36, 365, 20, days, RULES) for days in (46, 47)]
    assert not unusual(5, 365, 1, 300, RULES)
    assert not unusual(36, 365, 60, 47, RULES)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"points": {"gossip": 1}}, "points"), ({"points": {"crm": -1}}, "points"), ({"within": "two months"}, "within.*60 days"),
        ({"silent_odds": "80%"}, "silent_odds"), ({"asks_from": 0}, "asks_from"), ({"ask": 2}, "use asks_from"), ("yes", "cannot read"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_place(raw: object, said: str):
    """H20 P5."""
    with pytest.raises(BadConfiguration, match=said):
        read_sponsoring(raw, "vitalreel.yaml: sponsor")
    assert set(KINDS) == set(read_sponsoring({"points": {"crm": 3}}, "x").points)
