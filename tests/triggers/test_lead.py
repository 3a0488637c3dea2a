"""Lead time: a brief opens so early that its film is ready when its window opens, by tier and the account's calendar (T14)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triggers.books import SHIPPED
from tests.triggers.plays import known, play, standing, standings
from vitalreel.errors import BadConfiguration
from vitalreel.identity import AccountId
from vitalreel.signals.catalogue import read_catalogue
from vitalreel.steps.asking import check_play
from vitalreel.store.workspace import LIBRARY, read_programme, read_yaml
from vitalreel.triggers.calendar import is_business_day
from vitalreel.triggers.decide import decide
from vitalreel.triggers.decision import Answers, Decision
from vitalreel.triggers.early import too_short
from vitalreel.triggers.guards import Caps, Rules
from vitalreel.triggers.lead import Lead, before, days_there, due_again, opens, read_lead
from vitalreel.triggers.matrix import Ahead, Play, Span, read_play

ACME = AccountId("acme")
QBR = date(2026, 3, 24)  # a Tuesday
WINDOW = Ahead(5, 10, False, "qbr.next")  # from Saturday 14 March
LEAD = read_lead(
    {"tier_1": "5 business days", "tier_2": "3 business days", "tier_3": "2 days", "tier_4": "0 days", "refresh": "1 business day"},
    "lead",
)  # fmt: skip


def papers(window: str = "5 to 10 days before qbr.next") -> Play:
    film = {
        "step": "papers",
        "module": "m1",
        "to": "champion",
        "channels": ["email"],
        "window": window,
    }
    person = {"step": "person", "after": "9 days", "task": {"owner": "csm", "title": "Call", "due": "2 business days"}}
    return play(when="days to qbr.next between 5 and 30", ladder=[film, person])


def on(day: date, tier: int, country: str = "DE", lead: Lead = LEAD) -> Decision:
    acme = standing(tier=tier, country=country, segment="mid_market")
    answers = {"usage_drop": {ACME: Answers(when=True, dates={"qbr.next": QBR})}}
    return decide([papers()], answers, standings(acme), known(), Rules(Caps(), 0.0, lead=lead), day)


@pytest.mark.parametrize(
    ("tier", "opens_on"),
    [(1, date(2026, 3, 9)), (2, date(2026, 3, 11)), (3, date(2026, 3, 12)), (4, date(2026, 3, 14))],
)
def test_a_brief_opens_its_tier_s_days_before_the_window_and_not_sooner(tier: int, opens_on: date):
    """T14: the condition has said yes for weeks; the run, its arm and its film's order come into being on that day."""
    sooner, then = on(opens_on - timedelta(days=1), tier), on(opens_on, tier)

    assert ([], [], []) == (sooner.touches, sooner.runs, sooner.assignments)
    assert "too early" == sooner.said[(ACME, "usage_drop")].reason
    assert f"its brief opens on {opens_on}" in sooner.said[(ACME, "usage_drop")].detail
    assert [("papers", opens_on)] == [(x.step, x.day) for x in then.touches]


def test_a_holiday_where_the_account_is_opens_the_brief_a_day_sooner():
    """T14: 6 April 2026 is Easter Monday in Germany and a working day in the United States."""
    days = {country: opens(WINDOW, date(2026, 4, 19), Span(3, True), country) for country in ("DE", "US")}

    assert {"DE": date(2026, 4, 2), "US": date(2026, 4, 6)} == days


def test_one_that_comes_late_opens_at_once_while_its_window_lasts():
    """T14: a review put into the calendar at short notice still gets its film; the window decides how long."""
    last, over = on(date(2026, 3, 19), 1), on(date(2026, 3, 20), 1)

    assert (1, 0) == (len(last.touches), len(over.touches))
    assert ["window missed"] == [w.reason for w in over.withheld]


def test_a_window_of_business_days_is_closed_by_them():
    """T14: 5 business days before Tuesday the 24th is the 17th; a day later it is over."""
    spoken = papers("5 to 10 business days before qbr.next")
    answers = {"usage_drop": {ACME: Answers(when=True, dates={"qbr.next": QBR})}}
    rules = Rules(Caps(), 0.0, lead=LEAD)
    got = [
        len(decide([spoken], answers, standings(standing(country="GB")), known(), rules, date(2026, 3, d)).touches)
        for d in (17, 18)
    ]

    assert [1, 0] == got


