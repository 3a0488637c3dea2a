"""The next feature comes from similar accounts that did well, over so many that none of them can be told."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalreel.health.opportunity.recommend import LEAST, LEAST_USERS, OTHER, UNJUDGED, WELL, Advice, advise

FEATURES = ("a", "b", "c", "d")
SELLS = np.ones(4, bool)


def asked(rows: list[str], outcomes: list[int], segments: list[str] | None = None) -> list[Advice | str]:
    """rows: the features each account uses, as letters."""
    used = np.array([[f in row for f in FEATURES] for row in rows], bool)
    names = [f"x{i}" for i in range(len(rows))]
    where = np.array(segments or ["s"] * len(rows), str)
    return list(advise(names, where, used, np.array(outcomes, np.int64), SELLS, FEATURES))


def test_what_similar_accounts_that_did_well_use_more_often_is_recommended() -> None:
    """H9: of twelve that did well, nine use b and twelve others two: b it is, with those counts."""
    rows = ["a"] + ["ab"] * 9 + ["a"] * 3 + ["ab"] * 2 + ["a"] * 10
    outcomes = [UNJUDGED] + [WELL] * 12 + [OTHER] * 12

    assert Advice("b", 9, 12, 2, 12) == asked(rows, outcomes)[0]


def test_no_figure_stands_for_fewer_than_ten_nor_for_the_account_itself() -> None:
    """H9: nine similar accounts are refused; the account that did well itself is not among its own peers."""
    rows, outcomes = ["a"] + ["ab"] * 9, [UNJUDGED] + [WELL] * 9
    assert "too few" == asked(rows, outcomes)[0]
    assert "too few" == asked(rows, [WELL] * 10)[0]

    assert Advice("b", 10, 10, None, None) == asked(["a"] + ["ab"] * 10, [WELL] * 11)[0]


def test_a_feature_of_fewer_than_five_is_never_named() -> None:
    """H9: four users of c are anecdotes, however well they did."""
    rows = ["a"] + ["ac"] * (LEAST_USERS - 1) + ["a"] * 12

    assert "nothing more" == asked(rows, [UNJUDGED] + [WELL] * 16)[0]


def test_what_the_others_use_as_often_is_no_reason() -> None:
    """H9: half of both sides use b."""
    rows = ["a"] + ["ab", "a"] * 12

    assert "nothing more" == asked(rows, [UNJUDGED] + [WELL] * 12 + [OTHER] * 12)[0]


def test_other_segments_and_unlike_accounts_are_no_peers() -> None:
    """H9: fifteen accounts that share nothing with it, or are of another segment, teach it nothing."""
    unlike = asked(["a"] + ["bc"] * 15, [UNJUDGED] + [WELL] * 15)
    elsewhere = asked(["a"] + ["ab"] * 15, [UNJUDGED] + [WELL] * 15, ["s"] + ["t"] * 15)

    assert ("too few", "too few") == (unlike[0], elsewhere[0])


def test_an_account_that_uses_nothing_is_like_its_whole_segment() -> None:
    """H9: where to begin."""
    assert Advice("a", 12, 12, None, None) == asked([""] + ["ab"] * 6 + ["ac"] * 6, [UNJUDGED] + [WELL] * 12)[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(FEATURES)), st.sampled_from([WELL, OTHER, UNJUDGED]), st.sampled_from("st")),
        min_size=1,
        max_size=60,
    )
)
def test_whatever_is_told_is_a_count_of_the_others_done_by_hand(company: list[tuple[set[str], int, str]]) -> None:
    """H9: every advice agrees with a count account by account, respects its floors, and names nothing in use."""
    given_ = asked(
        ["".join(sorted(u)) for u, _o, _s in company], [o for _u, o, _s in company], [s for _u, _o, s in company]
    )
    for i, (advice, (mine, _own, segment)) in enumerate(zip(given_, company, strict=True)):
        peers = [
            (u, o) for j, (u, o, s) in enumerate(company)
            if j != i and s == segment and o != UNJUDGED and (not mine or 2 * len(u & mine) >= len(u | mine))
        ]  # fmt: skip
        well, others = [u for u, o in peers if o == WELL], [u for u, o in peers if o == OTHER]
        if not isinstance(advice, Advice):
            assert (advice == "too few") == (len(well) < LEAST)
            continue
        using = sum(advice.feature in u for u in well)
        assert (advice.using, advice.well) == (using, len(well))
        assert using >= LEAST_USERS
        assert len(well) >= LEAST
        assert advice.feature not in mine
        told = len(others) >= LEAST_USERS
        assert (advice.others_using, advice.others) == (
            (sum(advice.feature in u for u in others), len(others)) if told else (None, None)
        )
