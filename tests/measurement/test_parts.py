"""Parts of the quarterly report: each figure is counted from rows that can be shown, and what the data cannot carry is said."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalreel.errors import BadConfiguration
from vitalreel.identity import AccountId
from vitalreel.measurement.arms import Floors, Followed
from vitalreel.measurement.estimate import Estimate, Refusal
from vitalreel.measurement.parts.costs import Spent, modelled, money
from vitalreel.measurement.parts.diagnosis import Healthy, Link, diagnosis
from vitalreel.measurement.parts.expansion import WINDOW_DAYS, Bought, expansion
from vitalreel.measurement.parts.firsts import New, first_value
from vitalreel.measurement.parts.hours import Activity, Kinds, hours
from vitalreel.measurement.parts.library import Limits, Module, library
from vitalreel.measurement.parts.part import LEAST, NOT_ENOUGH, Part, Row, counted, middle, share
from vitalreel.measurement.parts.playbooks import Advice, Asked, playbooks, recommend
from vitalreel.measurement.parts.primary import Chosen, primary
from vitalreel.measurement.parts.speed import Acted, Lost, red_since, speed
from vitalreel.measurement.parts.sponsors import Sponsor, sponsors
from vitalreel.measurement.parts.terms import Terms, read_terms
from vitalreel.measurement.ranking import Ranked, Ranking
from vitalreel.measurement.revenue import Contribution, Sums

TODAY, START = date(2026, 9, 30), date(2026, 7, 1)
FLOORS = Floors()
EFFECT = Estimate("q", 0.2, 0.1, 0.3, "A", "m", (60, 40), (30, 10), {}, "up")
NO_EFFECT = replace(EFFECT, value=0.01, low=-0.1, high=0.12, direction=None)
REFUSED = Refusal("q", "too few accounts", "more", None, (3, 1), (1, 0))


def text(part: Part, key: str) -> str:
    return part.figure(key).rests_on


def opens(part: Part) -> None:
    """Every figure that is a count or a share of rows is the number of the rows that say they count in it (M15)."""
    for f in part.figures:
        if f.unit == "count" and f.value is not None and not f.rests_on:
            assert f.value == len(part.behind(f.key)), f.key
        if f.unit == "share" and " of " in f.rests_on and "." not in f.rests_on:
            assert int(f.rests_on.split(" of ")[0]) == len(part.behind(f.key)), f.key
    assert all(len(row.cells) == len(part.head) - 1 for row in part.rows)


# -- figures --------------------------------------------------------------------------------------------------------------


@given(st.lists(st.booleans(), max_size=40))
def test_a_share_has_its_interval_or_the_reason_why_there_is_none(hits: list[bool]):
    """M16: Wilson's interval holds the share; below five rows there is no number."""
    rows = [Row(str(i), (), ("all", "yes") if hit else ("all",)) for i, hit in enumerate(hits)]
    f = share("yes", "hit", rows, "all")

    if len(hits) < LEAST:
        assert (None, None) == (f.value, f.low)
        assert str(len(hits)) in f.why_none
    else:
        assert f.value == sum(hits) / len(hits)
        assert f.low is not None and f.high is not None
        assert 0 <= f.low <= f.value <= f.high <= 1
    assert sum(hits) == counted("yes", "hit", rows).value


def test_a_median_of_too_few_is_none():
    """M16: four days are no middle, five are."""
    rows = [Row(str(d), (), ("days",), d) for d in (9, 1, 3, 4)]

    assert None is middle("days", "d", rows).value
    assert 4 == middle("days", "d", [*rows, Row("5", (), ("days",), 5)]).value


# -- expansion ------------------------------------------------------------------------------------------------------------


