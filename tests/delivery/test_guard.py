"""The last look before sending: every reason to hold out, and the order in which they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from vitalreel.delivery.guard import Caps, Due, Standing, hold
from vitalreel.delivery.window import SendingHours, Withheld

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = Due("acme", "usage_drop", "recovery", "email", False, (NOW - DAY, NOW + DAY))
GOOD = Standing(True, "a@acme.example", True, False, (), (), (), "UTC", None)
CAPS = Caps((1, 7), (2, 14))
HOURS = SendingHours(time(8), time(18), True)


def test_nothing_against_it_lets_it_go():
    assert hold(DUE, GOOD, NOW, CAPS, HOURS) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"consent": False}, "unsubscribed"), ({"consent": None}, "no consent on record"), ({"active": False}, "contact has left"),
     ({"address": None}, "no address"), ({"suppressed": True}, "address suppressed"), ({"stops": (("all", ""),)}, "stopped: all"),
     ({"stops": (("play", "usage_drop"),)}, "stopped: play usage_drop"), ({"stops": (("module", "other"),)}, None)],
)  # fmt: skip
def test_how_things_stand_now_decides(change: dict, reason: str | None):
    """Consent and the kill switch are asked at send time, not when it was planned (R8 R9)."""
    held = hold(DUE, replace(GOOD, **change), NOW, CAPS, HOURS)

    assert reason == (held.reason if held else None)


def test_caps_say_when_there_is_room_again_and_spare_what_is_critical():
    """One mail a week to a person (T7)."""
    standing = replace(GOOD, to_contact=(NOW - 2 * DAY,))

    assert Withheld("contact cap reached", NOW + 5 * DAY) == hold(DUE, standing, NOW, CAPS, HOURS)
    assert hold(replace(DUE, critical=True), standing, NOW, CAPS, HOURS) is None


def test_a_window_is_half_open():
    """What can no longer land in its window is not sent (R3)."""
    late, early = replace(DUE, window=(NOW - DAY, NOW)), replace(DUE, window=(NOW + DAY, NOW + 2 * DAY))

    assert Withheld("window missed") == hold(late, GOOD, NOW, CAPS, HOURS)
    assert Withheld("window not open yet", NOW + DAY) == hold(early, GOOD, NOW, CAPS, HOURS)