def test_without_a_lead_the_brief_opens_with_its_window():
    """T14: days are settings; where there are none it does not open before the window either."""
    assert (0, 1) == tuple(len(on(date(2026, 3, d), 1, lead=Lead()).touches) for d in (13, 14))


@given(
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.integers(0, 20),
    st.booleans(),
    st.sampled_from(["DE", "US", "EG", None]),
)
def test_so_many_working_days_lie_between_a_brief_and_its_window(
    day: date, n: int, business: bool, country: str | None
):
    """T14: counted day by day, as a person would on a wall calendar."""
    start = before(day, Span(n, business), country)
    between = [start + timedelta(days=k) for k in range((day - start).days)]

    assert n == (sum(is_business_day(d, country) for d in between) if business else len(between))


def test_figures_are_taken_anew_on_the_last_working_day_before_the_window():
    """T14: Friday 13 March before Saturday the 14th; a film made on that day or later is young enough."""
    first = date(2026, 3, 14)
    asked = {d: due_again(first, date(2026, 3, 9), date(2026, 3, d), LEAD, "DE") for d in (12, 13, 14, 18)}

    assert {12: False, 13: True, 14: True, 18: True} == asked
    assert not due_again(first, date(2026, 3, 13), first, LEAD, "DE")
    assert not due_again(first, date(2026, 1, 1), first, Lead(), "DE")


def test_days_are_those_of_the_account_s_clock():
    """T14: a window that opens at midnight in Auckland opens the day before in London."""
    opening = datetime(2026, 3, 13, 11, tzinfo=UTC)

    assert (date(2026, 3, 14), date(2026, 3, 13)) == days_there(
        opening, opening - timedelta(hours=1), "Pacific/Auckland"
    )


@pytest.mark.parametrize(
    "raw",
    ["3 days", {"tier_1": "3 business days"}, {"tier_5": "1 day"}, {f"tier_{n}": "soon" for n in range(1, 5)}],
)
def test_a_lead_that_cannot_be_read_is_named(raw: object):
    """P5: with what to write."""
    with pytest.raises(BadConfiguration, match="lead"):
        read_lead(raw, "vitalreel.yaml: lead")


def test_too_little_time_is_found_before_it_is_missed():
    """T14: `vitalreel check` says by how many days, for conditions and for windows from the opening."""
    catalogue = read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")
    raw = read_yaml(LIBRARY / "plays" / "pre_qbr.yaml", "pre_qbr")

    def told(lead: Lead, **changes: object) -> list[tuple[str, str]]:
        changed = read_play({**raw, **changes}, "plays/pre_qbr.yaml")
        return list(too_short(changed, check_play(changed, catalogue).trees["when"], lead, "GB", 2026))

    assert [] == told(LEAD, when="days to qbr.next between 5 and 22")
    ((what, hint),) = told(LEAD, when="days to qbr.next between 5 and 21")
    assert "says yes 21 days before qbr.next at the earliest" in what
    assert "let `when` say yes from 22 days before qbr.next" == hint
    film, person = raw["ladder"]
    ((what, hint),) = told(LEAD, ladder=[{**film, "window": "within 3 business days"}, person])
    assert "must land within 3 business days, and its tier needs 5 business days" in what
    assert [] == told(LEAD, tiers=[3], ladder=[{**film, "window": "within 3 business days"}, person])


@pytest.mark.parametrize("path", sorted((LIBRARY / "plays").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_play_in_the_box_leaves_time_to_make_and_review_its_films(path):
    """T14: as they ship, in any of these years."""
    programme = read_programme(read_yaml(LIBRARY / "vitalreel.yaml", "vitalreel.yaml"), "vitalreel.yaml")
    catalogue = read_catalogue(read_yaml(LIBRARY / "signals.yaml", "signals.yaml"), "signals.yaml")
    shipped = read_play(read_yaml(path, path.stem), f"plays/{path.name}", SHIPPED)
    when = check_play(shipped, catalogue).trees["when"]

    assert {1, 2, 3, 4} == set(programme.lead.tiers)
    assert [] == [x for year in (2026, 2027) for x in too_short(shipped, when, programme.lead, "GB", year)]