def bought(i: int, arm: str, yes: bool, since: date = date(2026, 4, 1), before: int = 1_000_000) -> Bought:
    on = since + timedelta(days=20) if yes else None
    return Bought(Followed(AccountId(f"a{i:03}"), arm, since, on, "s", 0.4), before, before * 6 // 5 if yes else before)  # type: ignore[arg-type]


def test_an_expansion_film_is_judged_by_the_draw_with_attach_rate_and_expansion_rate():
    """M4: of the served 24 of 60 bought more within 90 days, of the held out 4 of 40; a fifth more each; the baseline beside it."""
    found = [bought(i, "served", i < 24) for i in range(60)] + [bought(60 + i, "held_out", i < 4) for i in range(40)]
    part = expansion("seats_nearly_full", found, {f"b{i}": i < 2 for i in range(20)}, 0.4, TODAY, Floors(20, 20))
    (attach_title, attach), (_, rate) = part.answers

    assert "Attach rate, served minus held out" == attach_title
    assert isinstance(attach, Estimate)
    assert (pytest.approx(0.3), (24, 4), "up") == (attach.value, attach.events, attach.direction)
    assert isinstance(rate, Estimate)
    assert pytest.approx(0.2 * (24 / 60 - 4 / 40)) == rate.value
    assert "revenue added within 90 days" in rate.question
    assert ("24 of 60", "4 of 40", "2 of 20") == tuple(
        text(part, k) for k in ("attached_served", "attached_held_out", "baseline_bought")
    )
    assert pytest.approx(0.08) == part.figure("over_served").value
    assert part.says.startswith(
        "Of the served 24 of 60 bought more within 90 days, of the held out 4 of 40: +30.0 points"
    )
    opens(part)


def test_an_expansion_whose_ninety_days_still_run_is_not_told():
    """M4 M16: one day before the first window ends nothing is known, and the report says so."""
    found = [bought(i, "served" if i % 2 else "held_out", True) for i in range(100)]
    part = expansion("seats", found, {}, 0.5, date(2026, 4, 1) + timedelta(days=WINDOW_DAYS - 1), FLOORS)

    assert not part.enough
    assert all(isinstance(a, Refusal) for _, a in part.answers)
    assert (None, 0) == (part.figure("attached_served").value, len(part.behind("over_served")))


# -- sponsors -------------------------------------------------------------------------------------------------------------


def sponsor(i: int, tier: int, seen: bool, named: bool = True) -> Sponsor:
    day = START + timedelta(days=i)
    return Sponsor(
        f"a{i:02}",
        tier,
        f"s{i}" if named else "",
        day if named else None,
        day if seen else None,
        day if seen else None,
        0.9,
    )


def test_sponsors_of_tier_one_are_held_to_what_is_called_healthy():
    """M7: 9 of 10 named sponsors of tier 1 opened and watched the renewal film; an account without one is told apart."""
    found = (
        [sponsor(i, 1, i < 9) for i in range(10)]
        + [sponsor(20 + i, 2, i < 2) for i in range(6)]
        + [sponsor(40, 1, False, named=False)]
    )
    part = sponsors(found, 0.75, 1)

    assert ("9 of 10", "2 of 6", "11 of 16", "16 of 17") == tuple(
        text(part, k) for k in ("seen_1", "seen_2", "seen", "named")
    )
    assert part.says.startswith(
        "90% of the named executive sponsors in tier 1 opened and watched their renewal film (9 of 10): healthy (75%)"
    )
    assert part.says.endswith("; its interval, 60% to 98%, holds that limit.")
    assert "below what is called healthy" in sponsors([sponsor(i, 1, i < 10) for i in range(60)], 0.75, 1).says
    opens(part)


def test_who_opened_and_did_not_watch_does_not_count_and_few_sponsors_carry_no_share():
    """M7 M16: both, or it was not seen; four sponsors are no share."""
    only_opened = replace(sponsor(1, 1, True), watched_on=None)

    assert "0 of 5" == text(sponsors([replace(only_opened, account=f"a{i}") for i in range(5)], 0.75, 1), "seen_1")
    assert not sponsors([sponsor(i, 1, True) for i in range(4)], 0.75, 1).enough


# -- costs ----------------------------------------------------------------------------------------------------------------

COSTS = Terms().costs
SUMS = Sums(10, 100, 0, 0, 0, 100)


def contributed(*cents: int) -> Contribution:
    return Contribution(EFFECT, SUMS, SUMS, cents if cents else None)  # type: ignore[arg-type]


def test_the_cost_of_a_quarter_is_told_to_the_cent_by_hand():
    """M8: 3 films of tier 1, 10 of tier 2, 20 of tier 3, 50 of tier 4; 2 modules for 92 days; the issue's own unit costs."""
    spent = Spent({1: 3, 2: 10, 3: 20, 4: 50}, ("a", "b"), 1_234, 92)
    model = modelled(spent, COSTS)

    assert (600_000 + 500_000 + 200_000, 1_500_000 + 1_000_000 + 600_000) == model.films
    # 2 x 1,500.00 x 30% x 92/365 = 226.849..; 2 x 3,500.00 x 40% x 92/365 = 705.753..
    assert (22_685, 70_575) == model.refresh
    assert (1_300_000 + 22_685 + 1_234, 3_100_000 + 70_575 + 1_234) == model.running
    assert ((300_000, 700_000), (1_600_000, 3_000_000)) == (model.library, model.studio)
    assert (120_986, 302_466) == model.studio_refresh


def test_the_share_of_revenue_and_the_return_follow_from_what_was_added():
    """M8: 20,000.00 added for 2,000.00 spent is a tenth, called healthy; 5,000.00 is flagged; the source is named."""
    costs = replace(COSTS, films={3: (10_000, 10_000)}, refresh=(Fraction(0), Fraction(0)))
    spent = Spent({3: 20}, (), 0, 92)
    part = money(spent, costs, contributed(2_000_000, 1_000_000, 3_000_000), "USD")

    assert pytest.approx(0.1) == part.figure("of_revenue").value
    assert pytest.approx((200_000 / 3_000_000, 200_000 / 1_000_000)) == (
        part.figure("of_revenue").low,
        part.figure("of_revenue").high,
    )
    assert pytest.approx(9.0) == part.figure("roi").value
    assert (
        "10.0% of the 20,000.00 USD a year the programme added, called healthy (one source, whose own example costs more)"
        in part.says
    )
    assert "flagged" in money(spent, costs, contributed(500_000, 400_000, 600_000), "USD").says
    assert "outside what is called healthy" in money(spent, costs, contributed(1_000_000, 1, 2_000_000), "USD").says
    assert 200_000 == part.figure("running").value
    opens(part)


def test_without_revenue_that_is_shown_to_be_added_no_share_and_no_return_is_told():
    """M8 M16 M18: the cost is known, what it is a share of is not."""
    for added in (None, contributed(), contributed(-5, -10, 20)):
        part = money(Spent({3: 20}, ("a",), 50, 92), COSTS, added, "USD")

        assert not part.enough
        assert "The period cost" not in part.says[:20]
        assert (None, None) == (part.figure("of_revenue").value, part.figure("roi").value)
        assert part.figure("machine").value == 50


@given(st.integers(0, 400), st.integers(0, 30), st.integers(1, 366))
def test_a_cost_is_whole_cents_and_never_falls_with_more_films(films: int, modules: int, days: int):
    """M8: integer cents throughout; low is never above high."""
    few, many = (modelled(Spent({2: n}, tuple(map(str, range(modules))), 0, days), COSTS) for n in (films, films + 1))

    assert all(isinstance(c, int) for c in (*few.running, *few.studio_refresh, *few.library))
    assert few.running[0] <= few.running[1]
    assert few.running[0] + 50_000 == many.running[0]


def test_terms_are_read_with_defaults_and_odd_ones_name_their_place():
    """M8 P5: the shipped defaults are the issue's; a range, a share and a kind of time that make no sense are refused where they stand."""
    assert Terms() == read_terms(None, "report") == read_terms({}, "report")
    read = read_terms(
        {"costs": {"traditional": "9,000 to 12000.50", "films": {"tier_1": 900}}, "primary": ["usage_drop", "revenue"]},
        "report",
    )

    assert ((900_000, 1_200_050), (90_000, 90_000), COSTS.films[2]) == (
        read.costs.traditional,
        read.costs.films[1],
        read.costs.films[2],
    )
    assert ("usage_drop", "revenue") == read.primary
    for raw, said in (
        ({"costs": {"traditional": "much"}}, r"report.costs.traditional: 'much' is no amount"),
        ({"costs": {"refresh": "40% to 30%"}}, r"report.costs.refresh: .* falls"),
        ({"costs": {"films": {"tier_5": 1}}}, r"report.costs.films: 'tier_5' is not known"),
        ({"sponsors": {"healthy": 0.75}}, r"report.sponsors.healthy: 0.75 is no share"),
        ({"time": {"routine": ["qbr"], "strategic": ["qbr"]}}, r"report.time: 'qbr' is both routine and strategic"),
        ({"primary": ["a", "b", "c", "d"]}, r"report.primary: is no list of at most 3"),
        ({"library": {"stale": 0}}, r"report.library.stale: 0 is no number of days"),
        ([], r"report: is no mapping"),
    ):
        with pytest.raises(BadConfiguration, match=said):
            read_terms(raw, "report")


# -- hours ----------------------------------------------------------------------------------------------------------------

KINDS = Kinds(frozenset({"call"}), frozenset({"qbr"}))
BEGAN = date(2026, 4, 6)


def logged(before: tuple[float, float], now: tuple[float, float]) -> list[Activity]:
    """Two CSMs' weekly hours of routine and strategic work, before the programme and in the quarter, with an hour's wobble."""
    found = []
    for first, levels in ((BEGAN - timedelta(weeks=12), before), (date(2026, 7, 6), now)):
        for week in range(12):
            for kind, level in zip(("call", "qbr"), levels, strict=True):
                for csm in ("csm-1", "csm-2"):
                    minutes = 60 * level / 2 + (30 if week % 2 else -30)
                    found.append(Activity(csm, f"a{week}", first + timedelta(weeks=week, days=1), kind, minutes))
    return found


def test_time_that_was_freed_and_went_to_strategic_work_is_told_with_its_interval():
    """M9: routine outreach fell from 40 to 25 hours a week, strategic work rose from 10 to 18; a row for each CSM."""
    part = hours(logged((40, 10), (25, 18)), KINDS, BEGAN, START, TODAY)

    assert pytest.approx(40) == part.figure("routine_before").value
    assert pytest.approx(25) == part.figure("routine_now").value
    assert pytest.approx(-15) == part.figure("routine_change").value
    assert part.says.startswith("Routine outreach took 15.0 hours a week")
    assert "less than before. Strategic work took 8.0 hours a week more" in part.says
    assert ["csm-1", "csm-2"] == [r.name for r in part.behind("routine_now")]
    opens(part)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ((55.0, 10.0), "The programme freed no time: routine outreach took 15.0 hours a week"),
        ((40.0, 10.0), "No time is shown to have been freed"),
        ((25.0, 10.0), "That it went to strategic work is not shown: +0.0 hours a week"),
    ],
)
def test_time_that_was_not_freed_or_went_elsewhere_is_said_so(now: tuple[float, float], said: str):
    """M9: if it did not free time, it says so; where it went is only told where it is shown."""
    assert said in hours(logged((40, 10), now), KINDS, BEGAN, START, TODAY).says


