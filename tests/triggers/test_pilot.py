"""While a pilot stands, its two plays open for its segment with its holdouts, in its quarter, and nothing else does (T11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.triggers.plays import play
from vitalreel.errors import BadConfiguration
from vitalreel.triggers.pilot import Pilot, in_pilot, read_pilot

DAY = date(2026, 12, 1)
RAW: dict[str, Any] = {"plays": {"usage_drop": "30%"}, "segment": "mid_market", "from": DAY, "until": date(2027, 3, 2)}
PLAYS = [play(segments=["mid_market", "long_tail"]), play(play="other")]


def pilot(**changes: Any) -> Pilot:
    found = read_pilot({**RAW, **changes}, "vitalreel.yaml: pilot")
    assert found is not None
    return found


def test_only_its_plays_open_for_its_segment_with_its_holdout():
    """T11: the play's own segments and share give way; the others are silent."""
    (got,) = in_pilot(PLAYS, pilot(), DAY)

    assert ("usage_drop", ("mid_market",), 0.3) == (got.name, got.segments, got.holdout)
    assert PLAYS[0].ladder == got.ladder
    assert ("mid_market", "long_tail") == in_pilot(PLAYS, pilot(segment=""), DAY)[0].segments


def test_outside_its_quarter_nothing_opens_and_without_a_pilot_everything_does():
    """T11: its last day is the day before `until`."""
    days = [DAY - timedelta(days=1), DAY, date(2027, 3, 1), date(2027, 3, 2)]

    assert [0, 1, 1, 0] == [len(in_pilot(PLAYS, pilot(), d)) for d in days]
    assert PLAYS == in_pilot(PLAYS, None, DAY)


def test_a_play_that_is_not_there_or_not_for_the_segment_is_named():
    """P5."""
    with pytest.raises(BadConfiguration, match="no play 'gone'"):
        in_pilot(PLAYS, pilot(plays={"gone": "20%"}), DAY)
    with pytest.raises(BadConfiguration, match="usage_drop is not for enterprise"):
        in_pilot(PLAYS, pilot(segment="enterprise"), DAY)


@pytest.mark.parametrize(
    "change",
    [
        {"plays": {}},
        {"plays": {"usage_drop": "half"}},
        {"plays": {"usage_drop": "95%"}},
        {"until": DAY},
        {"from": "soon"},
        {"who": 1},
    ],
)
def test_a_pilot_that_cannot_be_read_is_named(change: dict[str, Any]):
    """P5."""
    with pytest.raises(BadConfiguration, match=r"vitalreel.yaml: pilot"):
        read_pilot({**RAW, **change}, "vitalreel.yaml: pilot")
    assert read_pilot(None, "x") is None
