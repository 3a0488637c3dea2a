"""What ends a ladder before its last step, and what does not (T6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.triggers.plays import DAY, RULES, known, play, standing, standings
from vitalreel.identity import AccountId
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision
from vitalreel.triggers.stopping import ended

ACME = AccountId("acme")
RENEWED = "days to renewal > 90"
STALL = play(stop_when=["success", "closed", RENEWED])


def day(n: int, before: Decision | None = None, **answer: Any) -> Decision:
    """What day `n` brings, with what the days before brought stored."""
    stored = known() if before is None else known(
        episodes={(e.account, e.play): e for e in before.episodes},
        runs=tuple(r for r in before.runs if r.state == "running"),
    )  # fmt: skip
    answers = {"usage_drop": {ACME: Answers(**{"when": True, **answer})}}
    return decide([STALL], answers, standings(standing()), stored, RULES, DAY + timedelta(days=n))


@pytest.mark.parametrize(
    ("answer", "closed", "why"),
    [
        ({"success": True}, True, "success"),
        ({"success": None}, True, "what it was about is over"),
        ({"stops": {RENEWED: True}}, False, f"it is so that {RENEWED}"),
        (
            {"stops": {RENEWED: None}, "asked_for_human": True},
            False,
            "",
        ),  # unknown stops nothing; a word it does not name neither
    ],
)
def test_the_first_that_is_so_is_the_reason(answer: dict[str, Any], closed: bool, why: str):
    """T6: in the order in which the play names them."""
    assert why == str(ended(STALL, Answers(when=True, **answer), closed) or "")


def test_a_ladder_ends_with_its_occasion():
    """T6: the milestone is done on day 3: nobody is told of a stall on days 14 and 21, and the run says why it ended."""
    first = day(0)
    over = day(3, first, when=False, closes=True)
    later = [day(n, over, when=False) for n in (14, 21)]

    assert [("stopped", "what it was about is over", "")] == [(r.state, r.ended, r.because) for r in over.runs]
    assert "its ladder stopped: what it was about is over" == over.said[(ACME, "usage_drop")].detail
    assert [] == [x for d in (over, *later) for x in (*d.touches, *d.tasks)]


def test_a_ladder_ends_by_a_condition_that_is_kept_with_it():
    """T6: its episode is open still; the condition that ended it stands beside the run."""
    got = day(14, day(0), stops={RENEWED: True})

    assert [("stopped", "stop condition", RENEWED)] == [(r.state, r.ended, r.because) for r in got.runs]
    assert ([], ["open"]) == (got.touches, [e.state for e in got.episodes])


def test_what_arrives_late_ends_a_ladder_on_the_day_it_is_known():
    """T9: the episode closed by a day that was decided without the run: it is over all the same."""
    first = day(0)
    closed = day(3, first, when=False, closes=True)
    closed.runs = list(first.runs)  # the run was being upgraded as that day was saved

    assert ["what it was about is over"] == [r.ended for r in day(14, closed, when=False).runs]


def test_data_corrected_later_begin_nothing_again():
    """T9: it was not over after all: what was stopped stays so, and no second run opens inside the cool-down."""
    over = day(3, day(0), when=False, closes=True)
    got = day(14, over, when=True)

    assert ([], [], [], ["cooling"]) == (got.runs, got.touches, got.tasks, [e.state for e in got.episodes])


def test_unknown_ends_nothing():
    """H17: a feed that is dead is no reason to stop."""
    got = day(14, day(0), when=None, closes=None, success=None, stops={RENEWED: None})

    assert (["again"], ["running"]) == ([t.step for t in got.touches], [r.state for r in got.runs])


def test_an_episode_stays_the_business_of_its_own_run():
    """T6 T9: while a later episode is open, a run of an earlier one is over."""
    first, second = day(0), day(100)
    second.runs = list(first.runs)

    assert ["stopped"] == [r.state for r in day(101, second).runs]