def test_without_hours_from_before_nothing_is_said_of_time():
    """M9 M16: no log, no programme, no weeks before, or no kind called routine: each is its own reason."""
    log = logged((40, 10), (25, 18))
    late = [a for a in log if a.day >= START]

    for part, why in (
        (hours([], KINDS, BEGAN, START, TODAY), "no time of CSMs is loaded"),
        (hours(log, KINDS, None, START, TODAY), "has not opened a play yet"),
        (hours(late, KINDS, BEGAN, START, TODAY), "weeks before 2026-04-06"),
        (hours(log, KINDS, BEGAN, START, START + timedelta(weeks=4)), "whole weeks so far"),
        (hours(log, Kinds(frozenset({"mail"}), frozenset()), BEGAN, START, TODAY), "(call, qbr) is called routine"),
    ):
        assert not part.enough
        assert why in part.says


# -- first value, and what was chosen --------------------------------------------------------------------------------------


def test_time_to_first_value_is_told_and_the_onboarding_play_by_its_draw():
    """M10: 30 days in the middle; 8 of 10 old enough had it in time, the youngest wait; the play's arms are compared."""
    new = [New(f"a{i}", date(2026, 3, 1), date(2026, 3, 31) if i < 8 else None) for i in range(10)]
    new.append(New("young", date(2026, 9, 20), date(2026, 9, 25)))
    drawn = [Followed(AccountId(f"b{i}"), "served" if i % 2 else "held_out", START, START + timedelta(days=9) if i % 3 else None, "s", 0.5)
             for i in range(60)]  # fmt: skip
    part = first_value(new, "first report", 60, drawn, 0.5, TODAY, FLOORS)

    assert ("8 of 10", 30) == (text(part, "in_time"), part.figure("reached").value)
    assert part.says.startswith(
        "8 of 10 new accounts had first value within 60 days. The onboarding play moved that share by"
    )
    assert isinstance(part.answers[0][1], Estimate)
    assert not first_value(new[:3], "first report", 60, [], 0.0, TODAY, FLOORS).enough
    opens(part)


