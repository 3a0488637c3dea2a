"""Back-test's rules by hand: episodes over days, weeks, overlap, and what came of accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.triggers.plays import DAY, known, play, standing, standings
from vitalreel.identity import AccountId
from vitalreel.triggers.backtest import Fired, Followed, Overlap, by_week, followed, moved, overlap
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers
from vitalreel.triggers.episode import Answer, Episode
from vitalreel.triggers.guards import Caps, Rules
from vitalreel.triggers.matrix import Play

A, B = AccountId("a"), AccountId("b")


def day(n: int) -> date:
    return DAY + timedelta(days=n)


def fire(account: AccountId, n: int, name: str = "usage_drop") -> Fired:
    return Fired(name, account, day(n))


def run(tested: Play, days: Sequence[Mapping[AccountId, Answers]]) -> list[Fired]:
    episodes: dict[AccountId, Episode] = {}
    fired: list[Fired] = []
    for n, answers in enumerate(days):
        episodes, new = moved(tested, episodes, answers, {A}, day(n), first=n == 0)
        fired += new
    return fired


def test_a_play_opens_once_closes_cools_and_opens_again() -> None:
    """T4 T9: the same edges as when it is switched on; who is not meant never counts."""
    closed = [{A: Answers(when=False, closes=True)}]
    open_ = [{A: Answers(when=True), B: Answers(when=True)}]
    quick = play(episode={"closes_when": "usage.active_users >= 90% of before", "cool_down": "3 days"})

    assert [fire(A, 0), fire(A, 6)] == run(quick, [*open_ * 3, *closed, *open_ * 5])


def test_what_is_true_on_the_first_day_is_skipped_where_the_play_says_so() -> None:
    """T4: `already_true: skip`; its episode is open all the same."""
    assert [] == run(play(already_true="skip"), [{A: Answers(when=True)}] * 4)


SAID = st.builds(Answers, when=st.sampled_from([True, False, None]), closes=st.sampled_from([True, False, None]))


@given(st.lists(SAID, min_size=1, max_size=12))
def test_it_opens_on_the_days_on_which_the_real_decision_opens(said: list[Answers]) -> None:
    """T4: day by day beside `decide`, with no guard in the way and nobody held out."""
    tested = play(episode={"closes_when": "usage.active_users >= 90% of before", "cool_down": "2 days"})
    free = Rules(Caps(99, 7, 99, 7, 99), holdout=0.0)
    episodes: dict[tuple[AccountId, str], Episode] = {}
    opened: list[Fired] = []
    for n, answer in enumerate(said):
        done = decide(
            [tested], {tested.name: {A: answer}}, standings(standing("a")), known(episodes=episodes), free, day(n)
        )
        episodes |= {(e.account, e.play): e for e in done.episodes}
        opened += [fire(A, n) for e in done.episodes if e.state == "open" and e.opened_on == day(n)]

    assert opened == run(tested, [{A: answer} for answer in said])


def test_weeks_are_counted_from_the_first_day_and_none_is_left_out() -> None:
    """T4: a stretch of fifteen days has three weeks, quiet ones among them."""
    assert ((day(0), 2), (day(7), 0), (day(14), 1)) == by_week([fire(A, 0), fire(B, 6), fire(A, 14)], day(0), day(15))


def test_plays_overlap_within_a_week_of_each_other() -> None:
    """T4: of the same account; eight days apart is apart."""
    mine = [fire(A, 10), fire(B, 10)]

    assert Overlap("other", 3, 1) == overlap(
        mine, [fire(A, 3, "other"), fire(A, 30, "other"), fire(B, 18, "other")], "other"
    )


def test_only_accounts_whose_days_are_over_are_followed() -> None:
    """T4: who churned on the day itself or before is no outcome, and who is still being watched is none yet."""
    churned = {A: [day(90)], B: [day(0)]}
    four = {A: day(0), B: day(0), AccountId("c"): day(0), AccountId("late"): day(1)}

    assert Followed(2, 1) == followed(four, churned, known_to=day(90), days=90)
    assert Followed(0, 0) == followed({}, churned, day(90), 90)


def test_unknown_answers_open_nothing() -> None:
    """T4 H5: only yes fires."""
    nothing: Answer = None
    assert [] == run(play(), [{A: Answers(when=nothing)}] * 3)
