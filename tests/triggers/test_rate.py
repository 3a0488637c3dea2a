"""A channel is used no faster than it may be, whatever the times at which somebody asks (R6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.triggers.channels import read_channels
from vitalreel.triggers.rate import Bucket, Rate, draw, read_rate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TIERS = {f"tier_{n}": ["email", "in_app"] for n in (1, 2, 3, 4)}


@given(st.integers(1, 5), st.lists(st.integers(-5, 40), max_size=60))
def test_no_stretch_of_time_holds_more_than_the_rate_and_one_bucket(count: int, steps: list[int]):
    """R6: at most `count` at once and `count` a minute beside that, for any stretch, with a clock that now and then goes back."""
    rate, bucket, now, sent = Rate(count, 60), Bucket(float(count), NOW), NOW, list[datetime]()
    for step in steps:
        now += timedelta(seconds=step)
        bucket, until = draw(bucket, rate, now)
        if until is None:
            sent.append(bucket.at)
        else:
            assert until > now and draw(bucket, rate, until)[1] is None
    for i, first in enumerate(sent):
        for j in range(i, len(sent)):
            assert j - i + 1 <= count + (sent[j] - first).total_seconds() * count / 60 + 1e-6


def test_a_rate_that_was_lowered_counts_at_once():
    """R6: what is left of a larger bucket is not used up first."""
    left, until = draw(Bucket(300.0, NOW), Rate(2, 60), NOW)

    assert (1.0, None) == (left.left, until)


def test_rates_are_read_by_channel():
    """R6: `channels: {rate: {email: 300 per hour}}`; a mistake is named with its place."""
    assert {"email": Rate(300, 3600)} == read_channels(TIERS | {"rate": {"email": "300 per hour"}}, "channels").rates
    assert {} == read_channels(TIERS, "channels").rates
    for raw, where in (({"fax": "1 per day"}, "channels.rate"), ({"email": "0 per day"}, "channels.rate.email")):
        with pytest.raises(BadConfiguration, match=where):
            read_channels(TIERS | {"rate": raw}, "channels")
    with pytest.raises(BadConfiguration, match="300 per hour"):
        read_rate("many", "x")