def test_a_metric_chosen_with_results_in_sight_is_told_as_such():
    """M10: chosen before the first film, on its day, and never."""
    first = date(2026, 4, 8)
    early, late = Chosen("usage_drop", date(2026, 4, 7), EFFECT), Chosen("revenue", first, REFUSED)

    assert primary([early], first).says == (
        "1 metric was chosen, before the first film; 1 can carry a figure. Usage drop: +20.0 points (+10.0 to +30.0), grade A."
    )
    assert "1 of them before the first film, the others with results in sight" in primary([early, late], first).says
    assert "Net revenue retention added: not enough evidence: too few accounts." in primary([early, late], first).says
    assert not primary([], first).enough
    assert 0 == primary([replace(early, on=None)], first).figure("before").value
    opens(primary([early, late], first))


# -- library --------------------------------------------------------------------------------------------------------------


def module(name: str, **but: object) -> Module:
    return replace(Module(name, ("p",), 12, 12, 6, {}, date(2026, 9, 1), (EFFECT,)), **but)  # type: ignore[arg-type]


def test_each_way_a_library_falls_silent_raises_its_alarm():
    """M11: what fired, what should have, what has no views, no effect, is stale; a module in order raises none."""
    found = [
        module("good"),
        module("orphan", plays=(), opened=0, sent=0, watched=0, answers=()),
        module("mute", sent=0, watched=0),
        module("broken", not_made={"no film": 3, "failed preflight": 1}),
        module("unseen", watched=0),
        module("idle", answers=(NO_EFFECT, REFUSED)),
        module("unknown", answers=(REFUSED,)),
        module("old", changed=date(2026, 4, 3)),
    ]
    part = library(found, Limits(10, 180), TODAY)
    counts = {f.key: f.value for f in part.figures}

    assert {
        "modules": 8,
        "fired": 6,
        "silent": 2,
        "should_have": 1,
        "no_views": 1,
        "no_effect": 1,
        "stale": 1,
    } == counts
    assert part.says.startswith("6 of 8 modules want a look.")
    for words in ("orphan: no play sends it", "mute: sent to nobody, though its play opened 12 times", "broken: 4 could not be made (no film)",
                  "unseen: 12 sent, none watched", "idle: no effect is shown", "old: unchanged since 2026-04-03"):  # fmt: skip
        assert words in part.says
    assert "None of 1 modules wants a look." == library(found[:1], Limits(10, 180), TODAY).says
    assert 0 == library([module("few", sent=9, watched=0)], Limits(10, 180), TODAY).figure("no_views").value
    opens(part)


