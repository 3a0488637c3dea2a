"""Arms are exact in blocks, stable, and fair."""

from __future__ import annotations

import random
from collections import Counter
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triggers.plays import DAY
from vitalreel.identity import AccountId
from vitalreel.measurement.shares import sample_ratio
from vitalreel.triggers.holdout import Assignment, assign, block_size

KEY = b"secret" * 6


def accounts(n: int, stratum: str = "mid_market") -> list[tuple[AccountId, str]]:
    return [(AccountId(f"a{i}"), stratum) for i in range(n)]


@pytest.mark.parametrize("share", [0.1, 0.2, 0.25, 0.3, 0.5])
def test_every_full_block_holds_out_exactly_its_share(share: float):
    """T8 M17: below 400 accounts the arms stay balanced however early anyone looks."""
    size = block_size(share)
    got = assign(accounts(size * 3), "p", share, {}, 100, KEY, DAY)

    assert [round(size * share)] * 3 == [
        sum(a.arm == "held_out" for a in got[i : i + size]) for i in range(0, size * 3, size)
    ]


@given(st.integers(1, 60), st.integers(0, 40))
def test_arrival_in_two_days_is_the_same_queue(first: int, second: int):
    """T8: a block is filled over days as if it had been one; positions never repeat."""
    early = assign(accounts(first), "p", 0.3, {}, 100, KEY, DAY)
    late = assign(
        [(AccountId(f"b{i}"), "mid_market") for i in range(second)], "p", 0.3, {"mid_market": first}, 100, KEY, DAY
    )

    assert list(range(first + second)) == sorted(a.position for a in early + late)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.lists(st.integers(20, 90), min_size=1, max_size=4))
def test_three_hundred_accounts_pass_the_exact_sample_ratio_test_whenever_they_come(seed: int, days: list[int]):
    """T8 M17: three strata mixed, over any days, restarted every night: the arms are what they were meant to be, in whole and in part."""
    key, mix = f"key {seed}".encode() * 4, random.Random(seed)
    queue = [(AccountId(f"a{i}"), mix.choice(("enterprise", "mid_market", "long_tail"))) for i in range(300)]
    taken: Counter[str] = Counter()
    arms: list[Assignment] = []
    for n in [*days, 300]:
        today, queue = queue[:n], queue[n:]
        arms += assign(today, "p", 0.2, dict(taken), 300, key, DAY)
        taken.update(stratum for _, stratum in today)
        held = sum(a.arm == "held_out" for a in arms)
        assert sample_ratio((len(arms) - held, held), 0.2) > 0.001

    assert {a.account for a in arms} == {AccountId(f"a{i}") for i in range(300)}
    assert abs(sum(a.arm == "held_out" for a in arms) - 60) <= 3  # one unfinished block a stratum


def test_the_order_of_a_day_is_nobody_s_choice():
    """T8: whatever order the database answers in, the same arms are drawn."""
    names = accounts(60)

    assert assign(names, "p", 0.3, {}, 60, KEY, DAY) == assign(names[::-1], "p", 0.3, {}, 60, KEY, DAY)


def test_large_programmes_are_split_by_hash_within_chance():
    """T8: 20,000 accounts at 20%: the count held out is within 4 standard errors of its expectation."""
    got = assign(accounts(20_000), "p", 0.2, {}, 20_000, KEY, DAY)

    held = sum(a.arm == "held_out" for a in got)
    assert abs(held - 4_000) < 4 * sqrt(20_000 * 0.2 * 0.8)


def test_two_plays_do_not_hold_out_the_same_accounts():
    """M17: arms of different plays are independent draws (agreement near 0.68 at 20%, never 1)."""
    one = {a.account: a.arm for a in assign(accounts(5_000), "p", 0.2, {}, 5_000, KEY, DAY)}
    two = {a.account: a.arm for a in assign(accounts(5_000), "q", 0.2, {}, 5_000, KEY, DAY)}

    assert 0.63 < sum(one[a] == two[a] for a in one) / 5_000 < 0.73


def test_the_arms_depend_on_the_secret_and_nothing_else():
    """T8: same secret, same arms, on any day and machine; another secret, other arms."""
    again = [assign(accounts(200), "p", 0.3, {}, 100, k, DAY) for k in (KEY, KEY, b"other" * 7)]

    assert again[0] == again[1]
    assert again[0] != again[2]
