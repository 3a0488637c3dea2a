"""Opting out wins every race with a sending, whatever order two workers, people and the operator take turns in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.races import Event, Races, Round


@pytest.fixture(scope="module")
def races(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Races]:
    yield Races(tmp_path_factory.mktemp("races") / "ws")


def test_who_opts_out_first_gets_nothing(races: Races):
    """R8 R9 P1 T7: a claim after an opt-out or a stop, a second sending and one over a cap were never made, in any order tried."""
    rounds = [races.play(seed) for seed in range(8)]

    assert [] == [wrong for one in rounds for wrong in one.wrong]
    assert all(sum(one.count(what) for one in rounds) for what in ("claimed", "sent", "refused", "stopped"))


def test_the_judge_of_races_sees_what_may_not_be():
    """Proof that silence means something: each broken promise is named from a log that holds it."""
    log = [Event("refused", "ana"), Event("claimed", "t1"), Event("sent", "t1"), Event("stopped"), Event("claimed", "t3"),
           Event("sent", "t3"), Event("sent", "t3")]  # fmt: skip
    one = Round(log)
    one.judge()

    assert ["t1 was claimed after ana had opted out", "t3 was claimed after the kill switch", "t3 was sent 2 times", "bo got 2",
            "the account got 3"] == one.wrong  # fmt: skip