# -- playbooks ------------------------------------------------------------------------------------------------------------


def test_playbooks_are_told_with_what_their_play_changed_and_never_by_who_did_them():
    """M14: tasks by playbook, done of those due; the answer beside each is the play's own, a play that holds nobody out has none."""
    due = TODAY - timedelta(days=3)
    tasks = [Asked(f"a{i}", "usage_recovery", "usage_drop", START, due, i < 6) for i in range(10)]
    tasks.append(Asked("z", "red_account", "red_account_recovery", START, TODAY + timedelta(days=2), False))
    part = playbooks(
        tasks,
        {"usage_drop": EFFECT, "red_account_recovery": REFUSED},
        [Advice("enterprise", "usage_drop", "why")],
        TODAY,
    )

    assert ("6 of 10", 11, 1) == (
        text(part, "done-usage_recovery"),
        part.figure("asked").value,
        part.figure("asked-red_account").value,
    )
    assert {"Usage recovery": EFFECT, "Red account": REFUSED} == {
        t.partition(",")[0].capitalize(): a for t, a in part.answers
    }
    assert "To try next: for enterprise usage drop (why)." in part.says
    assert not playbooks([], {}, [], TODAY).enough
    opens(part)


def rank(name: str, value: float, claimed: bool = True) -> Ranked:
    return Ranked(name, value, value, value - 0.1, value + 0.1, 0.01, claimed, (50, 50), (20, 10))


