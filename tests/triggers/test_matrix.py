"""A play is read with every mistake named by its place."""

from __future__ import annotations

import pytest

from tests.triggers.plays import RAW, play
from vitalreel.errors import BadConfiguration
from vitalreel.triggers.matrix import Ahead, Span, TaskStep


def test_a_play_reads_as_it_is_written():
    """T1 T6: steps, waits, windows and the person at the end survive reading."""
    got = play()

    assert (0, 14, 21) == tuple(s.after_days for s in got.ladder)
    assert Span(3, True) == got.ladder[0].window
    assert isinstance(got.ladder[-1], TaskStep)


def test_a_window_may_lie_before_a_date_of_the_account_s():
    """R3 T2: as people write it, and written again the same."""
    got = play(ladder=[{**RAW["ladder"][0], "window": "5 to 10 business days before qbr.next"}, RAW["ladder"][2]])

    assert Ahead(5, 10, True, "qbr.next") == got.ladder[0].window
    assert "5 to 10 business days before qbr.next" == str(got.ladder[0].window)


def test_a_ladder_without_an_end_is_refused():
    """T6: what happens when nobody answers is always defined."""
    with pytest.raises(BadConfiguration, match="does not end with a person"):
        play(ladder=RAW["ladder"][:2])


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"already_true": "maybe"}, "already_true.*fire, skip"),
        ({"holdout": "95%"}, "holdout.*at most 90%"),
        ({"success": {"metric": "x", "moves": "better", "within": "45 days"}}, "moves.*up 15%"),
        ({"when": None}, "'when' is missing"),
        ({"ladder": [{**RAW["ladder"][0], "to": "boss"}, RAW["ladder"][2]]}, "ladder step 1.*'boss'.*sponsor"),
        (
            {"ladder": [{**RAW["ladder"][0], "window": "10 to 5 days before renewal"}, RAW["ladder"][2]]},
            "window.*ends before it begins.*5 to 10 days before renewal",
        ),
        (
            {"ladder": [{**RAW["ladder"][0], "window": "soon"}, RAW["ladder"][2]]},
            "window.*5 to 10 days before qbr.next",
        ),
        ({"ladder": [RAW["ladder"][1], {**RAW["ladder"][2], "after": "1 days"}]}, "back in time"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(change: dict[str, object], names: str):
    """C7 P5: the person who wrote the file can mend it from the message alone."""
    with pytest.raises(BadConfiguration, match=f"plays/usage_drop.yaml.*{names}"):
        play(**change)