def test_what_to_try_next_is_what_is_claimed_for_the_segment_else_for_all_else_nothing():
    """M14: what worked for whom feeds the next play; a play that harms or is not claimed is never recommended."""
    over_all = Ranking((rank("b", 0.05), rank("a", 0.2)), {}, 0.1, 0.1)
    inside = {
        "enterprise": Ranking((rank("b", 0.3), rank("c", -0.4)), {}, 0, 0),
        "mid_market": Ranking((rank("b", 0.3, False),), {}, 0, 0),
    }

    assert {"enterprise": "b", "mid_market": "a"} == {a.segment: a.play for a in recommend(over_all, inside)}
    assert [None, None] == [a.play for a in recommend(None, {k: Ranking((), {}, 0, 0) for k in inside})]
    assert [None] == [a.play for a in recommend(Ranking((rank("c", -0.4),), {}, 0, 0), {"x": Ranking((), {}, 0, 0)})]


# -- speed ----------------------------------------------------------------------------------------------------------------


def test_speed_and_reach_by_hand():
    """M20: two days from signal to action, 3 of 5 reds recovered, 4 of 6 losses flagged 40 days ahead, 12 accounts for each CSM."""
    acted = [
        Acted(f"a{i}", "usage_drop", START, START + timedelta(days=2) if i < 6 else None, "film") for i in range(8)
    ]
    reds = [replace(red, account=f"r{i}") for i in range(5)
            if (red := red_since([(START, "green"), (START + timedelta(days=7), "red"), (START + timedelta(days=14), "yellow" if i < 3 else "red")], START, TODAY, TODAY))]  # fmt: skip
    lost = [Lost(f"l{i}", TODAY, TODAY - timedelta(days=40) if i < 4 else None, "red") for i in range(6)]
    part = speed(
        acted,
        reds,
        [*lost, Lost("l9", TODAY, TODAY - timedelta(days=60), "orange")],
        {"csm-1": ["x"] * 10, "csm-2": ["y"] * 14},
    )

    assert (2, "6 of 8", "3 of 5", "5 of 7", 40, 12) == (
        part.figure("acted").value if part.figure("acted").unit == "days" else [f for f in part.figures if f.key == "acted"][1].value,
        text(part, "acted"), text(part, "recovered"), text(part, "flagged"), [f for f in part.figures if f.key == "flagged"][1].value,
        part.figure("owner").value,
    )  # fmt: skip
    assert part.says.startswith(
        "From signal to action it took 2 days in the middle; 3 of 5 reds left red within 30 days, with or without a film"
    )
    assert not speed([], [], [], {}).enough


@pytest.mark.parametrize(
    ("bands", "left", "waits"),
    [
        (["green", "red", "red", "yellow", "green"], 21, False),
        (["green", "red", "yellow", "red", "red"], None, False),
        (["green", "red", "yellow", "red", "green"], 28, False),
        (["green", "green", "green", "green", "red"], None, True),
    ],
)
def test_a_red_has_recovered_where_it_stays_out_to_the_end_of_thirty_days(
    bands: list[str], left: int | None, waits: bool
):
    """M20: falling back inside the thirty days is no recovery; a young red waits; who was red before the quarter did not turn red in it."""
    days = [(START + timedelta(days=7 * i), band) for i, band in enumerate(bands)]
    red = red_since(days, START, TODAY, START + timedelta(days=37))

    assert red is not None
    assert (left, waits) == ((red.left - START).days if red.left else None, red.waits)
    assert None is red_since([(START - timedelta(days=7), "red"), (START, "red")], START, TODAY, TODAY)


# -- diagnosis ------------------------------------------------------------------------------------------------------------


def chain(
    served: int = 100,
    sent: int = 95,
    watched: int = 70,
    whole: int = 60,
    own: float = 0.8,
    clicked: int = 30,
    alone: int = 4,
) -> list[Link]:
    found = [
        Link(f"a{i}", "served", True, i < 50, START if i < sent else None,
             (0.9 if i < whole else 0.2) if i < watched else None, own if i < sent else None, i < clicked)
        for i in range(served)
    ]  # fmt: skip
    return found + [Link(f"h{i}", "held_out", True, i < alone) for i in range(40)]


@pytest.mark.parametrize(
    ("links", "named", "figures"),
    [
        (
            chain(alone=36),
            "trigger",
            "36 of 40 of the held out reached the goal by themselves, 90%, above the limit of 50%",
        ),
        (
            chain(sent=40, watched=30, whole=25),
            "delivery",
            "40 of 100 of the served were sent a film, 40%, below the limit of 80%",
        ),
        (chain(watched=10, whole=9), "film", "it is not watched (10 of 95"),
        (chain(whole=10), "film", "it is left before its middle (10 of 70"),
        (chain(own=0.1), "personalisation", "it is hardly about them (0 of 95"),
        (chain(watched=90, whole=80, clicked=0), "offer", "nothing is done about it (0 of 90"),
    ],
)
def test_a_play_that_does_not_work_is_told_where_with_figures(links: list[Link], named: str, figures: str):
    """M21: trigger, delivery, film, personalisation or offer: the first weak link, with its count, share and limit."""
    part = diagnosis("usage_drop", links, NO_EFFECT, Healthy())

    assert part.says.startswith(f"No effect is shown; the weakest link is the {named}: ")
    assert figures in part.says
    opens(part)


def test_a_play_that_works_or_is_not_known_is_not_blamed():
    """M21 M16: a moved metric is said first; a whole chain without effect points at what is offered; too few say nothing."""
    assert (
        diagnosis("p", chain(), EFFECT, Healthy()).says
        == "It moves its metric; no link of the chain is shown to be weak."
    )
    assert (
        "what is offered does not move the metric, or too little is known"
        in diagnosis("p", chain(), NO_EFFECT, Healthy()).says
    )
    few = diagnosis("p", [Link("a", "served", False, False), Link("b", "held_out", False, False)], REFUSED, Healthy())
    assert few.says.startswith(NOT_ENOUGH)
